// SPDX-License-Identifier: Apache-2.0
// The three readers of base/json.h, on one parser of nlohmann's. That library is included here and nowhere
// else.
#include <cmath>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "base/json.h"

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
    std::string name;                                    // under which it will stand in its parent
    std::unordered_map<std::string, std::size_t> index;  // of members, once there are many
  };
  static constexpr std::size_t kMany = 16;  // up to here, looking at each costs less

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
    if (Json* earlier = earlier_member(members)) {
      if (!rules_.duplicates) throw JsonError("a name twice in one object");
      ++duplicates_;
      *earlier = std::move(value);
      return;
    }
    members.emplace_back(std::move(name_), std::move(value));
  }
  // The member of the object that has the name at hand; nullptr where none has it yet.
  Json* earlier_member(Json::Object& members) {
    if (members.size() < kMany) {
      for (Json::Member& member : members)
        if (member.first == name_) return &member.second;
      return nullptr;
    }
    auto& index = open_.back().index;
    if (index.empty())
      for (std::size_t i = 0; i < members.size(); ++i) index.emplace(members[i].first, i);
    const auto [place, fresh] = index.try_emplace(name_, members.size());
    return fresh ? nullptr : &members[place->second].second;
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

}  // namespace

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

}  // namespace base
