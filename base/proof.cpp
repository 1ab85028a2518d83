// SPDX-License-Identifier: Apache-2.0
#include "base/proof.h"

#include <algorithm>

#include "base/merkle.h"

namespace base {
namespace {

constexpr std::array<std::byte, 1> kCommitment{std::byte{0}};
constexpr std::array<std::byte, 1> kSalt{std::byte{2}};

std::array<std::byte, 4> big_endian(std::uint32_t number) {
  std::array<std::byte, 4> bytes{};
  for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<std::byte>(number >> (24 - 8 * i) & 0xff);
  return bytes;
}

}  // namespace

FieldSalt field_salt(const RecordKey& key, std::uint32_t index) {
  const Digest digest = sha256({kSalt, key, big_endian(index)});
  FieldSalt salt;
  std::copy_n(digest.bytes.begin(), salt.size(), salt.begin());
  return salt;
}

Digest field_commitment(const FieldSalt& salt, std::string_view name, std::string_view value_json) {
  std::string pair = "[";
  append_json_text(pair, name);
  pair += ',';
  pair += value_json;
  pair += ']';
  return sha256({kCommitment, salt, as_bytes(pair)});
}

// The count stands before the root, or an inner node could pass for one withheld member.
Digest record_commitment(std::span<const Digest> fields) {
  const Digest root = merkle_root(fields);
  return sha256({kCommitment, big_endian(static_cast<std::uint32_t>(fields.size())), root.bytes});
}

Digest record_commitment(const RecordKey& key, std::span<const LineMember> members) {
  std::vector<Digest> fields;
  fields.reserve(members.size());
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    fields.push_back(field_commitment(field_salt(key, i), members[i].name, members[i].json));
  }
  return record_commitment(fields);
}

Digest record_tree_root(std::vector<Digest> records) {
  std::sort(records.begin(), records.end());
  return merkle_root(records);
}

}  // namespace base
