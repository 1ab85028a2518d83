// SPDX-License-Identifier: Apache-2.0
// The pipeline: the calling thread reads, one thread per digest and the image writer's own threads take the
// same block, and the block comes back to the reader when the last of them lets it go.
#include <algorithm>
#include <optional>

#include "acquire/acquisition.h"
#include "acquire/check_image.h"
#include "acquire/teller.h"
#include "base/error.h"
#include "base/file.h"
#include "image/blocks.h"
#include "image/digest_threads.h"
#include "version.h"

namespace acquire {
namespace {

constexpr std::size_t kBlocks = 24;  // of 1 MiB
constexpr char kReportName[] = "acquisition.json";

image::WriterOptions writer_options(const SourceFacts& source, const Plan& plan) {
  image::WriterOptions options;
  options.media_bytes = source.bytes;
  options.sector_bytes = source.logical_sector;
  options.segment_bytes = plan.segment_bytes;
  options.removable = source.removable.value_or(false);
  options.physical = !source.partition;
  options.header = plan.header;
  options.header.emplace("acquiry_operating_system", "Linux");
  options.header.emplace("acquiry_software_version", kHoldfastVersion);
  if (source.model && base::is_utf8(*source.model)) options.header.emplace("model", *source.model);
  if (source.serial && base::is_utf8(*source.serial)) options.header.emplace("serial_number", *source.serial);
  return options;
}

std::unique_ptr<image::ImageWriter> create_writer(const SourceFacts& source, const Plan& plan) {
  if (std::filesystem::exists(plan.folder / kReportName)) {
    throw base::Error(base::ErrorKind::conflict, (plan.folder / kReportName).string() + " exists already",
                      "It was not touched. This folder holds another acquisition: use one of its own.");
  }
  const auto options = writer_options(source, plan);
  return plan.format == OutputFormat::e01 ? image::create_e01({{plan.folder, {}}}, plan.stem, options)
                                          : image::create_raw({{plan.folder, {}}}, plan.stem, options);
}

// Reads the source from end to end into digests and image.
class Imaging {
 public:
  Imaging(Source& source, const Plan& plan, const ProgressCallback& progress, std::stop_token stop,
          Report& report)
      : source_(source),
        report_(report),
        stop_(std::move(stop)),
        sector_(source.facts().logical_sector),
        digests_({base::Algorithm::md5, base::Algorithm::sha1, base::Algorithm::sha256}),
        writer_(create_writer(source.facts(), plan)),
        teller_(progress, Progress::Phase::read, source.facts().bytes) {}

  // The names of the image's files; nothing where it is not whole, and then `outcome` and `trouble` say why.
  std::optional<std::vector<std::string>> run() {
    const std::uint64_t total = source_.facts().bytes;
    while (at_ < total) {
      if (stop_.stop_requested()) return ended(Outcome::interrupted, "stopped on request");
      const auto block = pool_.take();
      const auto into = block->bytes().first(std::min<std::uint64_t>(image::kBlockBytes, total - at_));
      if (const auto end = read_block(into)) return *end;
      digests_.update(block, into);
      writer_->write_shared(block, into);
      at_ += into.size();
      teller_.tell(at_, report_.bad_bytes / sector_);
    }
    report_.media_digests = digests_.finish();
    for (const auto& range : report_.bad) writer_->bad(range);
    std::vector<std::string> names;
    const auto written = writer_->finish(report_.media_digests);
    for (const auto& path : written.front().files) {
      names.push_back(path.filename().string());
    }
    teller_.tell(at_, report_.bad_bytes / sector_, Teller::When::always);
    return names;
  }

  std::uint64_t done() const { return at_; }

 private:
  using End = std::optional<std::vector<std::string>>;

  End ended(Outcome outcome, const std::string& trouble) {
    report_.outcome = outcome;
    report_.trouble = trouble + " after " + std::to_string(at_) + " bytes";
    return std::nullopt;
  }

  // Nothing where the block is there, with bad sectors as zeros; else how the run ends.
  std::optional<End> read_block(std::span<std::byte> into) {
    switch (source_.read_at(at_, into)) {
      case Source::Read::ok:
        return std::nullopt;
      case Source::Read::gone:
        return gone();
      case Source::Read::medium_error:
        return read_sectors(into);
    }
    return std::nullopt;
  }

  End gone() {
    return ended(Outcome::failed, "the source does not answer any more: it was removed, exchanged or shrank");
  }

