// SPDX-License-Identifier: Apache-2.0
#include "export/needles.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/json.h"
#include "base/provenance.h"
#include "export/code_points.h"
#include "export/markup.h"

namespace exporter {
namespace {

constexpr std::size_t kLongest = 400;       // bytes of a text that are searched
constexpr std::size_t kUnbounded = 12;      // forms of so many bytes are found inside words too
constexpr std::size_t kShortestHex = 6;     // bytes; shorter ones stand in digests by chance
constexpr std::size_t kShortestBase64 = 9;  // characters; the same
constexpr std::size_t kNumberDigits = 8;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view shortened(std::string_view text) {
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while (end > kLongest - 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

std::uint32_t start_of(const char* bytes) {
  std::uint32_t start = 0;
  std::memcpy(&start, bytes, sizeof start);
  return start;
}
std::size_t slot_of(std::uint32_t start) {
  return (start * 2654435761u) >> 12;
}

template <typename Visit>
void visit_utf16(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.value >= 0x10000) {
      visit(static_cast<std::uint16_t>(0xd800 + ((point.value - 0x10000) >> 10)));
      visit(static_cast<std::uint16_t>(0xdc00 + ((point.value - 0x10000) & 0x3ff)));
    } else {
      visit(static_cast<std::uint16_t>(point.value));
    }
    text.remove_prefix(point.bytes);
  }
}

std::string utf16(std::string_view text, bool little_endian) {
  std::string out;
  visit_utf16(text, [&](std::uint16_t unit) {
    const auto low = static_cast<char>(unit & 0xff);
    const auto high = static_cast<char>(unit >> 8);
    out += little_endian ? low : high;
    out += little_endian ? high : low;
  });
  return out;
}

std::string json_escaped(std::string_view text) {
  std::string out;
  base::append_json_text(out, text);
  return out.substr(1, out.size() - 2);
}

// "\u0e01…" for all that is not ASCII, as JSON writers of other makers escape it.
std::string json_ascii(std::string_view text, bool upper) {
  std::string out;
  visit_utf16(text, [&](std::uint16_t unit) {
    if (unit < 0x80) {
      out += json_escaped(std::string(1, static_cast<char>(unit)));
    } else {
      out += upper ? fmt::format("\\u{:04X}", unit) : fmt::format("\\u{:04x}", unit);
    }
  });
  return out;
}

std::string csv_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out;
}

// The characters of base64 that the text alone decides, where `before` bytes (0 to 2) stand before it.
std::string base64_core(std::string_view text, std::size_t before) {
  static constexpr std::size_t kUndecided[] = {0, 2, 3};
  const std::string whole = base::to_base64(base::as_bytes(std::string(before, '\0') + std::string(text)));
  const std::size_t decided = (before + text.size()) * 8 / 6;
  if (decided <= kUndecided[before]) return {};
  return whole.substr(kUndecided[before], decided - kUndecided[before]);
}

std::string url_alphabet(std::string base64) {
  std::replace(base64.begin(), base64.end(), '+', '-');
  std::replace(base64.begin(), base64.end(), '/', '_');
  return base64;
}

std::string upper_hex(std::string hex) {
  for (char& c : hex) {
    if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
  }
  return hex;
}

// The digits of a text that is a written number; empty where it is anything else.
std::string digits_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_digit(c)) {
      out += c;
    } else if (std::string_view(" +-().").find(c) == std::string_view::npos) {
      return {};
    }
  }
  return out;
}

}  // namespace

bool is_searchable(std::string_view text) {
  std::size_t points = 0;
  bool dense = true;
  for (std::string_view left = text; !left.empty() && points < 4; ++points) {
    const CodePoint point = first_code_point(left);
    dense = dense && point.valid && point.value >= 0x2e80;
    left.remove_prefix(point.bytes);
  }
  return points >= 4 || (dense && points >= 2);
}

