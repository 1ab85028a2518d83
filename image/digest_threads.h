// SPDX-License-Identifier: Apache-2.0
// One thread per digest, all over the same bytes. Fed by one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "base/digest.h"

namespace image {

class DigestThreads {
 public:
  explicit DigestThreads(const std::vector<base::Algorithm>& algorithms);
  ~DigestThreads();
  // `owner` keeps the bytes alive and unchanged; it is let go when all digests have taken them.
  void update(const std::shared_ptr<const void>& owner, base::Bytes bytes);
  // The digests of all that was given. REQUIRES: called once, last.
  std::map<base::Algorithm, base::Buffer> finish();

 private:
  class Worker;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace image
