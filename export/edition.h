// SPDX-License-Identifier: Apache-2.0
// An edition: what one recipient may see. Every record of the chosen exhibits is released, redacted or
// withheld, with a reason. Everything that is written afterwards is made from `Edition::records`, which hold
// released members only: redact the data, then render. Rules: docs/bundle-format.md. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/proof.h"
#include "base/record.h"
#include "base/segment.h"
#include "export/request.h"
#include "store/sight.h"

namespace exporter {

// One segment that the edition draws on, with its keys unlocked.
struct SegmentInput {
  std::string exhibit_uid, exhibit_label, acquisition;
  std::filesystem::path lines;  // <sha256>.jsonl.zst
  base::SegmentKeys keys;
};

// What the tree file shows of a segment: the commitments of all its records, ascending.
struct EditionSegment {
  std::string exhibit_uid, exhibit_label, acquisition;
  std::vector<base::Digest> commitments;
};

// One member of a redacted record, in the order of proofs.
struct ReleasedMember {
  std::string name;
  base::FieldSalt salt;
};
using FieldProof = std::variant<ReleasedMember, base::Digest>;  // Digest: a withheld one's commitment

struct WithheldField {
  std::string field;
  const Cause* cause;  // owned by the edition
};

// A released or redacted record.
struct EditionRecord {
  std::size_t segment = 0;  // index into Edition::segments
  base::Record record;      // released members only; a withheld common member has its default value
  std::string line;         // the released members as a canonical line
  std::vector<WithheldField> withheld;  // empty: released whole
  base::RecordKey key{};                // of a record that is released whole
  std::vector<FieldProof> proof;        // of a redacted one
  std::string citation;                 // KK-A-0001-M000123
  std::string pseudonym;                // P-0007: participants, where the edition pseudonymises

  bool redacted() const { return !withheld.empty(); }
  bool withholds(std::string_view field) const;
};

struct WithheldRecord {
  std::string handle;                      // random, from the record's key; says nothing of the record
  std::string type, exhibit_label, month;  // month of its first time, "2026-11"; empty where it has none
  std::size_t segment = 0;
  const Cause* cause;
};

// A text that stays behind, for the leak scan.
struct Secret {
  std::string text;
  base::RecordId record;  // for the person who exports; never written
  std::string field;
  bool exact = false;  // an id or digest: only its characters are searched
  // By the authority: who exports may not see it either.
  custody::Barrier barred = custody::Barrier::none;
};

struct Counts {
  std::uint64_t released = 0, redacted = 0, withheld = 0;
};

struct Edition {
  Request request;
  std::deque<Cause> causes;
  std::vector<EditionSegment> segments;
  std::vector<EditionRecord> records;    // in the order of segments and lines
  std::vector<WithheldRecord> withheld;  // by handle
  Counts counts;
  std::map<std::string, Counts> counts_by_exhibit;                 // by uid
  std::map<std::string, std::uint64_t> withheld_by_reason;         // records
  std::map<std::string, std::uint64_t> withheld_fields_by_reason;  // fields of redacted records
  std::vector<Secret> secrets;
  std::map<std::string, store::NotShown> barred;  // records that the authority bars, by uid

  // Nothing of the exhibit stays behind.
  bool is_whole(const std::string& exhibit_uid) const;
  std::vector<std::string> exhibit_uids() const;  // in order of first use
};

// What the sight bars stays behind, whatever the request says. Throws Error: usage where the request names
// what is not there, format where a segment is damaged.
Edition build_edition(const Request& request, const std::vector<SegmentInput>& segments,
                      const store::Sight& sight);

}  // namespace exporter
