// SPDX-License-Identifier: Apache-2.0
// The pure parsers of sections and streams: the first byte says which, the rest is what it gets.
#include <cstdlib>

#include "image/ewf_format.h"
#include "image/inflate.h"

namespace {

void must(bool promise) {
  if (!promise) std::abort();
}

void inflate(base::Bytes bytes) {
  base::Buffer into(4096, std::byte{0x5A});
  const auto room = std::span(into).first(4000);
  const auto size = image::inflate_zlib(bytes, room);
  must(!size || *size <= room.size());
  for (std::size_t i = room.size(); i < into.size(); ++i) must(into[i] == std::byte{0x5A});
  const auto text = image::inflate_text(bytes, 100'000);
  must(!text || text->size() <= 100'000);
  if (size) must(text && text->size() == *size);
}

void parse(unsigned which, base::Bytes bytes) {
  using namespace image::ewf;
  if (which == 0) {
    const auto values = parse_header(bytes);
    if (!values) return;
    for (const auto& [name, value] : *values) must(!value.empty() && base::is_utf8(value));
  }
  if (which == 1) parse_error2(bytes);
  if (which == 2 && bytes.size() >= kDescriptorBytes + 16) {
    base::ByteReader reader(bytes);
    const std::uint64_t file_size = reader.u64le(), offset = reader.u64le();
    if (file_size < kDescriptorBytes || offset > file_size - kDescriptorBytes) return;
    const auto section = parse_descriptor(reader.take(kDescriptorBytes), offset, file_size);
    if (section && !section->ends_file()) must(section->next > offset && section->next <= file_size);
  }
  if (which == 3) {
    const auto volume = parse_volume(bytes);
    if (volume) must(volume->chunk_bytes() > 0 && volume->chunk_bytes() <= kMostChunkBytes);
  }
  if (which == 4) parse_table_header(bytes);
  if (which == 5) parse_hash(bytes);
  if (which == 6) parse_digest(bytes);
  if (which == 7) inflate(bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // A copy of its own size, so that a byte too far is seen.
  const base::Buffer bytes(reinterpret_cast<const std::byte*>(data) + 1,
                           reinterpret_cast<const std::byte*>(data) + size);
  parse(data[0] % 8, bytes);
  return 0;
}
