// SPDX-License-Identifier: Apache-2.0
// The activity log: lines that follow each other, torn ones that give way, several processes, and what is
// said where it cannot be written.
#include "store/activity_log.h"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/activity.h"
#include "tests/support/temporary_folder.h"

namespace store {
namespace {

constexpr std::int64_t kNow = 1'795'000'000'000'000;

Look look(const std::string& query) {
  return {"A",
          "unknown",
          "find",
          query,
          {"a1000000000000000000000000000001"},
          2,
          {{custody::Barrier::out_of_scope, 10}, {custody::Barrier::privilege, 0}}};
}

class ActivityLogTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return custody::activity_file(folder_.path(), "A"); }
  custody::ActivityLog read() const { return custody::read_activity(file()); }
  std::string bytes() const { return std::string(base::as_text(base::read_file(file()))); }
  void write(const std::string& text) const { std::ofstream(file(), std::ios::binary) << text; }
  support::TemporaryFolder folder_;
};

TEST_F(ActivityLogTest, each_line_names_the_one_before_and_not_the_words) {
  log_look(folder_.path(), look("护照"), kNow);
  log_look(folder_.path(), look(""), kNow + 1'000'000);
  const custody::ActivityLog log = read();
  ASSERT_EQ(log.lines.size(), 2u);
  EXPECT_EQ(log.broken, 0u);
  const base::Json& first = log.lines[0].json;
  EXPECT_EQ(first.at("prev").text(), std::string(64, '0'));
  EXPECT_EQ(first.at("not_shown").canonical(), R"({"out_of_scope":"10"})");
  EXPECT_EQ(first.at("results").text(), "2");
  EXPECT_EQ(log.lines[1].json.at("prev").text(), log.lines[0].sha256);
  EXPECT_EQ(log.lines[1].json.find("query"), nullptr);
  EXPECT_EQ(bytes().find("护照"), std::string::npos);
  const base::Buffer salt = base::from_hex(first.at("query").at("salt").text());
  EXPECT_EQ(query_digest(salt, "护照"), first.at("query").at("sha256").text());
  EXPECT_NE(query_digest(salt, "照护"), first.at("query").at("sha256").text());
}

TEST_F(ActivityLogTest, the_digest_of_a_query_is_that_of_the_page) {
  EXPECT_EQ(query_digest(base::from_hex("2b7e151628aed2a6abf7158809cf4f3c"), "护照"),
            "44da4cb9fe919bfc78ce3c736884daba181b13c4df057f3eeee506ed8f889cf8");
}

TEST_F(ActivityLogTest, the_same_words_have_another_digest_each_time) {
  log_look(folder_.path(), look("x"), kNow);
  log_look(folder_.path(), look("x"), kNow);
  EXPECT_NE(read().lines[0].json.at("query").at("sha256").text(),
            read().lines[1].json.at("query").at("sha256").text());
}

// Cut at every byte of the last line: it gives way, and the lines before it stand.
TEST_F(ActivityLogTest, a_line_that_was_torn_off_gives_way) {
  log_look(folder_.path(), look("one"), kNow);
  const std::string one = bytes();
  log_look(folder_.path(), look("two"), kNow);
  const std::string two = bytes();
  for (std::size_t cut = one.size(); cut < two.size(); ++cut) {
    write(two.substr(0, cut));
    EXPECT_EQ(read().torn, cut > one.size());
    log_look(folder_.path(), look("three"), kNow);
    const custody::ActivityLog log = read();
    ASSERT_EQ(log.lines.size(), 2u) << cut;
    EXPECT_EQ(log.broken, 0u);
    EXPECT_FALSE(log.torn);
    EXPECT_TRUE(bytes().starts_with(one));
  }
}

TEST_F(ActivityLogTest, what_was_altered_left_out_or_put_in_is_seen) {
  for (const char* query : {"one", "two", "three"}) log_look(folder_.path(), look(query), kNow);
  const std::string sound = bytes();
  const std::size_t second = sound.find('\n') + 1, third = sound.find('\n', second) + 1;
  write(sound.substr(0, second) + sound.substr(third));
  EXPECT_EQ(read().broken, 2u) << "the second was left out";
  write(sound.substr(0, second) + sound.substr(0, second) + sound.substr(second));
  EXPECT_EQ(read().broken, 2u) << "the first stands twice";
  write(sound.substr(second));
  EXPECT_EQ(read().broken, 1u);
  std::string altered = sound;
  altered.replace(altered.find("\"results\":\"2\""), 13, "\"results\":\"3\"");
  write(altered);
  EXPECT_EQ(read().broken, 2u);
  write("no log\n");
  EXPECT_EQ(read().broken, 1u);
}

TEST_F(ActivityLogTest, several_processes_wait_for_each_other) {
  constexpr int kProcesses = 6, kLines = 15;
  for (int i = 0; i < kProcesses; ++i) {
    if (fork() != 0) continue;
    for (int line = 0; line < kLines; ++line) log_look(folder_.path(), look(std::to_string(line)), kNow);
    _exit(0);
  }
  for (int i = 0; i < kProcesses; ++i) {
    int status = 0;
    wait(&status);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(read().lines.size(), static_cast<std::size_t>(kProcesses * kLines));
  EXPECT_EQ(read().broken, 0u);
}

TEST_F(ActivityLogTest, says_where_it_cannot_be_written) {
  write("");  // the folder is not there: nothing is made by that
  std::ofstream(folder_ / custody::kActivityFolder) << "a file in the place of the folder";
  try {
    log_look(folder_.path(), look("x"), kNow);
    FAIL() << "it was written";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::io);
  }
}

TEST_F(ActivityLogTest, follows_no_link) {
  std::filesystem::create_directory(folder_ / custody::kActivityFolder);
  std::ofstream(folder_ / "elsewhere") << "mine\n";
  std::filesystem::create_symlink(folder_ / "elsewhere", file());
  EXPECT_THROW(log_look(folder_.path(), look("x"), kNow), base::Error);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "elsewhere"), 5u);
}

}  // namespace
}  // namespace store
