// SPDX-License-Identifier: Apache-2.0
// The lenient reader of base/json.h, on nlohmann's parser. That library is included here and nowhere else.
#include <cmath>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace base {
namespace {

// Receives nlohmann's events and builds our value. Its parser keeps its own stack, so depth costs no
// recursion.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(std::size_t depth) : depth_(depth) {}
  Json take() { return std::move(root_); }
  std::size_t duplicates() const { return duplicates_; }

  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(number_integer_t value) override { return add(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(INT64_MAX)) return add(Json(static_cast<double>(value)));
    return add(Json(static_cast<std::int64_t>(value)));
  }
  bool number_float(number_float_t value, const string_t&) override {
    if (!std::isfinite(value)) throw JsonError("a number beyond all reals");
    return add(Json(value));
  }
  bool string(string_t& value) override { return add(Json(std::move(value))); }
  bool binary(binary_t&) override { throw JsonError("binary value"); }
  bool start_object(std::size_t) override { return open(Json(Json::Object{})); }
  bool start_array(std::size_t) override { return open(Json(Json::Array{})); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
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

  bool open(Json value) {
    if (open_.size() >= depth_) throw JsonError("nested too deep");
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

  std::size_t depth_;  // at most
  Json root_;
  std::vector<Open> open_;
  std::string name_;
  std::size_t duplicates_ = 0;
};

}  // namespace

Json parse_json(Bytes bytes, JsonLimits limits, std::size_t* duplicates) {
  if (bytes.size() > limits.bytes) throw JsonError("longer than the limit");
  const std::string_view text = as_text(bytes);
  Builder builder(limits.depth);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  if (duplicates != nullptr) *duplicates = builder.duplicates();
  return builder.take();
}

}  // namespace base
