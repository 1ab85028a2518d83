// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include <nlohmann/json.hpp>

namespace base {
namespace {

// Which JSON is accepted. The three readers differ in nothing else.
struct Rules {
  JsonLimits limits;
  bool names_of_profile = false;  // [a-z0-9_]{1,40} or "..."
  bool chunk_names = false;       // and a name may end in .0 to .9999
  bool reals = true;
  bool small_integers = false;  // within 2^53-1
  bool zero_in_text = true;
  bool noncharacters = true;
  bool duplicates = true;
};

bool is_profile_name(std::string_view name, bool chunk_names) {
  if (name == "...") return true;
  if (chunk_names) {
    const std::size_t dot = name.find('.');
    const std::string_view number = dot == name.npos ? "0" : name.substr(dot + 1);
    if (number.empty() || number.size() > 4 || number.find_first_not_of("0123456789") != number.npos)
      return false;
    if (number.size() > 1 && number[0] == '0') return false;
    name = name.substr(0, dot);
  }
  return !name.empty() && name.size() <= 40 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos;
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

// Receives nlohmann's events and builds our value. Its parser keeps its own stack, so depth costs no
// recursion.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(const Rules& rules) : rules_(rules) {}
  Json take() { return std::move(root_); }
  std::size_t duplicates() const { return duplicates_; }

  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(number_integer_t value) override { return integer(value); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(INT64_MAX)) return real(static_cast<double>(value));
    return integer(static_cast<std::int64_t>(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return real(value); }
  bool string(string_t& value) override {
    if (!rules_.zero_in_text && value.find('\0') != value.npos) throw JsonError("U+0000 in a string");
    if (!rules_.noncharacters && has_noncharacter(value)) throw JsonError("a noncharacter in a string");
    return add(Json(std::move(value)));
  }
  bool binary(binary_t&) override { throw JsonError("binary value"); }
  bool start_object(std::size_t) override { return open(Json(Json::Object{})); }
  bool start_array(std::size_t) override { return open(Json(Json::Array{})); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (rules_.names_of_profile && !is_profile_name(name, rules_.chunk_names))
      throw JsonError("a name outside the profile");
    name_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    throw JsonError("not JSON at byte " + std::to_string(position));
  }

 private:
  struct Open {
    Json value;
    std::string name;  // under which it will stand in its parent
    std::unordered_map<std::string, std::size_t> index;
  };

  bool integer(std::int64_t value) {
    constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;
    if (rules_.small_integers && (value > kExact || value < -kExact))
      throw JsonError("an integer beyond 2^53-1");
    return add(Json(value));
  }
  bool real(double value) {
    if (!rules_.reals || !std::isfinite(value)) throw JsonError("a number outside the profile");
    return add(Json(value));
  }
  bool open(Json value) {
    if (open_.size() >= rules_.limits.depth) throw JsonError("nested too deep");
    open_.push_back({std::move(value), std::move(name_), {}});
    return true;
  }
  bool close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    name_ = std::move(done.name);
    return add(std::move(done.value));
  }
  bool add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.is_array()) {
      open_.back().value.items().push_back(std::move(value));
    } else {
      add_member(std::move(value));
    }
    return true;
  }
  void add_member(Json value) {
    Json::Object& members = open_.back().value.members();
    const auto [place, fresh] = open_.back().index.try_emplace(name_, members.size());
    if (fresh) {
      members.emplace_back(std::move(name_), std::move(value));
      return;
    }
    if (!rules_.duplicates) throw JsonError("a name twice in one object");
    ++duplicates_;
    members[place->second].second = std::move(value);
  }

  const Rules& rules_;
  Json root_;
  std::vector<Open> open_;
  std::string name_;
  std::size_t duplicates_ = 0;
};

Json parse(Bytes bytes, const Rules& rules, std::size_t* duplicates = nullptr) {
  if (bytes.size() > rules.limits.bytes) throw JsonError("longer than the limit");
  const std::string_view text = as_text(bytes);
  Builder builder(rules);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  if (duplicates != nullptr) *duplicates = builder.duplicates();
  return builder.take();
}

