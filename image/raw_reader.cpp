// SPDX-License-Identifier: Apache-2.0
#include "image/raw_reader.h"

#include <algorithm>
#include <cctype>

#include "image/file_pool.h"
#include "image/segment_names.h"

namespace image {
namespace {

// A part of the media: a file, or the place of one that is missing.
struct Part {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::optional<std::size_t> file;
  std::string name;
};

// The files of the set, by number; only the given file where its extension starts no set.
std::map<unsigned, std::string> parts_of(const std::filesystem::path& first_file,
                                         const std::vector<std::filesystem::path>& further) {
  const std::string extension = extension_of(first_file);
  const auto number = raw_number(extension);
  const bool letters = !extension.empty() && std::isalpha(static_cast<unsigned char>(extension[0])) != 0;
  if (!number || *number > (letters ? 0u : 1u)) return {{0, first_file.filename().string()}};
  auto found = files_beside(first_file, raw_number, further);
  found.erase(found.begin(), found.find(*number));
  return found;
}

class RawReader final : public ImageReader {
 public:
  RawReader(const std::filesystem::path& first_file, const std::filesystem::path& folder,
            const std::vector<std::filesystem::path>& further)
      : files_(folder) {
    const auto names = parts_of(first_file, further);
    unsigned expected = names.begin()->first;
    for (const auto& [number, name] : names) {
      for (; expected < number; ++expected) add_missing(name);
      add_file(name);
      ++expected;
    }
    facts_.format = facts_.files.size() > 1 ? Format::split_raw : Format::raw;
    check_sizes();
  }

  const ImageFacts& facts() const override { return facts_; }
  std::uint64_t size() const override { return facts_.media_bytes; }

  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= size()) return 0;
    into = into.first(std::min<std::uint64_t>(into.size(), size() - offset));
    each_part(offset, into, [this](const Part& part, std::uint64_t skip, std::span<std::byte> piece) {
      if (!part.file)
        throw base::ReadError("a segment before " + part.name + " is missing", part.offset, part.size);
      try {
        files_.read(*part.file, skip, piece);
      } catch (const base::ReadError& error) {
        throw base::ReadError(error.what(), part.offset + skip, piece.size());
      }
    });
    return into.size();
  }

  std::vector<MediaRange> present() const override {
    std::vector<MediaRange> ranges;
    for (const auto& part : parts_) {
      if (part.file) ranges.push_back({part.offset, part.size});
    }
    return ranges;
  }

  void read_past_damage(std::uint64_t offset, std::span<std::byte> into,
                        std::vector<Damage>& damage) override {
    each_part(offset, into, [&](const Part& part, std::uint64_t skip, std::span<std::byte> piece) {
      read_sectors(part, skip, piece, damage);
    });
  }

  std::vector<Damage> check_structure() override { return {}; }

 private:
  void add_file(const std::string& name) {
    const std::size_t file = files_.add(name);
    parts_.push_back({facts_.media_bytes, files_.size(file), file, name});
    facts_.media_bytes += files_.size(file);
    facts_.files.push_back(name);
  }

  // Segments are of one size but for the last, so the size of a missing one is known.
  void add_missing(const std::string& before) {
    const std::uint64_t bytes = parts_.front().size;
    facts_.damage.push_back({"segment_missing", before, 0, facts_.media_bytes, bytes});
    parts_.push_back({facts_.media_bytes, bytes, std::nullopt, before});
    facts_.media_bytes += bytes;
  }

  void check_sizes() {
    for (std::size_t i = 1; i + 1 < parts_.size(); ++i) {
      if (parts_[i].size != parts_[0].size)
        facts_.damage.push_back({"segment_size", parts_[i].name, 0, 0, 0});
    }
  }

  template <typename Take>
  void each_part(std::uint64_t offset, std::span<std::byte> into, Take take) {
    auto part = std::upper_bound(parts_.begin(), parts_.end(), offset,
                                 [](std::uint64_t wanted, const Part& p) { return wanted < p.offset; });
    for (--part; !into.empty(); ++part) {
      const std::uint64_t skip = offset - part->offset;
      const std::size_t size = std::min<std::uint64_t>(into.size(), part->size - skip);
      if (size != 0) take(*part, skip, into.first(size));
      into = into.subspan(size);
      offset += size;
    }
  }

  // The volume that holds the image may have bad sectors itself.
  void read_sectors(const Part& part, std::uint64_t skip, std::span<std::byte> piece,
                    std::vector<Damage>& damage) {
    constexpr std::size_t kStep = 4096;
    try {
      return files_.read(*part.file, skip, piece);
    } catch (const base::ReadError&) {
      if (piece.size() <= kStep) {
        std::fill(piece.begin(), piece.end(), std::byte{0});
        damage.push_back({"file_unreadable", part.name, skip, part.offset + skip, piece.size()});
        return;
      }
    }
    for (std::size_t at = 0; at < piece.size(); at += kStep) {
      read_sectors(part, skip + at, piece.subspan(at, std::min(kStep, piece.size() - at)), damage);
    }
  }

  FilePool files_;
  ImageFacts facts_;
  std::vector<Part> parts_;
};

}  // namespace

std::unique_ptr<ImageReader> open_raw(const std::filesystem::path& first_file,
                                      const std::vector<std::filesystem::path>& further) {
  std::filesystem::path folder = first_file.parent_path();
  if (folder.empty()) folder = ".";
  return std::make_unique<RawReader>(first_file, folder, further);
}

}  // namespace image
