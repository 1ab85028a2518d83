// SPDX-License-Identifier: Apache-2.0
#include "image/digest_threads.h"

#include <algorithm>
#include <cassert>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "image/queue.h"

namespace image {

class DigestThreads::Marks {
 public:
  void add(std::uint64_t label, base::Buffer sha256) {
    const std::lock_guard lock(mutex_);
    reached_.emplace_back(label, std::move(sha256));
  }
  std::vector<std::pair<std::uint64_t, base::Buffer>> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(reached_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, base::Buffer>> reached_;
};

class DigestThreads::Worker {
 public:
  Worker(base::Algorithm algorithm, Marks& marks)
      : algorithm_(algorithm), marks_(marks), hasher_(algorithm), thread_([this] { run(); }) {}
  ~Worker() { stop(); }

  struct Piece {
    std::shared_ptr<const void> owner;
    base::Bytes bytes;
    std::optional<std::uint64_t> mark;  // a piece without bytes
  };
  void push(Piece piece) { queue_.push(std::move(piece)); }
  bool computes(base::Algorithm algorithm) const { return algorithm == algorithm_; }

  void finish_into(std::map<base::Algorithm, base::Buffer>& digests) {
    stop();
    if (failure_) std::rethrow_exception(failure_);
    digests[algorithm_] = hasher_.finish();
  }

 private:
  void run() {
    while (auto piece = queue_.pop()) {
      if (failure_) continue;  // the blocks must still come back
      try {
        hasher_.update(piece->bytes);
        if (piece->mark) marks_.add(*piece->mark, hasher_.peek());
      } catch (...) {
        failure_ = std::current_exception();
      }
    }
  }
  void stop() {
    queue_.close();
    if (thread_.joinable()) thread_.join();
  }

  base::Algorithm algorithm_;
  Marks& marks_;
  base::Hasher hasher_;
  Queue<Piece> queue_;
  std::exception_ptr failure_;
  std::thread thread_;  // last: it uses all the others
};

DigestThreads::DigestThreads(const std::vector<base::Algorithm>& algorithms)
    : marks_(std::make_unique<Marks>()) {
  for (const auto algorithm : algorithms) workers_.push_back(std::make_unique<Worker>(algorithm, *marks_));
}
DigestThreads::~DigestThreads() = default;

void DigestThreads::update(const std::shared_ptr<const void>& owner, base::Bytes bytes) {
  for (const auto& worker : workers_) worker->push({owner, bytes, std::nullopt});
}

void DigestThreads::mark(std::uint64_t label) {
  const auto worker = std::find_if(workers_.begin(), workers_.end(),
                                   [](const auto& one) { return one->computes(base::Algorithm::sha256); });
  assert(worker != workers_.end());
  (*worker)->push({nullptr, {}, label});
}

std::vector<std::pair<std::uint64_t, base::Buffer>> DigestThreads::take_marks() {
  return marks_->take();
}

std::map<base::Algorithm, base::Buffer> DigestThreads::finish() {
  std::map<base::Algorithm, base::Buffer> digests;
  for (const auto& worker : workers_) worker->finish_into(digests);
  return digests;
}

}  // namespace image
