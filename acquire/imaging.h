// SPDX-License-Identifier: Apache-2.0
// The pipeline: reads in flight -> digests | packing -> one ordered writer for each copy. A block comes back
// to the readers when the last of them lets it go. One use; the calling thread hands the blocks on.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "acquire/acquisition.h"
#include "acquire/journal.h"
#include "acquire/read_ahead.h"
#include "acquire/teller.h"
#include "image/blocks.h"
#include "image/digest_threads.h"

namespace acquire {

class Imaging {
 public:
  // `digests` are of the media up to `from`; the writer goes on there.
  Imaging(Source& source, const Plan& plan, Journal& journal, std::uint64_t from,
          std::unique_ptr<image::DigestThreads> digests, std::unique_ptr<image::ImageWriter> writer,
          const ProgressCallback& progress, std::stop_token stop, Report& report);

  // What each copy got; nothing where the run ends before the image is whole: the report's outcome and
  // trouble then say why.
  std::optional<std::vector<image::Written>> run();
  std::uint64_t done() const { return at_; }

 private:
  enum class Step { go_on, end };
  Step one_piece();
  Step end(Outcome outcome, const std::string& trouble);
  Step lost_source();
  Source::Read read_in_parts(std::uint64_t offset, std::span<std::byte> into);
  Source::Read read_sectors(std::uint64_t offset, std::span<std::byte> into, std::vector<std::uint64_t>& bad);
  Source::Read read_aligned(std::uint64_t offset, std::span<std::byte> into);
  void add_bad(const std::vector<std::uint64_t>& sectors);
  void note_durable();
  void keep_to_rate();
  unsigned in_flight() const;

  Source* source_;
  std::unique_ptr<Source> reopened_;
  const Plan& plan_;
  Journal& journal_;
  Report& report_;
  std::stop_token stop_;
  std::uint32_t sector_;
  std::uint64_t at_, from_;
  image::BlockPool pool_;
  image::Block part_;
  std::unique_ptr<image::DigestThreads> digests_;
  std::unique_ptr<image::ImageWriter> writer_;
  std::optional<ReadAhead> read_ahead_;
  Teller teller_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::deque<Journal::Mark> reached_;  // by the digests, not yet durable
};

}  // namespace acquire
