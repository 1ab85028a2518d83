// SPDX-License-Identifier: Apache-2.0
#include "image/libewf_serialiser.h"

#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <libewf.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "image/new_files.h"
#include "image/segment_names.h"

namespace image {
namespace {

constexpr std::uint64_t kDefaultSegmentBytes = 400ull << 20;
constexpr std::uint64_t kLeastSegmentBytes = 1u << 20;
constexpr std::uint64_t kWritebackStep = 32u << 20;
constexpr char kUnfinished[] =
    "The source was only read. The image is not complete and must not be used; make space or choose another "
    "volume, then image again under another name.";

}  // namespace

std::uint32_t chunk_bytes_for(std::uint64_t media_bytes, std::uint32_t sector_bytes) {
  constexpr std::uint64_t kTib = 1ull << 40;
  std::uint32_t sectors = 64;
  if (sector_bytes <= 512) {
    if (media_bytes > kTib) sectors = 128;
    if (media_bytes > 4 * kTib) sectors = 256;
    if (media_bytes >= 16 * kTib) sectors = 1024;
  } else if (media_bytes >= 32 * kTib) {
    sectors = 256;
  }
  return sectors * sector_bytes;
}

struct LibewfSerialiser::Handle {
  libewf_handle_t* handle = nullptr;
  libewf_error_t* error = nullptr;
  bool open = false;
  ~Handle() {
    libewf_error_free(&error);
    if (open) libewf_handle_close(handle, nullptr);
    libewf_handle_free(&handle, nullptr);
  }
};

LibewfSerialiser::LibewfSerialiser(const std::filesystem::path& folder, const std::string& stem,
                                   const WriterOptions& options)
    : folder_(folder), stem_(stem), handle_(std::make_unique<Handle>()) {
  refuse_existing(folder, stem);
  // libewf truncates what is there: the name is taken first, so of two imagers only one gets it.
  base::create_new(segment(1));
  set_up(options);
  set_header(options);
}
LibewfSerialiser::~LibewfSerialiser() = default;

std::filesystem::path LibewfSerialiser::segment(unsigned number) const {
  return folder_ / (stem_ + "." + ewf_extension(number));
}

void LibewfSerialiser::fail(const std::string& attempt) {
  const int error_number = errno;
  std::array<char, 4096> text{};
  libewf_error_backtrace_sprint(handle_->error, text.data(), text.size());
  std::string_view words(text.data());
  words = words.substr(0, words.find('\n'));
  libewf_error_free(&handle_->error);
  // libewf does not pass on the operating system's words; after a short write there are none.
  const std::filesystem::path file = segment(segment_);
  std::error_code ignored;  // without an answer, libewf's own words have to do
  const bool full = std::filesystem::space(folder_, ignored).available < (1u << 20) && !ignored;
  if (full || error_number == EIO || error_number == EFBIG || error_number == EDQUOT) {
    throw base::io_error("cannot " + attempt + " " + file.string(), full ? ENOSPC : error_number,
                         kUnfinished);
  }
  throw base::Error(base::ErrorKind::io,
                    "cannot " + attempt + " " + file.string() + ": " + std::string(words), kUnfinished);
}

// The order matters: the format sets the largest segment that is allowed (libewf-legacy, libewf_handle.c).
void LibewfSerialiser::set_up(const WriterOptions& options) {
  auto& [handle, error, open] = *handle_;
  const auto must = [this](int result) {
    if (result != 1) fail("set up");
  };
  must(libewf_handle_initialize(&handle, &error));
  std::string name = (folder_ / stem_).string();
  char* names[] = {name.data()};
  must(libewf_handle_open(handle, names, 1, LIBEWF_OPEN_WRITE, &error));
  open = true;
  must(libewf_handle_set_bytes_per_sector(handle, options.sector_bytes, &error));
  must(libewf_handle_set_media_size(handle, options.media_bytes, &error));
  must(libewf_handle_set_media_type(
      handle, options.removable ? LIBEWF_MEDIA_TYPE_REMOVABLE : LIBEWF_MEDIA_TYPE_FIXED, &error));
  must(libewf_handle_set_media_flags(handle, options.physical ? LIBEWF_MEDIA_FLAG_PHYSICAL : 0, &error));
  must(libewf_handle_set_format(handle, LIBEWF_FORMAT_ENCASE6, &error));
  must(libewf_handle_set_compression_values(handle, LIBEWF_COMPRESSION_FAST, 0, &error));
  const std::uint64_t segment_bytes = options.segment_bytes.value_or(kDefaultSegmentBytes);
  must(libewf_handle_set_maximum_segment_size(handle, std::max(segment_bytes, kLeastSegmentBytes), &error));
  const std::uint32_t chunk_bytes = chunk_bytes_for(options.media_bytes, options.sector_bytes);
  must(libewf_handle_set_sectors_per_chunk(handle, chunk_bytes / options.sector_bytes, &error));
  must(libewf_handle_set_error_granularity(handle, 1, &error));
  base::Buffer identifier = base::random_bytes(16);
  must(libewf_handle_set_segment_file_set_identifier(
      handle, reinterpret_cast<std::uint8_t*>(identifier.data()), identifier.size(), &error));
}

void LibewfSerialiser::set_header(const WriterOptions& options) {
  // The dates are left to libewf, which writes the time of the first chunk in the two forms that `header` and
  // `header2` ask for; a date that is set goes into both as it is and is wrong in one.
  for (const auto& [name, value] : options.header) {
    const auto* text = reinterpret_cast<const std::uint8_t*>(value.data());
    if (value.empty()) continue;
    if (libewf_handle_set_utf8_header_value(handle_->handle,
                                            reinterpret_cast<const std::uint8_t*>(name.data()), name.size(),
                                            text, value.size(), &handle_->error) != 1) {
      fail("store the header value " + name + " in");
    }
  }
}

void LibewfSerialiser::write(const PackedChunk& chunk, std::size_t media_bytes) {
  std::array<std::uint8_t, 4> scratch{};
  errno = 0;
  const ssize_t count = libewf_handle_write_chunk(handle_->handle, chunk.bytes.data(), chunk.bytes.size(),
                                                  media_bytes, chunk.stored ? 0 : 1, scratch.data(),
                                                  chunk.checksum, chunk.stored ? 1 : 0, &handle_->error);
  if (count < 0 || static_cast<std::size_t>(count) != chunk.bytes.size()) fail("write");
  bytes_since_writeback_ += chunk.bytes.size();
  if (bytes_since_writeback_ >= kWritebackStep) start_writeback();
}

// Lets the disk work while we do, so that the sync at the end has little left. Only a hint: failures show
// when the files are synced.
void LibewfSerialiser::start_writeback() {
  bytes_since_writeback_ = 0;
  while (true) {
    const base::Fd fd(open(segment(segment_).c_str(), O_RDONLY | O_CLOEXEC));
    if (fd) sync_file_range(fd.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    if (segment_ >= kMostEwfSegments || !std::filesystem::exists(segment(segment_ + 1))) return;
    ++segment_;
  }
}

// error2 holds 32-bit sector numbers; those beyond stand in acquisition.json only.
void LibewfSerialiser::store_errors(const std::vector<SectorRange>& bad) {
  for (const auto& range : bad) {
    if (range.first + range.count > UINT32_MAX) continue;
    if (libewf_handle_append_acquiry_error(handle_->handle, range.first, range.count, &handle_->error) != 1) {
      fail("store a bad range in");
    }
  }
}

void LibewfSerialiser::store_digest(const char* name, const base::Buffer& digest) {
  const std::string hex = base::to_hex(digest);
  const std::string_view identifier = name;
  if (libewf_handle_set_utf8_hash_value(
          handle_->handle, reinterpret_cast<const std::uint8_t*>(identifier.data()), identifier.size(),
          reinterpret_cast<const std::uint8_t*>(hex.data()), hex.size(), &handle_->error) != 1) {
    fail("store a digest in");
  }
}

std::vector<std::string> LibewfSerialiser::finish(const std::vector<SectorRange>& bad,
                                                  const std::map<base::Algorithm, base::Buffer>& digests) {
  store_errors(bad);
  if (const auto md5 = digests.find(base::Algorithm::md5); md5 != digests.end()) {
    store_digest("MD5", md5->second);
  }
  if (const auto sha1 = digests.find(base::Algorithm::sha1); sha1 != digests.end()) {
    store_digest("SHA1", sha1->second);
  }
  if (libewf_handle_write_finalize(handle_->handle, &handle_->error) < 0) fail("finish");
  handle_->open = false;
  if (libewf_handle_close(handle_->handle, &handle_->error) != 0) fail("close");
  std::vector<std::string> names;
  for (unsigned number = 1; number <= kMostEwfSegments && std::filesystem::exists(segment(number));
       ++number) {
    names.push_back(segment(number).filename().string());
  }
  sync_files(folder_, names);
  return names;
}

}  // namespace image
