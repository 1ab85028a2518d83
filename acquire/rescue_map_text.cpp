// SPDX-License-Identifier: Apache-2.0
// The map as text: comments, a status line, one line a block (manual of GNU ddrescue 1.27, "Mapfile
// structure").
#include <charconv>

#include <fmt/format.h>

#include "acquire/rescue_map.h"
#include "base/error.h"
#include "base/words.h"

namespace acquire {
namespace {

constexpr std::uint64_t kMostBytes = (std::uint64_t{1} << 63) - 1;  // as off_t
constexpr std::string_view kBlanks = " \t\r\v\f";

// The lines of a text, comments taken off, in words.
class Lines {
 public:
  Lines(std::string_view text, const std::string& name) : left_(text), name_(name) {}

  // The words of the next line that has any; nothing at the end of the text.
  std::vector<std::string_view> next() {
    std::vector<std::string_view> words;
    while (words.empty() && !left_.empty()) {
      const std::size_t end = left_.find('\n');
      words = words_of(left_.substr(0, end));
      left_ = end == left_.npos ? std::string_view() : left_.substr(end + 1);
      ++number_;
    }
    if (words.empty()) ++number_;  // the line that is not there
    return words;
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw base::Error(base::ErrorKind::format, base::say("{}, line {}: {}", name_, number_, what),
                      base::say("Nothing was changed. Give the map that belongs to this rescue, unedited."));
  }

  // In the syntax of C++: decimal, 0x hexadecimal, or octal with a leading 0.
  std::uint64_t integer(std::string_view word) const {
    int base = 10;
    if (word.starts_with("0x") || word.starts_with("0X")) {
      base = 16;
      word.remove_prefix(2);
    } else if (word.size() > 1 && word.front() == '0') {
      base = 8;
    }
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
    if (error != std::errc() || end != word.data() + word.size()) refuse("a number was expected");
    if (value > kMostBytes) refuse("a position or size of 2^63 or more");
    return value;
  }

  BlockStatus status(std::string_view word) const {
    if (word.size() == 1 && std::string_view("?*/-+").find(word[0]) != std::string_view::npos)
      return static_cast<BlockStatus>(word[0]);
    refuse("a status (? * / - +) was expected");
  }

 private:
  // '#' opens a comment at the beginning of a line or after a blank.
  static std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
      const std::size_t begin = line.find_first_not_of(kBlanks);
      if (begin == line.npos || line[begin] == '#') return words;
      const std::size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
      words.push_back(line.substr(begin, end - begin));
      line.remove_prefix(end);
    }
  }

  std::string_view left_;
  const std::string& name_;
  std::size_t number_ = 0;
};

// Position, phase, and the number of the pass, which versions before 1.20 did not write.
RescueMap::Position read_position(Lines& lines) {
  const auto words = lines.next();
  if (words.size() < 2 || words.size() > 3)
    lines.refuse("the line of position, status and pass was expected");
  RescueMap::Position position;
  position.offset = lines.integer(words[0]);
  if (words[1] == "F" || words[1] == "G")
    lines.refuse("the map comes from filling or guessing, not from a rescue");
  position.phase = lines.status(words[1]);
  if (words.size() == 2) return position;
  const auto [end, error] =
      std::from_chars(words[2].data(), words[2].data() + words[2].size(), position.pass, 10);
  if (error != std::errc() || end != words[2].data() + words[2].size() || position.pass == 0)
    lines.refuse("the number of the pass was expected");
  return position;
}

std::vector<RescueMap::Range> read_blocks(Lines& lines) {
  std::vector<RescueMap::Range> blocks;
  std::uint64_t end = 0;
  for (auto words = lines.next(); !words.empty(); words = lines.next()) {
    if (words.size() != 3) lines.refuse("a block's position, size and status were expected");
    const RescueMap::Range block{lines.integer(words[0]), lines.integer(words[1]), lines.status(words[2])};
    if (block.offset > end) lines.refuse("there is a gap before this block");
    if (block.offset < end) lines.refuse("this block overlaps the one before");
    if (block.size == 0) lines.refuse("this block is empty");
    if (block.size > kMostBytes - block.offset) lines.refuse("this block ends beyond 2^63");
    end = block.end();
    blocks.push_back(block);
  }
  return blocks;
}

}  // namespace

RescueMap RescueMap::parse(std::string_view text, const std::string& name) {
  Lines lines(text, name);
  const Position position = read_position(lines);
  const auto blocks = read_blocks(lines);
  RescueMap map(blocks.empty() ? 0 : blocks.back().end());
  for (const auto& block : blocks) map.set(block.offset, block.size, block.status);
  map.set_position(position);
  return map;
}

std::string RescueMap::text() const {
  std::string text = "# Rescue map in the format of GNU ddrescue, written by Holdfast\n";
  text += "# current_pos  current_status  current_pass\n";
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "0x{:08X}     {}               {}\n", position_.offset,
                 static_cast<char>(position_.phase), position_.pass);
  text += "#      pos        size  status\n";
  for (auto range = starts_.begin(); range != starts_.end(); ++range) {
    fmt::format_to(out, "0x{:08X}  0x{:08X}  {}\n", range->first, range_of(range).size,
                   static_cast<char>(range->second));
  }
  return text;
}

}  // namespace acquire
