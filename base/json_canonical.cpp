// SPDX-License-Identifier: Apache-2.0
// The two strict readers of base/json.h. What is signed has one form only, so there is nothing to normalise:
// one pass accepts that form (RFC 8785 §3.2) and stops at the first byte of any other.
#include <array>
#include <charconv>

#include "base/json.h"

namespace base {
namespace {

struct Profile {
  JsonLimits limits;
  bool chunk_names = false;  // a name may end in .0 to .9999
  bool any_text = false;     // U+0000 and noncharacters are allowed in strings
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_chunk_number(std::string_view text) {
  if (text.empty() || text.size() > 4 || (text.size() > 1 && text[0] == '0')) return false;
  for (const char c : text)
    if (!is_digit(c)) return false;
  return true;
}

bool is_profile_name(std::string_view name, bool chunk_names) {
  if (name == "...") return true;
  const std::size_t dot = chunk_names ? name.find('.') : name.npos;
  if (dot != name.npos && !is_chunk_number(name.substr(dot + 1))) return false;
  name = name.substr(0, dot);
  for (const char c : name)
    if (!(c >= 'a' && c <= 'z') && !is_digit(c) && c != '_') return false;
  return !name.empty() && name.size() <= 40;
}

// U+FDD0..U+FDEF and the last two code points of every plane. REQUIRES: UTF-8.
bool has_noncharacter(std::string_view text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const auto a = static_cast<unsigned char>(text[i]), b = static_cast<unsigned char>(text[i + 1]),
               c = static_cast<unsigned char>(text[i + 2]);
    if (a == 0xef && b == 0xb7 && c >= 0x90 && c <= 0xaf) return true;
    if (a == 0xef && b == 0xbf && c >= 0xbe) return true;
    const bool four = a >= 0xf0 && i + 3 < text.size();
    if (four && (b & 0x0f) == 0x0f && c == 0xbf && static_cast<unsigned char>(text[i + 3]) >= 0xbe)
      return true;
  }
  return false;
}

// Bytes that need no look in a string: ASCII from U+0020 on, but for the quotation mark and the backslash.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

class CanonicalReader {
 public:
  CanonicalReader(std::string_view text, const Profile& profile) : text_(text), profile_(profile) {}

  Json read() {
    Json all = value();
    if (at_ != text_.size()) refuse();
    return all;
  }

 private:
  [[noreturn]] void refuse() const {
    throw JsonError("not canonical JSON from byte " + std::to_string(at_) + " on");
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void expect(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) refuse();
    at_ += word.size();
  }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }

  Json value() {
    switch (peek()) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        expect("true");
        return true;
      case 'f':
        expect("false");
        return false;
      case 'n':
        expect("null");
        return {};
      default:
        return integer();
    }
  }

  // The recursion is as deep as the limit at most.
  void enter() {
    ++at_;
    if (++depth_ > profile_.limits.depth) throw JsonError("nested too deep");
  }
  Json object() {
    enter();
    Json::Object members;
    while (!take('}')) {
      if (!members.empty()) expect(",");
      const std::string_view name = member_name();
      if (!members.empty() && name <= members.back().first)
        throw JsonError(name == members.back().first ? "a name twice in one object"
                                                     : "the names of an object do not ascend");
      expect(":");
      if (members.empty()) members.reserve(depth_ == 1 ? 16 : 4);
      members.emplace_back(std::string(name), value());
    }
    --depth_;
    return Json(std::move(members));
  }
  Json array() {
    enter();
    Json::Array items;
    while (!take(']')) {
      if (!items.empty()) expect(",");
      items.push_back(value());
    }
    --depth_;
    return Json(std::move(items));
  }
  std::string_view member_name() {
    expect("\"");
    const std::string_view name = text_.substr(at_, text_.find('"', at_) - at_);
    if (!is_profile_name(name, profile_.chunk_names)) throw JsonError("a name outside the profile");
    at_ += name.size();
    expect("\"");
    return name;
  }

  Json string() {
    ++at_;
    std::string out;
    bool ascii = true;
    while (true) {
      const std::size_t first = at_;
      while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
      out.append(text_, first, at_ - first);
      if (take('"')) break;
      if (take('\\')) {
        out += escape();
        continue;
      }
      if (static_cast<unsigned char>(peek()) < 0x80) refuse();  // a control character, or the end
      ascii = false;
      out += text_[at_++];
    }
    if (!ascii && !is_utf8(out)) throw JsonError("a string that is not UTF-8");
    if (!ascii && !profile_.any_text && has_noncharacter(out)) throw JsonError("a noncharacter in a string");
    return Json(std::move(out));
  }
  static bool is_plain(char c) { return kPlain[static_cast<unsigned char>(c)]; }
  // What cannot stand for itself, in the one form that RFC 8785 §3.2.2.2 leaves it.
  char escape() {
    static constexpr std::string_view kLetters = "\"\\bfnrt", kMeanings = "\"\\\b\f\n\r\t";
    if (const std::size_t found = kLetters.find(peek()); at_ < text_.size() && found != kLetters.npos) {
      ++at_;
      return kMeanings[found];
    }
    expect("u00");
    static constexpr std::string_view kHex = "0123456789abcdef";
    const std::size_t high = kHex.find(peek()), low = at_ + 1 < text_.size() ? kHex.find(text_[at_ + 1]) : 16;
    if (high > 1 || low > 15) refuse();
    const auto c = static_cast<char>(high << 4 | low);
    if (kMeanings.find(c) != kMeanings.npos) refuse();
    if (c == '\0' && !profile_.any_text) throw JsonError("U+0000 in a string");
    at_ += 2;
    return c;
  }

  Json integer() {
    constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;
    const std::string_view rest = text_.substr(at_);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error == std::errc::result_out_of_range || value > kExact || value < -kExact)
      throw JsonError("an integer beyond 2^53-1");
    const auto length = static_cast<std::size_t>(end - rest.data());
    if (error != std::errc() || std::to_string(value) != rest.substr(0, length)) refuse();
    at_ += length;
    return value;
  }

  std::string_view text_;
  const Profile& profile_;
  std::size_t at_ = 0, depth_ = 0;
};

Json read(Bytes bytes, const Profile& profile) {
  if (bytes.size() > profile.limits.bytes) throw JsonError("longer than the limit");
  return CanonicalReader(as_text(bytes), profile).read();
}

}  // namespace

Json parse_profile(Bytes bytes, JsonLimits limits) {
  return read(bytes, {limits, false, false});
}
Json parse_line(Bytes bytes, JsonLimits limits) {
  return read(bytes, {limits, true, true});
}

}  // namespace base
