// SPDX-License-Identifier: Apache-2.0
// A body with its disclosures. Where it opens, each digest stands once and each disclosure belongs to one;
// what is withheld changes nothing else; what its writer would make of the same event opens too, and fits
// the table of acts.
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/event.h"
#include "body_input.h"
#include "chain-of-custody/body.h"
#include "promise.h"

namespace {

using base::Json;
using custody::ErasedStatement;
using custody::OpenedBody;
using fuzz::BodyInput;
using fuzz::must;

std::optional<OpenedBody> open(const BodyInput& input, const std::vector<ErasedStatement>& erased = {}) {
  try {
    return custody::open_body(base::as_bytes(input.body), input.disclosures, erased);
  } catch (const custody::BodyError& error) {
    must(!error.code.empty());
    return std::nullopt;
  }
}

// The digests that a disclosed statement refers to.
std::vector<std::string> hidden_in(const custody::Disclosure& disclosure) {
  std::vector<std::string> digests;
  if (const Json* hidden = disclosure.value.find("_sd"); hidden && !disclosure.name)
    for (const Json& digest : hidden->items()) digests.push_back(digest.text());
  return digests;
}

void check_references(const BodyInput& input, const OpenedBody& opened) {
  std::map<std::string, int> referenced;
  for (const Json& item : opened.body.at("exhibits").items()) ++referenced[item.at("...").text()];
  for (const std::string& text : input.disclosures)
    for (const std::string& digest : hidden_in(custody::read_disclosure(text))) ++referenced[digest];
  for (const auto& [digest, count] : referenced) must(count == 1 && custody::is_disclosure_digest(digest));
  for (const std::string& text : input.disclosures)
    must(referenced.contains(custody::disclosure_digest(text)));
}

void check_exhibits(const OpenedBody& opened) {
  must(opened.exhibits.size() + opened.hidden == opened.body.at("exhibits").items().size());
  std::set<std::string> uids;
  for (const auto& touched : opened.touched)
    must(custody::is_exhibit_uid(touched.uid) && uids.insert(touched.uid).second);
  for (const auto& exhibit : opened.exhibits) {
    must(uids.contains(exhibit.uid) && exhibit.n >= 1);
    for (const char* name : {"_sd", "_sd_alg", "...", "uid", "n", "prev_body_sha256"})
      must(!exhibit.members.find(name));
    for (const std::string& name : exhibit.opened_names) must(exhibit.members.find(name));
  }
}

std::size_t withheld_in(const OpenedBody& opened) {
  std::size_t count = 0;
  for (const auto& exhibit : opened.exhibits) count += exhibit.withheld;
  return count;
}

// Without its statement an exhibit is hidden, and what is kept of an erased one tells its uid as before.
void withhold_statement(const BodyInput& whole, const OpenedBody& opened, std::size_t which) {
  const custody::Disclosure disclosure = custody::read_disclosure(whole.disclosures[which]);
  const std::vector<std::string> nested = hidden_in(disclosure);
  BodyInput part{whole.body, {}};
  for (std::size_t i = 0; i < whole.disclosures.size(); ++i) {
    const bool below =
        std::ranges::find(nested, custody::disclosure_digest(whole.disclosures[i])) != nested.end();
    if (i != which && !below) part.disclosures.push_back(whole.disclosures[i]);
  }
  const auto hidden = open(part);
  must(hidden && hidden->hidden == opened.hidden + 1 &&
       hidden->exhibits.size() + 1 == opened.exhibits.size());
  const auto erased =
      open(part, {{custody::disclosure_digest(whole.disclosures[which]), disclosure.value.at("uid").text()}});
  must(erased && erased->touched.size() == opened.touched.size());
  for (std::size_t i = 0; i < opened.touched.size(); ++i)
    must(erased->touched[i].uid == opened.touched[i].uid);
}

void withhold_each(const BodyInput& whole, const OpenedBody& opened) {
  for (std::size_t i = 0; i < whole.disclosures.size(); ++i) {
    if (!custody::read_disclosure(whole.disclosures[i]).name) {
      withhold_statement(whole, opened, i);
      continue;
    }
    BodyInput part = whole;
    part.disclosures.erase(part.disclosures.begin() + static_cast<std::ptrdiff_t>(i));
    const auto less = open(part);
    must(less && less->hidden == opened.hidden && withheld_in(*less) == withheld_in(opened) + 1);
  }
}

base::ExhibitStatement statement_of(const OpenedBody::Exhibit& exhibit) {
  base::ExhibitStatement statement{exhibit.uid, Json::object(), Json::object()};
  for (const auto& [name, value] : exhibit.members.members()) {
    const bool was_hidden = std::ranges::find(exhibit.opened_names, name) != exhibit.opened_names.end();
    (was_hidden ? statement.hidden : statement.members).set(name, value);
  }
  return statement;
}

void write_the_same(const OpenedBody& opened) {
  static const std::set<std::string_view> kFrame{
      "v",    "act",  "case",     "ledger",  "ledger_genesis", "nonce",   "parties",
      "time", "tool", "exhibits", "_sd_alg", "scope",          "scope_n", "scope_prev_body_sha256"};
  base::Event event{opened.body.at("act").text(), {}, Json::object(), opened.body.find("scope") != nullptr};
  custody::BodyFrame frame{opened.body.at("case").text(),
                           opened.body.at("ledger").text(),
                           opened.body.at("ledger_genesis").text(),
                           {}};
  for (const auto& [name, value] : opened.body.members())
    if (!kFrame.contains(name)) event.members.set(name, value);
  for (const Json& party : opened.body.at("parties").items())
    frame.parties.push_back(
        {custody::party_digest(party), custody::is_on_paper(party)  ? custody::PartyKind::paper
                                       : custody::is_session(party) ? custody::PartyKind::session
                                                                    : custody::PartyKind::person});
  custody::CaseState state;
  for (const auto& exhibit : opened.exhibits) {
    event.exhibits.push_back(statement_of(exhibit));
    if (exhibit.n > 1) state.advance(exhibit.uid, {});
  }
  try {
    const custody::NewBody made = custody::make_body(event, frame, state);
    const auto again = open({made.text, made.disclosures});
    must(again && custody::check_act(*again).empty());
    must(again->exhibits.size() == opened.exhibits.size());
    for (std::size_t i = 0; i < opened.exhibits.size(); ++i)
      must(again->exhibits[i].members.canonical() == opened.exhibits[i].members.canonical());
  } catch (const base::Error& error) {
    must(error.kind == base::ErrorKind::usage);
  }
}

void say(const OpenedBody& opened) {
  std::vector<Json> exhibits;
  for (const auto& exhibit : opened.exhibits) exhibits.push_back(exhibit.members);
  try {
    for (const std::string& line : custody::body_in_words(opened.body, exhibits))
      for (const char c : line) must(static_cast<unsigned char>(c) >= 0x20);
  } catch (const base::JsonError&) {
    must(!custody::check_act(opened).empty());  // an act of the table can always be told
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BodyInput input = fuzz::body_input_of(fuzz::text_of(data, size));
  const std::string_view at_sight = custody::act_at_first_sight(base::as_bytes(input.body));
  const auto opened = open(input);
  if (!opened) return 0;
  must(opened->body.canonical() == input.body);
  const std::string& act = opened->body.at("act").text();
  if (act.find_first_of("\"\\") == act.npos) must(at_sight.empty() || at_sight == act);
  check_references(input, *opened);
  check_exhibits(*opened);
  withhold_each(input, *opened);
  say(*opened);
  write_the_same(*opened);
  return 0;
}
