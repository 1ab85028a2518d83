// SPDX-License-Identifier: Apache-2.0
// Runs with real worker processes in their sandbox.
#include "parse/run.h"

#include <set>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "tests/support/extractor_harness.h"
#include "tests/support/run_fixture.h"
#include "tests/support/test_extractors.h"

namespace parse {
namespace {

std::string notes(const std::string& rows) {
  return std::string(base::as_text(
      database_of("CREATE TABLE notes(words TEXT, fails INTEGER);INSERT INTO notes VALUES" + rows)));
}

// Files of several folders and both extractors, one damaged.
void fill(const TemporaryFolder& folder) {
  folder.write("a.lines", "one\ntwo TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\n");
  folder.write("data/data/com.example/databases/notes.db", notes("('first',0),(NULL,0),('second',0)"));
  folder.write("data/user/10/com.example/databases/notes.db", notes("('clone',0)"));
  folder.write("data/data/org.telegram.messenger/files/cache4.db", "x");
  folder.write("broken/notes.db", std::string(8192, 'x'));
  for (int i = 0; i < 20; ++i)
    folder.write("many/" + std::to_string(i) + ".lines", "line " + std::to_string(i));
}

TEST(Run, WritesOneSegmentInOrder) {
  const TemporaryFolder folder;
  fill(folder);
  const TestRun found = run_over(folder.path(), options_for(test_worker()));
  EXPECT_EQ(found.outcome.worker_deaths, 0u);
  EXPECT_TRUE(found.outcome.reproducible);
  EXPECT_TRUE(found.outcome.sandbox.complete());
  EXPECT_EQ(found.records.at(0).type->name, "segment");
  EXPECT_EQ(text(found.records[0], "input"), "folder");
  EXPECT_EQ(flag(found.records[0], "reproducible"), true);
  EXPECT_EQ(found.of("source").size(), 24u);
  std::vector<std::string> paths;
  for (const base::Record* source : found.of("source")) paths.push_back(*text(*source, "path"));
  EXPECT_TRUE(std::is_sorted(paths.begin(), paths.end()));
  EXPECT_EQ(found.of("message").size(), 25u);
  EXPECT_EQ(found.of("address_sighting").size(), 1u);
  EXPECT_EQ(found.anomalies(), std::vector<std::string>{"not_a_database at /broken/notes.db"});
  ASSERT_EQ(found.of("unsupported").size(), 1u);
  EXPECT_EQ(text(*found.of("unsupported")[0], "what"), "telegram");
  EXPECT_EQ(found.outcome.segment.lines, found.lines.size());
}

TEST(Run, AccountsForEveryFile) {
  const TemporaryFolder folder;
  fill(folder);
  const TestRun found = run_over(folder.path(), options_for(test_worker()));
  const base::Record& count = *found.of("tree_count").at(0);
  EXPECT_EQ(integer(count, "files"), 25);
  EXPECT_EQ(integer(count, "claimed"), 24);
  EXPECT_EQ(integer(count, "parsed"), 23);
  EXPECT_EQ(integer(count, "parsed_with_anomalies"), 0);
  EXPECT_EQ(integer(count, "failed"), 1);
  EXPECT_EQ(integer(count, "unsupported"), 1);
}

TEST(Run, DoesNotDependOnTheNumberOfWorkers) {
  const TemporaryFolder folder;
  fill(folder);
  const TestRun one = run_over(folder.path(), options_for(test_worker(), 1));
  for (const unsigned workers : {2u, 5u}) {
    const TestRun several = run_over(folder.path(), options_for(test_worker(), workers));
    EXPECT_EQ(several.lines, one.lines) << workers;
    EXPECT_EQ(several.outcome.segment.lines_sha256, one.outcome.segment.lines_sha256);
  }
}

using Snapshot = std::map<std::string, std::string>;

Snapshot digests_in(const std::filesystem::path& folder) {
  Snapshot digests;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) digests[entry.path()] = base::sha256(*base::open_source(entry.path())).hex();
  return digests;
}

// Everything else of an entry that a reader could change.
Snapshot facts_in(const std::vector<std::filesystem::path>& entries) {
  Snapshot facts;
  for (const auto& path : entries) {
    struct stat s {};
    stat(path.c_str(), &s);
    const auto time = [](const timespec& t) {
      return std::to_string(t.tv_sec) + "." + std::to_string(t.tv_nsec);
    };
    facts[path] =
        time(s.st_atim) + " " + time(s.st_mtim) + " " + time(s.st_ctim) + " " + std::to_string(s.st_size);
  }
  return facts;
}

// Access times lie before the modification, so that a reader that does not take care would move them.
TEST(Run, ChangesNothingInTheEvidence) {
  const TemporaryFolder folder;
  fill(folder);
  const auto made = database_with_log("CREATE TABLE notes(words TEXT, fails INTEGER);",
                                      "INSERT INTO notes VALUES('only in the log',0);");
  folder.write("wal/notes.db", base::as_text(made.database));
  folder.write("wal/notes.db-wal", base::as_text(made.log));
  const Snapshot digests = digests_in(folder.path());
  std::vector<std::filesystem::path> entries{folder.path()};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
    entries.push_back(entry);
  const timespec times[2] = {{1'000'000'000, 0}, {1'500'000'000, 0}};
  for (const auto& path : entries) ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  const Snapshot before = facts_in(entries);
  const TestRun found = run_over(folder.path(), options_for(test_worker()));
  EXPECT_EQ(found.of("message").size(), 26u);
  EXPECT_EQ(facts_in(entries), before);
  EXPECT_EQ(digests_in(folder.path()), digests);
}

TEST(Run, LeavesNothingButTheSegment) {
  const TemporaryFolder folder, segments;
  fill(folder);
  const auto outcome = run({"000102030405060708090a0b0c0d0e0f", "a1", folder.path(), ""},
                           options_for(test_worker(), 2), segments.path(), OpenSealer(), nullptr, {});
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(segments.path()))
    names.insert(entry.path().filename());
  const std::string stem = outcome.segment.lines_sha256.hex();
  EXPECT_EQ(names, (std::set<std::string>{stem + ".jsonl.zst", stem + ".keys"}));
}

