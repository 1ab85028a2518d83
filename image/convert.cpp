// SPDX-License-Identifier: Apache-2.0
#include "image/convert.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <tuple>

#include <fcntl.h>

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "image/blocks.h"
#include "image/digest_threads.h"
#include "image/new_files.h"

namespace image {
namespace {

constexpr std::size_t kBlocks = 16;

struct HeaderValue {
  std::string_view name;
  std::size_t most;  // characters that other programs accept; longer ones would be refused or cut
};
constexpr std::array<HeaderValue, 9> kCarriedOver{{{"case_number", 3000},
                                                   {"description", 3000},
                                                   {"examiner_name", 3000},
                                                   {"evidence_number", 3000},
                                                   {"notes", 3000},
                                                   {"model", 3000},
                                                   {"serial_number", 3000},
                                                   {"acquiry_operating_system", 23},
                                                   {"acquiry_software_version", 11}}};

// As `header2` states it, in seconds since 1970; older forms are local times of an unknown zone.
std::optional<std::int64_t> acquired(const ImageFacts& facts) {
  const auto date = facts.header.find("acquiry_date");
  if (date == facts.header.end()) return std::nullopt;
  std::int64_t seconds = 0;
  const char* const end = date->second.data() + date->second.size();
  const auto [rest, trouble] = std::from_chars(date->second.data(), end, seconds);
  const bool good = trouble == std::errc{} && rest == end && seconds > 0 && seconds <= UINT32_MAX;
  return good ? std::optional(seconds) : std::nullopt;
}

WriterOptions writer_options(const ImageFacts& facts, const ConvertPlan& plan) {
  WriterOptions options;
  options.media_bytes = facts.media_bytes;
  options.sector_bytes = facts.sector_bytes;
  options.segment_bytes = plan.segment_bytes;
  options.removable = facts.removable.value_or(false);
  options.physical = facts.physical.value_or(true);
  for (const auto& [name, most] : kCarriedOver) {
    const auto value = facts.header.find(std::string(name));
    if (value != facts.header.end() && value->second.size() <= most) options.header.insert(*value);
  }
  options.acquired = acquired(facts).value_or(0);
  return options;
}

// Where the files lie until they are known to be good. After a power cut this folder tells that they are not.
class PartialFolder {
 public:
  PartialFolder(const std::filesystem::path& folder, const std::string& stem)
      : folder_(folder), path_(folder / (stem + ".partial")) {
    NewFiles({folder, {}}, stem, false);  // refuses where any is there
    std::error_code trouble;
    if (!std::filesystem::create_directory(path_, trouble) || trouble) {
      throw base::io_error(base::say("cannot make the folder {}", path_.string()), trouble.value(),
                           base::say("Nothing was written. Check who may write there."));
    }
  }
  ~PartialFolder() {
    std::error_code ignored;  // what stays is named .partial and is refused next time
    std::filesystem::remove_all(path_, ignored);
  }
  PartialFolder(const PartialFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

  // The first file comes last: before it is there, nobody takes the others for an image.
  void publish(const std::vector<std::string>& names) const {
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      if (move_new(path_ / *name, folder_ / *name) == 0) continue;
      throw base::io_error(base::say("cannot name {}", (folder_ / *name).string()), errno,
                           base::say("The source was only read. Convert again into an empty folder."));
    }
    base::sync_folder(folder_);
  }

 private:
  // Some file systems know no move that replaces nothing; there a look has to do.
  static int move_new(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    errno = EEXIST;
    return std::filesystem::exists(to) ? -1 : rename(from.c_str(), to.c_str());
  }

  std::filesystem::path folder_, path_;
};

// Reads the source to its end, names its damage, and writes as long as nothing is lost.
class Converter {
 public:
  Converter(ImageReader& source, const ConvertPlan& plan, Conversion& result)
      : source_(source), plan_(plan), result_(result), partial_(plan.folder, plan.stem) {
    const auto options = writer_options(source.facts(), plan);
    writer_ = plan.format == Format::e01 ? create_e01({{partial_.path(), {}}}, plan.stem, options)
                                         : create_raw({{partial_.path(), {}}}, plan.stem, options);
  }

