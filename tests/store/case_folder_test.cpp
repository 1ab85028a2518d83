// SPDX-License-Identifier: Apache-2.0
#include "store/case_folder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/support/temporary_folder.h"

namespace store {
namespace {

TEST(CaseFolder, is_found_from_any_folder_below) {
  support::TemporaryFolder folder;
  CaseFolder::create(folder / "KK-2026");
  std::filesystem::create_directories(folder / "KK-2026/exhibits/KK-A-0001/a1");
  const auto found = CaseFolder::find(folder / "KK-2026/exhibits/KK-A-0001/a1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->root(), folder / "KK-2026");
  EXPECT_FALSE(CaseFolder::find(folder.path()));
}

TEST(CaseFolder, is_never_made_over_something) {
  support::TemporaryFolder folder;
  std::filesystem::create_directories(folder / "KK-2026/holiday");
  EXPECT_THROW(CaseFolder::create(folder / "KK-2026"), base::Error);
}

TEST(CaseFolder, one_process_writes_and_the_other_is_told_who) {
  support::TemporaryFolder folder;
  const CaseFolder made = CaseFolder::create(folder / "KK-2026");
  EXPECT_FALSE(made.is_locked());
  {
    const auto lock = made.lock();
    EXPECT_TRUE(made.is_locked());
    try {
      made.lock();
      FAIL() << "locked twice";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind, base::ErrorKind::conflict);
      EXPECT_NE(std::string(error.what()).find("process " + std::to_string(getpid())), std::string::npos)
          << error.what();
    }
  }
  EXPECT_NO_THROW(made.lock()) << "free again";
}

TEST(CaseFolder, a_process_that_dies_leaves_no_lock) {
  support::TemporaryFolder folder;
  const CaseFolder made = CaseFolder::create(folder / "KK-2026");
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = made.lock();
    kill(getpid(), SIGKILL);
  }
  waitpid(child, nullptr, 0);
  EXPECT_NO_THROW(made.lock());
}

TEST(CaseFolder, labels_become_paths_only_when_they_are_plain) {
  for (const char* good : {"KK-A-0001", "a", "A_1"}) EXPECT_TRUE(is_safe_label(good)) << good;
  for (const char* bad :
       {"", "-a", "../x", "a/b", "a b", "é", ".", "a.b", "0123456789012345678901234567890123456789x"}) {
    EXPECT_FALSE(is_safe_label(bad)) << bad;
  }
}

TEST(AtRest, answers_with_a_reason) {
  support::TemporaryFolder folder;
  EXPECT_FALSE(encrypted_at_rest(folder.path()).because.empty());
  EXPECT_NE(encrypted_at_rest("/dev/shm").answer, AtRest::Answer::encrypted)
      << "memory is not a disk that is encrypted";
}

}  // namespace
}  // namespace store
