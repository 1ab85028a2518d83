// SPDX-License-Identifier: Apache-2.0
// The fixed structures of an E01, as bytes: what ewf_format.h parses. Facts: docs/e01.md. Pure functions; any
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "image/ewf_format.h"

namespace image::ewf {

base::Buffer encode_file_header(unsigned segment_number);

// `next` and `size` as the format has them; for `next` and `done` they are the own offset and 0.
base::Buffer encode_descriptor(std::string_view type, std::uint64_t next, std::uint64_t size);
// A descriptor and its data, to stand at `offset`.
base::Buffer encode_section(std::string_view type, std::uint64_t offset, base::Bytes data);
// "next" or "done", to stand at `offset`.
base::Buffer encode_end(std::string_view type, std::uint64_t offset);

struct MediaKind {
  bool removable = false;
  bool physical = true;
};
// The data of `volume` and of `data`. Compression is stated as "fast", error granularity as one sector.
base::Buffer encode_volume(const Volume& volume, MediaKind kind);

// The data of `table` and `table2`. Entries: bit 31 set where the chunk is a stream; the rest is the offset
// from `base`.
base::Buffer encode_table(std::uint64_t base, const std::vector<std::uint32_t>& entries);

base::Buffer encode_hash(base::Bytes md5);
base::Buffer encode_digest(base::Bytes md5, base::Bytes sha1);
// Ranges beyond 32-bit sector numbers have no place in `error2`: they are left out.
base::Buffer encode_error2(const std::vector<SectorRange>& bad);

// The data of `header2` (UTF-16) and `header` (ASCII, other characters as '?'). `acquired` is seconds since
// 1970, UTC. Tabs and line breaks in values become spaces.
base::Buffer encode_header2(const HeaderValues& values, std::int64_t acquired);
base::Buffer encode_header(const HeaderValues& values, std::int64_t acquired);

}  // namespace image::ewf
