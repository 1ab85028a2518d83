// SPDX-License-Identifier: Apache-2.0
// Parties without a certificate: a store clerk, an owner, somebody who looks on. The digest of a scanned slip
// stands for a signature, for roles that do not act, and never alone.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/exhibit_state.h"
#include "chain-of-custody/handover.h"
#include "chain-of-custody/scans.h"
#include "forge.h"

namespace custody::test {
namespace {

using base::Json;
namespace fs = std::filesystem;

base::Event hand_over() {
  base::Event event{"handover", {}, Json::object({{"purpose", "storage"}}), false};
  event.exhibits.push_back({kPhone, Json::object({{"seal", "S-17"}}), Json::object()});
  return event;
}

// Entries: genesis (0), the phone (1), and its handover to a clerk on paper (2).
class Paper : public testing::Test {
 protected:
  Paper() : ledger_(Ledger::create(places_in(folder_), genesis_facts(), anna())) {
    ledger_->append(add_exhibit(kPhone, "KK-A-0001"));
    slip_ = slip("a clerk's hand");
    ledger_->append(hand_over(), {}, {{"receiving", slip_}});
  }
  std::string slip(const std::string& scanned) const {
    base::write_durably(folder_ / "scan.PNG", base::as_bytes(scanned));
    return keep_slip(folder_ / "case", folder_ / "scan.PNG");
  }
  fs::path slip_file() const { return folder_ / "case/slips" / (slip_ + ".png"); }
  LedgerContent read() const { return read_ledger(places_in(folder_).folder); }
  VerifyReport verify() const { return verify_case(folder_ / "case", trusting(anna())); }
  std::string failed(LedgerContent content) const {
    reseal(content, log_key_of(folder_));
    return failed_codes(verify_whole(content, trusting(anna())));
  }
  // With the parties changed in the handover, and what is signed again by Anna.
  std::string with_parties(const std::function<void(Json::Array&)>& change) const {
    LedgerContent content = read();
    sign_again(content.entries[2], anna(), [&](Json& body) {
      Json::Array parties = body.at("parties").items();
      change(parties);
      body.set("parties", Json(parties));
    });
    return failed(content);
  }
  void refused(const base::Event& event, const Papers& papers, const std::string& why) {
    try {
      ledger_->append(event, {}, papers);
      ADD_FAILURE() << "it was not refused: " << why;
    } catch (const base::Error& error) {
      EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    }
    EXPECT_EQ(ledger_->size(), 3u);
  }

