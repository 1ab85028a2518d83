// SPDX-License-Identifier: Apache-2.0
// The parent's side of one worker: starts it, sends requests, receives frames, and ends it. Whatever the
// worker sends is hostile: frames are checked for length and kind here, their content by whoever asked.
// Thread rule: one thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include <sys/types.h>

#include "base/file.h"
#include "base/sandbox.h"
#include "parse/frames.h"
#include "parse/worker.h"

namespace parse {

// The worker is gone, or was ended because it broke a rule. The reason is one of: ended (by itself or a
// signal), protocol, idle (said nothing for too long), memory, killed (from outside: the kernel out of
// memory, a limit of processor time).
class WorkerGone : public std::runtime_error {
 public:
  explicit WorkerGone(std::string why) : std::runtime_error(why), reason(std::move(why)) {}
  std::string reason;
};

// One extractor as the worker has it, told before the evidence is open.
struct ExtractorFacts {
  std::string name;
  std::int64_t version = 0;
  std::vector<std::string> emits;
  std::string versioned() const { return name + "/" + std::to_string(version); }
  bool operator==(const ExtractorFacts&) const = default;
};

struct WorkerHello {
  base::SandboxState sandbox;
  std::vector<ExtractorFacts> extractors;
  base::Json libraries;
  bool seed_words = false;
};

// Throws Error(usage) with what the kernel lacks, unless a weak sandbox is allowed. A worker opens the
// evidence at its first request: asked before that, nothing hostile has been read.
void require_sandbox(const base::SandboxState& sandbox, bool allow_weak);

class WorkerProcess {
 public:
  struct Limits {
    std::chrono::milliseconds idle{300'000};
    std::function<bool()> stop;     // asked a few times a second; true: receive throws Error(interrupted)
    bool dies_with_thread = false;  // the worker is killed when the thread that started it ends
  };
  // Starts `program parse-worker` and waits for its hello. Throws Error(io) where it does not come up.
  WorkerProcess(const std::filesystem::path& program, const WorkerConfig& config, Limits limits);
  ~WorkerProcess();  // kills it
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  const WorkerHello& hello() const { return hello_; }
  void send(FrameKind kind, const base::Json& json);  // throws WorkerGone
  Frame receive();                                    // throws WorkerGone, Error(interrupted)

 private:
  void start(const std::filesystem::path& program);
  void wait_for(int fd, short events, std::chrono::steady_clock::time_point last);
  bool fill();
  [[noreturn]] void gone(std::string reason);
  int kill_and_wait();

  Limits limits_;
  WorkerHello hello_;
  pid_t pid_ = -1;
  base::Fd to_, from_;
  FrameSplitter splitter_;
};

}  // namespace parse
