// SPDX-License-Identifier: Apache-2.0
// One read of a rescue, with all that goes with it: whether it may begin, how fast, into the raw file and the
// map, saved and told. The passes (rescue.cpp) only choose what is read next. One thread.
#pragma once

#include <stop_token>

#include "acquire/rescue.h"
#include "acquire/rescue_files.h"
#include "image/blocks.h"

namespace acquire {

class RescueReads {
 public:
  RescueReads(Source& source, const std::filesystem::path& raw_file, const std::filesystem::path& map_file,
              const RescueOptions& options, const ProgressCallback& progress, std::stop_token stop);

  // `ended`: nothing was learnt of the range, and the rescue ends.
  enum class Got { data, nothing, ended };
  // Reads the range at once. Data is finished in the map; otherwise the range gets the status `failed`.
  Got read(const RescueMap::Range& range, BlockStatus failed);

  RescueMap& map() { return map_; }
  std::uint32_t sector() const { return sector_; }
  std::size_t copy_bytes() const { return copy_bytes_; }
  bool was_slow() const { return was_slow_; }  // the last read, by `least_bytes_per_second`
  void save();
  void tell(bool always);
  RescueResult result();  // saves; nothing can be read afterwards

 private:
  using Nanoseconds = std::chrono::nanoseconds;
  bool may_read();
  void wait_for_turn();
  Got end_with(RescueResult::End end, const std::string& trouble);
  void count(std::uint64_t bytes, Nanoseconds began);
  void save_now_and_then();

  Source& source_;
  const RescueOptions& options_;
  const ProgressCallback& progress_;
  std::stop_token stop_;
  RescueFiles files_;
  RescueMap map_;
  std::uint32_t sector_;
  std::size_t copy_bytes_;
  image::Block block_;
  RescueClock& clock_;
  Nanoseconds started_, next_turn_, saved_, told_, save_took_{0};
  std::uint64_t finished_before_;
  bool was_slow_ = false;
  RescueResult::End end_ = RescueResult::End::finished;
  std::string trouble_;
};

}  // namespace acquire
