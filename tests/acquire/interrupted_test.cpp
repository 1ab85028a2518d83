// SPDX-License-Identifier: Apache-2.0
// An acquisition that is killed at each of its system calls that change something, or for which one of them
// fails. Whatever happened, the same command goes on, and the files become what an undisturbed run makes.
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "acquire_support.h"

using namespace acquire_test;

namespace {

std::map<std::string, base::Buffer> image_files(const fs::path& folder) {
  std::map<std::string, base::Buffer> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("x.E") || name.starts_with("x.0")) files[name] = base::read_file(entry.path());
  }
  return files;
}

class Interrupted : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (run("strace -V").status != 0) GTEST_SKIP() << "strace is not installed";
    media_ = media_without_zeros((5u << 20) + 512 * 3);
    std::fill(media_.begin() + (1u << 20), media_.begin() + (3u << 20), std::byte{'a'});
    put_file(root_ / "source", media_);
    fs::create_directory(work_);
    // Begun and cut off at once: all images below are the same image, with one date and one set number.
    const auto begun = disturbed("pwrite64,pwritev:signal=KILL:when=1");
    ASSERT_TRUE(fs::exists(work_ / "x.journal")) << begun.output;
    fs::copy(work_, root_ / "begun", fs::copy_options::recursive);
    ASSERT_EQ(acquire_once().status, 0);
    expected_ = image_files(work_);
    ASSERT_GE(expected_.size(), 2u);
  }

  std::string command() const {
    return std::string(HOLDFAST_BINARY_DIR) + "/bin/acquire_once " + (root_ / "source").string() + " " +
           work_.string() + " " + GetParam();
  }
  Ran acquire_once() { return run(command()); }
  // "CALLS:what:when=N"; LeakSanitizer cannot run under strace.
  Ran disturbed(const std::string& injection) {
    return run("ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o " + (root_ / "trace").string() + " -e trace=" +
               injection.substr(0, injection.find(':')) + " -e inject=" + injection + " " + command());
  }
  void start_again() {
    fs::remove_all(work_);
    fs::copy(root_ / "begun", work_, fs::copy_options::recursive);
  }
  bool was_disturbed() {
    const auto trace = base::read_file(root_ / "trace");
    const auto text = base::as_text(trace);
    return text.find("INJECTED") != text.npos || text.find("killed by SIGKILL") != text.npos;
  }
  void expect_whole(const std::string& after) {
    const auto report = fs::exists(work_ / "acquisition.json") ? Ran{0, ""} : acquire_once();
    ASSERT_EQ(report.status, 0) << after << "\n" << report.output;
    EXPECT_TRUE(image_files(work_) == expected_) << after;
    EXPECT_TRUE(fs::exists(work_ / "acquisition.json")) << after;
  }

  // How many calls are tried: all of them where all tests are asked for.
  static unsigned stride() {
    const char* all = std::getenv("HOLDFAST_ALL_TESTS");
    return all != nullptr && std::string(all) == "1" ? 1 : 7;
  }

  TempFolder root_;
  const fs::path work_ = root_ / "work";  // always the same: the journal names it
  base::Buffer media_;
  std::map<std::string, base::Buffer> expected_;
};

// strace counts the calls of each thread by itself, and each kind of call is made by one thread.
TEST_P(Interrupted, KilledAtAnyChangeItGoesOn) {
  unsigned tried = 0;
  for (const char* calls :
       {"pwrite64,pwritev", "write", "fdatasync", "fsync", "rename", "ftruncate", "unlink"}) {
    for (unsigned when = 1; when < 2000; when += stride(), ++tried) {
      start_again();
      disturbed(std::string(calls) + ":signal=KILL:when=" + std::to_string(when));
      if (!was_disturbed()) break;
      expect_whole("killed at " + std::string(calls) + " " + std::to_string(when));
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GE(tried, stride() == 1 ? 25u : 6u);
}

TEST_P(Interrupted, AFailingCallIsToldAndNothingIsLost) {
  const std::pair<const char*, const char*> kinds[] = {
      {"pwrite64,pwritev", "ENOSPC"},
      {"pwrite64,pwritev", "EIO"},
      {"fdatasync,fsync", "EIO"},
      {"write", "ENOSPC"},
      {"rename", "EIO"},
  };
  for (const auto& [calls, error] : kinds) {
    unsigned tried = 0;
    for (unsigned when = 1; when < 1000; when += stride(), ++tried) {
      start_again();
      // A fsync that failed once is not tried again: the pages may be lost. All after it fail as well.
      const auto ran =
          disturbed(std::string(calls) + ":error=" + error + ":when=" + std::to_string(when) + "+");
      if (!was_disturbed()) break;
      const std::string where = std::string(calls) + " " + error + " from call " + std::to_string(when);
      // Where `write` fails, the program cannot print either.
      if (ran.status != 0 && std::string(calls) != "write") {
        EXPECT_NE(ran.output.find("error: "), std::string::npos) << where << "\n" << ran.output;
        EXPECT_NE(ran.output.find('\n'), ran.output.size() - 1) << "what to do now is a second line";
        const bool says_why = ran.output.find("pace") != std::string::npos ||
                              ran.output.find("nput/output") != std::string::npos;
        EXPECT_TRUE(says_why) << where << "\n" << ran.output;
        const bool says_safe = ran.output.find("only read") != std::string::npos ||
                               ran.output.find("Nothing was") != std::string::npos ||
                               ran.output.find("stands") != std::string::npos;
        EXPECT_TRUE(says_safe) << where << "\n" << ran.output;
      }
      expect_whole(where);
      if (HasFatalFailure()) return;
    }
    EXPECT_GE(tried, 1u) << calls;
  }
}

TEST_P(Interrupted, KilledAtAnyMomentItGoesOn) {
  std::mt19937 random(11);
  const int rounds = stride() == 1 ? 100 : 6;
  for (int i = 0; i < rounds; ++i) {
    start_again();
    const pid_t child = fork();
    if (child == 0) {
      freopen("/dev/null", "w", stdout);
      execl("/bin/sh", "sh", "-c", ("exec " + command()).c_str(), nullptr);
      _exit(127);
    }
    usleep(random() % 400'000);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    expect_whole("round " + std::to_string(i));
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Interrupted, testing::Values("e01", "raw"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
