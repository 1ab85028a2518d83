// SPDX-License-Identifier: Apache-2.0
// Proofs of single fields: every field of a record has its own salted commitment, so an edition can release a
// record whole or in part and the part still verifies against the signed extraction. Docs: docs/records.md.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/record.h"

namespace base {

using RecordKey = std::array<std::byte, 32>;  // random, one per record, erasable
using FieldSalt = std::array<std::byte, 16>;

FieldSalt field_salt(const RecordKey& key,
                     std::uint32_t index);  // SHA-256(0x02 || key || u32be index)[:16]; index from 0
Digest field_commitment(const FieldSalt& salt, std::string_view name,
                        std::string_view value_json);  // SHA-256(0x00 || salt || JCS [name, value])
// SHA-256(0x00 || u32be number of fields || RFC 6962 root over the field commitments as leaf hashes)
Digest record_commitment(std::span<const Digest> fields);
Digest record_commitment(const RecordKey& key, std::span<const LineMember> members);
// Sorts ascending; the tree of RFC 6962 over the record commitments as leaf hashes.
Digest record_tree_root(std::vector<Digest> records);

}  // namespace base
