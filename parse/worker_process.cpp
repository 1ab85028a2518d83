// SPDX-License-Identifier: Apache-2.0
#include "parse/worker_process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/words.h"

namespace parse {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPollMilliseconds = 200;
constexpr std::size_t kMostExtractors = 10'000;
constexpr auto kAdvice =
    base::phrase("The evidence was only read. Nothing was written; run the same command again.");

struct Pipe {
  base::Fd read, write;
};

// Both ends above the descriptors that the worker expects, so that neither is closed by moving the other.
Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    throw base::io_error(base::say("cannot make a pipe to a worker"), errno, kAdvice);
  const base::Fd low_read(ends[0]), low_write(ends[1]);
  constexpr int kAbove = 10;
  Pipe pipe{base::Fd(fcntl(ends[0], F_DUPFD_CLOEXEC, kAbove)),
            base::Fd(fcntl(ends[1], F_DUPFD_CLOEXEC, kAbove))};
  if (!pipe.read || !pipe.write)
    throw base::io_error(base::say("cannot make a pipe to a worker"), errno, kAdvice);
  return pipe;
}

// A write to a worker that has died must not end this process. SIGPIPE goes to the thread that writes: it is
// held back there, and taken away before it can be delivered.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~NoSigpipe() {
    const timespec now{};
    if (sigismember(&before_, SIGPIPE) == 0)
      while (sigtimedwait(&set_, nullptr, &now) == SIGPIPE) {
      }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t set_, before_;
};

// Between fork and exec: only calls that are safe there. Never returns.
[[noreturn]] void become_worker(const char* program, int in, int out, int null, bool dies_with_thread,
                                pid_t parent) {
  constexpr int kNotStarted = 127;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setsid();
  if (dies_with_thread && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)) _exit(kNotStarted);
  // Nothing is on 2 either: libraries may quote evidence there.
  const bool placed = dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(null, 2) == 2 &&
                      dup2(in, kWorkerIn) == kWorkerIn && dup2(out, kWorkerOut) == kWorkerOut;
  if (!placed || close_range(kWorkerOut + 1, ~0u, 0) != 0) _exit(kNotStarted);
  char verb[sizeof kWorkerVerb];
  std::copy(std::begin(kWorkerVerb), std::end(kWorkerVerb), verb);
  char* const arguments[] = {const_cast<char*>(program), verb, nullptr};
  char* const environment[] = {nullptr};
  execve(program, arguments, environment);
  _exit(kNotStarted);
}

std::string missing_parts(const base::SandboxState& sandbox) {
  std::string missing;
  const auto add = [&](bool there, const char* part) {
    if (!there) missing += (missing.empty() ? "" : ", ") + std::string(part);
  };
  add(sandbox.landlock_abi > 0, "Landlock");
  add(sandbox.seccomp, "the system-call filter (seccomp)");
  add(sandbox.limits, "resource limits");
  return missing;
}

ExtractorFacts extractor_from(const base::Json& json) {
  ExtractorFacts facts{json.at("name").text(), json.at("version").integer(), {}};
  for (const base::Json& type : json.at("emits").items()) facts.emits.push_back(type.text());
  return facts;
}

WorkerHello hello_from(const base::Json& json) {
  WorkerHello hello;
  const base::Json& sandbox = json.at("sandbox");
  hello.sandbox.landlock_abi = static_cast<int>(sandbox.at("landlock_abi").integer());
  hello.sandbox.seccomp = sandbox.at("seccomp").boolean();
  hello.sandbox.limits = sandbox.at("limits").boolean();
  hello.sandbox.widened = sandbox.at("widened").boolean();
  if (json.at("extractors").items().size() > kMostExtractors) throw base::JsonError("too many extractors");
  for (const base::Json& item : json.at("extractors").items())
    hello.extractors.push_back(extractor_from(item));
  hello.libraries = json.at("libraries");
  hello.seed_words = json.at("seed_words").boolean();
  return hello;
}

}  // namespace

void require_sandbox(const base::SandboxState& sandbox, bool allow_weak) {
  if (sandbox.complete() || allow_weak) return;
  throw base::Error(base::ErrorKind::usage, base::say("this kernel lacks {}", missing_parts(sandbox)),
                    base::say("The evidence was not opened. Parse on a newer kernel, or go on with "
                              "--weak-sandbox, which is recorded in the ledger."));
}

