// SPDX-License-Identifier: Apache-2.0
#include "base/provenance.h"

#include <charconv>

namespace base {
namespace {

// Printable ASCII stands for itself, but for what the grammar uses.
bool stands_for_itself(unsigned char c) {
  return c > 0x20 && c < 0x7f && c != '%' && c != '!' && c != ':' && c != '#';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::uint64_t number_from(const Json& json) {
  const std::string& text = json.text();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || (text.size() > 1 && text[0] == '0')) {
    throw JsonError("not a decimal number");
  }
  return value;
}

std::int64_t signed_from(const Json& json) {
  const std::string& text = json.text();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || std::to_string(value) != text) {
    throw JsonError("not a decimal number");
  }
  return value;
}

struct ToJson {
  Json operator()(const Whole&) const { return Json::array({"whole"}); }
  Json operator()(const Row& row) const { return Json::array({"row", row.table, std::to_string(row.rowid)}); }
  Json operator()(const PageCell& cell) const {
    return Json::array({"cell", cell.space, std::to_string(cell.page), std::to_string(cell.offset)});
  }
  Json operator()(const Range& range) const {
    return Json::array({"range", std::to_string(range.offset), std::to_string(range.size)});
  }
  Json operator()(const StoreKey& key) const {
    return Json::array({"key", key.key, std::to_string(key.sequence), std::to_string(key.offset)});
  }
  Json operator()(const Element& element) const { return Json::array({"element", element.pointer}); }
};

}  // namespace

std::string percent_encode_path(std::string_view bytes) {
  std::string out;
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (stands_for_itself(byte)) {
      out += c;
    } else {
      static constexpr std::string_view kDigits = "0123456789ABCDEF";
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (coded) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Locator Locator::in_partition(unsigned partition, std::string_view path_bytes) {
  const std::string prefix = partition == 0 ? "" : "p" + std::to_string(partition) + ":";
  return Locator(prefix + percent_encode_path(path_bytes));
}

Locator Locator::nested(std::string_view path_bytes) const {
  return Locator(encoded_ + "!" + percent_encode_path(path_bytes));
}

Locator Locator::sibling(std::string_view name_bytes) const {
  const std::size_t slash = encoded_.rfind('/');
  const std::size_t folder_end = slash == encoded_.npos ? encoded_.find(':') + 1 : slash + 1;
  return Locator(encoded_.substr(0, folder_end) + percent_encode_path(name_bytes));
}

unsigned Locator::partition() const {
  if (encoded_.size() < 3 || encoded_[0] != 'p') return 0;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(encoded_.data() + 1, encoded_.data() + encoded_.size(), value);
  return error == std::errc{} && end != encoded_.data() + encoded_.size() && *end == ':' ? value : 0;
}

std::string Locator::last_path() const {
  const std::size_t bang = encoded_.rfind('!');
  if (bang != encoded_.npos) return percent_decode(std::string_view(encoded_).substr(bang + 1));
  const std::size_t start = partition() == 0 ? 0 : encoded_.find(':') + 1;
  return percent_decode(std::string_view(encoded_).substr(start));
}

std::string Locator::for_people() const {
  const std::string decoded = percent_decode(encoded_);
  return is_utf8(decoded) && decoded.find_first_of("\n\r\t\x1b") == decoded.npos ? decoded : encoded_;
}

Json position_to_json(const Position& position) {
  return std::visit(ToJson{}, position);
}

Position position_from_json(const Json& json) {
  const Json::Array& parts = json.items();
  const std::string kind = parts.empty() ? "" : parts[0].text();
  const auto is = [&](std::string_view name, std::size_t size) {
    return kind == name && parts.size() == size;
  };
  if (is("whole", 1)) return Whole{};
  if (is("row", 3)) return Row{parts[1].text(), signed_from(parts[2])};
  if (is("cell", 4)) return PageCell{parts[1].text(), number_from(parts[2]), number_from(parts[3])};
  if (is("range", 3)) return Range{number_from(parts[1]), number_from(parts[2])};
  if (is("key", 4)) return StoreKey{parts[1].text(), number_from(parts[2]), number_from(parts[3])};
  if (is("element", 2)) return Element{parts[1].text()};
  throw JsonError("not a position");
}

std::string_view name_of(State state) {
  switch (state) {
    case State::live:
      return "live";
    case State::wal_superseded:
      return "wal-superseded";
    case State::recovered:
      return "recovered";
  }
  return "live";
}

State state_from(std::string_view name) {
  for (State state : {State::live, State::wal_superseded, State::recovered}) {
    if (name_of(state) == name) return state;
  }
  throw JsonError("not a state of a record");
}

RecordId record_id(std::string_view exhibit_uid, std::string_view acquisition, const Locator& locator,
                   const Position& position, State state, std::string_view type, std::uint32_t ordinal) {
  const std::string text =
      Json::array({exhibit_uid, acquisition, locator.encoded(), position_to_json(position), name_of(state),
                   type, std::to_string(ordinal)})
          .canonical();
  return to_base32(Bytes(sha256(as_bytes(text)).bytes).first(16));
}

}  // namespace base
