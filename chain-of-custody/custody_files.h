// SPDX-License-Identifier: Apache-2.0
// Names and forms of the files in which an edition carries a ledger (data/custody/<station>/).
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "chain-of-custody/ledger.h"

namespace custody {

// "000017", and back; nothing where the text is another form of a number.
std::string entry_name(std::uint64_t index);
std::optional<std::uint64_t> index_of_name(std::string_view name);

base::Json to_json(const SlotProof& proof);
SlotProof slot_proof_from_json(const base::Json& json);  // throws JsonError

// tile/entries/… and tile/0/… of C2SP tlog-tiles over these leaves: what other tools read.
std::map<std::string, base::Buffer> tiles_of(std::span<const Entry> entries);

}  // namespace custody
