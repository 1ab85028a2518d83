// SPDX-License-Identifier: Apache-2.0
// The act `witness`: how a cosignature stands in a body.
#include <algorithm>
#include <charconv>

#include "base/time.h"
#include "chain-of-custody/witness_check.h"

namespace custody {
namespace {

using base::Json;

constexpr std::int64_t kSecond = 1'000'000;

base::Buffer base64_member(const Json& body, std::string_view name) {
  try {
    return base::from_base64(body.at(name).text());
  } catch (const std::invalid_argument&) {
    throw NoteError("\"" + std::string(name) + "\" is not base64");
  }
}

}  // namespace

Json witness_members(const WitnessKey& witness, const NoteSignature& line,
                     const CosignedCheckpoint& cosigned) {
  // The line without its dash and name, which the vkey has too.
  std::string text = format_signature_line(line);
  text = text.substr(text.rfind(' ') + 1);
  text.pop_back();
  return Json::object(
      {{"size", std::to_string(cosigned.checkpoint.size)},
       {"root", base::to_base64(cosigned.checkpoint.root.bytes)},
       {"witness", witness.vkey()},
       {"cosignature", text},
       {"cosigned_at", base::format_utc(static_cast<std::int64_t>(cosigned.time_s) * kSecond)}});
}

WitnessAct witness_act(const Json& body, std::uint64_t entry) {
  WitnessAct act;
  act.entry = entry;
  act.witness = parse_witness_vkey(body.at("witness").text());
  const base::Buffer line = base64_member(body, "cosignature");
  if (line.size() < 4) throw NoteError("the cosignature is too short");
  act.line = {act.witness.name, base::ByteReader(line).u32be(), {line.begin() + 4, line.end()}};
  act.checkpoint.origin = body.at("ledger").text();
  const std::string& size = body.at("size").text();
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), act.checkpoint.size);
  if (error != std::errc() || end != size.data() + size.size() || std::to_string(act.checkpoint.size) != size)
    throw NoteError("the size is not a decimal number");
  const base::Buffer root = base64_member(body, "root");
  if (root.size() != act.checkpoint.root.bytes.size()) throw NoteError("the root does not have 32 bytes");
  std::ranges::copy(root, act.checkpoint.root.bytes.begin());
  act.cosigned_at = body.at("cosigned_at").text();
  return act;
}

std::uint64_t last_cosigned_size(const LedgerContent& content, const WitnessKey& witness) {
  std::uint64_t size = 0;
  for (const Entry& entry : content.entries) {
    const Json body = open_body(entry).body;
    if (body.at("act").text() != "witness") continue;
    const WitnessAct act = witness_act(body, entry.index);
    if (act.witness.key == witness.key) size = std::max(size, act.checkpoint.size);
  }
  return size;
}

}  // namespace custody
