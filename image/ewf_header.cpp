// SPDX-License-Identifier: Apache-2.0
// Header values: `header` holds one byte a character (a code page; read as UTF-8 where it is, else as
// Latin-1), `header2` UTF-16 with a byte order mark.
#include <utility>

#include "image/ewf_format.h"
#include "image/inflate.h"

namespace image::ewf {
namespace {

constexpr std::size_t kMostHeaderText = 4u << 20;

// Identifiers of the columns, and libewf's names for them (libyal/libewf documentation, "Header section").
constexpr std::pair<std::string_view, std::string_view> kNames[] = {
    {"a", "description"},
    {"c", "case_number"},
    {"n", "evidence_number"},
    {"e", "examiner_name"},
    {"t", "notes"},
    {"av", "acquiry_software_version"},
    {"ov", "acquiry_operating_system"},
    {"m", "acquiry_date"},
    {"u", "system_date"},
    {"p", "password"},
    {"md", "model"},
    {"sn", "serial_number"},
    {"l", "device_label"},
    {"pid", "process_identifier"},
    {"r", "compression_level"},
    {"ext", "extents"},
};

void append_utf8(std::string& out, char32_t point) {
  const auto put = [&out](char32_t value) { out += static_cast<char>(value); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 63));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 63));
    put(0x80 | (point & 63));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 63));
    put(0x80 | (point >> 6 & 63));
    put(0x80 | (point & 63));
  }
}

constexpr bool is_high(char32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
constexpr bool is_low(char32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

std::string from_utf16(base::Bytes bytes, bool big_endian) {
  std::string out;
  base::ByteReader reader(bytes);
  char32_t high = 0;
  while (reader.left() >= 2) {
    const char32_t unit = big_endian ? reader.u16be() : reader.u16le();
    if (high != 0 && is_low(unit)) {
      append_utf8(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
      high = 0;
      continue;
    }
    if (high != 0) append_utf8(out, 0xFFFD);
    high = is_high(unit) ? unit : 0;
    if (high == 0) append_utf8(out, is_low(unit) ? 0xFFFD : unit);
  }
  if (high != 0) append_utf8(out, 0xFFFD);
  return out;
}

std::string text_of(base::Bytes bytes) {
  const std::string_view plain = base::as_text(bytes);
  if (plain.substr(0, 2) == "\xFF\xFE") return from_utf16(bytes.subspan(2), false);
  if (plain.substr(0, 2) == "\xFE\xFF") return from_utf16(bytes.subspan(2), true);
  if (base::is_utf8(plain)) return std::string(plain);
  std::string latin;
  for (const char c : plain) append_utf8(latin, static_cast<unsigned char>(c));
  return latin;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view without_carriage_return(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

void add_values(HeaderValues& values, std::string_view names, std::string_view row) {
  const auto columns = split(without_carriage_return(names), '\t');
  const auto cells = split(without_carriage_return(row), '\t');
  for (std::size_t i = 0; i < columns.size() && i < cells.size(); ++i) {
    for (const auto& [column, name] : kNames) {
      if (column == columns[i] && !cells[i].empty()) values.emplace(name, cells[i]);
    }
  }
}

}  // namespace

std::optional<HeaderValues> parse_header(base::Bytes packed) {
  const auto bytes = inflate_text(packed, kMostHeaderText);
  if (!bytes) return std::nullopt;
  const std::string text = text_of(*bytes);
  const auto lines = split(text, '\n');
  HeaderValues values;
  // "1", "main", the columns, the values; later categories ("srce", "sub") are of no use here.
  for (std::size_t i = 0; i + 2 < lines.size(); ++i) {
    if (without_carriage_return(lines[i]) != "main") continue;
    add_values(values, lines[i + 1], lines[i + 2]);
    break;
  }
  return values;
}

}  // namespace image::ewf
