// SPDX-License-Identifier: Apache-2.0
// What a process in the sandbox can and cannot do. Each attempt runs in a child of its own.
#include "base/sandbox.h"

#include <cerrno>
#include <filesystem>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/sqlite.h"

namespace base {
namespace {

bool built_with_sanitizer() {
  return available_sandbox().widened;
}

struct Ending {
  int signal = 0;  // 0: it ended by itself
  int code = 0;
};

class Sandbox : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/sandbox-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    std::filesystem::create_directory(folder_ / "exhibit");
    write_durably(folder_ / "exhibit/a.bin", as_bytes("evidence"));
    write_durably(folder_ / "other.bin", as_bytes("not for the worker"));
    if (!available_sandbox().complete()) GTEST_SKIP() << "this kernel lacks Landlock or seccomp";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Enters the sandbox in a child and does `attempt` there; its result is the child's exit code.
  Ending in_sandbox(const std::function<int()>& attempt, std::uint64_t cpu_seconds = 0) const {
    const pid_t child = fork();
    if (child == 0) {
      SandboxPolicy policy{{folder_ / "exhibit"}, 1ull << 30, cpu_seconds};
      enter_sandbox(policy);
      _exit(attempt());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? Ending{WTERMSIG(status), 0} : Ending{0, WEXITSTATUS(status)};
  }
  // The errno of opening, 0 where it worked.
  static int open_errno(const std::filesystem::path& path, int flags) {
    return open(path.c_str(), flags, 0644) < 0 ? errno : 0;
  }
  std::filesystem::path folder_;
};

#define SKIP_ATTACK_UNDER_SANITIZER() \
  if (built_with_sanitizer())         \
  GTEST_SKIP() << "the sanitizer build has a wider profile; attacks are for the others"

TEST_F(Sandbox, IsInForceAsTheKernelTells) {
  int pipes[2];
  ASSERT_EQ(pipe(pipes), 0);
  const pid_t child = fork();
  if (child == 0) {
    enter_sandbox({{folder_ / "exhibit"}, 1ull << 30, 0});
    (void)!write(pipes[1], "x", 1);
    for (;;) sleep(1);
  }
  char byte = 0;
  ASSERT_EQ(read(pipes[0], &byte, 1), 1);
  const Fd fd(open(("/proc/" + std::to_string(child) + "/status").c_str(), O_RDONLY));
  std::string status(65536, ' ');  // a file of /proc has no size that could be asked for
  const ssize_t count = read(fd.get(), status.data(), status.size());
  ASSERT_GT(count, 0);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_NE(status.find("NoNewPrivs:\t1"), std::string::npos);
  EXPECT_NE(status.find("Seccomp:\t2"), std::string::npos);
}

TEST_F(Sandbox, ReadsWhatItMay) {
  const auto attempt = [&] {
    const Buffer bytes = read_file(folder_ / "exhibit/a.bin");
    if (as_text(bytes) != "evidence") return 1;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "exhibit"))
      if (entry.path().filename() != "a.bin") return 2;
    return sha256(bytes).hex().size() == 64 ? 0 : 3;
  };
  EXPECT_EQ(in_sandbox(attempt).code, 0);
}

TEST_F(Sandbox, OpensNothingElse) {
  EXPECT_EQ(in_sandbox([&] { return open_errno(folder_ / "other.bin", O_RDONLY); }).code, EACCES);
  EXPECT_EQ(in_sandbox([&] { return open_errno(folder_ / "exhibit/../other.bin", O_RDONLY); }).code, EACCES);
  EXPECT_EQ(in_sandbox([&] { return open_errno("/etc/passwd", O_RDONLY); }).code, EACCES);
  EXPECT_EQ(in_sandbox([&] { return open_errno("/proc/self/mem", O_RDONLY); }).code, EACCES);
}

