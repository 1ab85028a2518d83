// SPDX-License-Identifier: Apache-2.0
// Lines of records, and their proofs in an edition: a line, then a line with its proof. What is read whole is
// written the same; what is proven has the commitment that comes of its members in their declared order, and
// no member without a proof.
#include <algorithm>
#include <map>
#include <optional>

#include "base/proof.h"
#include "base/record.h"
#include "chain-of-custody/released_record.h"
#include "promise.h"

namespace {

using base::Json;
using base::LineMember;
using custody::ReleasedRecord;
using fuzz::must;

// Canonical where it is JSON, so that changes reach what stands inside.
std::string canonical(std::string_view line) {
  try {
    return base::parse_json(base::as_bytes(line)).canonical();
  } catch (const base::JsonError&) {
    return std::string(line);
  }
}

template <typename Read>
auto read(Read reader) -> std::optional<decltype(reader())> {
  try {
    return reader();
  } catch (const base::JsonError&) {
    return std::nullopt;
  } catch (const custody::ReleaseError& error) {
    must(!error.code.empty());
    return std::nullopt;
  }
}

// The members of a line by the order of the type's fields and the numbers of their chunks.
std::vector<LineMember> in_order(const Json& line, const base::RecordType& type) {
  std::vector<LineMember> members;
  const auto take = [&](std::string_view field) {
    std::map<std::size_t, LineMember> chunks;
    for (const auto& [name, value] : line.members()) {
      if (name == field) members.push_back({name, value.canonical()});
      if (name.starts_with(std::string(field) + "."))
        chunks[std::stoul(name.substr(field.size() + 1))] = {name, value.canonical()};
    }
    for (auto& [number, chunk] : chunks) members.push_back(std::move(chunk));
  };
  for (const base::Field& field : base::common_fields()) take(field.name);
  for (const base::Field& field : type.fields) take(field.name);
  return members;
}

void check_line(const std::string& line) {
  const auto record = read([&] { return base::record_from_line(base::as_bytes(line)); });
  if (!record) return;
  must(base::line_of(*record) == line);
  const auto members = base::members_of(*record);
  const auto expected = in_order(base::parse_line(base::as_bytes(line)), *record->type);
  must(members.size() == expected.size());
  for (std::size_t i = 0; i < members.size(); ++i)
    must(members[i].name == expected[i].name && members[i].json == expected[i].json);
  must(read([&] { return base::record_from_released(base::as_bytes(line)); }).has_value());
}

base::Digest commitment_of_part(const Json& proof, const std::vector<LineMember>& members) {
  std::vector<base::Digest> fields;
  std::size_t released = 0;
  for (const Json& field : proof.at("fields").items()) {
    if (const Json* commitment = field.find("commitment")) {
      fields.push_back(base::digest_from_hex(commitment->text()));
      continue;
    }
    must(released < members.size() && field.at("name").text() == members[released].name);
    base::FieldSalt salt;
    std::ranges::copy(base::from_base64(field.at("salt").text()), salt.begin());
    fields.push_back(base::field_commitment(salt, members[released].name, members[released].json));
    ++released;
  }
  must(released == members.size() && fields.size() > released);
  return base::record_commitment(fields);
}

void check_release(const std::string& line, const std::string& proof_line) {
  const auto released =
      read([&] { return custody::read_released(base::as_bytes(line), base::as_bytes(proof_line)); });
  if (!released) return;
  const Json proof = base::parse_line(base::as_bytes(proof_line));
  const auto members = in_order(base::parse_line(base::as_bytes(line)), *released->record.type);
  must(released->redacted == (proof.find("fields") != nullptr) && released->segment >= 1);
  if (released->redacted) return must(released->commitment == commitment_of_part(proof, members));
  base::RecordKey key;
  std::ranges::copy(base::from_base64(proof.at("key").text()), key.begin());
  must(released->commitment == base::record_commitment(key, members));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string line = text.substr(0, end), rest = text.substr(std::min(end + 1, text.size()));
  check_line(line);
  check_line(canonical(line));
  check_release(canonical(line), canonical(rest));
  check_release(line, rest);
  return 0;
}