  Conversion::Outcome run() {
    keep(source_.facts().damage);
    keep(source_.check_structure());
    if (!copy()) return Conversion::Outcome::interrupted;
    sort_damage();
    if (result_.source.unreadable_bytes != 0) return Conversion::Outcome::source_unreadable;
    result_.source.digests = digests_.finish();
    for (const auto& [algorithm, stated] : source_.facts().stored_digests) {
      if (result_.source.digests.at(algorithm) != stated) return Conversion::Outcome::source_digest_differs;
    }
    for (const auto& range : source_.facts().bad) writer_->bad(range);
    const auto written = writer_->finish(result_.source.digests);
    std::vector<std::string> names;
    for (const auto& file : written.front().files) names.push_back(file.filename().string());
    return read_back(names);
  }

 private:
  bool stopped() const { return plan_.stop && plan_.stop(); }

  void keep(const std::vector<Damage>& found) {
    auto& kept = result_.source.damage;
    for (const auto& one : found) {
      if (!kept.empty() && kept.back() == one) continue;  // a chunk that reaches over two blocks
      kept.push_back(one);
      if (!loses_bytes(one)) continue;
      result_.source.unreadable_bytes += one.media_size;
      writer_.reset();
    }
  }

  void sort_damage() {
    std::stable_sort(result_.source.damage.begin(), result_.source.damage.end(),
                     [](const auto& a, const auto& b) {
                       return std::tie(a.file, a.file_offset, a.media_offset) <
                              std::tie(b.file, b.file_offset, b.media_offset);
                     });
  }

  // False where it was stopped.
  bool copy() {
    const std::uint64_t chunk = std::max(1u, source_.facts().chunk_bytes);
    const std::uint64_t step = chunk >= kBlockBytes ? kBlockBytes : kBlockBytes / chunk * chunk;
    std::uint64_t done = 0;
    for (const auto& range : source_.present()) {
      for (std::uint64_t at = range.offset; at < range.offset + range.size;) {
        if (stopped()) return false;
        const std::uint64_t size = std::min(step - at % step, range.offset + range.size - at);
        copy_block(at, size);
        at += size;
        done += size;
        if (plan_.progress) plan_.progress(ConvertPlan::Phase::convert, done);
      }
    }
    return true;
  }

  void copy_block(std::uint64_t at, std::uint64_t size) {
    const auto block = pool_.take();
    const auto bytes = block->bytes().first(size);
    std::vector<Damage> damage;
    source_.read_past_damage(at, bytes, damage);
    keep(damage);
    if (!writer_) return;
    digests_.update(block, bytes);
    writer_->write_shared(block, bytes);
  }

  Conversion::Outcome read_back(const std::vector<std::string>& names) {
    const auto made = open_image(partial_.path() / names.front());
    VerifyOptions options;
    options.stop = plan_.stop;
    if (plan_.progress) {
      options.progress = [this](std::uint64_t done) { plan_.progress(ConvertPlan::Phase::read_back, done); };
    }
    const Verification verification = verify_image(*made, options);
    if (verification.interrupted) return Conversion::Outcome::interrupted;
    const bool equal = verification.damage.empty() && verification.digests == result_.source.digests &&
                       made->facts().media_bytes == source_.facts().media_bytes;
    if (!equal) return Conversion::Outcome::read_back_differs;
    name_what_is_left_out(made->facts());
    partial_.publish(names);
    result_.files = names;
    return Conversion::Outcome::converted;
  }

  void name_what_is_left_out(const ImageFacts& made) {
    for (const auto& range : source_.facts().bad) {
      if (std::find(made.bad.begin(), made.bad.end(), range) == made.bad.end())
        result_.bad_left_out.push_back(range);
    }
    for (const auto& [name, value] : source_.facts().header) {
      const auto there = made.header.find(name);
      if (there == made.header.end() || there->second != value) result_.header_left_out.emplace(name, value);
    }
  }

  ImageReader& source_;
  const ConvertPlan& plan_;
  Conversion& result_;
  BlockPool pool_{kBlocks, kBlockBytes};
  DigestThreads digests_{{base::Algorithm::md5, base::Algorithm::sha1, base::Algorithm::sha256}};
  PartialFolder partial_;
  std::unique_ptr<ImageWriter> writer_;  // none once bytes are lost; goes before its folder does
};

}  // namespace

Conversion convert_image(ImageReader& source, const ConvertPlan& plan) {
  Conversion result;
  result.outcome = Converter(source, plan, result).run();
  result.source.interrupted = result.outcome == Conversion::Outcome::interrupted;
  return result;
}

}  // namespace image
