// SPDX-License-Identifier: Apache-2.0
// T25: a writer that is killed at any moment. Whatever it was doing, the ledger opens, verifies, and holds
// every entry that had been acknowledged.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <sstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "other_voices.h"
#include "support.h"

namespace custody::test {
namespace {

namespace fs = std::filesystem;

constexpr char kPlace[] = "HOLDFAST_TEST_PLACE";
constexpr char kIdentities[] = "HOLDFAST_TEST_IDENTITIES";
constexpr char kCount[] = "HOLDFAST_TEST_COUNT";

LedgerPlaces places_under(const fs::path& root) {
  return {root / "case/ledgers/station-a", root / "config/log.key", root / "config/high-water"};
}

// The writer that gets killed: this program again, with only this test. Acknowledgements go to a file.
TEST(KilledWriter, IsStartedByTheOtherTests) {
  const char* place = std::getenv(kPlace);
  if (!place) GTEST_SKIP() << "does nothing unless another test starts it";
  const auto signer = unlock_signer(std::getenv(kIdentities), "anna", [] { return std::string(); });
  const auto ledger = Ledger::open(places_under(place), *signer);
  const int acknowledged =
      open((fs::path(place) / "acknowledged").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  for (int i = std::atoi(std::getenv(kCount)); i > 0; --i) {
    ledger->append(check_image(i % 2 ? kPhone : kDisk));
    ASSERT_EQ(write(acknowledged, "+", 1), 1);
  }
}

// The leak check of AddressSanitizer cannot run in a traced process.
std::string writer_command(const fs::path& place, int count) {
  return std::string(kPlace) + "=" + place.string() + " " + kIdentities + "=" + identities().string() + " " +
         kCount + "=" + std::to_string(count) + " ASAN_OPTIONS=detect_leaks=0 ";
}
const std::string kWriter =
    fs::read_symlink("/proc/self/exe").string() + " --gtest_filter=KilledWriter.IsStartedByTheOtherTests";

class Killed : public ::testing::Test {
 protected:
  void SetUp() override { small_ledger(folder_); }
  std::uint64_t acknowledged() const {
    const fs::path file = folder_ / "acknowledged";
    return fs::exists(file) ? fs::file_size(file) : 0;
  }
  // Opens, verifies, and nothing that was acknowledged is missing.
  void expect_sound(const std::string& when) {
    try {
      const auto ledger = Ledger::open(places_in(folder_), anna());
      EXPECT_GE(ledger->size(), 7 + acknowledged()) << when;
      last_size_ = ledger->size();
    } catch (const base::Error& error) {
      FAIL() << when << ": " << error.what();
    }
    const VerifyReport report = verify_whole(read_ledger(places_in(folder_).folder), trusting(anna()));
    EXPECT_EQ(report.verdict(), Verdict::verified) << when << ": " << failed_codes(report);
  }
  TestFolder folder_;
  std::uint64_t last_size_ = 0;
};

TEST_F(Killed, T25_AtRandomMoments) {
  constexpr int kRounds = 12;
  const std::string command = writer_command(folder_.path(), 1000) + "exec " + kWriter + " >/dev/null 2>&1";
  std::mt19937 random(20261121);
  for (int round = 0; round < kRounds; ++round) {
    const pid_t writer = fork();
    if (writer == 0) {
      execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      _exit(127);
    }
    usleep(50'000 + random() % 250'000);
    kill(writer, SIGKILL);
    int status = 0;
    waitpid(writer, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself in round " << round;
    expect_sound("round " + std::to_string(round));
  }
  EXPECT_GT(acknowledged(), 0u) << "no writer lived long enough to add an entry";
  if (has_second_verifier())
    EXPECT_EQ(second_verifier(places_in(folder_).folder, trusting(anna())), "VERIFIED");
}

// The calls that change what is on the disk. SIGKILL meets the writer as it enters one of them.
constexpr char kCalls[] = "write,pwrite64,fdatasync,fsync,rename,unlink,link,ftruncate";

// A writer that adds one entry to the same ledger each time, traced.
class Traced : public Killed {
 protected:
  void SetUp() override {
    Killed::SetUp();
    fs::copy(folder_.path(), before_ / "it", fs::copy_options::recursive);
  }
  void again() {
    for (const auto& part : fs::directory_iterator(folder_.path())) fs::remove_all(part.path());
    fs::copy(before_ / "it", folder_.path(), fs::copy_options::recursive);
  }
  // `call` is one of `calls`, and `what` meets it there, as strace has it; both may be empty.
  int write_one(const std::string& call, const std::string& what) {
    again();
    const std::size_t colon = call.find(':');
    const std::string inject =
        call.empty() ? "" : " -e inject=" + call.substr(0, colon) + ":" + what + call.substr(colon);
    return std::system((writer_command(folder_.path(), 1) + "strace -f -qq -o " + log_.string() +
                        " -e trace=" + kCalls + inject + " " + kWriter + " >/dev/null 2>&1")
                           .c_str());
  }
  // The calls of the first thread of an undisturbed append, in order, as "fsync:when=2": strace counts those
  // of each name by themselves. Empty where nothing can be traced here.
  std::vector<std::string> calls() {
    std::vector<std::string> result;
    if (write_one("", "") != 0) return result;
    const base::Buffer listed = base::read_file(log_);
    std::istringstream lines{std::string(base::as_text(listed))};
    std::map<std::string, unsigned> seen;
    std::string line, first;
    while (std::getline(lines, line)) {
      std::istringstream words(line);
      std::string thread, call;
      words >> thread >> call;
      if (first.empty()) first = thread;
      const std::string name = call.substr(0, call.find('('));
      if (thread != first || name.empty() || name.front() < 'a' || name.front() > 'z') continue;
      result.push_back(name + ":when=" + std::to_string(++seen[name]));
    }
    return result;
  }
  bool injected() {
    const base::Buffer listed = base::read_file(log_);
    return base::as_text(listed).find("INJECTED") != std::string_view::npos;
  }
  // What stands before the append is the same for each run, so of it every fifth call is tried, unless all
  // tests are asked for.
  static std::size_t next(std::size_t at, std::size_t total) {
    const char* all = std::getenv("HOLDFAST_ALL_TESTS");
    const bool each = (all && std::string(all) == "1") || at + 12 >= total;
    return at + (each ? 1 : 5);
  }
  TestFolder before_;
  const fs::path log_ = folder_ / "calls";
};

TEST_F(Traced, T25_KilledAtEveryCall) {
  const std::vector<std::string> calls = this->calls();
  if (calls.empty()) GTEST_SKIP() << "strace is not installed, or may not trace here";
  ASSERT_GT(calls.size(), 20u) << "an append that writes less is not what it was";
  std::size_t killed = 0, tried = 0;
  for (std::size_t at = 0; at < calls.size() && !HasFailure(); at = next(at, calls.size()), ++tried) {
    if (write_one(calls[at], "signal=KILL") != 0) ++killed;
    expect_sound("killed at " + calls[at]);
  }
  EXPECT_EQ(killed, tried);
  EXPECT_GT(last_size_, 7u);
}

// A disk that is full or broken, and a sync that fails, at every call: the writer stops there, what it
// acknowledged is there, and the next opening raises no alarm.
TEST_F(Traced, T25_EveryCallFails) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "the sanitizer's own writes would fail too; the release build does this";
#endif
#endif
  const std::vector<std::string> calls = this->calls();
  if (calls.empty()) GTEST_SKIP() << "strace is not installed, or may not trace here";
  std::ptrdiff_t failed = 0;
  for (const std::string error : {"ENOSPC", "EIO"}) {
    for (std::size_t at = 0; at < calls.size() && !HasFailure(); at = next(at, calls.size())) {
      const int status = write_one(calls[at], "error=" + error);
      if (injected() && status != 0) ++failed;
      expect_sound(error + " at " + calls[at]);
    }
  }
  EXPECT_GT(failed, 10) << "hardly any call that failed was noticed";
}

}  // namespace
}  // namespace custody::test
