// SPDX-License-Identifier: Apache-2.0
// Records: what parsers produce. A record type is declared once (base/records.h) as a list of fields; the
// JSON line, the SQLite table, the CSV header, the proof's field order and the documentation all come from
// that list.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"
#include "base/provenance.h"
#include "base/time.h"

namespace base {

// Bytes that evidence holds as text. In a line: a JSON string where they are UTF-8, else {"hex":"…"}.
// Not normalised, not repaired.
struct Text {
  std::string bytes;
  bool operator==(const Text&) const = default;
};

enum class FieldType {
  text,     // Text: as evidence holds it
  word,     // Word: one of a fixed list of ours, ASCII
  integer,  // std::int64_t; in a line a decimal string
  time,     // Time; in a line {"basis","raw","unit","utc"}, utc absent where unknown
  flag,     // bool
  record,   // RecordId
  records,  // std::vector<RecordId>
  texts,    // std::vector<Text>
  object,   // Json of our own making: counts, lists of places
};
std::string_view name_of(FieldType type);
enum class Visibility {
  structure,  // says what and where, and nothing about anybody
  content,    // what was written, sent, stored
  identity,   // names and numbers of people: withheld where an edition pseudonymises
};

// A word from a list of ours: "incoming", "group". Never evidence.
struct Word {
  std::string value;
  bool operator==(const Word&) const = default;
};

struct Field {
  std::string_view name;
  FieldType type;
  Visibility visibility;
  std::string_view meaning;
};

struct RecordType {
  std::string_view name;
  std::string_view meaning;
  std::span<const Field> fields;  // the type's own; the common ones (kCommonFields) stand before them
};

// The fields that every record has, in the order of proofs: type, id, source, position, state, ordinal,
// extractor.
std::span<const Field> common_fields();

// A field's value, by FieldType in its order (record and word differ in type from text on purpose).
using Value = std::variant<Text, Word, std::int64_t, Time, bool, RecordId, std::vector<RecordId>,
                           std::vector<Text>, Json>;

// Where a record stands: the source record of its file, and the position in it.
struct Place {
  RecordId source;
  Position position;
  State state = State::live;
  std::uint32_t ordinal = 0;
};

struct Record {
  const RecordType* type = nullptr;
  RecordId id;  // filled by the sink
  Place place;
  std::string extractor;                              // "whatsapp_android/1"; filled by the sink
  std::vector<std::pair<std::size_t, Value>> values;  // index into type->fields, ascending; absent is absent

  const Value* find(std::string_view field) const;
  // The text of a field, or nothing (also where it is no text).
  std::optional<std::string> text(std::string_view field) const;
  void set(std::string_view field, Value value);  // REQUIRES: the type has it
};

const RecordType* find_record_type(std::string_view name);  // nullptr where unknown
std::span<const RecordType* const> all_record_types();

// One JSON member of a line: a field, or a chunk of a long text ("text.0", "text.1", …: at most kTextChunk
// bytes each, cut between code points).
struct LineMember {
  std::string name;
  std::string json;  // canonical
};
inline constexpr std::size_t kTextChunk = 2048;

// The members of a record in the order of proofs: common fields, then the type's own as declared.
std::vector<LineMember> members_of(const Record& record);
// The canonical line (without newline): the members in order of their names.
std::string line_of(const Record& record);
// Reads a line back and checks it against its type's fields. Throws JsonError.
Record record_from_line(Bytes line);
// As record_from_line, but members may be missing: the form in which an edition releases a redacted record.
Record record_from_released(Bytes line);

// Receives what an extractor finds. Not for use by two threads.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // Completes the record (id, extractor), passes its texts through the filter for secrets, keeps it; returns
  // its id. A second record with the same id is kept as an anomaly, never instead of the first.
  virtual RecordId emit(Record record) = 0;
  // Oddities and damage, with a stable code of lower-case words: "row_undecodable".
  virtual void anomaly(std::string_view code, const Place& place, std::string_view detail) = 0;
};

// Seals bytes for the recovery officers' certificates (CMS EnvelopedData); implemented by chain-of-custody.
class SecretSealer {
 public:
  virtual ~SecretSealer() = default;
  virtual Buffer seal(Bytes secret) const = 0;
};
class SecretOpener {
 public:
  virtual ~SecretOpener() = default;
  virtual Buffer open(Bytes envelope) const = 0;  // throws Error(crypto)
};

// Gives evidence bytes back by locator; implemented by parse with a worker.
class EvidenceBytes {
 public:
  virtual ~EvidenceBytes() = default;
  virtual std::shared_ptr<ByteSource> open(const Locator& locator) = 0;
};

}  // namespace base
