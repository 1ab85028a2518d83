// SPDX-License-Identifier: Apache-2.0
#include "export/code_points.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace exporter {
namespace {

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

char32_t decode(std::string_view sequence) {
  static constexpr unsigned char kLeadBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t value = static_cast<unsigned char>(sequence[0]) & kLeadBits[sequence.size()];
  for (const char c : sequence.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3fu);
  return value;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = sequence_length(lead);
  if (length == 0 || length > text.size() || !base::is_utf8(text.substr(0, length))) return {lead, 1, false};
  return {decode(text.substr(0, length)), length, true};
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_code_point(text).bytes);
  return count;
}

bool is_invisible_control(char32_t value) {
  if (value == '\t' || value == '\n') return false;
  return value < 0x20 || (value >= 0x7f && value < 0xa0) || value == 0xad || value == 0x61c ||
         value == 0x180e || value == 0x200e || value == 0x200f || (value >= 0x2028 && value <= 0x202e) ||
         (value >= 0x2060 && value <= 0x206f) || value == 0xfeff || (value >= 0xfff9 && value <= 0xfffb) ||
         (value >= 0xe0000 && value <= 0xe007f);
}

std::string visible_name(const CodePoint& point) {
  if (!point.valid) return fmt::format("0x{:02X}", static_cast<std::uint32_t>(point.value));
  return fmt::format("U+{:04X}", static_cast<std::uint32_t>(point.value));
}

std::string visible_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (!point.valid || is_invisible_control(point.value)) {
      out += "[" + visible_name(point) + "]";
    } else {
      out += text.substr(0, point.bytes);
    }
    text.remove_prefix(point.bytes);
  }
  return out;
}

}  // namespace exporter
