// SPDX-License-Identifier: Apache-2.0
// Writes the activity log: who looked for what in the evidence of a case, when, and how much was not shown.
// Each line names the digest of the one before, and is on the disk before anything is shown. Format:
// docs/activity-log.md. Thread rule: any; processes wait for each other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include "store/sight.h"

namespace store {

// One look.
struct Look {
  std::string station;             // custody::kNoStation where none of the case is
  std::string who;                 // SHA-256 of the certificate in use; "unknown"
  std::string verb;                // "find", "show messages"
  std::string query;               // goes in as a salted digest; empty: none
  std::set<std::string> exhibits;  // uids of what is shown
  std::uint64_t results = 0;
  NotShown not_shown;
};

// Appends a line and syncs it. A last line that a power cut tore off was never followed by a sight, and gives
// way. Throws Error(io) where the log cannot be written, Error(conflict) where another process holds it for
// ten seconds, Error(format) where what is there is no log.
void log_look(const std::filesystem::path& case_folder, const Look& look, std::int64_t now_utc_us);

// SHA-256 over the salt and the words. Who knows the words can show that they were looked for.
std::string query_digest(base::Bytes salt, std::string_view query);

}  // namespace store
