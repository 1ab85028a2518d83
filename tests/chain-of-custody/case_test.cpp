// SPDX-License-Identifier: Apache-2.0
// A case folder on the disk against its ledger: one byte changed, one file gone.
#include <set>

#include <gtest/gtest.h>

#include "base/records.h"
#include "base/segment.h"
#include "base/sqlite.h"
#include "support.h"
#include "tests/support/plain_sealer.h"

namespace custody::test {
namespace {

using base::Json;
namespace fs = std::filesystem;

class CaseOnDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    ledger_ = Ledger::create(places_in(folder_), genesis_facts(), anna());
    ledger_->append(add_exhibit(kPhone, "KK-A-0001"));
    fs::create_directories(exhibit_ / "a1");
    fs::create_directories(exhibit_ / "segments");
    write_acquisition();
    write_segment();
  }

  void write_acquisition() {
    base::write_durably(image_, base::Buffer(5000, std::byte{7}));
    const Json json = Json::object(
        {{"files", Json::array({Json::object({{"name", image_.filename().string()},
                                              {"bytes", "5000"},
                                              {"sha256", base::sha256(base::read_file(image_)).hex()}})})}});
    base::write_durably(exhibit_ / "a1/acquisition.json", base::as_bytes(json.canonical()));
    base::Event event = end_acquisition(kPhone);
    event.exhibits[0].hidden.set("acquisition_json_sha256",
                                 base::sha256(base::as_bytes(json.canonical())).hex());
    ledger_->append(event);
  }

  void write_segment() {
    base::SegmentWriter writer(exhibit_ / "segments", support::PlainSealer());
    for (int row = 0; row < 3; ++row) {
      base::Message values;
      values.text = base::Text{"text " + std::to_string(row)};
      base::Record record = base::record_of(values, {"source", base::Row{"sms", row}});
      record.id = "id" + std::to_string(row);
      writer.add(record);
    }
    const base::SegmentFacts facts = writer.finish();
    segment_ = exhibit_ / "segments" / (facts.lines_sha256.hex() + ".jsonl.zst");
    base::Event event = extract_records(kPhone);
    event.exhibits[0].hidden.set("lines_sha256", facts.lines_sha256.hex());
    event.exhibits[0].members.set("lines", std::to_string(facts.lines));
    ledger_->append(event);
  }

  VerifyReport verify() const { return verify_case(folder_ / "case", trusting(anna())); }
  void damage(const fs::path& file) {
    base::Buffer bytes = base::read_file(file);
    bytes[bytes.size() / 2] ^= std::byte{1};
    base::write_durably(file, bytes);
  }

