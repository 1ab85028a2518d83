// SPDX-License-Identifier: Apache-2.0
#include "tools/text.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>
#include <unicode/brkiter.h>
#include <unicode/uchar.h>

#include "base/json.h"

namespace tools {
namespace {

// As terminals count (Unicode: general category, UAX #11 East Asian Width; POSIX wcwidth).
std::size_t cells_of(char32_t c) {
  if (c >= 0x20 && c < 0x7f) return 1;
  const auto point = static_cast<UChar32>(c);
  constexpr std::uint32_t kOnAnother = U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK;
  constexpr char32_t kSoftHyphen = 0xad;
  const bool middle_of_hangul = c >= 0x1160 && c <= 0x11ff;
  if (((U_GET_GC_MASK(point) & kOnAnother) != 0 && c != kSoftHyphen) || middle_of_hangul) return 0;
  const int width = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

std::size_t first_sequence(std::string_view text) {
  return std::max<std::size_t>(1, sequence(text));
}

// A character with the marks on it.
std::size_t first_cluster(std::string_view text) {
  std::size_t length = first_sequence(text);
  while (length < text.size() && width(text.substr(length, first_sequence(text.substr(length)))) == 0)
    length += first_sequence(text.substr(length));
  return length;
}

// Scripts without blanks between words: South-East Asian ones and Chinese have their places to break in
// between (UAX #14, with ICU's dictionaries).
bool has_hidden_breaks(std::string_view word) {
  for (; !word.empty(); word.remove_prefix(first_sequence(word)))
    if (sequence(word) > 0 && code_point(word.substr(0, sequence(word))) >= 0xe00) return true;
  return false;
}

std::vector<std::string> pieces_of(std::string_view word) {
  if (!has_hidden_breaks(word)) return {std::string(word)};
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createLineInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status) != 0) return {std::string(word)};
  const auto text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(word.data(), static_cast<int>(word.size())));
  breaks->setText(text);
  std::vector<std::string> pieces;
  for (int from = breaks->first(), to = breaks->next(); to != icu::BreakIterator::DONE; to = breaks->next()) {
    std::string piece;
    text.tempSubStringBetween(from, to).toUTF8String(piece);
    pieces.push_back(std::move(piece));
    from = to;
  }
  return pieces;
}

}  // namespace

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
    cells += cells_of(c);
    text.remove_prefix(length);
  }
  return cells;
}

std::string shortened(std::string_view text, std::size_t cells) {
  if (width(text) <= cells) return std::string(text);
  const std::size_t half = (cells - 1) / 2;
  std::string head;
  std::string_view left = text;
  while (width(head) + width(left.substr(0, first_cluster(left))) <= half) {
    const std::size_t length = first_cluster(left);
    head += left.substr(0, length);
    left.remove_prefix(length);
  }
  while (width(left) > half) left.remove_prefix(first_cluster(left));
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
    const auto pieces = pieces_of(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const std::string piece = shortened(pieces[i], cells);
      const std::string_view between = line.empty() || i > 0 ? "" : " ";
      if (!line.empty() && width(line) + width(between) + width(piece) > cells) {
        lines.push_back(std::move(line));
        line = piece;
      } else {
        line.append(between).append(piece);
      }
    }
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

// Where a line may end, in order: at its blanks, and between the words of scripts that write none.
std::vector<std::size_t> breaks_in(std::string_view line) {
  std::vector<std::size_t> breaks;
  for (std::size_t word = 0; word < line.size();) {
    const std::size_t end = std::min(line.find(' ', word), line.size());
    const auto pieces = pieces_of(line.substr(word, end - word));
    std::size_t at = word;
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) breaks.push_back(at += pieces[i].size());
    if (end < line.size()) breaks.push_back(end);
    word = end + 1;
  }
  return breaks;
}

// The last of them in time, else the first; none behind `from`.
std::size_t break_of(std::string_view line, std::size_t from, std::size_t cells) {
  std::size_t best = line.npos;
  for (const std::size_t end : breaks_in(line)) {
    if (end < from) continue;
    if (best != line.npos && width(line.substr(0, end)) > cells) break;
    best = end;
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
      const std::size_t stop = begin == line.npos ? begin : break_of(line, begin + 1, cells);
      if (stop == line.npos) break;
      out += line.substr(0, line.find_last_not_of(' ', stop - 1) + 1) + "\n";
      line = indent + line.substr(std::min(line.find_first_not_of(' ', stop), line.size()));
    }
    out += line;
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace tools
