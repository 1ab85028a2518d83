// SPDX-License-Identifier: Apache-2.0
// What is released, redacted and withheld; the test numbers are those of the tamper list.
#include "export/edition.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/error.h"
#include "export/proofs.h"
#include "export/schedule.h"
#include "support.h"

namespace exporter::test {
namespace {

using base::Json;

struct Built {
  explicit Built(const Json& request, Sample made = make_sample(),
                 const store::Sight& sight = support::sight_of_all())
      : sample(std::move(made)) {
    std::filesystem::create_directories(folder / "segments");
    segments = {sample.phone.finish(folder / "segments"), sample.laptop.finish(folder / "segments")};
    edition = build_edition(request_of(request), segments, sight);
  }
  const EditionRecord* find(const std::string& name) const {
    const base::RecordId id = sample.ids.at(name);
    for (const EditionRecord& record : edition.records) {
      if (record.record.id == id) return &record;
    }
    return nullptr;
  }
  TestFolder folder;
  Sample sample;
  std::vector<SegmentInput> segments;
  Edition edition;
};

Json with_decisions(std::vector<Json> decisions) {
  Json list = Json::array();
  for (Json& decision : decisions) list.push(std::move(decision));
  return plain_request().set("decisions", std::move(list));
}

TEST(Edition, ReleasesEverythingWhereNothingIsWithheld) {
  const Built built(plain_request());
  EXPECT_EQ(built.edition.counts.withheld + built.edition.counts.redacted, 0u);
  EXPECT_EQ(built.edition.records.size(),
            built.sample.phone.records.size() + built.sample.laptop.records.size());
  EXPECT_EQ(built.edition.records[0].line, base::line_of(built.sample.phone.records[0]));
}

TEST(Edition, PseudonymsStandForOneParticipantEach) {
  const Built built(plain_request().set("pseudonymise_people", true));
  std::set<std::string> pseudonyms;
  for (const EditionRecord& record : built.edition.records) {
    if (record.record.type->name != "participant") {
      EXPECT_EQ(record.pseudonym, "");
      continue;
    }
    EXPECT_TRUE(pseudonyms.insert(record.pseudonym).second);
    EXPECT_FALSE(record.record.find("name") || record.record.find("number") ||
                 record.record.find("identifier"));
  }
  EXPECT_EQ(pseudonyms, (std::set<std::string>{"P-0001", "P-0002", "P-0003"}));
}

TEST(Edition, ANameInAMessageFallsWithTheName) {
  const Built built(plain_request().set("pseudonymise_people", true));
  EXPECT_TRUE(built.find("named")->withholds("text")) << "full name and national form of the number";
  EXPECT_TRUE(built.find("dense_named")->withholds("text")) << "a name of two Han characters";
  EXPECT_FALSE(built.find("hello")->redacted());
}

TEST(Edition, ANumberInAnotherFormFallsWithTheNumber) {
  Sample sample = make_sample();
  for (base::Record& record : sample.phone.records) {
    if (record.id == sample.ids["plan"]) record.set("text", base::Text{"call 081-234-5678 at noon"});
  }
  const Built built(plain_request().set("pseudonymise_people", true), std::move(sample));
  EXPECT_TRUE(built.find("plan")->withholds("text"));
}

TEST(Edition, AQuotationFallsWithTheMessage) {
  const Json thai = decision(make_sample().ids["thai"], {});
  const Built built(with_decisions({thai}));
  EXPECT_EQ(built.find("thai"), nullptr);
  EXPECT_TRUE(built.find("quote")->withholds("quoted_text"));
  EXPECT_TRUE(built.find("quote")->withholds("quoted_key"));
  EXPECT_FALSE(built.find("quote")->withholds("text"));
}

TEST(Edition, WhatHangsOnAWithheldMessageFallsWithIt) {
  const Built built(
      with_decisions({decision(make_sample().ids["hello"], {}), decision(make_sample().ids["answer"], {})}));
  EXPECT_EQ(built.find("media"), nullptr);
  EXPECT_EQ(built.find("reaction"), nullptr);
  EXPECT_NE(built.find("call"), nullptr);
}

TEST(Edition, ASightingFallsWithTheTextThatItQuotes) {
  const Built built(with_decisions({decision(make_sample().ids["address"], {"text"})}));
  EXPECT_TRUE(built.find("address")->withholds("text"));
  EXPECT_EQ(built.find("sighting"), nullptr);
}

TEST(Edition, T148NoReferenceToAWithheldRecordStays) {
  const Built built(with_decisions({decision(make_sample().ids["victim"], {})}));
  const std::string id = built.sample.ids.at("victim");
  for (const EditionRecord& record : built.edition.records)
    EXPECT_EQ(record.line.find(id), std::string::npos) << record.citation;
  EXPECT_TRUE(built.find("hello")->withholds("sender"));
  EXPECT_TRUE(built.find("chat")->withholds("participants"));
  EXPECT_EQ(built.find("contact"), nullptr) << "it is the same person's entry";
}

TEST(Edition, T144DigestsOverWithheldContentStayBehind) {
  const Built built(with_decisions({decision(make_sample().ids["thai"], {"text"})}));
  EXPECT_TRUE(built.find("msgstore")->withholds("sha256"));
  EXPECT_TRUE(built.edition.records[0].withholds("input_sha256"));
  EXPECT_FALSE(built.find("history")->redacted()) << "the other exhibit is whole";
  EXPECT_TRUE(built.edition.is_whole(kLaptop));
  EXPECT_FALSE(built.edition.is_whole(kPhone));
}

TEST(Edition, T145ASourceHashOfASmallFileStaysBehindWithItsExhibit) {
  Sample sample = make_sample();
  const std::string guessable = base::sha256(base::as_bytes("PIN 1234\n")).hex();
  sample.ids["small"] = sample.phone.source("p2:/data/notes.txt", guessable);
  const Json request = with_decisions({decision(sample.ids["small"], {"path"})});
  const Built built(request, std::move(sample));
  for (const EditionRecord& record : built.edition.records)
    EXPECT_EQ(record.line.find(guessable), std::string::npos);
}

TEST(Edition, AnIdFallsWithThePathThatItCovers) {
  const Sample sample = make_sample();
  const Built built(with_decisions({decision(sample.ids.at("history"), {"path"})}));
  const std::string id = built.sample.ids.at("visit");
  EXPECT_EQ(built.find("visit"), nullptr) << "released, but without its id";
  for (const EditionRecord& record : built.edition.records) {
    EXPECT_EQ(record.line.find(id), std::string::npos);
    EXPECT_EQ(record.line.find(built.sample.ids.at("history")), std::string::npos);
  }
}

TEST(Edition, AMediaDigestFallsWithAnythingOfItsRecord) {
  const Built built(with_decisions({decision(make_sample().ids["media"], {"caption"})}));
  EXPECT_TRUE(built.find("media")->withholds("sha256_stated"));
}

TEST(Edition, T146NothingTellsWhereAWithheldRecordStood) {
  const Built built(
      with_decisions({decision(make_sample().ids["thai"], {}), decision(make_sample().ids["plan"], {})}));
  for (const EditionSegment& segment : built.edition.segments) {
    EXPECT_TRUE(std::is_sorted(segment.commitments.begin(), segment.commitments.end()));
  }
  std::size_t messages = 0;
  for (const EditionRecord& record : built.edition.records) {
    if (record.record.type->name != "message") continue;
    EXPECT_EQ(record.citation.substr(record.citation.size() - 6),
              (std::string(6, '0') + std::to_string(++messages)).substr(std::to_string(messages).size()));
  }
  EXPECT_TRUE(std::is_sorted(built.edition.withheld.begin(), built.edition.withheld.end(),
                             [](const auto& a, const auto& b) { return a.handle < b.handle; }));
  EXPECT_EQ(proofs_text(built.edition).find("line"), std::string::npos);
}

TEST(Edition, TypesLeaveTheOthersOut) {
  const Built built(plain_request().set("types", Json::array({"message"})));
  for (const EditionRecord& record : built.edition.records) {
    const std::string_view type = record.record.type->name;
    EXPECT_TRUE(type == "message" || type == "source" || type == "segment") << type;
    EXPECT_FALSE(record.withholds("text")) << "what is out of scope is no secret";
  }
  EXPECT_TRUE(built.find("hello")->withholds("sender"));
  EXPECT_GT(built.edition.withheld_by_reason.at("OUT_OF_SCOPE"), 0u);
}

TEST(Edition, PseudonymsHoldForPeopleWhomTheTypesLeaveOut) {
  const Built built(plain_request().set("types", Json::array({"message"})).set("pseudonymise_people", true));
  EXPECT_TRUE(built.find("named")->withholds("text"));
}

TEST(Edition, SameInputsGiveTheSameEdition) {
  Built built(plain_request().set("pseudonymise_people", true));
  const Edition again = build_edition(built.edition.request, built.segments, support::sight_of_all());
  EXPECT_EQ(records_text(built.edition), records_text(again));
  EXPECT_EQ(proofs_text(built.edition), proofs_text(again));
  EXPECT_EQ(schedule_json(built.edition), schedule_json(again));
}

TEST(Edition, RefusesDecisionsOnWhatIsNotThere) {
  EXPECT_THROW(Built(with_decisions({decision(std::string(26, 'a'), {})})), base::Error);
  EXPECT_THROW(Built(with_decisions({decision(make_sample().ids["thai"], {"colour"})})), base::Error);
}

TEST(Edition, RefusesASegmentOfWhichAKeyWasErased) {
  TestFolder folder;
  const Sample sample = make_sample();
  SegmentInput input = sample.phone.finish(folder.path());
  std::filesystem::path keys =
      input.lines.parent_path() / (input.lines.filename().string().substr(0, 64) + ".keys");
  base::erase_record_key(keys, 5);
  input.keys = base::SegmentKeys::open(keys, opener());
  Json request = plain_request();
  EXPECT_THROW(build_edition(request_of(request), {input}, support::sight_of_all()), base::Error);
}

}  // namespace
}  // namespace exporter::test