TEST(Run, ADeadWorkerCostsOnePair) {
  const TemporaryFolder folder;
  folder.write("a.lines", "one");
  folder.write("b.abort", "lost\nwith it");
  folder.write("c.lines", "two");
  folder.write("d.abort", "");
  folder.write("e.lines", "three");
  std::vector<std::string> first;
  for (const unsigned workers : {1u, 2u}) {
    const TestRun found = run_over(folder.path(), options_for(test_worker(), workers));
    EXPECT_EQ(found.of("message").size(), 3u);
    EXPECT_EQ(found.anomalies(),
              (std::vector<std::string>{"worker_died at /b.abort", "worker_died at /d.abort"}));
    EXPECT_EQ(text(*found.of("source").at(1), "outcome"), "failed");
    EXPECT_GE(found.outcome.worker_deaths, 2u);
    EXPECT_TRUE(found.outcome.reproducible);
    EXPECT_EQ(integer(*found.of("tree_count").at(0), "failed"), 2);
    if (first.empty()) first = found.lines;
    EXPECT_EQ(found.lines, first);
  }
}

TEST(Run, ASilentWorkerIsEndedAndRecorded) {
  const TemporaryFolder folder;
  folder.write("a.lines", "one");
  folder.write("b.loop", "for ever");
  folder.write("c.lines", "two");
  RunOptions options = options_for(test_worker());
  options.worker_idle_seconds = 2;
  const TestRun found = run_over(folder.path(), options);
  EXPECT_EQ(found.of("message").size(), 2u);
  EXPECT_EQ(found.anomalies(), std::vector<std::string>{"worker_died at /b.loop"});
  EXPECT_EQ(text(*found.of("anomaly").at(0), "detail"), "idle");
  EXPECT_FALSE(found.outcome.reproducible);
  EXPECT_EQ(flag(found.records.at(0), "reproducible"), false);
}

TEST(Run, MemoryHasALimit) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "a sanitizer needs the address space that the limit would take";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "a sanitizer needs the address space that the limit would take";
#endif
#endif
  const TemporaryFolder folder;
  folder.write("a.memory", "");
  folder.write("b.lines", "one");
  RunOptions options = options_for(test_worker());
  options.worker_memory_bytes = 512ull << 20;
  const TestRun found = run_over(folder.path(), options);
  EXPECT_EQ(found.of("message").size(), 1u);
  EXPECT_EQ(text(*found.of("anomaly").at(0), "detail"), "memory");
  EXPECT_FALSE(found.outcome.reproducible);
}