void Needles::add_form(std::string form, Origin origin, bool bounded) {
  if (form.size() < sizeof(std::uint32_t) || forms_.count(form) != 0) return;
  texts_.push_back(std::move(form));
  const std::string& text = texts_.back();
  const bool tight = bounded && text.size() < kUnbounded;
  forms_[text] = {origin, tight && is_alphanumeric(text.front()), tight && is_alphanumeric(text.back())};
  const std::uint32_t start = start_of(text.data());
  starts_[slot_of(start)] = true;
  std::vector<std::uint16_t>& lengths = lengths_by_start_[start];
  const auto length = static_cast<std::uint16_t>(text.size());
  if (std::find(lengths.begin(), lengths.end(), length) == lengths.end()) lengths.push_back(length);
}

void Needles::add_encoded(std::string_view text, Origin origin) {
  if (text.size() >= kShortestHex) {
    const std::string hex = base::to_hex(base::as_bytes(text));
    add_form(upper_hex(hex), origin, false);
    add_form(hex, origin, false);
  }
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string core = base64_core(text, before);
    if (core.size() < kShortestBase64) continue;
    add_form(url_alphabet(core), origin, false);
    add_form(core, origin, false);
  }
}

void Needles::add(std::string_view whole, Origin origin) {
  const std::string_view text = shortened(whole);
  add_form(std::string(text), origin, true);
  add_form(escaped_evidence(text), origin, true);
  add_form(escaped_words(text), origin, true);
  add_form(visible_text(text), origin, true);
  add_form(csv_escaped(text), origin, true);
  add_form(base::percent_encode_path(text), origin, true);
  add_encoded(text, origin);
  if (const std::string digits = digits_of(text); digits.size() >= 7) add_form(digits, origin, true);
  if (!base::is_utf8(text)) return;
  add_form(json_escaped(text), origin, true);
  add_form(json_ascii(text, false), origin, true);
  add_form(json_ascii(text, true), origin, true);
  add_form(utf16(text, true), origin, false);
  add_form(utf16(text, false), origin, false);
}

void Needles::add_exact(std::string_view text, Origin origin) {
  add_form(std::string(text), origin, false);
}

void Needles::add_number(std::string_view digits) {
  if (digits.size() >= kNumberDigits) numbers_.emplace(digits.substr(digits.size() - kNumberDigits));
}

template <typename Visit>
void Needles::visit_matches(std::string_view bytes, Visit visit) const {
  for (std::size_t offset = 0; offset + sizeof(std::uint32_t) <= bytes.size(); ++offset) {
    const std::uint32_t start = start_of(bytes.data() + offset);
    if (!starts_[slot_of(start)]) continue;
    const auto lengths = lengths_by_start_.find(start);
    if (lengths == lengths_by_start_.end()) continue;
    for (const std::uint16_t length : lengths->second) {
      if (length > bytes.size() - offset) continue;
      const auto found = forms_.find(bytes.substr(offset, length));
      if (found == forms_.end()) continue;
      const Form& form = found->second;
      const std::size_t after = offset + length;
      if (form.bounded_before && offset > 0 && is_alphanumeric(bytes[offset - 1])) continue;
      if (form.bounded_after && after < bytes.size() && is_alphanumeric(bytes[after])) continue;
      if (!visit(form.origin)) return;
    }
  }
}

std::optional<Needles::Origin> Needles::find(std::string_view bytes) const {
  std::optional<Origin> out;
  visit_matches(bytes, [&](Origin origin) {
    out = origin;
    return false;
  });
  return out;
}

std::set<Needles::Origin> Needles::find_all(std::string_view bytes) const {
  std::set<Origin> out;
  visit_matches(bytes, [&](Origin origin) {
    out.insert(origin);
    return true;
  });
  return out;
}

bool Needles::find_number(std::string_view text) const {
  if (numbers_.empty()) return false;
  std::string digits;
  std::size_t gap = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\n';
    if (is_digit(c)) {
      digits += c;
      gap = 0;
      continue;
    }
    const bool separator = std::string_view(" .-()").find(c) != std::string_view::npos;
    if (separator && ++gap <= 2) continue;
    if (digits.size() >= kNumberDigits &&
        numbers_.count(std::string_view(digits).substr(digits.size() - kNumberDigits)) != 0) {
      return true;
    }
    digits.clear();
  }
  return false;
}

}  // namespace exporter
