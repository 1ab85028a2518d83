// SPDX-License-Identifier: Apache-2.0
// Bytes of evidence, read back through a worker: what `explain` and reports see is read in the same sandbox.
#include <algorithm>
#include <mutex>

#include "base/error.h"
#include "base/words.h"
#include "parse/run.h"
#include "parse/run_check.h"
#include "parse/run_list.h"
#include "parse/worker_process.h"

namespace parse {
namespace {

constexpr std::uint64_t kLongestRead = 1024 * 1024;
constexpr char kGone[] = "the worker that reads the evidence ended";

// One worker, shared by all files that were opened through it. A worker that died is not started again under
// open files: they fail, and the next open starts one.
class ByteWorker {
 public:
  ByteWorker(std::unique_ptr<WorkerProcess> process) : process_(std::move(process)) {}

  Frame ask(FrameKind kind, const base::Json& request, FrameKind expected, std::uint64_t offset,
            std::uint64_t length) {
    const std::lock_guard lock(mutex_);
    try {
      if (dead_) throw base::ReadError(kGone, offset, length);
      process_->send(kind, request);
      Frame frame = process_->receive();
      if (frame.kind == expected || frame.kind == FrameKind::refused) return frame;
    } catch (const WorkerGone&) {
      // told below, like a frame of the wrong kind
    }
    dead_ = true;
    throw base::ReadError(kGone, offset, length);
  }
  void tell(FrameKind kind, const base::Json& request) {
    const std::lock_guard lock(mutex_);
    try {
      if (!dead_) process_->send(kind, request);
    } catch (const WorkerGone&) {
      dead_ = true;
    }
  }
  bool dead() {
    const std::lock_guard lock(mutex_);
    return dead_;
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<WorkerProcess> process_;
  bool dead_ = false;
};

class RemoteFile final : public base::ByteSource {
 public:
  RemoteFile(std::shared_ptr<ByteWorker> worker, std::int64_t file, std::uint64_t size)
      : worker_(std::move(worker)), file_(file), size_(size) {}
  ~RemoteFile() override { worker_->tell(FrameKind::close, base::Json::object({{"file", file_}})); }
  RemoteFile(const RemoteFile&) = delete;
  RemoteFile& operator=(const RemoteFile&) = delete;

  std::uint64_t size() const override { return size_; }

  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= size_) return 0;
    const std::uint64_t wanted = std::min<std::uint64_t>(into.size(), size_ - offset);
    std::uint64_t done = 0;
    while (done < wanted) {
      const std::uint64_t part = std::min(wanted - done, kLongestRead);
      read_part(offset + done, into.subspan(static_cast<std::size_t>(done), static_cast<std::size_t>(part)));
      done += part;
    }
    return static_cast<std::size_t>(done);
  }

 private:
  void read_part(std::uint64_t offset, std::span<std::byte> into) {
    const Frame frame = worker_->ask(FrameKind::read,
                                     base::Json::object({{"file", file_},
                                                         {"offset", std::to_string(offset)},
                                                         {"size", static_cast<std::int64_t>(into.size())}}),
                                     FrameKind::bytes, offset, into.size());
    if (frame.kind != FrameKind::bytes || frame.payload.size() != into.size())
      throw base::ReadError("these bytes of the evidence cannot be read", offset, into.size());
    std::copy(frame.payload.begin(), frame.payload.end(), into.begin());
  }

  std::shared_ptr<ByteWorker> worker_;
  std::int64_t file_;
  std::uint64_t size_;
};

class WorkerBytes final : public base::EvidenceBytes {
 public:
  WorkerBytes(std::filesystem::path evidence, std::vector<std::filesystem::path> further_folders,
              RunOptions options)
      : evidence_(std::move(evidence)),
        further_folders_(std::move(further_folders)),
        options_(std::move(options)) {}

  std::shared_ptr<base::ByteSource> open(const base::Locator& locator) override {
    const auto worker = ready();
    const Frame frame = worker->ask(FrameKind::open, base::Json::object({{"locator", locator.encoded()}}),
                                    FrameKind::opened, 0, 0);
    if (frame.kind == FrameKind::refused) throw not_there(frame, locator);
    try {
      const base::Json json = frame.json();
      return std::make_shared<RemoteFile>(worker, json.at("file").integer(),
                                          std::stoull(json.at("size").text()));
    } catch (const std::exception&) {  // not JSON, not numbers: the worker cannot be used
      throw base::ReadError(kGone, 0, 0);
    }
  }

 private:
  base::Error not_there(const Frame& frame, const base::Locator& locator) const {
    const base::Json json = frame.json();
    const base::Json* kind = json.find("kind");
    if (kind != nullptr && *kind == base::Json(static_cast<int>(base::ErrorKind::not_found)))
      return base::Error(
          base::ErrorKind::not_found,
          base::say("{} holds no file {}", evidence_.string(), locator.for_people()),
          base::say("The evidence was only read. Check that this is the image that the record names."));
    return refusal_from(frame, evidence_.string());
  }

  std::shared_ptr<ByteWorker> ready() {
    const std::lock_guard lock(mutex_);
    if (worker_ && !worker_->dead()) return worker_;
    WorkerProcess::Limits limits;
    limits.idle = std::chrono::seconds(options_.worker_idle_seconds);
    const WorkerConfig config =
        WorkerConfig::over(evidence_, further_folders_, {}, options_.worker_memory_bytes);
    auto process = std::make_unique<WorkerProcess>(options_.program, config, limits);
    require_sandbox(process->hello().sandbox, options_.allow_weak_sandbox);
    worker_ = std::make_shared<ByteWorker>(std::move(process));
    return worker_;
  }

  std::filesystem::path evidence_;
  std::vector<std::filesystem::path> further_folders_;
  RunOptions options_;
  std::mutex mutex_;
  std::shared_ptr<ByteWorker> worker_;
};

}  // namespace

std::unique_ptr<base::EvidenceBytes> evidence_bytes(
    const std::filesystem::path& evidence, const RunOptions& options,
    const std::vector<std::filesystem::path>& further_folders) {
  return std::make_unique<WorkerBytes>(evidence, further_folders, options);
}

}  // namespace parse