  // Each sector of a failing block by itself, so that only the bad ones are lost. Facts of a block count only
  // when all of it was attempted.
  std::optional<End> read_sectors(std::span<std::byte> into) {
    std::vector<std::uint64_t> bad;
    for (std::size_t in_block = 0; in_block < into.size(); in_block += sector_) {
      if (stop_.stop_requested()) return ended(Outcome::interrupted, "stopped on request");
      const auto sector = into.subspan(in_block, std::min<std::size_t>(sector_, into.size() - in_block));
      const auto result = read_sector(at_ + in_block, sector);
      if (result == Source::Read::gone) return gone();
      if (result == Source::Read::medium_error) bad.push_back((at_ + in_block) / sector_);
      teller_.tell(at_, report_.bad_bytes / sector_ + bad.size());
    }
    for (const std::uint64_t number : bad) add_bad(number);
    return std::nullopt;
  }

  // A device wants page-aligned memory, which a sector within a block may not be.
  Source::Read read_sector(std::uint64_t offset, std::span<std::byte> sector) {
    const auto aligned = single_.bytes().first(sector.size());
    const auto result = source_.read_at(offset, aligned);
    if (result == Source::Read::ok) {
      std::copy(aligned.begin(), aligned.end(), sector.begin());
    } else {
      std::fill(sector.begin(), sector.end(), std::byte{0});
    }
    return result;
  }

  void add_bad(std::uint64_t sector) {
    report_.bad_bytes += std::min<std::uint64_t>(sector_, source_.facts().bytes - sector * sector_);
    auto& bad = report_.bad;
    if (!bad.empty() && bad.back().first + bad.back().count == sector) {
      ++bad.back().count;
    } else {
      bad.push_back({sector, 1});
    }
  }

  Source& source_;
  Report& report_;
  std::stop_token stop_;
  std::uint32_t sector_;
  image::BlockPool pool_{kBlocks, image::kBlockBytes};
  image::Block single_{std::max<std::size_t>(sector_, 4096)};
  image::DigestThreads digests_;
  std::unique_ptr<image::ImageWriter> writer_;
  Teller teller_;
  std::uint64_t at_ = 0;
};

void count_bytes(Report& report, std::uint64_t done) {
  report.not_attempted_bytes = report.media_bytes - done;
  report.read_bytes = done - report.bad_bytes;
}

// What is there of an image that is not whole is named as well.
std::vector<Report::File> files_of_stem(const Plan& plan) {
  std::vector<Report::File> files;
  for (const auto& entry : std::filesystem::directory_iterator(plan.folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(plan.stem + ".")) files.push_back({name, entry.file_size(), ""});
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

void read_back(Report& report, const Plan& plan, const std::string& first_file,
               const ProgressCallback& progress, const std::stop_token& stop) {
  auto checked = check_image(plan.folder / first_file, progress, stop);
  report.damage = std::move(checked.verification.damage);
  if (checked.verification.interrupted) {
    report.outcome = Outcome::interrupted;
    report.trouble = "stopped on request while the finished image was read back";
    return;
  }
  report.files = std::move(checked.files);
  const bool equal = checked.verification.digests == report.media_digests && report.damage.empty() &&
                     checked.facts.media_bytes == report.media_bytes;
  report.read_back = equal ? ReadBack::equal : ReadBack::different;
  if (!equal) report.trouble = "the image does not read back as it was written";
  report.outcome = !equal               ? Outcome::failed
                   : report.bad.empty() ? Outcome::complete
                                        : Outcome::complete_with_bad_ranges;
}

}  // namespace

Report acquire(Source& source, const Plan& plan, const ProgressCallback& progress, std::stop_token stop) {
  Report report;
  report.format = plan.format;
  report.media_bytes = source.facts().bytes;
  report.sector_bytes = source.facts().logical_sector;
  report.started_utc = now_utc();
  std::optional<std::vector<std::string>> names;
  {
    Imaging imaging(source, plan, progress, stop, report);
    names = imaging.run();
    count_bytes(report, imaging.done());
  }
  report.source = source.facts();
  if (names) {
    read_back(report, plan, names->front(), progress, stop);
  }
  if (report.files.empty()) report.files = files_of_stem(plan);
  report.ended_utc = now_utc();
  // From here on a power cut leaves image and report; before, an image without a report, which is repeated.
  base::write_new_durably(plan.folder / kReportName, base::as_bytes(report.to_json().canonical()));
  return report;
}

}  // namespace acquire