Json parse_canonical(Bytes bytes, const Rules& rules) {
  Json value = parse(bytes, rules);
  if (value.canonical() != as_text(bytes)) throw JsonError("not in its canonical form");
  return value;
}

[[noreturn]] void wrong_kind(const char* wanted) {
  throw JsonError(std::string("not ") + wanted);
}

template <typename T, typename Variant>
auto& get(Variant& value, const char* wanted) {
  auto* found = std::get_if<T>(&value);
  if (found == nullptr) wrong_kind(wanted);
  return *found;
}

// Order of UTF-16 code units (RFC 8785 §3.2.3). It differs from the order of bytes only where a name holds a
// code point above U+FFFF and the other one of U+E000..U+FFFF.
std::u16string utf16(std::string_view text) {
  std::u16string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t point = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    }
    i += length;
    if (point >= 0x10000) {
      out += static_cast<char16_t>(0xd800 + ((point - 0x10000) >> 10));
      out += static_cast<char16_t>(0xdc00 + ((point - 0x10000) & 0x3ff));
    } else {
      out += static_cast<char16_t>(point);
    }
  }
  return out;
}

bool name_less(std::string_view a, std::string_view b) {
  const auto beyond = [](char c) { return static_cast<unsigned char>(c) >= 0xee; };
  if (std::any_of(a.begin(), a.end(), beyond) || std::any_of(b.begin(), b.end(), beyond))
    return utf16(a) < utf16(b);
  return a < b;
}

// ECMAScript Number::toString, as RFC 8785 §3.2.2.3 demands.
std::string number_text(double value) {
  if (value == 0) return "0";
  char buffer[40];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof(buffer), std::fabs(value), std::chars_format::scientific);
  std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  int exponent = 0;
  const std::string_view exponent_text = text.substr(e + (text[e + 1] == '+' ? 2 : 1));
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  const int count = static_cast<int>(digits.size()), point = exponent + 1;
  std::string out = value < 0 ? "-" : "";
  if (point > 0 && point <= 21) {
    if (count <= point) return out + digits + std::string(static_cast<std::size_t>(point - count), '0');
    return out + digits.substr(0, static_cast<std::size_t>(point)) + "." +
           digits.substr(static_cast<std::size_t>(point));
  }
  if (point > -6 && point <= 0)
    return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  out += digits.substr(0, 1);
  if (count > 1) out += "." + digits.substr(1);
  return out + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
}

// One writer for both forms; `indent` below zero means canonical.
class Printer {
 public:
  Printer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

  void print(const Json& value) {
    if (value.is_null())
      out_ += "null";
    else if (value.is_bool())
      out_ += value.boolean() ? "true" : "false";
    else if (value.is_integer())
      out_ += std::to_string(value.integer());
    else if (value.is_real())
      out_ += number_text(value.real());
    else if (value.is_text())
      append_json_text(out_, value.text());
    else if (value.is_array())
      print_array(value.items());
    else
      print_object(value.members());
  }

 private:
  void print_array(const Json::Array& items) {
    if (items.empty()) {
      out_ += "[]";
      return;
    }
    out_ += '[';
    ++depth_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      next(i);
      print(items[i]);
    }
    --depth_;
    line_end();
    out_ += ']';
  }
  void print_object(const Json::Object& members) {
    if (members.empty()) {
      out_ += "{}";
      return;
    }
    std::vector<const Json::Member*> order;
    for (const Json::Member& member : members) order.push_back(&member);
    if (!pretty_) {
      std::sort(order.begin(), order.end(), [](auto* a, auto* b) { return name_less(a->first, b->first); });
    }
    out_ += '{';
    ++depth_;
    for (std::size_t i = 0; i < order.size(); ++i) {
      next(i);
      append_json_text(out_, order[i]->first);
      out_ += pretty_ ? ": " : ":";
      print(order[i]->second);
    }
    --depth_;
    line_end();
    out_ += '}';
  }
  void next(std::size_t i) {
    if (i > 0) out_ += ',';
    line_end();
  }
  void line_end() {
    if (pretty_) out_ += "\n" + std::string(2 * depth_, ' ');
  }
  std::string& out_;
  bool pretty_;
  std::size_t depth_ = 0;
};

}  // namespace

