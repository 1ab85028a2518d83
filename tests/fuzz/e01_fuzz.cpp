// SPDX-License-Identifier: Apache-2.0
// An E01 of any bytes is opened, read, checked and verified. Beside what the sanitizers see, it must keep
// what image.h promises: both ways of reading agree, ranges lie in the media, digests exist where all was
// read.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "e01_input.h"
#include "image/checksum.h"
#include "image/image.h"
#include "image/segment_names.h"

namespace {

constexpr std::uint64_t kMostRead = 256u << 10;    // media bytes a range: a few entries can promise terabytes
constexpr std::uint64_t kMostVerified = 2u << 20;  // media bytes
constexpr unsigned kVerifyOneIn = 64;              // its threads cost more than all the rest

// A folder in memory, gone at the end.
class Folder {
 public:
  Folder() {
    std::string name =
        std::filesystem::exists("/dev/shm") ? "/dev/shm/holdfast-fuzz-XXXXXX" : "/tmp/holdfast-fuzz-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;  // what stays is small and lies in memory
    std::filesystem::remove_all(path_, ignored);
  }
  // Exactly these files, as x.E01 and so on; returns the first.
  std::filesystem::path fill(const std::vector<std::span<const std::byte>>& files) {
    for (unsigned i = 1; i <= 4; ++i) {
      const auto file = path_ / ("x." + image::ewf_extension(i));
      if (i > files.size()) {
        unlink(file.c_str());
        continue;
      }
      const base::Fd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
      base::write_all(fd.get(), files[i - 1], file.string());
    }
    return path_ / "x.E01";
  }

 private:
  std::filesystem::path path_;
};

void must(bool promise) {
  if (!promise) std::abort();
}

void check_damage(const std::vector<image::Damage>& damage, const image::ImageFacts& facts) {
  for (const auto& one : damage) {
    must(!one.code.empty() && !one.file.empty());
    must(one.media_offset <= facts.media_bytes && one.media_size <= facts.media_bytes - one.media_offset);
  }
}

// The same bytes by both ways of reading; where one throws, the other tells of a loss there.
void read_both_ways(image::ImageReader& reader, std::uint64_t offset, std::size_t size) {
  base::Buffer strict(size), lenient(size);
  std::vector<image::Damage> damage;
  reader.read_past_damage(offset, lenient, damage);
  check_damage(damage, reader.facts());
  bool lost = false;
  for (const auto& one : damage) lost = lost || image::loses_bytes(one);
  try {
    must(reader.read_at(offset, strict) == size);
    must(!lost && strict == lenient);
  } catch (const base::ReadError&) {
    must(lost);
  }
}

void read(image::ImageReader& reader) {
  const auto& facts = reader.facts();
  check_damage(facts.damage, facts);
  std::uint64_t end = 0;
  std::size_t ranges = 0;
  for (const auto& range : reader.present()) {
    must(range.offset >= end && range.size != 0 && range.size <= facts.media_bytes - range.offset);
    end = range.offset + range.size;
    if (++ranges > 4) continue;
    read_both_ways(reader, range.offset, std::min(range.size, kMostRead));
    const std::uint64_t tail = std::min<std::uint64_t>(range.size, 700);
    read_both_ways(reader, end - tail, tail);
  }
  base::Buffer one(1);
  must(reader.read_at(facts.media_bytes, one) == 0);
  check_damage(reader.check_structure(), facts);
}

void verify(image::ImageReader& reader) {
  const auto verification = image::verify_image(reader, {});
  check_damage(verification.damage, reader.facts());
  must(verification.digests.empty() == (verification.unreadable_bytes != 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Folder folder;
  const auto files = fuzz::files_of(std::span(reinterpret_cast<const std::byte*>(data), size));
  if (files.empty()) return 0;
  try {
    const auto reader = image::open_image(folder.fill(files));
    read(*reader);
    // Chosen by content, so that an input does the same each time.
    const bool chosen = image::adler32({reinterpret_cast<const std::byte*>(data), size}) % kVerifyOneIn == 0;
    if (chosen && reader->facts().media_bytes <= kMostVerified) verify(*reader);
  } catch (const base::Error& error) {
    must(error.kind == base::ErrorKind::format);
  }
  return 0;
}
