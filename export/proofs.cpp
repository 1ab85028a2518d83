// SPDX-License-Identifier: Apache-2.0
#include "export/proofs.h"

#include "base/json.h"

namespace exporter {
namespace {

void append_field(base::JsonWriter& writer, const FieldProof& field) {
  writer.begin_object();
  if (const auto* released = std::get_if<ReleasedMember>(&field)) {
    writer.name("name").text(released->name).name("salt").text(base::to_base64(released->salt));
  } else {
    writer.name("commitment").text(std::get<base::Digest>(field).hex());
  }
  writer.end_object();
}

std::string proof_line(const EditionRecord& record) {
  base::JsonWriter writer;
  writer.begin_object().name("citation").text(record.citation);
  if (record.redacted()) {
    writer.name("fields").begin_array();
    for (const FieldProof& field : record.proof) append_field(writer, field);
    writer.end_array();
  } else {
    writer.name("key").text(base::to_base64(record.key));
  }
  if (!record.pseudonym.empty()) writer.name("pseudonym").text(record.pseudonym);
  writer.name("segment").integer(static_cast<std::int64_t>(record.segment) + 1).end_object();
  return writer.take();
}

}  // namespace

std::string records_text(const Edition& edition) {
  std::string out;
  for (const EditionRecord& record : edition.records) out.append(record.line).append("\n");
  return out;
}

std::string proofs_text(const Edition& edition) {
  std::string out;
  for (const EditionRecord& record : edition.records) out.append(proof_line(record)).append("\n");
  return out;
}

std::string tree_text(const EditionSegment& segment) {
  std::string out;
  for (const base::Digest& commitment : segment.commitments) out.append(commitment.hex()).append("\n");
  return out;
}

std::string tree_name(std::size_t segment) {
  return "data/disclosure/record-tree-" + std::to_string(segment + 1) + ".txt";
}

}  // namespace exporter