WorkerProcess::WorkerProcess(const std::filesystem::path& program, const WorkerConfig& config, Limits limits)
    : limits_(std::move(limits)) {
  try {
    start(program);
    send(FrameKind::config, config.to_json());
    const Frame frame = receive();
    if (frame.kind != FrameKind::hello) throw ProtocolError("no hello");
    hello_ = hello_from(frame.json());
  } catch (const base::Error&) {
    kill_and_wait();
    throw;
  } catch (const std::exception&) {
    kill_and_wait();
    throw base::Error(base::ErrorKind::io, base::say("cannot start a parse worker by {}", program.string()),
                      kAdvice);
  }
}

WorkerProcess::~WorkerProcess() {
  kill_and_wait();
}

void WorkerProcess::start(const std::filesystem::path& program) {
  Pipe requests = make_pipe(), answers = make_pipe();
  const base::Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) throw base::io_error(base::say("cannot open /dev/null"), errno, kAdvice);
  const std::string path = program.string();
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw base::io_error(base::say("cannot start a parse worker"), errno, kAdvice);
  if (pid_ == 0)
    become_worker(path.c_str(), requests.read.get(), answers.write.get(), null.get(),
                  limits_.dies_with_thread, parent);
  to_ = std::move(requests.write);
  from_ = std::move(answers.read);
  fcntl(to_.get(), F_SETFL, O_NONBLOCK);
  fcntl(from_.get(), F_SETFL, O_NONBLOCK);
}

// The exit status as waitpid gives it; 0 where there is no process any more.
int WorkerProcess::kill_and_wait() {
  if (pid_ <= 0) return 0;
  int status = 0;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  to_ = base::Fd();
  from_ = base::Fd();
  return status;
}

// A pipe that ended means a process that has ended: the kill comes too late to change its exit status.
void WorkerProcess::gone(std::string reason) {
  const int status = kill_and_wait();
  if (reason == "ended" && WIFEXITED(status) && WEXITSTATUS(status) == kWorkerNoMemory) reason = "memory";
  const bool killed = WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU);
  if (reason == "ended" && killed) reason = "killed";
  throw WorkerGone(std::move(reason));
}

void WorkerProcess::wait_for(int fd, short events, Clock::time_point last) {
  while (true) {
    pollfd poll_fd{fd, events, 0};
    const int ready = poll(&poll_fd, 1, kPollMilliseconds);
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) gone("ended");
    if (limits_.stop && limits_.stop()) {
      kill_and_wait();
      throw base::Error(base::ErrorKind::interrupted, base::say("parsing was interrupted"), kAdvice);
    }
    if (Clock::now() - last > limits_.idle) gone("idle");
  }
}

void WorkerProcess::send(FrameKind kind, const base::Json& json) {
  base::Buffer out;
  append_frame(out, kind, base::as_bytes(json.canonical()));
  const NoSigpipe guard;
  const auto began = Clock::now();
  for (base::Bytes left(out); !left.empty();) {
    if (!to_) gone("ended");
    const ssize_t count = ::write(to_.get(), left.data(), left.size());
    if (count > 0)
      left = left.subspan(static_cast<std::size_t>(count));
    else if (errno == EAGAIN)
      wait_for(to_.get(), POLLOUT, began);
    else if (errno != EINTR)
      gone("ended");
  }
}

// Reads once; false where nothing is there yet.
bool WorkerProcess::fill() {
  std::array<std::byte, 64 * 1024> block;
  const ssize_t count = ::read(from_.get(), block.data(), block.size());
  if (count > 0) splitter_.feed(base::Bytes(block).first(static_cast<std::size_t>(count)));
  if (count == 0) gone("ended");
  if (count < 0 && errno != EAGAIN && errno != EINTR) gone("ended");
  return count > 0;
}

Frame WorkerProcess::receive() {
  auto began = Clock::now();
  while (true) {
    try {
      if (auto frame = splitter_.next()) {
        if (frame->kind != FrameKind::busy) return std::move(*frame);
        began = Clock::now();
        continue;
      }
    } catch (const ProtocolError&) {
      gone("protocol");
    }
    if (!from_) gone("ended");
    if (!fill()) wait_for(from_.get(), POLLIN, began);
  }
}

}  // namespace parse
