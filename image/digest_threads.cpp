// SPDX-License-Identifier: Apache-2.0
#include "image/digest_threads.h"

#include <exception>
#include <thread>

#include "image/queue.h"

namespace image {

class DigestThreads::Worker {
 public:
  explicit Worker(base::Algorithm algorithm)
      : algorithm_(algorithm), hasher_(algorithm), thread_([this] { run(); }) {}
  ~Worker() { stop(); }

  struct Piece {
    std::shared_ptr<const void> owner;
    base::Bytes bytes;
  };
  void push(Piece piece) { queue_.push(std::move(piece)); }

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
  base::Hasher hasher_;
  Queue<Piece> queue_;
  std::exception_ptr failure_;
  std::thread thread_;  // last: it uses all the others
};

DigestThreads::DigestThreads(const std::vector<base::Algorithm>& algorithms) {
  for (const auto algorithm : algorithms) workers_.push_back(std::make_unique<Worker>(algorithm));
}
DigestThreads::~DigestThreads() = default;

void DigestThreads::update(const std::shared_ptr<const void>& owner, base::Bytes bytes) {
  for (const auto& worker : workers_) worker->push({owner, bytes});
}

std::map<base::Algorithm, base::Buffer> DigestThreads::finish() {
  std::map<base::Algorithm, base::Buffer> digests;
  for (const auto& worker : workers_) worker->finish_into(digests);
  return digests;
}

}  // namespace image
