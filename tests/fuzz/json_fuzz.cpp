// SPDX-License-Identifier: Apache-2.0
// The three readers of JSON. What is read strictly is canonical, stays what it is, and is read by the lenient
// reader as the same; and what the lenient one reads is read strictly exactly where it is of the profile, by
// rules that are written here a second time.
#include <algorithm>

#include "base/json.h"
#include "promise.h"

namespace {

using base::Json;
using fuzz::must;

template <typename Read>
std::optional<Json> read(Read reader) {
  try {
    return reader();
  } catch (const base::JsonError&) {
    return std::nullopt;
  }
}

// The profile of base/json.h, or, with `line`, that of segment lines.
class Profile {
 public:
  explicit Profile(bool line) : line_(line) {}
  bool allows(const Json& value, std::size_t depth = 0) const {
    if (value.is_real()) return false;
    if (value.is_integer()) return value.integer() > -kBeyond && value.integer() < kBeyond;
    if (value.is_text()) return line_ || is_clean(value.text());
    if (value.is_array())
      return depth < 8 &&
             std::ranges::all_of(value.items(), [&](const Json& item) { return allows(item, depth + 1); });
    if (value.is_object())
      return depth < 8 && std::ranges::all_of(value.members(), [&](const Json::Member& member) {
               return allows_name(member.first) && allows(member.second, depth + 1);
             });
    return true;
  }

 private:
  static constexpr std::int64_t kBeyond = std::int64_t{1} << 53;

  bool allows_name(std::string name) const {
    if (name == "...") return true;
    const std::size_t dot = name.find('.');
    if (dot != name.npos) {
      const std::string number = name.substr(dot + 1);
      if (!line_ || number.empty() || number.size() > 4) return false;
      if (!std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; })) return false;
      if (std::to_string(std::stoi(number)) != number) return false;
      name.resize(dot);
    }
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, fits);
  }

  // Neither U+0000 nor a noncharacter (Unicode 15, §23.7).
  static bool is_clean(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      const auto first = static_cast<unsigned char>(text[i]);
      const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
      std::uint32_t point = length == 1 ? first : first & (0x7fu >> length);
      for (std::size_t k = 1; k < length; ++k)
        point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fu);
      if (point == 0 || (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef)) return false;
      i += length;
    }
    return true;
  }

  bool line_;
};

void write(base::JsonWriter& writer, const Json& value) {
  if (value.is_object()) {
    std::vector<const Json::Member*> members;
    for (const Json::Member& member : value.members()) members.push_back(&member);
    std::ranges::sort(members, {}, [](const Json::Member* member) { return member->first; });
    writer.begin_object();
    for (const Json::Member* member : members) {
      writer.name(member->first);
      write(writer, member->second);
    }
    writer.end_object();
  } else if (value.is_array()) {
    writer.begin_array();
    for (const Json& item : value.items()) write(writer, item);
    writer.end_array();
  } else if (value.is_text()) {
    writer.text(value.text());
  } else if (value.is_integer()) {
    writer.integer(value.integer());
  } else if (value.is_bool()) {
    writer.flag(value.boolean());
  } else {
    writer.raw("null");
  }
}

void check_lenient(const Json& value) {
  const std::string canonical = value.canonical(), pretty = value.pretty();
  must(base::parse_json(base::as_bytes(canonical)).canonical() == canonical);
  must(base::parse_json(base::as_bytes(pretty)).canonical() == canonical);
}

void check_strict(const Json& value, base::Bytes input, const std::optional<Json>& lenient) {
  must(value.canonical() == base::as_text(input));
  must(lenient && *lenient == value);
  base::JsonWriter writer;
  write(writer, value);
  must(writer.take() == base::as_text(input));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes input = fuzz::bytes_of(data, size);
  std::size_t duplicates = 0;
  const auto lenient = read([&] { return base::parse_json(input, {64 * 1024 * 1024, 64}, &duplicates); });
  const auto profile = read([&] { return base::parse_profile(input); });
  const auto line = read([&] { return base::parse_line(input); });
  if (lenient) check_lenient(*lenient);
  if (profile) check_strict(*profile, input, lenient);
  if (line) check_strict(*line, input, lenient);
  const bool canonical = lenient && duplicates == 0 && lenient->canonical() == base::as_text(input);
  must(profile.has_value() == (canonical && Profile(false).allows(*lenient)));
  must(line.has_value() == (canonical && Profile(true).allows(*lenient)));
  return 0;
}
