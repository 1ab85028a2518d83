// SPDX-License-Identifier: Apache-2.0
// Bundles about exhibits that passed from station to station: every ledger that tells of them travels along.
#include <gtest/gtest.h>

#include "base/file.h"
#include "chain-of-custody/concerned_ledgers.h"
#include "chain-of-custody/continuation.h"
#include "chain-of-custody/handover.h"
#include "support.h"

namespace exporter::test {
namespace {

using base::Json;
using custody::HandoverKind;

// The phone goes from station-a, which imaged and parsed it, to station-b; the laptop stays.
class HandedOver : public testing::Test {
 protected:
  HandedOver() {
    b = station("station-b", stranger());
    base::Event offer{"handover.offer", {}, Json::object({{"purpose", "trial"}}), false};
    offer.members.set("to", Json::object({{"cert_sha256", custody::fingerprint_of(stranger().certificate())},
                                          {"subject", stranger().subject()}}));
    offer.exhibits.push_back({kPhone, Json::object(), Json::object()});
    const auto offered = sample.ledger->append(offer).index;
    const auto accepted =
        b->append(custody::acceptance_of(shown("station-a", offered, HandoverKind::offer))).index;
    sample.ledger->append(
        custody::receipt_of(shown("station-b", accepted, HandoverKind::acceptance), content("station-a")));
  }

  std::unique_ptr<custody::Ledger> station(const std::string& name, const custody::Signer& signer,
                                           Json genesis = Json::object(),
                                           const custody::Signers& custodians = {}) {
    custody::GenesisFacts facts{"evidence.example", "KK-2026", name, Json::object({{"title", "t"}})};
    for (const auto& [member, value] : genesis.members()) facts.members.set(member, value);
    return custody::Ledger::create(
        {sample.folder / ("ledgers/" + name), sample.folder / ("config/" + name + ".key"),
         sample.folder / ("config/" + name + ".high")},
        facts, signer, custodians);
  }
  custody::LedgerContent content(const std::string& name) const {
    return custody::read_ledger(sample.folder / ("ledgers/" + name));
  }
  custody::ShownHandover shown(const std::string& name, std::uint64_t index, HandoverKind kind) const {
    return custody::check_handover(custody::read_handover(base::as_bytes(custody::write_handover(
                                       custody::handover_file(content(name), index, kind)))),
                                   kind);
  }

  // What the verb does: the ledger of `own`, and of the others those that are concerned.
  BundleInputs inputs_at(const std::string& own, const std::vector<std::string>& others) {
    BundleInputs inputs = sample.inputs(plain_request().set("exhibits", Json::array({"KK-A-0001"})));
    inputs.ledger_folder = sample.folder / ("ledgers/" + own);
    inputs.station = own;
    inputs.exhibits = {custody::exhibits_of(content(own)).front()};
    std::vector<custody::LedgerContent> all{content(own)};
    for (const std::string& other : others) all.push_back(content(other));
    concerned = custody::concerned_ledgers(all, {kPhone});
    for (const std::size_t index : concerned.further) inputs.further_ledgers.push_back(all[index]);
    return inputs;
  }
  custody::VerifyReport exported(const std::string& own, const std::vector<std::string>& others,
                                 custody::Ledger& ledger, const custody::Signer& signer) {
    const std::string name = "ed" + std::to_string(++editions_);
    write_bundle(inputs_at(own, others), sample.bundle(name), ledger, signer);
    return verified(name);
  }
  custody::VerifyReport verified(const std::string& name) const {
    return custody::verify_bundle(*sample.set(name), {{officer().certificate(), stranger().certificate()}});
  }
  static bool says(const custody::VerifyReport& report, const std::string& code, const std::string& part) {
    return std::any_of(report.checks.begin(), report.checks.end(), [&](const custody::Check& check) {
      return check.code == code && check.what.find(part) != std::string::npos;
    });
  }

  SampleCase sample;
  std::unique_ptr<custody::Ledger> b;
  custody::ConcernedLedgers concerned;

