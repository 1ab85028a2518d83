// SPDX-License-Identifier: Apache-2.0
#include "image/digest_threads.h"

#include <algorithm>
#include <cassert>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "image/queue.h"
#include "image/three_digests.h"

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

namespace {

// What one thread computes.
class Computed {
 public:
  virtual ~Computed() = default;
  virtual bool gives_sha256() const = 0;
  virtual void update(base::Bytes bytes) = 0;
  virtual base::Buffer prefix_sha256() const = 0;  // REQUIRES: gives_sha256()
  virtual void finish_into(std::map<base::Algorithm, base::Buffer>& digests) = 0;
};

class OneDigest : public Computed {
 public:
  explicit OneDigest(base::Algorithm algorithm) : algorithm_(algorithm), hasher_(algorithm) {}
  bool gives_sha256() const override { return algorithm_ == base::Algorithm::sha256; }
  void update(base::Bytes bytes) override { hasher_.update(bytes); }
  base::Buffer prefix_sha256() const override { return hasher_.peek(); }
  void finish_into(std::map<base::Algorithm, base::Buffer>& digests) override {
    digests[algorithm_] = hasher_.finish();
  }

 private:
  base::Algorithm algorithm_;
  base::Hasher hasher_;
};

class AllThree : public Computed {
 public:
  bool gives_sha256() const override { return true; }
  void update(base::Bytes bytes) override { three_.update(bytes); }
  base::Buffer prefix_sha256() const override { return three_.prefix_sha256(); }
  void finish_into(std::map<base::Algorithm, base::Buffer>& digests) override {
    digests.merge(three_.finish());
  }

 private:
  ThreeDigests three_;
};

bool are_the_three(std::vector<base::Algorithm> algorithms) {
  std::sort(algorithms.begin(), algorithms.end());
  return algorithms == std::vector{base::Algorithm::md5, base::Algorithm::sha1, base::Algorithm::sha256};
}

// One thread for all three costs as much as one for MD5 alone, but only where there is a kernel.
std::vector<std::unique_ptr<Computed>> divided(const std::vector<base::Algorithm>& algorithms) {
  std::vector<std::unique_ptr<Computed>> parts;
  if (are_the_three(algorithms) && trusted_kernel() != nullptr) {
    parts.push_back(std::make_unique<AllThree>());
  } else {
    for (const auto algorithm : algorithms) parts.push_back(std::make_unique<OneDigest>(algorithm));
  }
  return parts;
}

}  // namespace

class DigestThreads::Worker {
 public:
  Worker(std::unique_ptr<Computed> computed, Marks& marks)
      : computed_(std::move(computed)), marks_(marks), thread_([this] { run(); }) {}
  ~Worker() { stop(); }

  struct Piece {
    std::shared_ptr<const void> owner;
    base::Bytes bytes;
    std::optional<std::uint64_t> mark;  // a piece without bytes
  };
  void push(Piece piece) { queue_.push(std::move(piece)); }
  bool gives_sha256() const { return computed_->gives_sha256(); }

  void finish_into(std::map<base::Algorithm, base::Buffer>& digests) {
    stop();
    if (failure_) std::rethrow_exception(failure_);
    computed_->finish_into(digests);
  }

 private:
  void run() {
    while (auto piece = queue_.pop()) {
      if (failure_) continue;  // the blocks must still come back
      try {
        computed_->update(piece->bytes);
        if (piece->mark) marks_.add(*piece->mark, computed_->prefix_sha256());
      } catch (...) {
        failure_ = std::current_exception();
      }
    }
  }
  void stop() {
    queue_.close();
    if (thread_.joinable()) thread_.join();
  }

  std::unique_ptr<Computed> computed_;
  Marks& marks_;
  Queue<Piece> queue_;
  std::exception_ptr failure_;
  std::thread thread_;  // last: it uses all the others
};

DigestThreads::DigestThreads(const std::vector<base::Algorithm>& algorithms)
    : marks_(std::make_unique<Marks>()) {
  for (auto& part : divided(algorithms))
    workers_.push_back(std::make_unique<Worker>(std::move(part), *marks_));
}
DigestThreads::~DigestThreads() = default;

void DigestThreads::update(const std::shared_ptr<const void>& owner, base::Bytes bytes) {
  for (const auto& worker : workers_) worker->push({owner, bytes, std::nullopt});
}

void DigestThreads::mark(std::uint64_t label) {
  const auto worker =
      std::find_if(workers_.begin(), workers_.end(), [](const auto& one) { return one->gives_sha256(); });
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
