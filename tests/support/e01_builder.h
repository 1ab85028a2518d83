// SPDX-License-Identifier: Apache-2.0
// Small E01 images, written out section by section: in shapes that no writer at hand makes, for tests and as
// the first inputs of fuzzers. Facts: docs/e01.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "image/checksum.h"
#include "image/deflate.h"
#include "image/segment_names.h"

namespace support {

struct E01Shape {
  std::uint32_t sectors_per_chunk = 64;
  std::uint32_t sector_bytes = 512;
  std::size_t chunks_per_table = 16;
  std::size_t tables_per_segment = 1'000'000;
  bool table2 = true;
  bool sectors_section = true;  // false: chunks lie behind the entries of their table, as EnCase 1 puts them
  bool compress = true;         // false: every chunk is stored
  bool header = true, digest = true, hash = true, error2 = false;
  std::size_t chunk_bytes() const { return std::size_t{sectors_per_chunk} * sector_bytes; }
};

namespace e01 {

inline void put(base::Buffer& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::byte>(value >> 8 * i));
}
inline void put(base::Buffer& out, base::Bytes bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
inline void put_checksum(base::Buffer& out) {
  put(out, image::adler32(out), 4);
}

// A zlib stream of one stored block (RFC 1950, 1951).
inline base::Buffer zlib_of(base::Bytes text) {
  base::Buffer out;
  put(out, 0x0178, 2);
  put(out, 1, 1);
  put(out, text.size(), 2);
  put(out, ~text.size(), 2);
  put(out, text);
  const std::uint32_t sum = image::adler32(text);
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::byte>(sum >> shift));
  return out;
}

// One segment, as it grows.
class Segment {
 public:
  explicit Segment(unsigned number) {
    put(bytes_, base::as_bytes(std::string_view("EVF\x09\x0d\x0a\xff\0", 8)));
    put(bytes_, 1, 1);
    put(bytes_, number, 2);
    put(bytes_, 0, 2);
  }
  std::uint64_t size() const { return bytes_.size(); }
  static constexpr std::uint64_t kDescriptor = 76;

  void section(const std::string& type, base::Bytes data) {
    descriptor(type, size() + kDescriptor + data.size(), kDescriptor + data.size());
    put(bytes_, data);
  }
  base::Buffer end(const std::string& type) {
    descriptor(type, size(), 0);
    return std::move(bytes_);
  }

 private:
  void descriptor(const std::string& type, std::uint64_t next, std::uint64_t section_size) {
    base::Buffer head = base::to_buffer(base::as_bytes(type));
    head.resize(16);
    put(head, next, 8);
    put(head, section_size, 8);
    head.resize(72);
    put_checksum(head);
    put(bytes_, head);
  }
  base::Buffer bytes_;
};

struct Chunk {
  base::Buffer bytes;
  bool compressed = false;
};

inline Chunk pack(image::ChunkPacker& packer, base::Bytes media, const E01Shape& shape) {
  base::Buffer room(std::max<std::size_t>(media.size(), 256));
  const auto packed = packer.pack(media, room);
  if (shape.compress && !packed.stored) return {base::to_buffer(packed.bytes), true};
  Chunk chunk{base::to_buffer(media), false};
  put(chunk.bytes, image::adler32(media), 4);
  return chunk;
}

inline base::Buffer volume(std::size_t media_bytes, const E01Shape& shape) {
  base::Buffer out;
  put(out, 1, 4);  // a fixed disk
  put(out, (media_bytes + shape.chunk_bytes() - 1) / shape.chunk_bytes(), 4);
  put(out, shape.sectors_per_chunk, 4);
  put(out, shape.sector_bytes, 4);
  put(out, media_bytes / shape.sector_bytes, 8);
  out.resize(36);
  put(out, 3, 1);  // an image, of a physical disk
  out.resize(64);
  for (unsigned i = 1; i <= 16; ++i) put(out, i, 1);  // the identifier of the set
  out.resize(1048);
  put_checksum(out);
  return out;
}

// Head and entries of a table whose chunks start at `first`.
inline base::Buffer table(const std::vector<Chunk>& chunks, std::uint64_t first, bool checksum) {
  base::Buffer out;
  put(out, chunks.size(), 4);
  out.resize(20);
  put_checksum(out);
  base::Buffer entries;
  for (const auto& chunk : chunks) {
    put(entries, first | (chunk.compressed ? 0x80000000u : 0u), 4);
    first += chunk.bytes.size();
  }
  if (checksum) put_checksum(entries);
  put(out, entries);
  return out;
}

inline base::Buffer digest_section(base::Bytes media, bool with_sha1) {
  base::Buffer out;
  base::Hasher md5(base::Algorithm::md5), sha1(base::Algorithm::sha1);
  md5.update(media);
  sha1.update(media);
  put(out, md5.finish());
  if (with_sha1) put(out, sha1.finish());
  out.resize(with_sha1 ? 76 : 32);
  put_checksum(out);
  return out;
}

inline base::Buffer error2_section() {
  base::Buffer head, entries;
  put(head, 1, 4);
  head.resize(516);
  put_checksum(head);
  put(entries, 1, 4);  // sector 1, one of them
  put(entries, 1, 4);
  put_checksum(entries);
  put(head, entries);
  return head;
}

inline void put_group(Segment& segment, const std::vector<Chunk>& chunks, const E01Shape& shape) {
  base::Buffer data;
  for (const auto& chunk : chunks) put(data, chunk.bytes);
  if (!shape.sectors_section) {
    const std::uint64_t first = segment.size() + Segment::kDescriptor + 24 + 4 * chunks.size();
    base::Buffer together = table(chunks, first, false);
    put(together, data);
    return segment.section("table", together);
  }
  const std::uint64_t first = segment.size() + Segment::kDescriptor;
  segment.section("sectors", data);
  const base::Buffer entries = table(chunks, first, true);
  segment.section("table", entries);
  if (shape.table2) segment.section("table2", entries);
}

}  // namespace e01

// The segments in order. REQUIRES: whole sectors.
inline std::vector<base::Buffer> build_e01(base::Bytes media, const E01Shape& shape) {
  std::vector<base::Buffer> files;
  image::ChunkPacker packer(std::max<std::size_t>(shape.chunk_bytes(), 256));
  e01::Segment segment(1);
  const std::string text = "1\nmain\nc\tn\ta\te\tt\nKK\tKK-A-1\ta disk\tan examiner\tnotes\n\n";
  if (shape.header) segment.section("header", e01::zlib_of(base::as_bytes(text)));
  segment.section("volume", e01::volume(media.size(), shape));
  std::size_t tables = 0;
  for (std::size_t at = 0; at < media.size();) {
    if (tables++ == shape.tables_per_segment) {
      files.push_back(segment.end("next"));
      segment = e01::Segment(static_cast<unsigned>(files.size()) + 1);
      segment.section("data", e01::volume(media.size(), shape));
      tables = 1;
    }
    std::vector<e01::Chunk> chunks;
    for (; chunks.size() < shape.chunks_per_table && at < media.size(); at += shape.chunk_bytes()) {
      chunks.push_back(
          e01::pack(packer, media.subspan(at, std::min(shape.chunk_bytes(), media.size() - at)), shape));
    }
    e01::put_group(segment, chunks, shape);
  }
  if (shape.error2) segment.section("error2", e01::error2_section());
  if (shape.digest) segment.section("digest", e01::digest_section(media, true));
  if (shape.hash) segment.section("hash", e01::digest_section(media, false));
  files.push_back(segment.end("done"));
  return files;
}

}  // namespace support
