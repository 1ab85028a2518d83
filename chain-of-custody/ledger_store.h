// SPDX-License-Identifier: Apache-2.0
// Where a ledger's entries lie: ledger.db (bodies, signatures, leaves; rows are added, never changed) and
// disclosures.db beside it, so that one disclosure can be erased while the ledger still verifies.
// Thread rule: one thread per store; several processes wait for each other (LedgerLock).
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/sqlite.h"
#include "chain-of-custody/ledger.h"

namespace custody {

inline constexpr std::string_view kLedgerFile = "ledger.db";
inline constexpr std::string_view kDisclosuresFile = "disclosures.db";
inline constexpr std::string_view kCheckpointFile = "checkpoint";
inline constexpr std::string_view kLockFile = "lock";

// Held from reading the state of a ledger until its checkpoint is written; a second writer waits here.
class LedgerLock {
 public:
  enum class Mode { shared, exclusive };
  // Shared: where the file is missing (a copy on read-only media) nobody writes, and nothing is held.
  LedgerLock(const std::filesystem::path& folder, Mode mode);

 private:
  base::Fd fd_;
};

class LedgerStore {
 public:
  // Makes both databases where they are missing; an empty store is no ledger yet.
  static LedgerStore create(const std::filesystem::path& folder);
  static LedgerStore open(const std::filesystem::path& folder, base::OpenMode mode);

  std::uint64_t size();
  // The number of the entry is its index. When this returns, the entry is on the disk.
  void append(const Entry& entry);
  Entry read(std::uint64_t index);
  // Both throw Error(format) where the rows are not those of entries without a gap.
  std::vector<Entry> read_all();
  std::vector<Entry> read_range(std::uint64_t first, std::uint64_t end);
  // Removes disclosures of bodies that are not in the ledger: an append that died between its two databases.
  void drop_orphans();
  // Indices of the entries of an act, ascending.
  std::vector<std::uint64_t> entries_of(std::string_view act);
  // Takes these disclosures of a body away for good and keeps what they hid, in one transaction.
  void erase(const std::string& body_sha256, const std::vector<std::string>& texts,
             const ErasedStatement& kept);
  // Certificates between signers and their authorities' roots, DER, each kept once. They only help whoever
  // knows a root to find the way, so nothing vouches for them.
  void keep_issuers(const std::vector<base::Buffer>& certificates);
  std::vector<base::Buffer> issuers();
  // Writes the file of disclosures anew, so that no page of it holds what was erased.
  void compact();

 private:
  LedgerStore(base::Database ledger, base::Database disclosures);
  std::vector<ErasedStatement> erased_of(const std::string& body_sha256);
  base::Database ledger_;
  base::Database disclosures_;
  bool has_erased_ = false;   // the table is made with the first erasure
  bool has_issuers_ = false;  // and this one with the first signer who has some
};

}  // namespace custody
