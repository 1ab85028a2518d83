// SPDX-License-Identifier: Apache-2.0
// exhibit list, show, check: what was seized.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/segment.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/exhibit_story.h"
#include "chain-of-custody/signed_how.h"
#include "chain-of-custody/whose_ledger.h"
#include "image/image.h"
#include "tools/acquisition_check.h"
#include "tools/allowed.h"
#include "tools/copies.h"
#include "tools/exit_code.h"
#include "tools/photos.h"
#include "tools/verbs.h"
#include "tools/whereabouts.h"
#include "tools/workplace.h"

namespace tools {
namespace {

base::Json to_json(const GatheredCase& gathered, const custody::ExhibitView& exhibit) {
  base::Json acquisitions = base::Json::array(), ledgers = base::Json::array();
  for (const auto& acquisition : gathered.acquisitions_of(exhibit.uid)) {
    base::Json one =
        base::Json::object({{"name", acquisition.name}, {"outcome", acquisition.facts.at("outcome")}});
    if (const base::Json* received = acquisition.facts.find("received"))
      one.set("received_from", received->at("from")).set("stated", received->at("result"));
    acquisitions.push(std::move(one));
  }
  for (const GatheredCase::Told& told : gathered.told_of(exhibit.uid))
    ledgers.push(base::Json::object({{"ledger", name_of(*told.ledger)}, {"label", told.exhibit->label}}));
  base::Json out = exhibit.members;
  out.set("uid", exhibit.uid)
      .set("label", exhibit.label)
      .set("acquisitions", acquisitions)
      .set("ledgers", ledgers);
  return out;
}

std::string text_of(const base::Json& object, std::string_view name) {
  const base::Json* found = object.find(name);
  return found == nullptr ? "" : visible(found->text());
}

// "a1 complete, a2 received (different)"; of an image that a ledger tells of and whose report is not in this
// folder, "a1-B complete, not here".
std::string acquired_words(const base::Json& json, const std::vector<custody::ExhibitStory>& stories) {
  std::string acquired;
  std::set<std::string> here;
  const auto add = [&](const std::string& words) { acquired += (acquired.empty() ? "" : ", ") + words; };
  for (const base::Json& one : json.at("acquisitions").items()) {
    const base::Json* stated = one.find("stated");
    here.insert(one.at("name").text());
    add(one.at("name").text() + " " +
        (stated == nullptr ? base::Said(one.at("outcome").text())
                           : base::say("received ({})", stated->text())));
  }
  const auto story = std::ranges::find(stories, json.at("uid").text(), &custody::ExhibitStory::uid);
  if (story != stories.end())
    for (const custody::AcquisitionStory& told : story->acquisitions)
      if (told.whole && !here.contains(told.name))
        add(base::say("{} {}, not here", visible(told.name), visible(told.outcome)));
  return acquired.empty() ? std::string(base::say("no")) : acquired;
}

// "a2: image from Agency B, request 17/2026; stated digests: DIFFERENT".
std::string received_words(const std::string& name, const base::Json& received) {
  const std::string& result = received.at("result").text();
  const base::Json* request = received.find("request");
  const auto shown = [](const base::Json& value) {
    return visible(value.is_text() ? value.text() : value.canonical());
  };
  return base::say("{}: {} from {}{}; stated digests: {}", name, received.at("what").text(),
                   shown(received.at("from")),
                   request == nullptr ? "" : base::say(", request {}", shown(*request)),
                   result == "different" ? base::say("DIFFERENT") : base::Said(result));
}
// "station-a as T-A-0001, station-b"
std::string ledger_words(const GatheredCase& gathered, const custody::ExhibitView& exhibit) {
  std::string words;
  for (const GatheredCase::Told& told : gathered.told_of(exhibit.uid))
    words += (words.empty() ? "" : ", ") + visible(name_of(*told.ledger)) +
             (told.exhibit->label == exhibit.label ? "" : base::say(" as {}", visible(told.exhibit->label)));
  return words;
}

// A column in which nothing stands takes the room of others.
void drop_empty_columns(std::vector<std::vector<std::string>>& rows) {
  for (std::size_t column = rows.front().size(); column-- > 0;) {
    const auto is_empty = [&](const auto& row) { return row[column].empty(); };
    if (rows.size() == 1 || !std::all_of(rows.begin() + 1, rows.end(), is_empty)) continue;
    for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  }
}

int run_list(const Arguments& arguments, Console& console) {
  const GatheredCase gathered(the_case(arguments));
  const auto exhibits = gathered.exhibits();
  const bool several = gathered.ledgers().size() > 1;
  const WhereExhibitsAre where(gathered);
  const std::vector<custody::ExhibitStory> stories = custody::stories_of(gathered.ledgers());
  const custody::Authorities authorities(gathered.ledgers());
  const std::int64_t now = base::now_utc_us();
  std::vector<std::vector<std::string>> rows{{base::say("label"), base::say("kind"), base::say("where"),
                                              base::say("place"), base::say("seal"), base::say("barred"),
                                              base::say("serial"), base::say("parent"), base::say("acquired"),
                                              base::say("description")}};
  if (several) rows.front().push_back(base::say("ledgers"));
  for (const auto& exhibit : exhibits) {
    const base::Json json = to_json(gathered, exhibit)
                                .set("custody", where.json(exhibit.uid))
                                .set("cover", json_of(authorities, exhibit.uid, now));
    console.object(json);
    rows.push_back({exhibit.label, exhibit.kind, where.briefly(exhibit.uid), where.place(exhibit.uid),
                    where.seal(exhibit.uid), briefly(authorities.cover_of(exhibit.uid, now)),
                    text_of(json, "serial"),
                    exhibit.parent_uid.empty() ? "" : label_of(exhibits, exhibit.parent_uid),
                    acquired_words(json, stories), text_of(json, "description")});
    if (several) rows.back().push_back(ledger_words(gathered, exhibit));
  }
  drop_empty_columns(rows);
  console.table(rows, {"seal", "serial", "parent"});
  return kDone;
}

void show_entries(const GatheredCase& gathered, const std::string& uid, Console& console) {
  const bool several = gathered.ledgers().size() > 1;
  for (const GatheredCase::Told& told : gathered.told_of(uid)) {
    if (several)
      console.line(
          base::say("ledger {}, as {}", visible(name_of(*told.ledger)), visible(told.exhibit->label)));
    const custody::SignedHow signed_how(*told.ledger);
    for (const std::uint64_t index : told.exhibit->entries) {
      const auto opened = custody::open_body(told.ledger->entries.at(index));
      console.line(base::say("entry {} {}  {} {}", fmt::format("{:<4}", index),
                             visible(opened.body.at("time").at("utc").text()),
                             fmt::format("{:<15}", visible(opened.body.at("act").text())),
                             visible(signed_how.brief(opened.body))));
    }
  }
}

void show_items(const GatheredCase& gathered, const std::string& uid, Console& console) {
  for (const AcquisitionView& acquisition : gathered.acquisitions_of(uid)) {
    const base::Json* received = acquisition.facts.find("received");
    if (received != nullptr) console.line(received_words(acquisition.name, *received));
    const std::vector<CopyView> copies = copies_of(gathered, uid, acquisition);
    if (copies.size() > 1 || (!copies.empty() && copies.front().destroyed != 0))
      console.line(acquisition.name + ": " + copies_words(copies));
  }
}

void show_photos(const store::CaseFolder& folder, const custody::ExhibitView& exhibit, Console& console) {
  const base::Json* photos = exhibit.members.find("photos");
  if (photos == nullptr || !photos->is_array() || photos->items().empty()) return;
  console.line(
      fmt::format("{:<22} {}", "photographs", photos_in_words(*photos, exhibit_folder(folder, exhibit))));
}

int run_show(const Arguments& arguments, Console& console) {
  const store::CaseFolder folder = the_case(arguments);
  const GatheredCase gathered(folder);
  const std::vector<std::string> uids = gathered.labelled(arguments.required("LABEL"));
  const WhereExhibitsAre where(gathered);
  const custody::Authorities authorities(gathered.ledgers());
  const std::int64_t now = base::now_utc_us();
  for (const std::string& uid : uids) {
    const base::Json json = to_json(gathered, *gathered.told_of(uid).front().exhibit)
                                .set("custody", where.json(uid))
                                .set("cover", json_of(authorities, uid, now));
    console.object(json);
    for (const auto& [name, value] : json.members())
      if (value.is_text()) console.line(fmt::format("{:<22} {}", name, visible(value.text())));
    show_photos(folder, *gathered.told_of(uid).front().exhibit, console);
    for (const std::string& line : where.lines(uid)) console.line(line);
    for (const std::string& line : lines_of(authorities, uid, now)) console.line(line);
    show_items(gathered, uid, console);
    show_entries(gathered, uid, console);
  }
  if (uids.size() > 1)
    console.warn(base::say("{} exhibits bear this label: they are told apart by their uids", uids.size()));
  return kDone;
}

int run_check(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console, {"verify"});
  const custody::LedgerContent ledger = ledger_of(open.folder);
  require_not_closed(ledger);
  const auto exhibit = exhibit_by_label(custody::exhibits_of(ledger), arguments.required("LABEL"));
  int worst = kDone;
  for (const auto& acquisition : GatheredCase(open.folder).acquisitions_of(exhibit.uid)) {
    const std::string result = check_acquisition(acquisition, console);
    if (result != "equal") worst = kLookAtIt;
    console.result(
        base::say("{} {}: {}", visible(exhibit.label), acquisition.name, check_in_words(result)),
        base::Json::object({{"event", "check"}, {"acquisition", acquisition.name}, {"result", result}}));
    base::Event event{"verify", {}, base::Json::object(), false};
    event.exhibits.push_back(
        {exhibit.uid,
         base::Json::object({{"acquisition", acquisition.name}, {"object", "image"}, {"result", result}}),
         base::Json::object()});
    console.entry(open.ledger->append(event));
  }
  return worst;
}

constexpr std::array kOne{Option{"LABEL", OptionKind::positional, "LABEL", base::phrase("the exhibit")}};

}  // namespace

const Verb kExhibitList{"exhibit",
                        "list",
                        base::phrase("all exhibits"),
                        {},
                        "  holdfast exhibit list\n  holdfast exhibit list --json",
                        base::phrase("0; 4 failed"),
                        run_list};
const Verb kExhibitShow{"exhibit",
                        "show",
                        base::phrase("one exhibit and its entries"),
                        kOne,
                        "  holdfast exhibit show KK-A-0001\n  holdfast exhibit show KK-A-0001 --json",
                        base::phrase("0; 4 no such exhibit"),
                        run_show};
const Verb kExhibitCheck{"exhibit",
                         "check",
                         base::phrase("read the images again and record whether they are equal"),
                         kOne,
                         "  holdfast exhibit check KK-A-0001\n  holdfast exhibit check KK-A-0001 --json",
                         base::phrase("0 equal; 3 different or unreadable; 4 failed"),
                         run_check};

}  // namespace tools