TEST_F(Sandbox, WritesNoFile) {
  SKIP_ATTACK_UNDER_SANITIZER();
  EXPECT_EQ(in_sandbox([&] { return open_errno(folder_ / "exhibit/a.bin", O_RDWR); }).signal, SIGSYS);
  EXPECT_EQ(in_sandbox([&] { return open_errno(folder_ / "exhibit/new", O_WRONLY | O_CREAT); }).signal,
            SIGSYS);
  const Fd left_open = create_new(folder_ / "left-open");
  const auto write_it = [&] { return write(left_open.get(), "x", 1) < 0 ? errno : 0; };
  EXPECT_EQ(in_sandbox(write_it).signal, SIGXFSZ);
  EXPECT_EQ(in_sandbox([&] { return unlink((folder_ / "exhibit/a.bin").c_str()); }).signal, SIGSYS);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "exhibit/a.bin"));
}

TEST_F(Sandbox, HasNoNetworkAndStartsNothing) {
  SKIP_ATTACK_UNDER_SANITIZER();
  EXPECT_EQ(in_sandbox([] { return socket(AF_INET, SOCK_STREAM, 0); }).signal, SIGSYS);
  EXPECT_EQ(in_sandbox([] { return socket(AF_UNIX, SOCK_STREAM, 0); }).signal, SIGSYS);
  EXPECT_EQ(in_sandbox([] { return execl("/bin/true", "true", nullptr); }).signal, SIGSYS);
  EXPECT_EQ(in_sandbox([] {
              for (int i = 0; i < 100; ++i) (void)fork();
              return 0;
            }).signal,
            SIGSYS);
}

TEST_F(Sandbox, CannotReachOtherProcesses) {
  SKIP_ATTACK_UNDER_SANITIZER();
  const pid_t parent = getpid();
  EXPECT_EQ(in_sandbox([&] { return kill(parent, 0); }).signal, SIGSYS);
  EXPECT_EQ(
      in_sandbox([&] { return static_cast<int>(ptrace(PTRACE_ATTACH, parent, nullptr, nullptr)); }).signal,
      SIGSYS);
  EXPECT_EQ(in_sandbox([&] { return fcntl(0, F_SETOWN, parent); }).signal, SIGSYS);
}

TEST_F(Sandbox, MemoryDoesNotBecomeAProgram) {
  SKIP_ATTACK_UNDER_SANITIZER();
  const auto map = [] {
    return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
  };
  EXPECT_EQ(in_sandbox(map).signal, SIGSYS);
}

TEST_F(Sandbox, MemoryAndTimeAreLimited) {
  SKIP_ATTACK_UNDER_SANITIZER();
  const auto take_memory = [] {
    return mmap(nullptr, 10ull << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? 7 : 0;
  };
  EXPECT_EQ(in_sandbox(take_memory).code, 7);
  volatile std::uint64_t spins = 0;
  const auto spin = [&]() -> int {
    for (;;) spins = spins + 1;
  };
  const int signal = in_sandbox(spin, 1).signal;
  EXPECT_TRUE(signal == SIGXCPU || signal == SIGKILL) << signal;
}

TEST_F(Sandbox, ThreadsAndEvidenceDatabasesWork) {
  const auto path = folder_ / "exhibit/app.db";
  sqlite3* app = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &app), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(app, "PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES(41),(1)",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  const auto attempt = [&] {
    int sum = 0;
    std::thread([&] {
      Database database =
          Database::open_evidence({{"", open_source(path)}, {"-wal", open_source(path.string() + "-wal")}});
      Statement rows = database.prepare("SELECT sum(a) FROM t ORDER BY 1");
      if (rows.step()) sum = static_cast<int>(rows.integer(0).value_or(0));
    }).join();
    return sum;
  };
  const Ending ending = in_sandbox(attempt);
  sqlite3_close(app);
  EXPECT_EQ(ending.signal, 0);
  EXPECT_EQ(ending.code, 42);
}

TEST_F(Sandbox, APathThatIsNotThereIsRefused) {
  const pid_t child = fork();
  if (child == 0) {
    try {
      enter_sandbox({{folder_ / "missing"}, 1ull << 30, 0});
    } catch (const Error& error) {
      _exit(error.kind == ErrorKind::not_found ? 0 : 2);
    }
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace base
