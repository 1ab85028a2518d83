// SPDX-License-Identifier: Apache-2.0
#include "image/ewf_format.h"

#include <algorithm>
#include <cstring>

#include "image/checksum.h"

namespace image::ewf {
namespace {

constexpr unsigned kPhysical = 2;                            // of the media flags
constexpr char kSignature[] = "EVF\x09\x0d\x0a\xff";         // its final zero belongs to it: 8 bytes
constexpr char kSignature2[] = "EVF2\x0d\x0a\x81";           // Ex01
constexpr char kLogicalSignature[] = "LVF\x09\x0d\x0a\xff";  // L01

bool starts_with(base::Bytes bytes, const char (&signature)[8]) {
  return bytes.size() >= 8 && std::memcmp(bytes.data(), signature, 8) == 0;
}

// True where the last four bytes are the Adler-32 of those before.
bool checksum_at_end(base::Bytes bytes) {
  if (bytes.size() < 4) return false;
  base::ByteReader stored(bytes.last(4));
  return adler32(bytes.first(bytes.size() - 4)) == stored.u32le();
}

void add_digest(Digests& digests, base::Algorithm algorithm, base::Bytes bytes) {
  if (!all_zero(bytes)) digests[algorithm] = base::to_buffer(bytes);
}

bool makes_media(const Volume& volume) {
  const bool chunk_fits = volume.chunk_bytes() > 0 && volume.chunk_bytes() <= kMostChunkBytes;
  return chunk_fits && volume.sectors <= kMostMediaBytes / volume.sector_bytes;
}

Volume read_volume(base::ByteReader& reader) {
  Volume volume;
  // 0 removable, 1 fixed; also optical, logical evidence, memory (libyal/libewf documentation, "Volume
  // section").
  const unsigned media_type = reader.u8();
  if (media_type <= 1) volume.removable = media_type == 0;
  reader.skip(3);
  volume.chunk_count = reader.u32le();
  volume.sectors_per_chunk = reader.u32le();
  volume.sector_bytes = reader.u32le();
  return volume;
}

}  // namespace

Signature signature_of(base::Bytes front) {
  if (starts_with(front, kSignature)) return Signature::e01;
  if (starts_with(front, kSignature2)) return Signature::e01_version_2;
  if (starts_with(front, kLogicalSignature)) return Signature::logical;
  return Signature::none;
}

std::optional<unsigned> segment_number(base::Bytes file_header) {
  if (file_header.size() < kFileHeaderBytes || signature_of(file_header) != Signature::e01)
    return std::nullopt;
  base::ByteReader reader(file_header.subspan(8));
  const bool start_of_fields = reader.u8() == 1;
  const unsigned number = reader.u16le();
  const bool end_of_fields = reader.u16le() == 0;
  return start_of_fields && end_of_fields ? std::optional(number) : std::nullopt;
}

std::optional<Descriptor> parse_descriptor(base::Bytes bytes, std::uint64_t offset, std::uint64_t file_size) {
  if (!checksum_at_end(bytes)) return std::nullopt;
  base::ByteReader reader(bytes);
  Descriptor section;
  const std::string_view type = base::as_text(reader.take(16));
  section.type = std::string(type.substr(0, type.find('\0')));
  section.offset = offset;
  section.next = reader.u64le();
  section.size = reader.u64le();
  if (section.ends_file()) return section.next == offset ? std::optional(section) : std::nullopt;
  const bool forward = section.next >= offset + kDescriptorBytes && section.next <= file_size;
  // Some writers leave the size of the last section of a kind at 0; the next section bounds it.
  if (section.size == 0) section.size = section.next - offset;
  const bool fits = section.size >= kDescriptorBytes && section.size <= section.next - offset;
  return forward && fits ? std::optional(section) : std::nullopt;
}

std::optional<Volume> parse_volume(base::Bytes bytes) {
  if (!checksum_at_end(bytes)) return std::nullopt;
  if (bytes.size() != kVolumeBytes && bytes.size() != kSmallVolumeBytes) return std::nullopt;
  base::ByteReader reader(bytes);
  Volume volume = read_volume(reader);
  if (bytes.size() == kSmallVolumeBytes) {
    volume.sectors = reader.u32le();
  } else {
    volume.sectors = reader.u64le();
    reader.skip(12);  // geometry
    volume.physical = (reader.u8() & kPhysical) != 0;
    reader.skip(27);  // PALM and SMART sectors, compression, error granularity
    const base::Bytes identifier = reader.take(16);
    std::copy(identifier.begin(), identifier.end(), volume.set_identifier.begin());
  }
  return makes_media(volume) ? std::optional(volume) : std::nullopt;
}

std::optional<TableHeader> parse_table_header(base::Bytes bytes) {
  if (bytes.size() < kTableHeaderBytes || !checksum_at_end(bytes.first(kTableHeaderBytes)))
    return std::nullopt;
  base::ByteReader reader(bytes);
  TableHeader header;
  header.entries = reader.u32le();
  reader.skip(4);
  header.base = reader.u64le();
  return header;
}

std::optional<Digests> parse_hash(base::Bytes bytes) {
  if (bytes.size() != 36 || !checksum_at_end(bytes)) return std::nullopt;
  Digests digests;
  add_digest(digests, base::Algorithm::md5, bytes.first(16));
  return digests;
}

std::optional<Digests> parse_digest(base::Bytes bytes) {
  if (bytes.size() != 80 || !checksum_at_end(bytes)) return std::nullopt;
  Digests digests;
  add_digest(digests, base::Algorithm::md5, bytes.first(16));
  add_digest(digests, base::Algorithm::sha1, bytes.subspan(16, 20));
  return digests;
}

std::optional<std::vector<SectorRange>> parse_error2(base::Bytes bytes) {
  constexpr std::size_t kHead = 520;  // count, 512 unknown bytes, Adler-32
  if (bytes.size() < kHead || !checksum_at_end(bytes.first(kHead))) return std::nullopt;
  base::ByteReader reader(bytes);
  const std::uint64_t count = reader.u32le();
  std::vector<SectorRange> ranges;
  if (count == 0) return ranges;
  if (bytes.size() < kHead + count * 8 + 4) return std::nullopt;
  if (!checksum_at_end(bytes.subspan(kHead, count * 8 + 4))) return std::nullopt;
  base::ByteReader entries(bytes.subspan(kHead, count * 8));
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t first = entries.u32le();
    ranges.push_back({first, entries.u32le()});
  }
  return ranges;
}

}  // namespace image::ewf
