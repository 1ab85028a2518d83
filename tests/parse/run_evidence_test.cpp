// SPDX-License-Identifier: Apache-2.0
// Runs over every kind of evidence, with real workers: an ext4 image, a tar, a zip, a folder. The same files
// give the same records, and the evidence is as it was.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/file.h"
#include "tests/support/evidence_images.h"
#include "tests/support/extractor_harness.h"
#include "tests/support/run_fixture.h"

namespace parse {
namespace {

const std::string kDatabase = "data/user/10/com.example/databases/notes.db";

void write_files(const support::Workshop& shop) {
  const auto made = database_with_log("CREATE TABLE notes(words TEXT, fails INTEGER);",
                                      "INSERT INTO notes VALUES('first',0),('second',0);");
  shop.write("files/" + kDatabase, std::string(base::as_text(made.database)));
  shop.write("files/" + kDatabase + "-wal", std::string(base::as_text(made.log)));
  shop.write("files/a/列表.lines", "one\ntwo");
  shop.write("files/data/data/com.zing.zalo/x", "x");
}

// Bytes and times, to see that nothing was changed.
std::string facts_of(const std::filesystem::path& path) {
  struct stat s {};
  stat(path.c_str(), &s);
  return base::sha256(*base::open_source(path)).hex() + " " + std::to_string(s.st_mtim.tv_nsec) + " " +
         std::to_string(s.st_ctim.tv_nsec) + " " + std::to_string(s.st_mtim.tv_sec);
}

void expect_all_found(const TestRun& found, const std::string& input) {
  EXPECT_EQ(text(found.records.at(0), "input"), input);
  std::vector<std::string> texts;
  for (const base::Record* message : found.of("message")) texts.push_back(*text(*message, "text"));
  EXPECT_EQ(texts, (std::vector<std::string>{"one", "two", "first", "second"}));
  EXPECT_TRUE(found.anomalies().empty()) << found.anomalies().at(0);
  ASSERT_EQ(found.of("source").size(), 3u);
  EXPECT_EQ(integer(*found.of("source")[1], "android_user"), 10);
  EXPECT_EQ(text(*found.of("source")[2], "role"), "wal");
  ASSERT_EQ(found.of("unsupported").size(), 1u);
  EXPECT_EQ(text(*found.of("unsupported")[0], "what"), "zalo");
  EXPECT_EQ(found.outcome.worker_deaths, 0u);
}

class RunOver : public testing::Test {
 protected:
  void SetUp() override { write_files(shop_); }
  void expect_same_with_two_workers_and_unchanged(const std::string& name, const std::string& input) {
    const std::string before = facts_of(shop_ / name);
    const TestRun one = run_over(shop_ / name, options_for(test_worker(), 1));
    expect_all_found(one, input);
    EXPECT_EQ(run_over(shop_ / name, options_for(test_worker(), 2)).lines, one.lines);
    EXPECT_EQ(facts_of(shop_ / name), before);
  }
  support::Workshop shop_;
};

TEST_F(RunOver, AFolder) {
  expect_all_found(run_over(shop_ / "files", options_for(test_worker())), "folder");
}

TEST_F(RunOver, ATar) {
  if (!support::Workshop::has_tool("tar")) GTEST_SKIP() << "tar is not installed";
  shop_.run("tar -cf all.tar -C files .");
  expect_same_with_two_workers_and_unchanged("all.tar", "tar");
}

TEST_F(RunOver, AZip) {
  if (!support::Workshop::has_tool("zip")) GTEST_SKIP() << "zip is not installed";
  shop_.run("cd files && zip -qr ../all.zip .");
  expect_same_with_two_workers_and_unchanged("all.zip", "zip");
}

class RunOverExt4 : public RunOver {
 protected:
  void SetUp() override {
    RunOver::SetUp();
    if (!support::Workshop::has_tool("mke2fs")) GTEST_SKIP() << "mke2fs is not installed";
    shop_.run("truncate -s 16M disk.raw && mke2fs -q -t ext4 -d files disk.raw");
  }
};

TEST_F(RunOverExt4, FindsTheSame) {
  expect_same_with_two_workers_and_unchanged("disk.raw", "disk image");
}

TEST_F(RunOverExt4, GivesItsBytesBack) {
  const auto evidence = evidence_bytes(shop_ / "disk.raw", options_for(test_worker()));
  const TestRun found = run_over(shop_ / "disk.raw", options_for(test_worker()));
  for (const base::Record* source : found.of("source")) {
    const auto file = evidence->open(base::Locator(*text(*source, "path")));
    EXPECT_EQ(base::sha256(*file).hex(), text(*source, "sha256"));
  }
}

TEST_F(RunOverExt4, FindsTheSameInSeveralFolders) {
  shop_.run(
      "mkdir a b c && split -b 64K -a 3 --numeric-suffixes=1 disk.raw a/disk. && "
      "mv a/disk.*[02468] b && mv a/disk.*[37] c");
  const std::vector<std::filesystem::path> further{shop_ / "b", shop_ / "c"};
  const auto options = options_for(test_worker(), 2);
  const TestRun whole = run_over(shop_ / "disk.raw", options);
  EXPECT_EQ(run_over(shop_ / "a/disk.001", options, further).lines, whole.lines);
  EXPECT_NE(run_over(shop_ / "a/disk.001", options).lines, whole.lines) << "nothing is read from b and c";
  const auto evidence = evidence_bytes(shop_ / "a/disk.001", options, further);
  for (const base::Record* source : whole.of("source")) {
    const auto file = evidence->open(base::Locator(*text(*source, "path")));
    EXPECT_EQ(base::sha256(*file).hex(), text(*source, "sha256"));
  }
}

}  // namespace
}  // namespace parse
