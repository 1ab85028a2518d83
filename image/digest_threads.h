// SPDX-License-Identifier: Apache-2.0
// Digests of one stream, computed beside whoever reads it: one thread for MD5, SHA-1 and SHA-256 together
// where three_digests.h has a kernel, else one thread per digest. update, mark and finish are called by one
// thread at a time; take_marks by any, at any time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/digest.h"

namespace image {

class DigestThreads {
 public:
  explicit DigestThreads(const std::vector<base::Algorithm>& algorithms);
  ~DigestThreads();
  // `owner` keeps the bytes alive and unchanged; it is let go when all digests have taken them.
  void update(const std::shared_ptr<const void>& owner, base::Bytes bytes);
  // Asks for the SHA-256 of all bytes given so far; does not wait. REQUIRES: sha256 is among the algorithms.
  void mark(std::uint64_t label);
  // The marks that were reached since the last call, each with its SHA-256, in the order they were set; does
  // not wait. After finish() none is outstanding.
  std::vector<std::pair<std::uint64_t, base::Buffer>> take_marks();
  // The digests of all that was given. REQUIRES: called once, after the last update and mark.
  std::map<base::Algorithm, base::Buffer> finish();

 private:
  class Marks;
  class Worker;
  std::unique_ptr<Marks> marks_;
  std::vector<std::unique_ptr<Worker>> workers_;  // after the marks that they fill
};

}  // namespace image
