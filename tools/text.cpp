// SPDX-License-Identifier: Apache-2.0
#include "tools/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json.h"

namespace tools {

std::size_t sequence(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (base::is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

char32_t code_point(std::string_view sequence_bytes) {
  const auto lead = static_cast<unsigned char>(sequence_bytes[0]);
  if (sequence_bytes.size() == 1) return lead;
  char32_t point = lead & (0xffU >> (sequence_bytes.size() + 1));
  for (char c : sequence_bytes.substr(1)) point = point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  return point;
}

std::size_t width(std::string_view text) {
  std::size_t cells = 0;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(1, sequence(text));
    const char32_t c = code_point(text.substr(0, length));
    const bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                      (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                      (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                      (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
    const bool none = (c >= 0x300 && c <= 0x36f) || c == 0xe31 || (c >= 0xe34 && c <= 0xe3a) ||
                      (c >= 0xe47 && c <= 0xe4e) || c == 0xeb1 || (c >= 0xeb4 && c <= 0xebc) ||
                      (c >= 0xec8 && c <= 0xecd) || (c >= 0xfe00 && c <= 0xfe0f);
    cells += none ? 0 : wide ? 2 : 1;
    text.remove_prefix(length);
  }
  return cells;
}

std::string shortened(std::string_view text, std::size_t cells) {
  if (width(text) <= cells) return std::string(text);
  const std::size_t half = (cells - 1) / 2;
  std::string head;
  std::string_view left = text;
  while (width(head) < half) {
    const std::size_t length = std::max<std::size_t>(1, sequence(left));
    head += left.substr(0, length);
    left.remove_prefix(length);
  }
  while (width(left) > half) left.remove_prefix(std::max<std::size_t>(1, sequence(left)));
  return head + "…" + std::string(left);
}

std::string short_size(double bytes) {
  static constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, kUnits[unit]);
}

std::string fitted(std::string_view text, std::size_t cells) {
  std::string out = shortened(text, cells);
  return out + std::string(cells - std::min(cells, width(out)), ' ');
}

std::string fitted_right(std::string_view text, std::size_t cells) {
  const std::string out = shortened(text, cells);
  return std::string(cells - std::min(cells, width(out)), ' ') + out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t cells) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string word = shortened(text.substr(0, blank), cells);
    text.remove_prefix(std::min(blank + 1, text.size()));
    if (!line.empty() && width(line) + 1 + width(word) > cells) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string beginning(std::string_view text, std::size_t cells) {
  if (width(text) <= cells) return std::string(text);
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t next = end + std::max<std::size_t>(1, sequence(text.substr(end)));
    if (width(text.substr(0, next)) + 1 > cells) break;
    end = next;
  }
  return std::string(text.substr(0, end)) + "…";
}

namespace {

// Where the second column of a line begins, in its first half: after two blanks; 0 where it has none.
std::size_t second_column(std::string_view line, std::size_t cells) {
  const std::size_t gap = line.find("  ", std::min(line.find_first_not_of(' '), line.size()));
  const std::size_t second = gap == line.npos ? line.npos : line.find_first_not_of(' ', gap);
  return second != line.npos && second < cells / 2 ? second : 0;
}

// The last blank at which the line may end; none where no word ends in time.
std::size_t break_of(std::string_view line, std::size_t from, std::size_t cells) {
  std::size_t best = line.npos;
  for (std::size_t blank = line.find(' ', from); blank != line.npos; blank = line.find(' ', blank + 1)) {
    if (best != line.npos && width(line.substr(0, blank)) > cells) break;
    best = blank;
  }
  return best;
}

}  // namespace

std::string broken(std::string_view text, std::size_t cells) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    const std::size_t second = second_column(line, cells);
    const std::string indent(second > 0 ? second : std::min(line.find_first_not_of(' '), line.size()) + 2,
                             ' ');
    while (width(line) > cells) {
      const std::size_t begin = std::max(second, line.find_first_not_of(' '));
      const std::size_t blank = begin == line.npos ? begin : break_of(line, begin + 1, cells);
      if (blank == line.npos) break;
      out += line.substr(0, line.find_last_not_of(' ', blank) + 1) + "\n";
      line = indent + line.substr(std::min(line.find_first_not_of(' ', blank), line.size()));
    }
    out += line;
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace tools