 private:
  int editions_ = 0;
};

TEST_F(HandedOver, TheReceiversBundleCarriesTheGiversLedger) {
  const auto report = exported("station-b", {"station-a"}, *b, stranger());
  EXPECT_EQ(name_of(report.verdict()), "VERIFIED IN PART") << complaints(report);
  EXPECT_TRUE(says(report, "link.offer", "")) << "the handover was followed";
  EXPECT_TRUE(says(report, "records.root", "of the ledger station-a signed"));
  const auto files = sample.files("ed1");
  EXPECT_TRUE(files.contains("data/custody/station-a/checkpoint"));
  EXPECT_FALSE(files.contains("data/custody/station-a/state/" + std::string(kLaptop) + ".json"))
      << "the laptop is none of the recipient's business";
  const std::string start(base::as_text(files.at("00-START-HERE.html")));
  EXPECT_NE(start.find("Ledgers of other stations"), std::string::npos);
  EXPECT_NE(start.find("station-a"), std::string::npos);
}
TEST_F(HandedOver, TheGiversBundleCarriesTheReceiversLedger) {
  const auto report = exported("station-a", {"station-b"}, *sample.ledger, officer());
  EXPECT_EQ(name_of(report.verdict()), "VERIFIED IN PART") << complaints(report);
  EXPECT_TRUE(sample.files("ed1").contains("data/custody/station-b/checkpoint"));
}
TEST_F(HandedOver, ALedgerThatIsNotInTheFolderIsNamed) {
  const auto report = exported("station-b", {}, *b, stranger());
  EXPECT_EQ(concerned.missing, std::vector<std::string>{"evidence.example/KK-2026/station-a"});
  EXPECT_EQ(name_of(report.verdict()), "NOT PROVEN") << complaints(report);
  EXPECT_TRUE(says(report, "link.ledger", "evidence.example/KK-2026/station-a, and that ledger is not here"));
}
TEST_F(HandedOver, ALedgerThatIsTakenOutOfABundleIsDamage) {
  exported("station-b", {"station-a"}, *b, stranger());
  auto files = sample.files("ed1");
  std::erase_if(files, [](const auto& file) { return file.first.starts_with("data/custody/station-a/"); });
  const auto report = custody::verify_bundle(*base::files_in_memory(std::move(files)),
                                             {{officer().certificate(), stranger().certificate()}});
  EXPECT_EQ(name_of(report.verdict()), "DAMAGED");
  EXPECT_NE(failed_codes(report).find("bag.missing"), std::string::npos);
}
// Ledgers that say nothing of the exhibits do not travel; copies travel once.
TEST_F(HandedOver, OnlyWhatIsConcernedTravels) {
  station("station-c", officer());
  std::filesystem::copy(sample.folder / "ledgers/station-a", sample.folder / "ledgers/copy-of-a",
                        std::filesystem::copy_options::recursive);
  sample.ledger->append(
      {"amend", {{kPhone, Json::object(), Json::object()}}, Json::object({{"reason", "r"}}), false});
  inputs_at("station-b", {"copy-of-a", "station-a", "station-c"});
  EXPECT_EQ(concerned.further, std::vector<std::size_t>{2}) << "the longer of the copies";
  EXPECT_TRUE(concerned.missing.empty());
  inputs_at("station-a", {"copy-of-a", "station-b", "station-c"});
  EXPECT_EQ(concerned.further, std::vector<std::size_t>{2}) << "no copy of its own";
}
// Station b is lost and goes on as station-d: the first entry of d names b, whatever an edition is about.
TEST_F(HandedOver, ALostStationsLedgerTravelsWithTheOneThatGoesOn) {
  const custody::Continuation on = custody::continuation_of(content("station-b"));
  const auto d = station("station-d", officer(), Json::object({{"continues", on.continues}}), {&stranger()});
  d->append(on.takeover);
  const auto report = exported("station-d", {"station-a", "station-b"}, *d, officer());
  EXPECT_EQ(name_of(report.verdict()), "VERIFIED IN PART") << complaints(report);
  EXPECT_TRUE(says(report, "link.continued", "by two people"));
  for (const auto& [left_out, name] :
       {std::pair("station-a", "station-b"), std::pair("station-b", "station-a")}) {
    const auto without = exported("station-d", {name}, *d, officer());
    EXPECT_EQ(name_of(without.verdict()), "NOT PROVEN") << left_out << complaints(without);
    EXPECT_TRUE(says(without, "link.ledger", std::string(left_out) + ", and that ledger is not here"));
  }
}
// Both stations give the same data away: two ledgers end with it, and the bundle's name tells whose it is.
TEST_F(HandedOver, TwoStationsDiscloseTheSameData) {
  write_bundle(inputs_at("station-a", {"station-b"}), sample.bundle("ed1"), *sample.ledger, officer());
  write_bundle(inputs_at("station-b", {"station-a"}), sample.bundle("ed2"), *b, stranger());
  const auto report = verified("ed2");
  EXPECT_EQ(name_of(report.verdict()), "VERIFIED IN PART") << complaints(report);
}

}  // namespace
}  // namespace exporter::test
