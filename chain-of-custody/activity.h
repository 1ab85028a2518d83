// SPDX-License-Identifier: Apache-2.0
// The activity log of a station: a line for each time that somebody looked into the evidence of the case,
// each with the digest of the line before. `session.close` signs its head. Format: docs/activity-log.md.
// Thread rule: one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "chain-of-custody/findings.h"
#include "chain-of-custody/ledger.h"

namespace custody {

// Of who looks where no station of the case is: no label of a station has a dot.
inline constexpr char kNoStation[] = "no.station";
inline constexpr char kActivityFolder[] = "activity";
std::filesystem::path activity_file(const std::filesystem::path& case_folder, const std::string& station);

// What the first line names as the one before it.
std::string no_line_before();

// A log as it was read; a break in it is data.
struct ActivityLog {
  struct Line {
    base::Json json;     // null where it is none
    std::string sha256;  // of its bytes without the newline
  };
  std::vector<Line> lines;   // whole ones
  bool torn = false;         // bytes of a line that was cut off follow
  std::uint64_t broken = 0;  // number of the first line that does not follow the one before; 0: none
  std::string why;           // one sentence
};
// Throws Error(not_found, io).
ActivityLog read_activity(const std::filesystem::path& file);

// What `session.close` signs of it.
struct ActivityHead {
  std::string sha256;       // of the last line
  std::uint64_t lines = 0;  // that the log had
};
std::optional<ActivityHead> head_of(const ActivityLog& log);  // nothing where it has no line

// `activity.chain` and `activity.signed` of one ledger's station, with a statement.
void check_activity(const std::filesystem::path& case_folder, const LedgerContent& ledger, Findings& findings,
                    VerifyReport& report);
// `activity.chain` of the looks where no station of the case was.
void check_activity_elsewhere(const std::filesystem::path& case_folder, Findings& findings);

}  // namespace custody
