// SPDX-License-Identifier: Apache-2.0
// What a ledger's own acts say of keys: who may sign, since when no more, up to where the signatures of a
// revoked key stand, and which key signs checkpoints. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "chain-of-custody/findings.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/note.h"

namespace custody {

// What `lost` of a `log.replace` may name.
inline constexpr std::string_view kLostKey = "log key", kLostMark = "high-water mark";

class KeyHistory {
 public:
  struct Standing {
    std::string subject;                      // empty where it is known from the genesis only
    std::optional<std::uint64_t> retired_by;  // number of the entry
    std::optional<std::uint64_t> revoked_by;
    std::uint64_t last_good_size = 0;  // where revoked: entries below it stand
  };

  // The person who opens the ledger, and those who sign with him, are the first who may sign.
  void admit(const base::Digest& certificate) { standings_.try_emplace(certificate); }
  void begin(NoteKey log_key) { log_keys_ = {{0, std::move(log_key), {}, 0}}; }

  // The act of the entry `leaf_hashes.size()`; `leaf_hashes` are those of the entries before it. Acts that
  // are not about keys pass by. Reports `key.act` and `crl.form`.
  void follow(const base::Json& body, std::span<const base::Digest> leaf_hashes, const std::string& object,
              Findings& findings);
  // Reports `signature.known`, `signature.retired` and `signature.revoked` of an entry signed now.
  void check_signer(const base::Digest& certificate, const std::string& object, Findings& findings) const;
  bool may_sign(const base::Digest& certificate) const;
  // nullptr where the ledger never admitted it.
  const Standing* standing(const base::Digest& certificate) const;

  // Of a checkpoint of this size; empty where the genesis names none that can be used.
  std::optional<NoteKey> log_key_at(std::uint64_t size) const;
  std::optional<NoteKey> log_key() const;
  bool names_log_key(std::uint64_t entry) const;  // whether that entry begins the time of a key
  // Sentences for the verifier: where a station lost its key or its mark, and what could hide behind that.
  std::vector<std::string> remarks() const;
  const std::vector<base::Buffer>& lists() const { return lists_; }  // of `crl.add`; nothing is believed

 private:
  struct LogKey {
    std::uint64_t from;  // number of the entry that names it
    NoteKey key;
    std::vector<std::string> lost = {};  // with which the station lost the key before
    std::uint64_t last_good_size = 0;    // that the entry quotes
  };
  void add_key(const base::Json& body, const std::string& object, Findings& findings);
  void end_key(const base::Json& body, std::span<const base::Digest> leaf_hashes, const std::string& object,
               Findings& findings);
  void replace_log_key(const base::Json& body, std::span<const base::Digest> leaf_hashes,
                       const std::string& object, Findings& findings);
  void add_list(const base::Json& body, const std::string& object, Findings& findings);

  std::map<base::Digest, Standing> standings_;
  std::vector<LogKey> log_keys_;
  std::vector<base::Buffer> lists_;
};

// The verifier key of the checkpoint over all of these entries, as text: of the last `log.replace`, else of
// the genesis. JsonError where a body is none.
std::string log_vkey_of(std::span<const Entry> entries);
// The same of a whole ledger: the key that signed its checkpoint. NoteError where it has none.
std::string log_vkey_of(const LedgerContent& content);

}  // namespace custody
