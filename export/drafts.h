// SPDX-License-Identifier: Apache-2.0
// An edition in the making: whole records, and what of them stays behind so far. Internal to the room.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "export/edition.h"
#include "export/needles.h"

namespace exporter {

struct Draft {
  std::size_t segment = 0;
  std::uint64_t line = 0;
  base::Record record;
  const Cause* whole = nullptr;                      // the record is withheld
  custody::Barrier barred = custody::Barrier::none;  // by the authority
  std::vector<WithheldField> fields;

  const Cause* cause_of(std::string_view field) const;  // nullptr: it is released
  // Nothing happens where the record has no such field or it is withheld already. True where it changed.
  bool withhold(std::string_view field, const Cause* cause);
};

// True where the line of the record has the member (or its chunks).
bool has_field(const base::Record& record, std::string_view field);

struct Drafts {
  std::vector<Draft> all;
  std::unordered_map<base::RecordId, std::size_t> by_id;
  std::deque<Cause> causes;
  const Cause* out_of_scope = nullptr;  // of records that `types` leaves out
  const Cause* dangling = nullptr;      // of references to records that no segment has

  const Draft* find(const base::RecordId& id) const;
  // Why a record may not be named: it is withheld, its id is withheld, or no segment has it. nullptr: it may.
  const Cause* unnameable(const base::RecordId& id) const;
};

// The rules, in the order in which they run. Each only ever withholds more.
void apply_request(Drafts& drafts, const Request& request);
// Returns what it bars, by exhibit.
std::map<std::string, store::NotShown> apply_authority(Drafts& drafts,
                                                       const std::vector<EditionSegment>& segments,
                                                       const store::Sight& sight);
void withhold_repetitions(Drafts& drafts, const Request& request);
void settle_consequences(Drafts& drafts);
void withhold_digests(Drafts& drafts, const std::vector<EditionSegment>& segments);
// Texts, ids and digests that stay behind.
std::vector<Secret> secrets_of(const Drafts& drafts);

}  // namespace exporter
