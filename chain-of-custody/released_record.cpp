// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/released_record.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/proof.h"

namespace custody {
namespace {

using base::Json;
using base::LineMember;
using base::RecordType;

// Where a member stands in the order of proofs: its field, then the number of its chunk.
struct Rank {
  std::size_t field;
  std::size_t chunk;
  bool chunkable;  // a text: may be one member or many
  auto operator<=>(const Rank&) const = default;
};

const base::Field* field_at(const RecordType& type, std::size_t index) {
  const auto common = base::common_fields();
  if (index < common.size()) return &common[index];
  return index - common.size() < type.fields.size() ? &type.fields[index - common.size()] : nullptr;
}

std::optional<std::size_t> chunk_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Rank rank_of(const RecordType& type, std::string_view name) {
  const std::size_t dot = name.find('.');
  for (std::size_t i = 0; const base::Field* field = field_at(type, i); ++i) {
    if (field->name != name.substr(0, dot)) continue;
    const bool text = field->type == base::FieldType::text;
    if (dot == name.npos) return {i, 0, text};
    const auto chunk = chunk_number(name.substr(dot + 1));
    if (text && chunk) return {i, *chunk, true};
  }
  throw ReleaseError("records.type", "it has a member that its type does not have");
}

// The members in the order of proofs.
std::vector<LineMember> members_in_order(const RecordType& type, const Json& line) {
  std::vector<std::pair<Rank, LineMember>> ranked;
  for (const auto& [name, value] : line.members())
    ranked.push_back({rank_of(type, name), {name, value.canonical()}});
  std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<LineMember> out;
  for (auto& [rank, member] : ranked) out.push_back(std::move(member));
  return out;
}

template <std::size_t Size>
std::array<std::byte, Size> fixed_base64(const Json& json) {
  std::array<std::byte, Size> out;
  base::Buffer bytes;
  try {
    bytes = base::from_base64(json.text());
  } catch (const std::invalid_argument&) {
    throw ReleaseError("records.proof", "a key or salt is not base64");
  }
  if (bytes.size() != Size) throw ReleaseError("records.proof", "a key or salt has another length");
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

// Withheld members between two released ones must have room there: one for each field between, any number
// where a field between is a text that may be cut into chunks.
void check_room(const RecordType& type, std::optional<Rank> before, std::optional<Rank> after,
                std::size_t withheld) {
  if (withheld == 0) return;
  if ((before && before->chunkable) || (after && after->chunkable)) return;
  const std::size_t first = before ? before->field + 1 : 0;
  std::size_t room = 0;
  for (std::size_t i = first; const base::Field* field = field_at(type, i); ++i) {
    if (after && i == after->field) break;
    if (field->type == base::FieldType::text) return;
    ++room;
  }
  if (withheld > room)
    throw ReleaseError("records.order", "it withholds more members than its type has there");
}

// Walks the proof of a redacted record along its released members.
class RedactedProof {
 public:
  RedactedProof(const RecordType& type, std::vector<LineMember> members)
      : type_(type), members_(std::move(members)) {}

  base::Digest commitment(const Json::Array& fields) {
    for (const Json& field : fields) take(field);
    check_room(type_, last_, std::nullopt, pending_);
    if (next_ != members_.size()) throw ReleaseError("records.proof", "a released member has no proof");
    if (withheld_ == 0) throw ReleaseError("records.proof", "a redacted record withholds nothing");
    return base::record_commitment(digests_);
  }

 private:
  void take(const Json& field) {
    if (const Json* commitment = field.find("commitment")) {
      if (field.members().size() != 1) throw ReleaseError("records.proof", "a commitment with other members");
      try {
        digests_.push_back(base::digest_from_hex(commitment->text()));
      } catch (const std::invalid_argument&) {
        throw ReleaseError("records.proof", "a commitment is not 64 hexadecimal digits");
      }
      ++pending_;
      ++withheld_;
      return;
    }
    take_released(field);
  }
  void take_released(const Json& field) {
    const std::string& name = field.at("name").text();
    if (field.members().size() != 2)
      throw ReleaseError("records.proof", "a released member with other members");
    const Rank rank = rank_of(type_, name);
    if (last_ && rank <= *last_)
      throw ReleaseError("records.order", "its members are not in their declared order");
    if (next_ == members_.size() || members_[next_].name != name) {
      throw ReleaseError("records.order", "its proof names another member than its line");
    }
    check_room(type_, last_, rank, pending_);
    const auto salt = fixed_base64<16>(field.at("salt"));
    digests_.push_back(base::field_commitment(salt, name, members_[next_].json));
    last_ = rank;
    pending_ = 0;
    ++next_;
  }

  const RecordType& type_;
  std::vector<LineMember> members_;
  std::vector<base::Digest> digests_;
  std::optional<Rank> last_;
  std::size_t next_ = 0, pending_ = 0, withheld_ = 0;
};

void collect_named(ReleasedRecord& out) {
  if (!out.record.place.source.empty()) out.named.push_back(out.record.place.source);
  for (const auto& [index, value] : out.record.values) {
    if (out.record.type->fields[index].type == base::FieldType::record)
      out.named.push_back(std::get<base::RecordId>(value));
    if (const auto* ids = std::get_if<std::vector<base::RecordId>>(&value))
      out.named.insert(out.named.end(), ids->begin(), ids->end());
  }
}

void read_proof_frame(ReleasedRecord& out, const Json& proof) {
  std::size_t known = 3;
  out.citation = proof.at("citation").text();
  const std::int64_t segment = proof.at("segment").integer();
  if (segment < 1) throw ReleaseError("records.proof", "it names no segment");
  out.segment = static_cast<std::size_t>(segment);
  if (const Json* pseudonym = proof.find("pseudonym")) {
    out.pseudonym = pseudonym->text();
    ++known;
  }
  if (proof.members().size() != known) throw ReleaseError("records.proof", "its proof has unknown members");
}

const RecordType& type_of(const Json& line) {
  const Json* name = line.find("type");
  if (name == nullptr || !name->is_text()) throw ReleaseError("records.type", "it does not say its type");
  const RecordType* type = base::find_record_type(name->text());
  if (type == nullptr) throw ReleaseError("records.type", "its type is unknown");
  return *type;
}

}  // namespace

ReleasedRecord read_released(base::Bytes record_line, base::Bytes proof_line) {
  const Json line = base::parse_line(record_line);
  const Json proof = base::parse_line(proof_line);
  ReleasedRecord out;
  read_proof_frame(out, proof);
  const RecordType& type = type_of(line);
  std::vector<LineMember> members = members_in_order(type, line);
  if (const Json* fields = proof.find("fields")) {
    out.redacted = true;
    out.commitment = RedactedProof(type, std::move(members)).commitment(fields->items());
  } else {
    out.commitment = base::record_commitment(fixed_base64<32>(proof.at("key")), members);
  }
  out.record = base::record_from_released(record_line);
  collect_named(out);
  return out;
}

}  // namespace custody
