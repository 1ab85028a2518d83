// SPDX-License-Identifier: Apache-2.0
#include "support.h"

#include <set>

namespace custody::test {
namespace {

using base::Json;

std::unique_ptr<Signer> person(const char* name, const char* common_name) {
  make_identity(identities(), {name, common_name, "Test Agency", "KH", 30}, "");
  return unlock_signer(identities(), name, [] { return std::string(); });
}

std::string codes(const VerifyReport& report, Outcome outcome) {
  std::set<std::string> found;
  for (const Check& check : report.checks)
    if (check.outcome == outcome) found.insert(check.code);
  std::string text;
  for (const std::string& code : found) text += (text.empty() ? "" : " ") + code;
  return text;
}

base::Event about(const std::string& act, const std::string& uid, Json members,
                  Json hidden = Json::object()) {
  base::Event event;
  event.act = act;
  event.exhibits.push_back({uid, std::move(members), std::move(hidden)});
  return event;
}

}  // namespace

std::filesystem::path identities() {
  static const TestFolder folder;
  return folder.path();
}
const Signer& anna() {
  static const std::unique_ptr<Signer> signer = person("anna", "Officer A");
  return *signer;
}
const Signer& boris() {
  static const std::unique_ptr<Signer> signer = person("boris", "Officer B");
  return *signer;
}
TrustAnchors trusting(const Signer& signer) {
  return {{signer.certificate()}};
}

LedgerPlaces places_in(const TestFolder& folder) {
  return {folder / "case/ledgers/station-a", folder / "config/log.key", folder / "config/high-water"};
}

GenesisFacts genesis_facts() {
  GenesisFacts facts;
  facts.agency = "evidence.example";
  facts.case_id = "KK-2026";
  facts.station = "station-a";
  facts.members = Json::object({{"title", "A case made up for tests"}, {"authority", "order 17/2026"}});
  return facts;
}

base::Event add_exhibit(const std::string& uid, const std::string& label) {
  return about("exhibit.add", uid,
               Json::object({{"label", label}, {"kind", "phone"}, {"serial_reason", "label worn off"}}));
}
base::Event end_acquisition(const std::string& uid) {
  return about(
      "acquire.end", uid,
      Json::object({{"acquisition", "a1"}, {"outcome", "complete"}, {"media_bytes", "1048576"}}),
      Json::object({{"sha256", std::string(64, '5')}, {"acquisition_json_sha256", std::string(64, '6')}}));
}
base::Event extract_records(const std::string& uid) {
  return about("extract", uid,
               Json::object({{"acquisition", "a1"}, {"record_root", std::string(64, '7')}, {"lines", "3"}}),
               Json::object({{"lines_sha256", std::string(64, '8')}}));
}
base::Event check_image(const std::string& uid) {
  return about("verify", uid,
               Json::object({{"acquisition", "a1"}, {"object", "image"}, {"result", "equal"}}));
}

std::unique_ptr<Ledger> small_ledger(const TestFolder& folder) {
  auto ledger = Ledger::create(places_in(folder), genesis_facts(), anna());
  ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  ledger->append(add_exhibit(kDisk, "KK-A-0002"));
  ledger->append(end_acquisition(kPhone));
  ledger->append(extract_records(kPhone));
  ledger->append(end_acquisition(kDisk));
  ledger->append(check_image(kPhone));
  return ledger;
}

std::unique_ptr<Ledger> reopened(const TestFolder& folder) {
  return Ledger::open(places_in(folder), anna());
}

VerifyReport verify_in(const TestFolder& folder) {
  return verify_whole(read_ledger(places_in(folder).folder), trusting(anna()));
}
VerifyReport verify_whole(const LedgerContent& content, const TrustAnchors& anchors) {
  VerifyReport report;
  verify_ledger(content, Coverage::whole, anchors, report);
  return report;
}

std::string failed_codes(const VerifyReport& report) {
  return codes(report, Outcome::failed);
}
std::string impossible_codes(const VerifyReport& report) {
  return codes(report, Outcome::not_possible);
}

}  // namespace custody::test
