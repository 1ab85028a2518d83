// SPDX-License-Identifier: Apache-2.0
#include "image/ewf_encode.h"

#include <algorithm>
#include <cassert>
#include <ctime>

#include "image/checksum.h"
#include "image/deflate.h"

namespace image::ewf {
namespace {

class Fields {
 public:
  Fields& u8(std::uint64_t value) { return number(value, 1); }
  Fields& u32(std::uint64_t value) { return number(value, 4); }
  Fields& u64(std::uint64_t value) { return number(value, 8); }
  Fields& zeros(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }
  Fields& raw(base::Bytes bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  // The Adler-32 of everything since `from`.
  Fields& checksum(std::size_t from = 0) { return u32(adler32(base::Bytes(bytes_).subspan(from))); }
  std::size_t size() const { return bytes_.size(); }
  base::Buffer take() { return std::move(bytes_); }

 private:
  Fields& number(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
    return *this;
  }
  base::Buffer bytes_;
};

std::string value_of(const HeaderValues& values, const char* name) {
  const auto found = values.find(name);
  std::string value = found == values.end() ? "" : found->second;
  std::replace_if(
      value.begin(), value.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return value;
}

// One code point from the front of clean UTF-8.
char32_t take_point(std::string_view& text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  char32_t point = length == 1 ? byte(0) : byte(0) & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) point = point << 6 | (byte(i) & 0x3Fu);
  text.remove_prefix(length);
  return point;
}

base::Buffer to_utf16(std::string_view text) {
  assert(base::is_utf8(text));
  base::Buffer out{std::byte{0xFF}, std::byte{0xFE}};
  const auto put = [&out](char32_t unit) {
    out.push_back(static_cast<std::byte>(unit & 0xFF));
    out.push_back(static_cast<std::byte>(unit >> 8));
  };
  while (!text.empty()) {
    const char32_t point = take_point(text);
    if (point < 0x10000) {
      put(point);
    } else {
      put(0xD800 + ((point - 0x10000) >> 10));
      put(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::string to_ascii(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char32_t point = take_point(text);
    out += point < 0x80 ? static_cast<char>(point) : '?';
  }
  return out;
}

// "2026 11 21 16 19 24", without leading zeros, as `header` has it. The format names no zone; ours is UTC.
std::string date_in_words(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::string out;
  for (const int part :
       {utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec}) {
    if (!out.empty()) out += ' ';
    out += std::to_string(part);
  }
  return out;
}

}  // namespace

base::Buffer encode_file_header(unsigned segment_number) {
  constexpr std::string_view kSignature{"EVF\t\r\n\xFF\0", 8};
  return Fields()
      .raw(base::as_bytes(kSignature))
      .u8(1)
      .u8(segment_number & 0xFF)
      .u8(segment_number >> 8)
      .zeros(2)
      .take();
}

base::Buffer encode_descriptor(std::string_view type, std::uint64_t next, std::uint64_t size) {
  return Fields()
      .raw(base::as_bytes(type))
      .zeros(16 - type.size())
      .u64(next)
      .u64(size)
      .zeros(40)
      .checksum()
      .take();
}

base::Buffer encode_section(std::string_view type, std::uint64_t offset, base::Bytes data) {
  const std::uint64_t size = kDescriptorBytes + data.size();
  return Fields().raw(encode_descriptor(type, offset + size, size)).raw(data).take();
}

base::Buffer encode_end(std::string_view type, std::uint64_t offset) {
  return encode_descriptor(type, offset, 0);
}

base::Buffer encode_volume(const Volume& volume, MediaKind kind) {
  Fields fields;
  fields.u32(kind.removable ? 0 : 1).u32(volume.chunk_count).u32(volume.sectors_per_chunk);
  fields.u32(volume.sector_bytes).u64(volume.sectors);
  fields.zeros(12);                           // cylinders, heads, sectors a track
  fields.u32(1 | (kind.physical ? 2u : 0u));  // media flags: an image; of a whole device
  fields.zeros(12);                           // PALM volume's start, unknown, SMART log's start
  fields.u32(1).u32(1);                       // compression "fast"; error granularity in sectors
  fields.zeros(4).raw(volume.set_identifier);
  fields.zeros(kVolumeBytes - 4 - fields.size());
  return fields.checksum().take();
}

base::Buffer encode_table(std::uint64_t base, const std::vector<std::uint32_t>& entries) {
  Fields fields;
  fields.u32(entries.size()).zeros(4).u64(base).zeros(4).checksum();
  for (const std::uint32_t entry : entries) fields.u32(entry);
  return fields.checksum(kTableHeaderBytes).take();
}

base::Buffer encode_hash(base::Bytes md5) {
  return Fields().raw(md5).zeros(16).checksum().take();
}

base::Buffer encode_digest(base::Bytes md5, base::Bytes sha1) {
  return Fields().raw(md5).raw(sha1).zeros(40).checksum().take();
}

base::Buffer encode_error2(const std::vector<SectorRange>& bad) {
  std::vector<SectorRange> fitting;
  for (const auto& range : bad) {
    if (range.first + range.count <= UINT32_MAX) fitting.push_back(range);
  }
  Fields fields;
  fields.u32(fitting.size()).zeros(512).checksum();
  const std::size_t from = fields.size();
  for (const auto& range : fitting) fields.u32(range.first).u32(range.count);
  return fields.checksum(from).take();
}

base::Buffer encode_header2(const HeaderValues& values, std::int64_t acquired) {
  const auto value = [&values](const char* name) { return value_of(values, name) + "\t"; };
  const std::string date = std::to_string(acquired) + "\t";
  const std::string text =
      "3\nmain\na\tc\tn\te\tt\tmd\tsn\tav\tov\tm\tu\tp\tdc\n" + value("description") + value("case_number") +
      value("evidence_number") + value("examiner_name") + value("notes") + value("model") +
      value("serial_number") + value("acquiry_software_version") + value("acquiry_operating_system") + date +
      date +
      "0\t"
      "\n\nsrce\n0\t1\np\tn\tid\tev\ttb\tlo\tpo\tah\tgu\taq\n0\t0\n\t\t\t\t\t-1\t-1\t\t\t\n"
      "\nsub\n0\t1\np\tn\tid\tnu\tco\tgu\n0\t0\n\t\t\t\t1\t\n\n";
  return deflate_text(to_utf16(text));
}

base::Buffer encode_header(const HeaderValues& values, std::int64_t acquired) {
  const auto value = [&values](const char* name) { return value_of(values, name) + "\t"; };
  const std::string date = date_in_words(acquired) + "\t";
  const std::string text = "1\r\nmain\r\nc\tn\ta\te\tt\tav\tov\tm\tu\tp\r\n" + value("case_number") +
                           value("evidence_number") + value("description") + value("examiner_name") +
                           value("notes") + value("acquiry_software_version") +
                           value("acquiry_operating_system") + date + date + "0\r\n\r\n";
  return deflate_text(base::as_bytes(to_ascii(text)));
}

}  // namespace image::ewf
