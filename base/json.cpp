// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace base {
namespace {

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
    order.reserve(members.size());
    for (const Json::Member& member : members) order.push_back(&member);
    const auto before = [](auto* a, auto* b) { return name_less(a->first, b->first); };
    if (!pretty_ && !std::is_sorted(order.begin(), order.end(), before))
      std::sort(order.begin(), order.end(), before);
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

namespace {

// What stands for a character that cannot stand for itself; empty where it can.
std::string escaped(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\f':
      return "\\f";
    case '\r':
      return "\\r";
    default:
      return static_cast<unsigned char>(c) < 0x20 ? "\\u00" + to_hex(as_bytes({&c, 1})) : "";
  }
}

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

}  // namespace

void append_json_text(std::string& out, std::string_view utf8) {
  out += '"';
  while (!utf8.empty()) {
    const auto stop = std::find_if(utf8.begin(), utf8.end(), needs_escape);
    out.append(utf8.begin(), stop);
    if (stop == utf8.end()) break;
    out += escaped(*stop);
    utf8.remove_prefix(static_cast<std::size_t>(stop - utf8.begin()) + 1);
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
