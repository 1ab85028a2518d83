// SPDX-License-Identifier: Apache-2.0
// What two ledgers tell each other at a handover, as files: an offer, and an acceptance. Each carries the
// entry with its signatures, the entries that register its exhibits, the first entry (so that the log's key
// is bound) and a proof for each under one checkpoint. Format: docs/handover.md. Any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "chain-of-custody/ledger.h"
#include "chain-of-custody/tlog_proof.h"

namespace custody {

inline constexpr std::string_view kHandoverVersion = "holdfast-handover/1";
inline constexpr std::size_t kMaximalHandoverFile = 16 << 20;

enum class HandoverKind { offer, acceptance };

struct HandoverEntry {
  base::Buffer body;
  std::vector<base::Buffer> signatures;  // DER, in the order of the body's parties
  std::vector<std::string> disclosures;  // of the exhibits that are handed over, and no other's
  base::Buffer leaf;
  std::string proof;  // tlog-proof
};
struct HandoverFile {
  HandoverKind kind = HandoverKind::offer;
  std::vector<HandoverEntry> entries;  // genesis, replacements of the log's key, registrations; the act last
};
std::string write_handover(const HandoverFile& file);  // canonical JSON
HandoverFile read_handover(base::Bytes bytes);         // Error(format)

// The file about one entry of a ledger. Throws Error(format) where the ledger cannot be read so far.
HandoverFile handover_file(const LedgerContent& content, std::uint64_t index, HandoverKind kind);

// What a file shows, once everything in it held.
struct ShownHandover {
  std::string ledger, genesis, case_id;  // the other ledger: origin, hash of its first leaf, case
  std::uint64_t index = 0;               // of the act
  std::string body_sha256;
  OpenedBody act;
  std::vector<ExhibitView> exhibits;  // those of the act, as they were registered
  std::vector<base::Buffer> signers;  // certificates (DER) of those who signed the act
  std::string proof;                  // of the act
  TlogProof parsed_proof;
  Checkpoint checkpoint;
};
// Signatures, digests, proofs and acts of everything in the file. That the signers are who they say, no file
// can show. Throws Error(format) in words.
ShownHandover check_handover(const HandoverFile& file, HandoverKind expected);

// What of an acceptance does not fit the offer that it names: sentences, none where all is well. The code is
// that of the check it fails ("link.receiver", "link.offer").
struct Mismatch {
  std::string code, what;
};
std::vector<Mismatch> compare_acceptance(const OpenedBody& acceptance, const OpenedBody& offer,
                                         const std::string& offer_sha256);

// The event that accepts what was offered: each exhibit as it was registered there. Labels and statements are
// the caller's to change.
base::Event acceptance_of(const ShownHandover& offer);

// What records the acceptance in the ledger whose offer it accepts. Throws Error(format) where this ledger
// made no such offer, or where what was accepted is not what was offered, or not by whom.
// `continued`: copies of ledgers that `here` goes on with, whose offers it may have taken over.
base::Event receipt_of(const ShownHandover& acceptance, const LedgerContent& here,
                       std::span<const LedgerContent> continued = {});

// The keys of a ledger's checkpoints: of the genesis, and of each `log.replace` from its entry on.
struct LogKeySince {
  std::uint64_t entry = 0;
  NoteKey key;
};
std::vector<LogKeySince> log_keys_of(const LedgerContent& content);
// The one that signs checkpoints of this size; none where the ledger names none that can be used.
std::vector<NoteKey> key_at(const std::vector<LogKeySince>& keys, std::uint64_t size);

}  // namespace custody
