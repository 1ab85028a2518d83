// SPDX-License-Identifier: Apache-2.0
// What surrounds an extractor: sources, ids, secrets, addresses, trouble.
#include <gtest/gtest.h>

#include "base/digest.h"
#include "parse/worker_file.h"
#include "tests/support/extractor_harness.h"
#include "tests/support/run_fixture.h"
#include "tests/support/test_extractors.h"

namespace parse {
namespace {

constexpr std::string_view kNotes = "/data/user/10/com.example.notes/databases/notes.db";
const std::string kSchema = "CREATE TABLE notes(words TEXT, fails INTEGER);";

base::Buffer bytes(std::string_view text) {
  return base::to_buffer(base::as_bytes(text));
}

Harness lines(std::string_view content) {
  return run_extractor(kTestLines, {{"/a.lines", bytes(content)}}, "/a.lines");
}

TEST(Sources, SayWhatWasRead) {
  const base::Buffer database = database_of(kSchema + "INSERT INTO notes VALUES('one',0),(NULL,0);");
  const Harness found = run_extractor(kTestNotes, {{std::string(kNotes), database}}, kNotes);
  EXPECT_EQ(found.outcome, PairOutcome::parsed);
  ASSERT_EQ(found.sources.size(), 1u);
  const base::Record& source = found.sources[0];
  EXPECT_EQ(text(source, "path"), std::string(kNotes));
  EXPECT_EQ(text(source, "role"), "database");
  EXPECT_EQ(text(source, "sha256"), base::sha256(database).hex());
  EXPECT_EQ(integer(source, "size"), static_cast<std::int64_t>(database.size()));
  EXPECT_EQ(integer(source, "android_user"), 10);
  EXPECT_EQ(text(source, "mount_point"), std::nullopt);  // the tree is the whole device
  EXPECT_EQ(text(source, "schema")->size(), 64u);
  EXPECT_EQ(text(source, "outcome"), "parsed");
  EXPECT_EQ(source.extractor, "test_notes/3");
  const base::Record& message = *found.of("message").at(0);
  EXPECT_EQ(message.place.source, source.id);
  EXPECT_EQ(message.id, base::record_id(kHarnessRun.exhibit_uid, "a1", base::Locator::in_partition(0, kNotes),
                                        base::Row{"notes", 1}, base::State::live, "message", 0));
  EXPECT_EQ(integer(*found.count("notes"), "rows"), 2);
  EXPECT_EQ(integer(*found.count("notes"), "excluded"), 1);
}

TEST(Sources, NameTheMountPointOfADataPartition) {
  const base::Buffer database = database_of(kSchema);
  const auto mount = [&](const std::string& path) {
    return text(run_extractor(kTestNotes, {{path, database}}, path).sources.at(0), "mount_point");
  };
  EXPECT_EQ(mount("/data/com.example/databases/notes.db"), "/data");
  EXPECT_EQ(mount("/user/10/com.example/databases/notes.db"), "/data");
  EXPECT_EQ(mount("/data/data/com.example/databases/notes.db"), std::nullopt);
  EXPECT_EQ(mount("/Users/a/notes.db"), std::nullopt);
}

TEST(Sources, IncludeTheLogOfADatabase) {
  const auto made = database_with_log(kSchema + "INSERT INTO notes VALUES('in the file',0);",
                                      "INSERT INTO notes VALUES('in the log',0);");
  const Harness found =
      run_extractor(kTestNotes, {{"/notes.db", made.database}, {"/notes.db-wal", made.log}}, "/notes.db");
  ASSERT_EQ(found.sources.size(), 2u);
  EXPECT_EQ(text(found.sources[1], "role"), "wal");
  EXPECT_EQ(reference(found.sources[1], "belongs_to"), found.sources[0].id);
  EXPECT_EQ(text(found.sources[1], "outcome"), std::nullopt);
  EXPECT_EQ(found.of("message").size(), 2u);
  EXPECT_TRUE(found.anomalies().empty());
}

// The log of a database that begins with another schema: its new table contradicts ours.
TEST(Sources, TellWhereALogIsForeign) {
  const auto made = database_with_log(kSchema, "INSERT INTO notes VALUES('mine',0);");
  const auto other = database_with_log("CREATE TABLE other(x); CREATE INDEX by_x ON other(x);",
                                       "CREATE TABLE notes(words TEXT, fails INTEGER);");
  const Harness found =
      run_extractor(kTestNotes, {{"/notes.db", made.database}, {"/notes.db-wal", other.log}}, "/notes.db");
  ASSERT_FALSE(found.anomalies().empty());
  EXPECT_TRUE(found.anomalies()[0].starts_with("wal_")) << found.anomalies()[0];
  EXPECT_EQ(found.of("anomaly").at(0)->place.source, found.sources.at(1).id);
}

TEST(Sources, AreToldApartByPairs) {
  const auto a = base::Locator::in_partition(1, "/a"), b = base::Locator::in_partition(1, "/b");
  EXPECT_NE(source_ordinal("x", a), source_ordinal("x", b));
  EXPECT_NE(source_ordinal("x", a), source_ordinal("y", a));
}

TEST(Paths, ResolveWithinTheTree) {
  EXPECT_EQ(resolve_path("/a/b/c.db", "../d/e.xml"), "/a/d/e.xml");
  EXPECT_EQ(resolve_path("/a/b/c.db", "./x"), "/a/b/x");
  EXPECT_EQ(resolve_path("/c.db", "x"), "/x");
  EXPECT_EQ(resolve_path("/c.db", "../x"), std::nullopt);
  EXPECT_EQ(resolve_path("/a/c.db", "../../x"), std::nullopt);
  EXPECT_EQ(with_last_path(base::Locator("p2:/a/b!/c/d"), "/c/e").encoded(), "p2:/a/b!/c/e");
  EXPECT_EQ(with_last_path(base::Locator("p2:/a/b"), "/a/e f").encoded(), "p2:/a/e%20f");
}

TEST(Trouble, KeepsWhatWasFoundBefore) {
  const base::Buffer database =
      database_of(kSchema + "INSERT INTO notes VALUES('one',0),('two',1),('three',0);");
  const Harness found = run_extractor(kTestNotes, {{"/notes.db", database}}, "/notes.db");
  EXPECT_EQ(found.outcome, PairOutcome::failed);
  EXPECT_EQ(found.of("message").size(), 1u);
  EXPECT_EQ(found.anomalies(), std::vector<std::string>{"truncated"});
  EXPECT_EQ(text(found.sources.at(0), "outcome"), "failed");
}

TEST(Trouble, HasACodeByItsKind) {
  const auto code = [](const base::Buffer& file) {
    const Harness found = run_extractor(kTestNotes, {{"/notes.db", file}}, "/notes.db");
    EXPECT_EQ(found.outcome, PairOutcome::failed);
    return found.anomalies().at(0);
  };
  EXPECT_EQ(code(bytes(std::string(4096, 'x'))), "not_a_database");
  base::Buffer damaged = database_of(kSchema + "INSERT INTO notes VALUES('one',0);");
  std::fill(damaged.begin() + 4096, damaged.end(), std::byte{0xff});
  EXPECT_EQ(code(damaged), "sqlite_corrupt");
}

class Unreadable final : public base::ByteSource {
  std::uint64_t size() const override { return 512; }
  std::size_t read_at(std::uint64_t, std::span<std::byte>) override {
    throw base::ReadError("a bad sector", 0, 512);
  }
};
class DamagedTree final : public EvidenceTree {
 public:
  void walk(const std::function<void(const EntryFacts&)>&,
            const std::function<void(const TreeAnomaly&)>&) override {}
  std::shared_ptr<base::ByteSource> open(const base::Locator&) override {
    return std::make_shared<Unreadable>();
  }
  std::optional<EntryFacts> facts(const base::Locator& locator) override {
    EntryFacts facts;
    facts.locator = locator;
    facts.size = 512;
    return facts;
  }
  std::vector<std::string> names_in(const base::Locator&) override { return {}; }
};

TEST(Trouble, UnreadableBytesLeaveNoDigest) {
  DamagedTree tree;
  const Harness found = run_extractor(kTestLines, tree, "/a.lines");
  EXPECT_EQ(found.outcome, PairOutcome::failed);
  EXPECT_EQ(text(found.sources.at(0), "sha256"), std::nullopt);
  EXPECT_EQ(integer(found.sources.at(0), "size"), 512);
  EXPECT_EQ(found.anomalies(), (std::vector<std::string>{"unreadable", "unreadable"}));
}

TEST(Secrets, LeaveOnlyTheirPlace) {
  const std::string key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
  const Harness found = lines("钱包 " + key + "\n");
  const base::Record& message = *found.of("message").at(0);
  EXPECT_EQ(text(message, "text"), "钱包 ⟦sealed:1⟧");
  const base::Json& sealed = std::get<base::Json>(*message.find("sealed"));
  EXPECT_EQ(sealed.canonical(),
            R"([{"field":"text","kind":"private key","length":51,"number":1,"start":3}])");
  const base::Record& sighting = *found.of("secret_sighting").at(0);
  EXPECT_EQ(reference(sighting, "record"), message.id);
  EXPECT_EQ(integer(sighting, "start"), 3);
  EXPECT_EQ(text(sighting, "envelope"), std::nullopt);
  EXPECT_EQ(sighting.place.position, message.place.position);
  for (const std::string& line : found.lines) EXPECT_EQ(line.find(key), std::string::npos);
}

TEST(Addresses, AreSightedInMessages) {
  const Harness found =
      lines("转 TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t 和 1BoatSLRHtKNngkdXEeobR76b53LETtpyT 好\n");
  const auto sightings = found.of("address_sighting");
  ASSERT_EQ(sightings.size(), 2u);
  EXPECT_EQ(text(*sightings[0], "chain"), "tron");
  EXPECT_EQ(integer(*sightings[0], "start"), 2);
  EXPECT_EQ(integer(*sightings[0], "length"), 34);
  EXPECT_EQ(text(*sightings[1], "chain"), "bitcoin");
  EXPECT_EQ(sightings[0]->place.position, found.of("message").at(0)->place.position);
  EXPECT_EQ(sightings[0]->place.ordinal, 0u);
  EXPECT_EQ(sightings[1]->place.ordinal, 1u);
  EXPECT_NE(sightings[0]->id, sightings[1]->id);
}

void emit_twice(EvidenceFile& file, base::RecordSink& sink) {
  base::Message message;
  message.text = base::Text{"first"};
  base::emit(sink, message, {file.source(), base::Whole{}});
  message.text = base::Text{"second"};
  base::emit(sink, message, {file.source(), base::Whole{}});
}
void emit_long(EvidenceFile& file, base::RecordSink& sink) {
  base::Message message;
  constexpr std::size_t kCharacters = 500'000;
  std::string long_text;
  for (std::size_t i = 0; i < kCharacters; ++i) long_text += "文";
  message.text = base::Text{long_text};
  base::emit(sink, message, {file.source(), base::Whole{}});
}
void emit_many_anomalies(EvidenceFile& file, base::RecordSink& sink) {
  for (std::uint64_t i = 0; i < kMostAnomalies + 5; ++i)
    sink.anomaly("row_undecodable", {file.source(), base::Whole{}}, "");
}
constexpr std::array<std::string_view, 1> kMessages{"message"};

TEST(Sink, NeverReplacesARecord) {
  const Extractor twice{"twice", 1, "x", "", {}, kMessages, emit_twice};
  const Harness found = run_extractor(twice, {{"/a", {}}}, "/a");
  ASSERT_EQ(found.of("message").size(), 1u);
  EXPECT_EQ(text(*found.of("message")[0], "text"), "first");
  EXPECT_EQ(found.anomalies(), std::vector<std::string>{"id_twice"});
}

TEST(Sink, CutsWhatNoLineCanHold) {
  const Extractor huge{"huge", 1, "x", "", {}, kMessages, emit_long};
  const Harness found = run_extractor(huge, {{"/a", {}}}, "/a");
  const std::string kept = *text(*found.of("message").at(0), "text");
  EXPECT_EQ(kept.size(), 750'000u);
  EXPECT_EQ(kept.substr(kept.size() - 3), "文");
  EXPECT_EQ(found.anomalies(), std::vector<std::string>{"field_cut"});
}

TEST(Sink, CountsAnomaliesBeyondTheListedOnes) {
  const Extractor many{"many", 1, "x", "", {}, kMessages, emit_many_anomalies};
  const Harness found = run_extractor(many, {{"/a", {}}}, "/a");
  const auto anomalies = found.of("anomaly");
  ASSERT_EQ(anomalies.size(), kMostAnomalies + 1);
  EXPECT_EQ(text(*anomalies.back(), "code"), "anomalies_not_listed");
  EXPECT_EQ(text(*anomalies.back(), "detail"), "5");
}

}  // namespace
}  // namespace parse
