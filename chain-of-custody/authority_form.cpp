// SPDX-License-Identifier: Apache-2.0
// What the values of `authority.add`, `restrict` and `unrestrict` must be. A scope that nobody can read would
// bar nothing, so it is never signed.
#include <algorithm>
#include <array>

#include "base/time.h"
#include "chain-of-custody/authority_rules.h"
#include "chain-of-custody/ledger_view.h"

namespace custody {
namespace {

using base::Json;
using Words = std::vector<base::Said>;

constexpr std::array<std::string_view, 4> kKindsOfAuthority{"warrant", "order", "consent", "request"};
constexpr std::array<std::string_view, 4> kReasons{"consent-withdrawn", "order-ended", "privilege", "other"};
constexpr std::array<std::string_view, 4> kLifts{"restriction", "validity", "scope", "records"};

bool is_one_of(const auto& list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}
bool is_made_of(std::string_view text, std::size_t size, std::string_view characters) {
  return text.size() == size && text.find_first_not_of(characters) == text.npos;
}
bool is_record_id(const Json& item) {
  constexpr std::size_t kCharacters = 26;
  return item.is_text() && is_made_of(item.text(), kCharacters, "abcdefghijklmnopqrstuvwxyz234567");
}

// Both ends where they are there; the second after the first.
enum class Whose { authority, period };
void check_times(const Json& object, Whose whose, Words& wrong) {
  const bool of_period = whose == Whose::period;
  for (const char* name : {"from", "until"})
    if (object.find(name) && !base::parse_utc(text_in(object, name)))
      wrong.push_back(of_period ? base::say("a period states in \"{}\" no time", name)
                                : base::say("the authority states in \"{}\" no time", name));
  const auto from = base::parse_utc(text_in(object, "from")),
             until = base::parse_utc(text_in(object, "until"));
  if (from && until && *until <= *from)
    wrong.push_back(of_period ? base::say("a period ends before it begins")
                              : base::say("the authority ends before it begins"));
}

void check_data(const Json& data, Words& wrong) {
  const auto known = [](const Json& item) {
    return item.is_text() && is_one_of(kinds_of_data(), item.text());
  };
  if (!data.is_array() || data.items().empty() || !std::ranges::all_of(data.items(), known))
    wrong.push_back(base::say("\"data\" is no list of kinds of data"));
}

void check_periods(const Json& periods, Words& wrong) {
  const bool list = periods.is_array() && !periods.items().empty();
  if (!list) wrong.push_back(base::say("\"periods\" is no list of periods"));
  for (const Json& period : list ? periods.items() : Json::Array()) {
    if (!period.is_object() || period.members().size() != 2 || !period.find("from") || !period.find("until"))
      wrong.push_back(base::say("a period has not two ends"));
    check_times(period, Whose::period, wrong);
  }
}

void check_authority(const Json& body, Words& wrong) {
  for (const char* name : {"number", "issuer"})
    if (text_in(body, name).empty()) wrong.push_back(base::say("\"{}\" is empty", name));
  for (const char* name : {"premises", "renews", "request"})
    if (body.find(name) && text_in(body, name).empty()) wrong.push_back(base::say("\"{}\" is empty", name));
  if (!is_one_of(kKindsOfAuthority, text_in(body, "kind")))
    wrong.push_back(base::say("the kind of the authority is none of warrant, order, consent and request"));
  check_times(body, Whose::authority, wrong);
  if (const Json* data = body.find("data")) check_data(*data, wrong);
  if (const Json* periods = body.find("periods")) check_periods(*periods, wrong);
  if (body.find("document") && !is_made_of(text_in(body, "document"), 64, "0123456789abcdef"))
    wrong.push_back(base::say("\"document\" is no SHA-256"));
}

// A list of ids is not empty: it would bar the exhibit, or nothing, and nobody could tell which was meant.
void check_records(const OpenedBody& opened, Words& wrong) {
  for (const OpenedBody::Exhibit& exhibit : opened.exhibits) {
    const Json* records = exhibit.members.find("records");
    if (!records) continue;
    const bool list = records->is_array() && !records->items().empty();
    if (!list || !std::ranges::all_of(records->items(), is_record_id))
      wrong.push_back(base::say("\"records\" is no list of record ids"));
  }
}

void check_lift(const OpenedBody& opened, Words& wrong) {
  const std::string lifts = text_in(opened.body, "lifts");
  if (!is_one_of(kLifts, lifts))
    wrong.push_back(base::say("what is lifted is none of restriction, validity, scope and records"));
  if (opened.body.find("until") && !base::parse_utc(text_in(opened.body, "until")))
    wrong.push_back(base::say("\"until\" states no time"));
  for (const OpenedBody::Exhibit& exhibit : opened.exhibits) {
    const bool names_records = exhibit.members.find("records") || exhibit.withheld > 0;
    if (names_records != (lifts == "records"))
      wrong.push_back(names_records ? base::say("records are named, and something else is lifted")
                                    : base::say("records are lifted, and none is named"));
  }
}

}  // namespace

Words authority_faults(const OpenedBody& opened) {
  Words wrong;
  const std::string act = text_in(opened.body, "act");
  if (act == "authority.add") check_authority(opened.body, wrong);
  if (act == "restrict" && !is_one_of(kReasons, text_in(opened.body, "reason")))
    wrong.push_back(base::say("the reason is none of consent-withdrawn, order-ended, privilege and other"));
  if (act == "unrestrict") check_lift(opened, wrong);
  if (act == "restrict" || act == "unrestrict") check_records(opened, wrong);
  return wrong;
}

}  // namespace custody
