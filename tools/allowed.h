// SPDX-License-Identifier: Apache-2.0
// What the ledgers of a case let anybody look at, asked before something is done. Thread rule: one thread.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "chain-of-custody/authority.h"
#include "tools/gathered.h"

namespace tools {

// What somebody wants to do with an exhibit.
enum class Use { acquire, parse, show };

// Two lines for an exhibit that is barred as a whole: what happened, and what to do now.
base::Error barred(const custody::ExhibitView& exhibit, const custody::Cover& cover, Use use);
// Throws that where it is. By all ledgers of the folder, as they are now.
void require_allowed(const store::CaseFolder& folder, const custody::ExhibitView& exhibit, Use use);

// For people, in a few words: "barred: its order ended", "messages only"; empty where all may be seen.
std::string briefly(const custody::Cover& cover);
// "authority", "now barred", "now shown of it", "now restricted": lines as `exhibit show` prints them.
std::vector<std::string> lines_of(const custody::Authorities& authorities, const std::string& uid,
                                  std::int64_t now_us);
base::Json json_of(const custody::Authorities& authorities, const std::string& uid, std::int64_t now_us);

// "police.example/KK-2026/a, entry 4"
std::string entry_words(const std::string& ledger, std::uint64_t entry);
// The date alone where it is its first moment.
std::string day_or_time(std::int64_t utc_us);
// "messages, calls; 2026-01-01 to 2026-03-01"; "all data".
std::string scope_words(const std::vector<std::string>& data, const std::vector<custody::Period>& periods);

}  // namespace tools
