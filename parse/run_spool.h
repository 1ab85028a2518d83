// SPDX-License-Identifier: Apache-2.0
// Lines on their way into a segment, kept in a file that has no name: it is gone when the run ends, however
// it ends. It lies in the folder of the segments, so that it is on the volume that the case is on. Thread
// rule: one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/file.h"

namespace parse {

class Spool {
 public:
  explicit Spool(const std::filesystem::path& folder);
  std::uint64_t position() const { return flushed_ + pending_.size(); }
  void append(base::Bytes line);
  // Forgets everything from there on.
  void rewind(std::uint64_t position);
  void flush();

  // Reads lines from one position up to another, in order. REQUIRES: flushed.
  class Reader {
   public:
    Reader(const Spool& spool, std::uint64_t begin, std::uint64_t end);
    // False at the end. The line stays valid until the next call.
    bool next(base::Bytes& line);

   private:
    base::Bytes take(std::size_t size);
    int fd_;
    std::uint64_t at_, end_;
    base::Buffer block_;
    std::size_t used_ = 0;
  };

 private:
  base::Fd fd_;
  std::uint64_t flushed_ = 0;
  base::Buffer pending_;
};

}  // namespace parse
