// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/custody_files.h"

#include <algorithm>
#include <charconv>

#include "base/merkle.h"

namespace custody {
namespace {

constexpr std::size_t kTileWidth = 256;

// Groups of three digits, all but the last after an 'x': 1234067 is x001/x234/067 (C2SP tlog-tiles).
std::string tile_number(std::uint64_t number) {
  const auto three_digits = [](std::uint64_t value) {
    const std::string digits = std::to_string(value);
    return std::string(3 - digits.size(), '0') + digits;
  };
  std::string path = three_digits(number % 1000);
  for (number /= 1000; number > 0; number /= 1000) path = 'x' + three_digits(number % 1000) + '/' + path;
  return path;
}

std::uint64_t number_member(const base::Json& json, std::string_view name) {
  const std::int64_t value = json.at(name).integer();
  if (value < 0) throw base::JsonError("a number is negative");
  return static_cast<std::uint64_t>(value);
}

base::Digest digest_of(const base::Json& json) {
  try {
    return base::digest_from_hex(json.text());
  } catch (const std::invalid_argument&) {
    throw base::JsonError("a digest is not in hexadecimal");
  }
}

}  // namespace

std::string entry_name(std::uint64_t index) {
  const std::string digits = std::to_string(index);
  return digits.size() < 6 ? std::string(6 - digits.size(), '0') + digits : digits;
}

std::optional<std::uint64_t> index_of_name(std::string_view name) {
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc() || end != name.data() + name.size() || entry_name(index) != name) return {};
  return index;
}

base::Json to_json(const SlotProof& proof) {
  base::Json::Array path;
  for (const base::Digest& digest : proof.path) path.emplace_back(digest.hex());
  return base::Json::object({{"head_body_sha256", proof.slot.head_body_sha256.hex()},
                             {"index", static_cast<std::int64_t>(proof.index)},
                             {"n", static_cast<std::int64_t>(proof.slot.n)},
                             {"path", std::move(path)},
                             {"slots", static_cast<std::int64_t>(proof.slots)},
                             {"uid", proof.slot.exhibit_uid}});
}

SlotProof slot_proof_from_json(const base::Json& json) {
  SlotProof proof;
  proof.slot = {json.at("uid").text(), number_member(json, "n"), digest_of(json.at("head_body_sha256"))};
  proof.index = number_member(json, "index");
  proof.slots = number_member(json, "slots");
  for (const base::Json& digest : json.at("path").items()) proof.path.push_back(digest_of(digest));
  if (json.members().size() != 6) throw base::JsonError("there is a member that slots do not have");
  return proof;
}

std::map<std::string, base::Buffer> tiles_of(std::span<const Entry> entries) {
  std::map<std::string, base::Buffer> files;
  for (std::size_t first = 0; first < entries.size(); first += kTileWidth) {
    const std::size_t width = std::min(kTileWidth, entries.size() - first);
    const std::string name =
        tile_number(first / kTileWidth) + (width < kTileWidth ? ".p/" + std::to_string(width) : "");
    base::Buffer& bundle = files["tile/entries/" + name];
    base::Buffer& hashes = files["tile/0/" + name];
    for (const Entry& entry : entries.subspan(first, width)) {
      bundle.push_back(static_cast<std::byte>(entry.leaf.size() >> 8));
      bundle.push_back(static_cast<std::byte>(entry.leaf.size() & 0xff));
      bundle.insert(bundle.end(), entry.leaf.begin(), entry.leaf.end());
      const base::Digest hash = base::leaf_hash(entry.leaf);
      hashes.insert(hashes.end(), hash.bytes.begin(), hash.bytes.end());
    }
  }
  return files;
}

}  // namespace custody
