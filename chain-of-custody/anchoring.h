// SPDX-License-Identifier: Apache-2.0
// Asking for a time-stamp and recording the answer. Between the two lie days, perhaps: the question is
// carried out of the field on a stick, so what was asked is remembered in a folder until it is answered.
// Thread rule: one thread; two processes may share a folder, for each question has a file of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/event.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/timestamp.h"

namespace custody {

// The present checkpoint of a ledger in the form that tokens are over. Throws Error(format) where it has none
// that its own key signed.
base::Buffer quoted_checkpoint(const LedgerContent& content);
// The size of such a checkpoint. REQUIRES: quoted_checkpoint returned it.
std::uint64_t size_of_quoted(base::Bytes quoted);

// Whether the ledger has grown from that checkpoint: its first leaves have the root that is quoted.
bool is_earlier_state(base::Bytes quoted, const LedgerContent& content);
// The first entry that holds this token; nothing where none does.
std::optional<std::uint64_t> anchor_with(const TimeToken& token, const LedgerContent& content);
// The latest time that one of the first `size` entries claims; nothing where none claims one.
std::optional<std::int64_t> latest_claim(std::uint64_t size, const LedgerContent& content);

// The act `anchor`, and the member `not_before` of a genesis (docs/events.md).
base::Event anchor_event(base::Bytes quoted, const TimeToken& token);
base::Json not_before_member(base::Bytes value, const TimeToken& token);

struct PendingQuery {
  base::Buffer about;  // the quoted checkpoint, or the random value
  TimeQuery query;     // without its DER
  std::int64_t asked_us = 0;
};

class PendingQueries {
 public:
  explicit PendingQueries(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // A new question about these bytes. When this returns, it is on the disk. Throws Error(io).
  TimeQuery ask(base::Bytes about) const;
  // The question that this token answers, by its nonce; nothing where none was asked, or it was answered.
  std::optional<PendingQuery> find(const TimeToken& token) const;
  void forget(const TimeQuery& query) const;

 private:
  std::filesystem::path file_of(base::Bytes nonce) const;
  std::filesystem::path folder_;
};

// Below a ledger's folder.
inline constexpr std::string_view kQueriesFolder = "timestamp-queries";

}  // namespace custody