  TestFolder folder_;
  fs::path exhibit_ = folder_ / "case/exhibits/KK-A-0001";
  fs::path image_ = exhibit_ / "a1/KK-A-0001_a1.E01";
  fs::path segment_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(CaseOnDisk, Verifies) {
  const VerifyReport report = verify();
  for (const Check& check : report.checks)
    EXPECT_EQ(check.outcome, Outcome::passed) << check.code << " " << check.object << ": " << check.what;
  EXPECT_EQ(report.verdict(), Verdict::verified);
  std::string passed;
  for (const Check& check : report.checks) passed += check.code + " ";
  for (const char* code :
       {"segment.lines", "segment.count", "acquisition.file", "image.file", "signature.chain"})
    EXPECT_NE(passed.find(code), std::string::npos) << code;
}
TEST_F(CaseOnDisk, NotTrustedIsNotProven) {
  EXPECT_EQ(verify_case(folder_ / "case", {}).verdict(), Verdict::not_proven);
  EXPECT_EQ(verify_case(folder_ / "case", trusting(boris())).verdict(), Verdict::not_proven);
}
TEST_F(CaseOnDisk, T118_ImageAltered) {
  damage(image_);
  EXPECT_EQ(failed_codes(verify()), "image.file");
}
TEST_F(CaseOnDisk, AcquisitionFactsAltered) {
  damage(exhibit_ / "a1/acquisition.json");
  EXPECT_EQ(failed_codes(verify()), "acquisition.file");
}
TEST_F(CaseOnDisk, SegmentAltered) {
  damage(segment_);
  EXPECT_EQ(failed_codes(verify()), "segment.lines");
}
TEST_F(CaseOnDisk, SegmentOfOtherLines) {
  base::SegmentWriter writer(folder_.path(), support::PlainSealer());
  base::Message values;
  values.text = base::Text{"other"};
  base::Record record = base::record_of(values, {"source", base::Row{"sms", 1}});
  record.id = "id1";
  writer.add(record);
  const base::SegmentFacts facts = writer.finish();
  fs::rename(folder_ / (facts.lines_sha256.hex() + ".jsonl.zst"), segment_);
  EXPECT_EQ(failed_codes(verify()), "segment.count segment.lines");
}
// The keys beside it tell that it was here.
TEST_F(CaseOnDisk, SegmentRemoved) {
  fs::remove(segment_);
  EXPECT_EQ(failed_codes(verify()), "segment.file");
}
// A laptop that died took them along. Nothing here was altered; what is missing is named, and who had it.
TEST_F(CaseOnDisk, WhatIsNotHereIsNotProvenAndNamed) {
  fs::remove_all(exhibit_);
  const VerifyReport report = verify();
  EXPECT_EQ(report.verdict(), Verdict::not_proven) << failed_codes(report);
  EXPECT_EQ(impossible_codes(report), "acquisition.file segment.file");
  for (const Check& check : report.checks) {
    if (check.code != "acquisition.file") continue;
    EXPECT_EQ(check.object, "entry 2, exhibit KK-A-0001");
    EXPECT_EQ(
        check.what,
        "exhibits/KK-A-0001/a1/acquisition.json is not here. Entry 2 of evidence.example/KK-2026/station-a, "
        "signed by " +
            anna().subject() + ", holds its digest.");
  }
}
// Whoever can delete gets no better verdict than they had, and never that of a file that is there.
TEST_F(CaseOnDisk, DeletingWhatWasAlteredProvesNothing) {
  damage(exhibit_ / "a1/acquisition.json");
  EXPECT_EQ(verify().verdict(), Verdict::damaged);
  fs::remove(exhibit_ / "a1/acquisition.json");
  EXPECT_EQ(verify().verdict(), Verdict::not_proven);
}
TEST_F(CaseOnDisk, AReportIsRemovedFromBesideAnother) {
  base::write_durably(exhibit_ / "a1/attempt-1.json", base::as_bytes("{}"));
  fs::remove(exhibit_ / "a1/acquisition.json");
  EXPECT_EQ(failed_codes(verify()), "acquisition.file");
}
TEST_F(CaseOnDisk, AFolderInPlaceOfAReportIsNoReport) {
  fs::remove(exhibit_ / "a1/acquisition.json");
  fs::create_directories(exhibit_ / "a1/acquisition.json");
  EXPECT_EQ(failed_codes(verify()), "acquisition.file");
}
TEST_F(CaseOnDisk, ImageElsewhereIsNotProvenWhileItIsAway) {
  fs::create_directories(folder_ / "disk");
  fs::rename(image_, folder_ / "disk/KK-A-0001_a1.E01");
  EXPECT_EQ(verify().verdict(), Verdict::not_proven);
  const Json locations = Json::object({{"KK-A-0001/a1", (folder_ / "disk/KK-A-0001_a1.E01").string()}});
  base::write_durably(folder_ / "case/locations.json", base::as_bytes(locations.pretty()));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
  damage(folder_ / "disk/KK-A-0001_a1.E01");
  EXPECT_EQ(failed_codes(verify()), "image.file");
}
// Two stations gave one label to two exhibits: the folder of one bears its uid.
TEST_F(CaseOnDisk, AFolderThatBearsTheUid) {
  fs::rename(exhibit_, folder_ / "case/exhibits" / kPhone);
  EXPECT_EQ(verify().verdict(), Verdict::verified);
  fs::create_directories(exhibit_ / "a1");
  base::write_durably(exhibit_ / "a1/acquisition.json", base::as_bytes("another exhibit's"));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
  damage(folder_ / "case/exhibits" / kPhone / "a1/acquisition.json");
  EXPECT_EQ(failed_codes(verify()), "acquisition.file");
}
// What lies here is sound, and of the exhibit that another station gave this label; of ours nothing is here.
TEST_F(CaseOnDisk, TheReportOfAnotherExhibitUnderTheSameLabel) {
  GenesisFacts facts = genesis_facts();
  facts.station = "station-b";
  const auto other = Ledger::create(
      {folder_ / "case/ledgers/station-b", folder_ / "b.key", folder_ / "b.high"}, facts, anna());
  other->append(add_exhibit(kDisk, "KK-A-0001"));
  base::Event end = end_acquisition(kDisk);
  end.exhibits[0].hidden.set("acquisition_json_sha256", base::sha256(base::as_bytes("{}")).hex());
  other->append(end);
  EXPECT_EQ(failed_codes(verify()), "");
  EXPECT_EQ(impossible_codes(verify()), "acquisition.file");
  damage(exhibit_ / "a1/acquisition.json");
  EXPECT_EQ(failed_codes(verify()), "acquisition.file");
}
// So that a case can be moved with the images in it.
TEST_F(CaseOnDisk, APlaceBelowTheCaseFolder) {
  fs::create_directories(folder_ / "case/images");
  fs::rename(image_, folder_ / "case/images/KK-A-0001_a1.E01");
  const Json locations = Json::object({{"KK-A-0001/a1", "images/KK-A-0001_a1.E01"}});
  base::write_durably(folder_ / "case/locations.json", base::as_bytes(locations.pretty()));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
}
TEST_F(CaseOnDisk, LinksAreNotFollowed) {
  fs::rename(image_, folder_ / "image");
  fs::create_symlink(folder_ / "image", image_);
  EXPECT_EQ(failed_codes(verify()), "image.file");
}
TEST_F(CaseOnDisk, LedgerGoneOrUnreadable) {
  fs::rename(places_in(folder_).folder / "ledger.db", folder_ / "ledger.db");
  EXPECT_EQ(failed_codes(verify()), "ledger.read");
  base::write_durably(places_in(folder_).folder / "ledger.db", base::as_bytes("no database"));
  EXPECT_EQ(failed_codes(verify()), "ledger.read");
  EXPECT_EQ(verify_case(folder_ / "nothing", trusting(anna())).verdict(), Verdict::damaged);
}
TEST_F(CaseOnDisk, AFailedAttemptThatStatesNothingIsNoGap) {
  base::Event event = end_acquisition(kPhone);
  event.exhibits[0].members.set("acquisition", "a2").set("outcome", "failed");
  event.exhibits[0].hidden = Json::object();
  ledger_->append(event);
  EXPECT_EQ(verify().verdict(), Verdict::verified);
}

// "entry 1" of which ledger? Where there is one, that is clear.
TEST_F(CaseOnDisk, OfSeveralLedgersTheObjectSaysWhose) {
  const auto damage_entry = [&](const fs::path& ledger) {
    auto database = base::Database::open(ledger / "ledger.db", base::OpenMode::read_write);
    database.execute("DROP TRIGGER entries_stay; UPDATE entries SET body = x'7b7d' WHERE seq = 1;");
  };
  const auto objects_of = [&](const std::string& code) {
    std::set<std::string> objects;
    for (const Check& check : verify().checks)
      if (check.code == code && check.outcome == Outcome::failed) objects.insert(check.object);
    return objects;
  };
  using Objects = std::set<std::string>;
  const std::string own = "evidence.example/KK-2026";
  ledger_.reset();
  damage_entry(folder_ / "case/ledgers/station-a");
  EXPECT_EQ(objects_of("leaf.body"), Objects{"entry 1"});
  const TestFolder elsewhere;
  GenesisFacts facts = genesis_facts();
  facts.station = "station-b";
  Ledger::create({folder_ / "case/ledgers/station-b", elsewhere / "key", elsewhere / "mark"}, facts, anna())
      ->append(add_exhibit(kDisk, "KK-B-0001"));
  EXPECT_EQ(objects_of("leaf.body"), Objects{own + "/station-a, entry 1"});
  damage_entry(folder_ / "case/ledgers/station-b");
  EXPECT_EQ(objects_of("leaf.body"), (Objects{own + "/station-a, entry 1", own + "/station-b, entry 1"}));
}

}  // namespace
}  // namespace custody::test
