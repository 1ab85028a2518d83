// SPDX-License-Identifier: Apache-2.0
#include "acquire/imaging.h"

#include <algorithm>
#include <thread>

namespace acquire {
namespace {

constexpr std::size_t kBlocks = 24;  // of 1 MiB: bounds memory, whatever the media's size
constexpr unsigned kInFlight = 4;    // reads on a device at once
constexpr std::size_t kRunBytes = 64u
                                  << 10;  // a failing block is read again in runs of these, then in sectors

std::uint64_t sectors_of(const std::vector<image::SectorRange>& ranges) {
  std::uint64_t count = 0;
  for (const auto& range : ranges) count += range.count;
  return count;
}

}  // namespace

Imaging::Imaging(Source& source, const Plan& plan, Journal& journal, std::uint64_t from,
                 std::unique_ptr<image::DigestThreads> digests, std::unique_ptr<image::ImageWriter> writer,
                 const ProgressCallback& progress, std::stop_token stop, Report& report)
    : source_(&source),
      plan_(plan),
      journal_(journal),
      report_(report),
      stop_(std::move(stop)),
      sector_(source.facts().logical_sector),
      at_(from),
      from_(from),
      pool_(kBlocks, image::kBlockBytes),
      part_(std::max<std::size_t>(kRunBytes, sector_)),
      digests_(std::move(digests)),
      writer_(std::move(writer)),
      teller_(progress, Progress::Phase::read, source.facts().bytes, from) {}

// Devices answer several commands at once; a file is read ahead by the kernel.
unsigned Imaging::in_flight() const {
  return source_->facts().direct_io ? kInFlight : 1;
}

std::optional<std::vector<image::Written>> Imaging::run() {
  read_ahead_.emplace(*source_, at_, pool_, in_flight());
  while (at_ < source_->facts().bytes) {
    if (one_piece() == Step::end) return std::nullopt;
    teller_.tell(at_, sectors_of(journal_.bad()));
    note_durable();
    keep_to_rate();
  }
  read_ahead_.reset();
  report_.media_digests = digests_->finish();
  for (const auto& range : journal_.bad()) writer_->bad(range);
  auto written = writer_->finish(report_.media_digests);
  teller_.tell(at_, sectors_of(journal_.bad()), Teller::When::always);
  return written;
}

Imaging::Step Imaging::end(Outcome outcome, const std::string& trouble) {
  read_ahead_.reset();
  digests_->finish();
  writer_->settle();
  note_durable();
  report_.outcome = outcome;
  report_.trouble = trouble + " after " + std::to_string(at_) + " bytes";
  return Step::end;
}

Imaging::Step Imaging::one_piece() {
  if (stop_.stop_requested()) return end(Outcome::interrupted, "stopped on request");
  if (plan_.time_limit && std::chrono::steady_clock::now() - started_ > *plan_.time_limit)
    return end(Outcome::interrupted, "stopped at the time limit");
  const auto piece = read_ahead_->next();
  if (!piece) return end(Outcome::failed, "the source ended");
  Source::Read result = piece->result;
  if (result == Source::Read::medium_error) result = read_in_parts(piece->offset, piece->bytes);
  if (result == Source::Read::gone) return lost_source();
  if (result == Source::Read::medium_error) return end(Outcome::interrupted, "stopped on request");
  digests_->update(piece->block, piece->bytes);
  writer_->write_shared(piece->block, piece->bytes);
  at_ += piece->bytes.size();
  if (at_ % journal_.start().step_bytes == 0) digests_->mark(at_);
  return Step::go_on;
}

// Never zeros: what was not read is read when the same device is back, or the run ends and can go on later.
Imaging::Step Imaging::lost_source() {
  constexpr char kGone[] = "the source does not answer any more: it was removed, exchanged or shrank";
  Pause pause{at_, now_utc(), "", ""};
  read_ahead_.reset();
  teller_.enter(Progress::Phase::wait);
  auto again = plan_.wait_for_source ? plan_.wait_for_source(stop_) : nullptr;
  if (!again || again->facts().bytes != source_->facts().bytes || again->facts().logical_sector != sector_)
    return end(Outcome::failed, kGone);
  reopened_ = std::move(again);
  source_ = reopened_.get();
  pause.to_utc = now_utc();
  pause.path = source_->facts().path;
  report_.pauses.push_back(pause);
  teller_.enter(Progress::Phase::read);
  read_ahead_.emplace(*source_, at_, pool_, in_flight());
  return Step::go_on;
}

// A failing block in short runs, and each run that fails sector by sector, so that only what is bad is lost.
// `ok`: all was attempted, bad sectors are zeros and noted; `medium_error`: stopped on the way. Facts of a
// block count only when all of it was attempted.
Source::Read Imaging::read_in_parts(std::uint64_t offset, std::span<std::byte> into) {
  std::vector<std::uint64_t> bad;
  for (std::size_t at = 0; at < into.size(); at += kRunBytes) {
    const auto run = into.subspan(at, std::min(kRunBytes, into.size() - at));
    Source::Read result = read_aligned(offset + at, run);
    if (result == Source::Read::medium_error) result = read_sectors(offset + at, run, bad);
    if (result != Source::Read::ok) return result;
  }
  add_bad(bad);
  return Source::Read::ok;
}

Source::Read Imaging::read_sectors(std::uint64_t offset, std::span<std::byte> into,
                                   std::vector<std::uint64_t>& bad) {
  for (std::size_t at = 0; at < into.size(); at += sector_) {
    if (stop_.stop_requested()) return Source::Read::medium_error;
    const auto sector = into.subspan(at, std::min<std::size_t>(sector_, into.size() - at));
    Source::Read result = read_aligned(offset + at, sector);
    for (unsigned i = 0; i < plan_.retries && result == Source::Read::medium_error; ++i) {
      result = read_aligned(offset + at, sector);
    }
    if (result == Source::Read::gone) return result;
    if (result == Source::Read::medium_error) {
      std::fill(sector.begin(), sector.end(), std::byte{0});
      bad.push_back((offset + at) / sector_);
    }
    teller_.tell(at_, sectors_of(journal_.bad()) + bad.size());
  }
  return Source::Read::ok;
}

// A device wants page-aligned memory, which a sector within a block may not be.
Source::Read Imaging::read_aligned(std::uint64_t offset, std::span<std::byte> into) {
  const auto aligned = part_.bytes().first(into.size());
  const auto result = source_->read_at(offset, aligned);
  if (result == Source::Read::ok) std::copy(aligned.begin(), aligned.end(), into.begin());
  return result;
}

// In the journal before the zeros can become durable.
void Imaging::add_bad(const std::vector<std::uint64_t>& sectors) {
  std::vector<image::SectorRange> ranges;
  for (const std::uint64_t sector : sectors) {
    if (!ranges.empty() && ranges.back().first + ranges.back().count == sector) {
      ++ranges.back().count;
    } else {
      ranges.push_back({sector, 1});
    }
  }
  if (!ranges.empty()) journal_.add(ranges);
}

// A mark is noted when its bytes are durable in every copy and their digest is known.
void Imaging::note_durable() {
  for (auto& [bytes, digest] : digests_->take_marks()) reached_.push_back({bytes, base::to_hex(digest)});
  const std::uint64_t durable = writer_->durable();
  std::optional<Journal::Mark> last;
  while (!reached_.empty() && reached_.front().bytes <= durable) {
    last = std::move(reached_.front());
    reached_.pop_front();
  }
  if (last) journal_.add(*last);
}

void Imaging::keep_to_rate() {
  if (!plan_.bytes_per_second) return;
  const double seconds = static_cast<double>(at_ - from_) / static_cast<double>(*plan_.bytes_per_second);
  const auto due =
      started_ + std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
  while (!stop_.stop_requested() && std::chrono::steady_clock::now() < due) {
    std::this_thread::sleep_until(
        std::min(due, std::chrono::steady_clock::now() + std::chrono::milliseconds(200)));
  }
}

}  // namespace acquire