  TestFolder folder_;
  std::unique_ptr<Ledger> ledger_;
  std::string slip_;
};

TEST_F(Paper, StandsForAPartyAndIsSaidToBeWeaker) {
  const LedgerContent content = read();
  ASSERT_EQ(content.entries[2].signatures.size(), 1u);
  const Json body = open_body(content.entries[2]).body;
  EXPECT_EQ(body.at("parties").items()[1].canonical(),
            R"({"kind":"paper","role":"receiving","slip_sha256":")" + slip_ + "\"}");
  std::string words;
  for (const std::string& line : body_in_words(body, {})) words += line + "\n";
  EXPECT_NE(words.find("on paper, which is weaker: slip " + slip_ + " (receiving)"), std::string::npos)
      << words;
  const VerifyReport report = verify();
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report) << impossible_codes(report);
  std::string said;
  for (const std::string& statement : report.statements) said += statement + "\n";
  EXPECT_NE(said.find("1 party of an entry is on paper"), std::string::npos) << said;
}
TEST_F(Paper, HoldsAndGivesBackOnPaper) {
  EXPECT_EQ(custody_of(read()).find(kPhone)->holder, std::string(kHeldOnPaper) + slip_);
  EXPECT_THROW(ledger_->append(hand_over(), {&boris()}), base::Error) << "Anna does not hold it";
  refused(hand_over(), {{"receiving", slip("another clerk's hand")}}, "another than the one who holds it");
  // The clerk gives it back to Anna, who signs, by another slip.
  ledger_->append(hand_over(), {}, {{"releasing", slip("the clerk's hand again")}});
  EXPECT_EQ(custody_of(read()).find(kPhone)->holder, fingerprint_of(anna().certificate()));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
  try {
    ledger_->append(hand_over(), {}, {{"releasing", slip("anybody's hand")}});
    ADD_FAILURE() << "what a person holds, a slip does not hand over";
  } catch (const base::Error& error) {
    EXPECT_NE(std::string(error.what()).find("another than the one who holds it"), std::string::npos);
  }
}
TEST_F(Paper, LooksOnAsAWitness) {
  const std::string witness = slip("a neighbour's hand");
  ledger_->append(add_exhibit(kDisk, "KK-A-0002"), {}, {{"witness", witness}});
  base::Event disk = hand_over();
  disk.exhibits[0].uid = kDisk;
  ledger_->append(disk, {},
                  {{"witness", slip("another neighbour's hand")}, {"receiving", slip("a third hand")}});
  const LedgerContent content = read();
  const auto roles = [&](std::size_t entry) {
    std::string text;
    const Json body = open_body(content.entries[entry]).body;
    for (const Json& party : body.at("parties").items())
      text += party_role(party) + (is_on_paper(party) ? " on paper, " : ", ");
    return text;
  };
  EXPECT_EQ(roles(3), "acting, witness on paper, ");
  EXPECT_EQ(roles(4), "releasing, receiving on paper, witness on paper, ");
  EXPECT_EQ(custody_of(content).find(kDisk)->holder.substr(0, 6), kHeldOnPaper)
      << "the witness holds nothing";
  EXPECT_EQ(verify().verdict(), Verdict::verified);
}
// The file that goes to another station has the entry with the witness, who has no signature in it.
TEST_F(Paper, GoesAlongToAnotherStation) {
  ledger_->append(add_exhibit(kDisk, "KK-A-0002"), {}, {{"witness", slip("a neighbour's hand")}});
  base::Event offer{"handover.offer", {{kDisk, Json::object(), Json::object()}}, Json::object(), false};
  offer.members.set("purpose", "analysis")
      .set("to", Json::object({{"cert_sha256", fingerprint_of(boris().certificate())}, {"subject", "B"}}));
  const std::uint64_t index = ledger_->append(offer).index;
  const HandoverFile file = handover_file(read(), index, HandoverKind::offer);
  const ShownHandover shown = check_handover(file, HandoverKind::offer);
  ASSERT_EQ(shown.exhibits.size(), 1u);
  EXPECT_EQ(shown.exhibits[0].uid, kDisk);
}
TEST_F(Paper, TheWriterRefusesOtherRoles) {
  refused(add_exhibit(kDisk, "KK-A-0002"), {{"acting", slip_}}, "a party on paper has the role \"acting\"");
  refused(add_exhibit(kDisk, "KK-A-0002"), {{"custodian", slip_}}, "nobody takes part");
  refused(check_image(kPhone), {{"witness", slip_}}, "nobody takes part");
  refused(add_exhibit(kDisk, "KK-A-0002"), {{"witness", slip_}, {"witness", slip_}},
          "the same certificate or slip");
  refused({"key.revoke", {}, Json::object(), true}, {{"custodian", slip_}}, "");
}
TEST_F(Paper, RolesAndKindsForged) {
  EXPECT_EQ(with_parties([](Json::Array&) {}), "");
  EXPECT_EQ(with_parties([](Json::Array& parties) { parties[1].set("role", "custodian"); }), "act.table");
  EXPECT_EQ(with_parties([](Json::Array& parties) { parties[1].set("slip_sha256", "no digest"); }),
            "body.form");
  EXPECT_EQ(with_parties([](Json::Array& parties) { parties[1].set("name", "Somebody"); }), "act.table")
      << "no name stands in a body";
  EXPECT_EQ(with_parties([](Json::Array& parties) { parties.push_back(parties[1]); }), "act.table");
  EXPECT_EQ(with_parties([](Json::Array& parties) { parties[1].set("kind", "person"); }),
            "act.table leaf.signatures");
}
// Nobody signs: whoever holds the ledger's own key would need no one else.
TEST_F(Paper, EverybodyOnPaper) {
  LedgerContent content = read();
  Json body = base::parse_profile(*content.entries[2].body);
  Json::Array parties = body.at("parties").items();
  parties[0] =
      Json::object({{"kind", "paper"}, {"role", "releasing"}, {"slip_sha256", std::string(64, '7')}});
  content.entries[2].body = base::to_buffer(base::as_bytes(body.set("parties", Json(parties)).canonical()));
  content.entries[2].signatures.clear();
  EXPECT_EQ(failed(content), "act.table custody.state leaf.signatures");
}
// A signature is taken away and a slip put in its place.
TEST_F(Paper, AnActOnPaper) {
  LedgerContent content = read();
  Json body = base::parse_profile(*content.entries[1].body);
  const Json party = Json::object({{"kind", "paper"}, {"role", "acting"}, {"slip_sha256", slip_}});
  content.entries[1].body =
      base::to_buffer(base::as_bytes(body.set("parties", Json::array({party})).canonical()));
  content.entries[1].signatures.clear();
  content.entries.resize(2);
  EXPECT_EQ(failed(content), "act.table leaf.signatures");
}
TEST_F(Paper, SlipsAreCompared) {
  EXPECT_TRUE(fs::is_regular_file(slip_file()));
  fs::rename(slip_file(), folder_ / "elsewhere");
  VerifyReport report = verify();
  EXPECT_EQ(report.verdict(), Verdict::not_proven);
  EXPECT_EQ(impossible_codes(report), "slip.file");
  base::write_durably(slip_file(), base::as_bytes("another hand"));
  EXPECT_EQ(failed_codes(verify()), "slip.file");
  fs::remove(slip_file());
  fs::create_symlink(folder_ / "elsewhere", slip_file());
  EXPECT_EQ(failed_codes(verify()), "slip.file") << "a link is no slip";
}
TEST_F(Paper, ScansThatAreNone) {
  base::write_durably(folder_ / "scan.exe", base::as_bytes("x"));
  base::write_durably(folder_ / "empty.png", {});
  for (const char* name : {"scan.exe", "empty.png", "absent.png"})
    EXPECT_THROW(keep_slip(folder_ / "case", folder_ / name), base::Error) << name;
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "case/slips"), {}), 1);
}

}  // namespace
}  // namespace custody::test
