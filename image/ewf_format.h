// SPDX-License-Identifier: Apache-2.0
// The EWF-E01 format: constants and the fixed structures, parsed. Facts: docs/e01.md, from the libyal/libewf
// documentation ("Expert Witness Compression Format") and libyal/libewf-legacy (libewf/ewf_*.h). Pure
// functions; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "image/image.h"

namespace image::ewf {

inline constexpr std::size_t kFileHeaderBytes = 13;
inline constexpr std::size_t kDescriptorBytes = 76;
inline constexpr std::size_t kTableHeaderBytes = 24;
inline constexpr std::size_t kVolumeBytes = 1052;     // EnCase, FTK Imager, linen, libewf
inline constexpr std::size_t kSmallVolumeBytes = 94;  // the ASR Data specification
inline constexpr std::uint64_t kMostChunkBytes = 64u << 20;
inline constexpr std::uint64_t kMostMediaBytes = 1ull << 62;
inline constexpr std::uint32_t kMostTableEntries = 1u << 22;  // 16 MiB of memory; writers use 65 534 at most

enum class Signature { e01, e01_version_2, logical, none };
Signature signature_of(base::Bytes front_of_file);
// The segment number of a file header; nothing where the header is damaged.
std::optional<unsigned> segment_number(base::Bytes file_header);

// Each section starts with one: type, offset of the next section, size (descriptor included), Adler-32.
struct Descriptor {
  std::string type;
  std::uint64_t offset = 0;
  std::uint64_t next = 0;
  std::uint64_t size = 0;
  bool ends_file() const { return type == "next" || type == "done"; }
  std::uint64_t data() const { return offset + kDescriptorBytes; }
  std::uint64_t data_size() const { return size < kDescriptorBytes ? 0 : size - kDescriptorBytes; }
};
// Nothing where the checksum is wrong or the numbers cannot be (next section before this one, …).
// REQUIRES: bytes.size() == kDescriptorBytes.
std::optional<Descriptor> parse_descriptor(base::Bytes bytes, std::uint64_t offset, std::uint64_t file_size);

// The `volume`, `disk` or `data` section.
struct Volume {
  std::uint32_t chunk_count = 0;
  std::uint32_t sectors_per_chunk = 0;
  std::uint32_t sector_bytes = 0;
  std::uint64_t sectors = 0;
  std::array<std::byte, 16> set_identifier{};
  std::optional<bool> removable, physical;  // absent: another kind of medium, or nothing is said
  std::uint64_t media_bytes() const { return sectors * sector_bytes; }
  std::uint64_t chunk_bytes() const { return std::uint64_t{sectors_per_chunk} * sector_bytes; }
  bool operator==(const Volume&) const = default;
};
// Nothing where the checksum is wrong or the numbers make no media.
std::optional<Volume> parse_volume(base::Bytes bytes);

struct TableHeader {
  std::uint32_t entries = 0;
  std::uint64_t base = 0;
};
std::optional<TableHeader> parse_table_header(base::Bytes bytes);

// `hash` and `digest`: MD5, and MD5 with SHA-1. Digests of zeros only mean "none". Nothing where the
// checksum is wrong.
using Digests = std::map<base::Algorithm, base::Buffer>;
std::optional<Digests> parse_hash(base::Bytes bytes);
std::optional<Digests> parse_digest(base::Bytes bytes);

// `error2`: sectors that could not be read when the image was made.
std::optional<std::vector<SectorRange>> parse_error2(base::Bytes bytes);

// `header` and `header2`: zlib streams of tab-separated text. Names as libewf calls the values.
using HeaderValues = std::map<std::string, std::string>;
std::optional<HeaderValues> parse_header(base::Bytes packed);

}  // namespace image::ewf