const std::string& Json::text() const {
  return get<std::string>(value_, "a string");
}
std::int64_t Json::integer() const {
  return get<std::int64_t>(value_, "an integer");
}
bool Json::boolean() const {
  return get<bool>(value_, "true or false");
}
const Json::Array& Json::items() const {
  return get<Array>(value_, "an array");
}
const Json::Object& Json::members() const {
  return get<Object>(value_, "an object");
}
Json::Array& Json::items() {
  return get<Array>(value_, "an array");
}
Json::Object& Json::members() {
  return get<Object>(value_, "an object");
}

double Json::real() const {
  if (is_integer()) return static_cast<double>(integer());
  return get<double>(value_, "a number");
}

const Json* Json::find(std::string_view name) const {
  const auto* object = std::get_if<Object>(&value_);
  if (object == nullptr) return nullptr;
  for (const Member& member : *object) {
    if (member.first == name) return &member.second;
  }
  return nullptr;
}

const Json& Json::at(std::string_view name) const {
  const Json* found = find(name);
  if (found == nullptr) throw JsonError("no member \"" + std::string(name) + "\"");
  return *found;
}

Json& Json::set(std::string_view name, Json value) {
  for (Member& member : members()) {
    if (member.first == name) {
      member.second = std::move(value);
      return *this;
    }
  }
  members().emplace_back(std::string(name), std::move(value));
  return *this;
}

Json& Json::push(Json value) {
  items().push_back(std::move(value));
  return *this;
}

std::string Json::canonical() const {
  std::string out;
  Printer(out, false).print(*this);
  return out;
}

std::string Json::pretty() const {
  std::string out;
  Printer(out, true).print(*this);
  return out + "\n";
}

Json parse_profile(Bytes bytes, JsonLimits limits) {
  return parse_canonical(bytes, {limits, true, false, false, true, false, false, false});
}
Json parse_line(Bytes bytes, JsonLimits limits) {
  return parse_canonical(bytes, {limits, true, true, false, true, true, true, false});
}
Json parse_json(Bytes bytes, JsonLimits limits, std::size_t* duplicates) {
  Rules rules;
  rules.limits = limits;
  return parse(bytes, rules, duplicates);
}

void append_json_text(std::string& out, std::string_view utf8) {
  out += '"';
  for (char c : utf8) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00" + to_hex(as_bytes({&c, 1}));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void JsonWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}
JsonWriter& JsonWriter::begin_object() {
  separate();
  out_ += '{';
  first_ = true;
  return *this;
}
JsonWriter& JsonWriter::end_object() {
  out_ += '}';
  first_ = false;
  return *this;
}
JsonWriter& JsonWriter::begin_array() {
  separate();
  out_ += '[';
  first_ = true;
  return *this;
}
JsonWriter& JsonWriter::end_array() {
  out_ += ']';
  first_ = false;
  return *this;
}
JsonWriter& JsonWriter::name(std::string_view name) {
  separate();
  append_json_text(out_, name);
  out_ += ':';
  first_ = true;
  return *this;
}
JsonWriter& JsonWriter::text(std::string_view utf8) {
  separate();
  append_json_text(out_, utf8);
  return *this;
}
JsonWriter& JsonWriter::integer(std::int64_t value) {
  return raw(std::to_string(value));
}
JsonWriter& JsonWriter::flag(bool value) {
  return raw(value ? "true" : "false");
}
JsonWriter& JsonWriter::raw(std::string_view canonical) {
  separate();
  out_ += canonical;
  return *this;
}
std::string JsonWriter::take() {
  first_ = true;
  return std::move(out_);
}

}  // namespace base
