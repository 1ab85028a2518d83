// SPDX-License-Identifier: Apache-2.0
#include "tools/allowed.h"

#include <fmt/format.h>

#include "base/counted.h"
#include "base/time.h"
#include "base/words.h"
#include "tools/console.h"
#include "tools/text.h"

namespace tools {
namespace {

using custody::Barrier;

std::string word_of(Barrier barrier) {
  switch (barrier) {
    case Barrier::none:
      return base::say("nothing");
    case Barrier::out_of_scope:
      return base::say("out of scope");
    case Barrier::privilege:
      return base::say("privilege");
    case Barrier::consent:
      return base::say("consent");
    case Barrier::court_order:
      return base::say("order");
  }
  return "";
}

bool is_limited(const custody::Cover& cover) {
  return !cover.data.empty() || !cover.periods.empty();
}

std::string restriction_words(const custody::Restriction& one) {
  const std::string what = one.whole             ? base::say("as a whole")
                           : one.records.empty() ? base::say("records that are withheld here")
                                                 : base::say_counted(one.records.size(), "record", "records");
  return fmt::format("{}: {}{} ({})", what, one.reason, one.why.empty() ? "" : ", " + visible(one.why),
                     entry_words(one.at.ledger, one.at.entry));
}

}  // namespace

std::string entry_words(const std::string& ledger, std::uint64_t entry) {
  return base::say("{}, entry {}", visible(ledger.substr(ledger.rfind('/') + 1)), entry);
}

std::string day_or_time(std::int64_t utc_us) {
  constexpr std::int64_t kDay = std::int64_t{24} * 3600 * 1'000'000;
  constexpr std::size_t kDate = 10;
  const std::string text = base::format_utc_for_people(utc_us);
  return utc_us % kDay == 0 ? text.substr(0, kDate) : text;
}

std::string scope_words(const std::vector<std::string>& data, const std::vector<custody::Period>& periods) {
  std::string words;
  for (const std::string& kind : data) words += (words.empty() ? "" : ", ") + kind;
  if (data.empty()) words = base::say("all data");
  for (const custody::Period& period : periods)
    words += base::say("{} {} to {}", &period == periods.data() ? ";" : ",", day_or_time(period.from_utc_us),
                       day_or_time(period.until_utc_us));
  return words;
}

base::Error barred(const custody::ExhibitView& exhibit, const custody::Cover& cover, Use use) {
  const std::string label = visible(exhibit.label);
  const base::Said why(visible(cover.why.here), visible(cover.why.english));
  return {base::ErrorKind::usage,
          use == Use::acquire ? base::say("{} may not be acquired. {}", label, why)
          : use == Use::parse ? base::say("{} may not be parsed. {}", label, why)
                              : base::say("{} may not be shown. {}", label, why),
          base::say("The evidence is as it was. Record a renewal (`authority add --renews`), or have another "
                    "officer lift it (`unrestrict --with`).")};
}

void require_allowed(const store::CaseFolder& folder, const custody::ExhibitView& exhibit, Use use) {
  const custody::Authorities authorities(GatheredCase(folder).ledgers());
  const custody::Cover cover = authorities.cover_of(exhibit.uid, base::now_utc_us());
  if (cover.whole != Barrier::none) throw barred(exhibit, cover, use);
}

std::string briefly(const custody::Cover& cover) {
  if (cover.whole != Barrier::none) return base::say("barred: {}", word_of(cover.whole));
  std::size_t records = 0;
  for (const auto& [id, barrier] : cover.records) records += barrier == Barrier::none ? 0 : 1;
  std::string words = is_limited(cover) ? scope_words(cover.data, cover.periods) : "";
  if (records > 0)
    words +=
        base::say("{}{} barred", words.empty() ? "" : "; ", base::say_counted(records, "record", "records"));
  return words;
}

std::vector<std::string> lines_of(const custody::Authorities& authorities, const std::string& uid,
                                  std::int64_t now_us) {
  std::vector<std::string> lines;
  const auto add = [&](const base::Said& name, const std::string& value) {
    lines.push_back(fitted(name, 22) + " " + value);
  };
  const custody::Cover cover = authorities.cover_of(uid, now_us);
  const custody::Authority* governing = authorities.governing(uid, now_us);
  if (governing != nullptr)
    add(base::say("now under"), fmt::format("{} ({})", visible(custody::name_in_words(*governing)),
                                            entry_words(governing->ledger, governing->entry)));
  else if (const std::string stated = authorities.stated(uid); !stated.empty())
    add(base::say("now under"), base::say("{}, of which the case knows nothing more", visible(stated)));
  if (cover.whole != Barrier::none) add(base::say("now barred"), visible(cover.why));
  if (is_limited(cover)) add(base::say("now shown of it"), scope_words(cover.data, cover.periods));
  for (const custody::Restriction& one : authorities.restrictions(uid, now_us))
    add(base::say("now restricted"), restriction_words(one));
  return lines;
}

base::Json json_of(const custody::Authorities& authorities, const std::string& uid, std::int64_t now_us) {
  const custody::Cover cover = authorities.cover_of(uid, now_us);
  base::Json json = base::Json::object({{"barred", cover.whole != Barrier::none}});
  if (cover.whole != Barrier::none)
    json.set("reason", std::string(custody::reason_code(cover.whole))).set("why", cover.why.english);
  if (const custody::Authority* governing = authorities.governing(uid, now_us))
    json.set("under", governing->number);
  if (!cover.data.empty())
    json.set("data", base::Json(base::Json::Array(cover.data.begin(), cover.data.end())));
  base::Json periods = base::Json::array();
  for (const custody::Period& period : cover.periods)
    periods.push(base::Json::object(
        {{"from", base::format_utc(period.from_utc_us)}, {"until", base::format_utc(period.until_utc_us)}}));
  if (!cover.periods.empty()) json.set("periods", periods);
  base::Json restrictions = base::Json::array();
  for (const custody::Restriction& one : authorities.restrictions(uid, now_us))
    restrictions.push(base::Json::object({{"reason", one.reason},
                                          {"ledger", one.at.ledger},
                                          {"entry", std::to_string(one.at.entry)},
                                          {"whole", one.whole},
                                          {"records", std::to_string(one.records.size())}}));
  return json.set("restrictions", restrictions);
}

}  // namespace tools
