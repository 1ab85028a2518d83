// SPDX-License-Identifier: Apache-2.0
// JSON: a small value, a strict reader for what we sign (RFC 8785 JCS, our profile), a lenient reader for
// JSON found in evidence, and a streaming writer for canonical lines.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"

namespace base {

// The text is not JSON, or not JSON of the profile that was asked for.
class JsonError : public std::runtime_error {
 public:
  explicit JsonError(const std::string& what) : std::runtime_error(what) {}
};

struct JsonLimits {
  std::size_t bytes = 256 * 1024;
  std::size_t depth = 8;
};

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;  // in the order received or added; names are unique

  Json() = default;  // null
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(std::int64_t value) : value_(value) {}
  Json(double value) : value_(value) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  static Json object(std::initializer_list<Member> members = {}) { return Json(Object(members)); }
  static Json array(std::initializer_list<Json> items = {}) { return Json(Array(items)); }

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_text() const { return std::holds_alternative<std::string>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_real() const { return std::holds_alternative<double>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }

  // The value as that kind; JsonError where it is another.
  const std::string& text() const;
  std::int64_t integer() const;
  double real() const;  // an integer too
  bool boolean() const;
  const Array& items() const;
  const Object& members() const;
  Array& items();
  Object& members();

  // Member of an object: nullptr where there is none, or where this is no object.
  const Json* find(std::string_view name) const;
  // Member that must be there; JsonError names it where it is not.
  const Json& at(std::string_view name) const;
  // Adds a member or replaces the one of that name. Returns *this.
  Json& set(std::string_view name, Json value);
  Json& push(Json value);

  bool operator==(const Json&) const = default;

  // RFC 8785: members in the order of their UTF-16 code units, no spaces, shortest numbers.
  std::string canonical() const;
  // For people: indented by two spaces, members as added.
  std::string pretty() const;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

// What we sign. Beyond RFC 8259: the bytes equal their canonical form, names are [a-z0-9_]{1,40} or "...", no
// duplicate names, no reals, integers within 2^53-1, no U+0000 and no noncharacters in strings, limits kept.
Json parse_profile(Bytes bytes, JsonLimits limits = {});
// A segment line: as parse_profile, but U+0000 is allowed in strings and a name may end in .0 to .9999.
// Default limits: 1 MiB, depth 8.
Json parse_line(Bytes bytes, JsonLimits limits = {1024 * 1024, 8});
// Any RFC 8259 text, as found in evidence or in a request. A duplicate name keeps its last value and is
// counted. Integers beyond 64 bits and all other numbers become reals.
Json parse_json(Bytes bytes, JsonLimits limits = {64 * 1024 * 1024, 64}, std::size_t* duplicates = nullptr);

// Appends canonical JSON to a string without building values.
// REQUIRES: members are written in ascending order of their names.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& name(std::string_view name);
  JsonWriter& text(std::string_view utf8);  // REQUIRES: is_utf8
  JsonWriter& integer(std::int64_t value);
  JsonWriter& flag(bool value);
  JsonWriter& raw(std::string_view canonical);  // a value that is canonical already
  std::string take();

 private:
  void separate();
  std::string out_;
  bool first_ = true;
};

void append_json_text(std::string& out, std::string_view utf8);  // quoted and escaped as RFC 8785 says

}  // namespace base