TEST(Run, AWorkerReachesNothingOutsideTheEvidence) {
  const TemporaryFolder folder;
  folder.write("a.reach", "");
  const TestRun found = run_over(folder.path(), options_for(test_worker()));
  ASSERT_EQ(found.of("message").size(), 1u);
  EXPECT_EQ(text(*found.of("message")[0], "text"), "could not read");
}

// Two extractors that read one file the same way: each has its own source; a record is kept once.
TEST(Run, ASecondRecordOfAnIdIsAnAnomaly) {
  const TemporaryFolder folder;
  folder.write("a.twice", "one\ntwo");
  const TestRun found = run_over(folder.path(), options_for(test_worker(), 2));
  ASSERT_EQ(found.of("source").size(), 2u);
  EXPECT_NE(found.of("source")[0]->id, found.of("source")[1]->id);
  ASSERT_EQ(found.of("message").size(), 2u);
  EXPECT_EQ(found.of("message")[1]->extractor, "test_again/1");
  EXPECT_EQ(found.anomalies(), (std::vector<std::string>{"id_twice at /a.twice", "id_twice at /a.twice"}));
  EXPECT_EQ(integer(*found.of("tree_count").at(0), "claimed"), 1);
  std::set<base::RecordId> ids;
  for (const base::Record& record : found.records) EXPECT_TRUE(ids.insert(record.id).second) << record.id;
}

TEST(Run, StopsWhenAsked) {
  const TemporaryFolder folder, segments;
  folder.write("a.loop", "for ever");
  std::stop_source source;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    source.request_stop();
  });
  try {
    run({"000102030405060708090a0b0c0d0e0f", "a1", folder.path(), ""}, options_for(test_worker()),
        segments.path(), OpenSealer(), nullptr, source.get_token());
    FAIL() << "the run went on";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::interrupted);
  }
  EXPECT_TRUE(std::filesystem::is_empty(segments.path()));
}

TEST(Run, TellsItsProgress) {
  const TemporaryFolder folder, segments;
  fill(folder);
  std::uint64_t done = 0, total = 0, records = 0;
  const auto progress = [&](const RunProgress& p) {
    EXPECT_EQ(p.pairs_done, ++done);
    total = p.pairs_total;
    records = p.records;
  };
  run({"000102030405060708090a0b0c0d0e0f", "a1", folder.path(), ""}, options_for(test_worker(), 2),
      segments.path(), OpenSealer(), progress, {});
  EXPECT_EQ(done, 24u);
  EXPECT_EQ(total, 24u);
  EXPECT_GT(records, 25u);
}

TEST(Run, AProgramThatIsNoneIsAnError) {
  const TemporaryFolder folder;
  folder.write("a.lines", "x");
  for (const char* program : {"/bin/true", "/no/such/program"}) {
    try {
      run_over(folder.path(), options_for(program));
      FAIL() << program;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind, base::ErrorKind::io);
    }
  }
}

TEST(EvidenceBytes, ComeThroughAWorker) {
  const TemporaryFolder folder;
  std::string big(3'000'000, '\0');
  for (std::size_t i = 0; i < big.size(); ++i) big[i] = static_cast<char>(i * i >> 3);
  folder.write("dir/big file.bin", big);
  const auto evidence = evidence_bytes(folder.path(), options_for(test_worker()));
  const auto file = evidence->open(base::Locator::in_partition(0, "/dir/big file.bin"));
  ASSERT_EQ(file->size(), big.size());
  EXPECT_EQ(base::as_text(base::read_all(*file, 1 << 22)), big);
  base::Buffer part(10);
  EXPECT_EQ(file->read_at(big.size() - 4, part), 4u);
  EXPECT_EQ(file->read_at(big.size() + 4, part), 0u);
  EXPECT_THROW(evidence->open(base::Locator::in_partition(0, "/nothing")), base::Error);
  EXPECT_EQ(evidence->open(base::Locator::in_partition(0, "/dir/big file.bin"))->size(), big.size());
}

}  // namespace
}  // namespace parse
