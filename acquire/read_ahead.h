// SPDX-License-Identifier: Apache-2.0
// Reads a source in order, with several reads in flight: a device that answers commands in parallel is never
// idle. Fed and asked by one thread; reads in threads of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "acquire/source.h"
#include "image/blocks.h"

namespace acquire {

class ReadAhead {
 public:
  // Blocks of image::kBlockBytes from `from` to the end of the source; `pool` bounds how far ahead.
  ReadAhead(Source& source, std::uint64_t from, image::BlockPool& pool, unsigned in_flight);
  ~ReadAhead();

  struct Piece {
    std::shared_ptr<image::Block> block;
    std::uint64_t offset = 0;
    std::span<std::byte> bytes;
    Source::Read result = Source::Read::ok;
  };
  // Waits for the next piece in order; nothing at the end. Throws what reading threw.
  std::optional<Piece> next();

 private:
  struct Slot {
    Piece piece;
    std::exception_ptr failure;
    bool started = false, done = false;
  };
  void fill();
  void run();

  Source& source_;
  image::BlockPool& pool_;
  std::uint64_t asked_;  // media bytes up to which blocks were handed to the readers
  std::size_t in_flight_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Slot>> slots_;  // in order
  bool stopping_ = false;
  std::vector<std::thread> readers_;
};

}  // namespace acquire
