// SPDX-License-Identifier: Apache-2.0
// The case folder: where everything of a case lies (docs/architecture.md). Paths are built from uids, labels
// that we checked and numbers, never from names found in evidence.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"

namespace store {

// Whether the volume below a folder is encrypted at rest, as far as the system tells (dm-crypt in the block
// device's ancestry, fscrypt or an encrypted overlay; nothing where it cannot be told, e.g. on a network
// share).
struct AtRest {
  enum class Answer { encrypted, not_encrypted, unknown } answer = Answer::unknown;
  std::string because;  // one sentence
};
AtRest encrypted_at_rest(const std::filesystem::path& folder);

class CaseFolder {
 public:
  // Makes the skeleton; refuses a folder that is not empty.
  static CaseFolder create(const std::filesystem::path& root);
  // `start` or the nearest parent that is a case; nothing where there is none.
  static std::optional<CaseFolder> find(const std::filesystem::path& start);

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path ledger(const std::string& station) const;  // ledgers/<station>
  std::vector<std::string> stations() const;                       // sorted
  std::filesystem::path exhibit(const std::string& label) const;   // exhibits/<label>
  std::filesystem::path segments(const std::string& label) const;  // exhibits/<label>/segments
  std::filesystem::path records_database() const;                  // records.db
  std::filesystem::path exports() const;
  std::filesystem::path locations_file() const;  // locations.json

  // One writer at a time; Error(conflict) names the process that holds it. Released with the object.
  class Lock {
   public:
    Lock(Lock&&) noexcept = default;

   private:
    friend class CaseFolder;
    explicit Lock(base::Fd fd) : fd_(std::move(fd)) {}
    base::Fd fd_;
  };
  Lock lock() const;
  bool is_locked() const;  // whether somebody holds it at this moment

 private:
  explicit CaseFolder(std::filesystem::path root) : root_(std::move(root)) {}
  std::filesystem::path root_;
};

// Labels of exhibits and ids of cases and stations: ASCII letters, digits, '-' and '_', 1 to 40, not starting
// with '-'.
bool is_safe_label(std::string_view label);

}  // namespace store
