// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/activity.h"

#include <algorithm>
#include <charconv>

#include "base/counted.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"

namespace custody {
namespace {

namespace fs = std::filesystem;
using base::Json;

constexpr std::uint64_t kMostBytes = 1ull << 30;

// Why the line does not follow the one before; empty where it does.
std::string fault_in(const Json& line, const std::string& before) {
  const auto says = [&](const char* name, std::string_view value) {
    const Json* member = line.find(name);
    return member != nullptr && member->is_text() && member->text() == value;
  };
  if (!line.is_object() || !says("v", "1")) return "It is no line of an activity log.";
  if (!says("prev", before))
    return "It does not follow the line before: one was altered, left out or put in.";
  return {};
}

void take_line(ActivityLog& log, std::string_view text) {
  const std::string before = log.lines.empty() ? no_line_before() : log.lines.back().sha256;
  ActivityLog::Line line{Json(), base::sha256(base::as_bytes(text)).hex()};
  try {
    line.json = base::parse_profile(base::as_bytes(text));
  } catch (const base::JsonError&) {
    line.json = Json();  // which is no line, and is reported as that
  }
  const std::string fault = log.broken == 0 ? fault_in(line.json, before) : std::string();
  log.lines.push_back(std::move(line));
  if (fault.empty()) return;
  log.broken = log.lines.size();
  log.why = fault;
}

// What a session's close says of the log.
struct Signed {
  std::uint64_t entry = 0;
  std::string sha256;
  std::uint64_t lines = 0;  // 0: it cannot be read
};

std::vector<Signed> signed_heads(const LedgerContent& ledger) {
  std::vector<Signed> heads;
  for (const Entry& entry : ledger.entries) {
    if (!entry.body) continue;
    try {
      const Json body = base::parse_profile(*entry.body);
      const Json* digest = body.find("activity_sha256");
      if (digest == nullptr || body.at("act").text() != "session.close") continue;
      Signed head{entry.index, digest->text()};
      const std::string& count = body.at("activity_lines").text();
      std::from_chars(count.data(), count.data() + count.size(), head.lines);
      heads.push_back(std::move(head));
    } catch (const base::JsonError&) {
      continue;  // the ledger's own verification reports the body
    }
  }
  return heads;
}

// Reports the chain; nothing where the log is not there or cannot be read.
std::optional<ActivityLog> checked_chain(const fs::path& file, Findings& findings) {
  const std::string object = std::string(kActivityFolder) + "/" + file.filename().string();
  const auto kind = fs::symlink_status(file).type();
  if (kind == fs::file_type::not_found) return {};
  if (!findings.check(kind == fs::file_type::regular, "activity.chain", object,
                      "In the place of the activity log stands something that is no file."))
    return {};
  try {
    ActivityLog log = read_activity(file);
    findings.check(log.broken == 0, "activity.chain", object + ", line " + std::to_string(log.broken),
                   log.why);
    return log;
  } catch (const base::Error& error) {
    findings.impossible("activity.chain", object,
                        std::string("The log cannot be read: ") + error.what() + ".");
    return {};
  }
}

}  // namespace

fs::path activity_file(const fs::path& case_folder, const std::string& station) {
  return case_folder / kActivityFolder / (station + ".jsonl");
}

std::string no_line_before() {
  return std::string(64, '0');
}

ActivityLog read_activity(const fs::path& file) {
  ActivityLog log;
  const base::Buffer bytes = base::read_file(file, kMostBytes);
  std::string_view left = base::as_text(bytes);
  for (std::size_t end = left.find('\n'); end != left.npos; end = left.find('\n')) {
    take_line(log, left.substr(0, end));
    left.remove_prefix(end + 1);
  }
  log.torn = !left.empty();
  return log;
}

std::optional<ActivityHead> head_of(const ActivityLog& log) {
  if (log.lines.empty()) return {};
  return ActivityHead{log.lines.back().sha256, log.lines.size()};
}

void check_activity(const fs::path& case_folder, const LedgerContent& ledger, Findings& findings,
                    VerifyReport& report) {
  const fs::path file = activity_file(case_folder, ledger.station);
  const std::string name = std::string(kActivityFolder) + "/" + file.filename().string();
  const std::vector<Signed> heads = signed_heads(ledger);
  const auto log = checked_chain(file, findings);
  std::uint64_t most = 0;
  for (const Signed& head : heads) {
    const std::string object = "entry " + std::to_string(head.entry);
    if (!log) {
      findings.impossible("activity.signed", object,
                          name + " is not here, or cannot be read. " + object + " holds its digest.");
      continue;
    }
    const bool there = head.lines >= 1 && head.lines <= log->lines.size() &&
                       log->lines[head.lines - 1].sha256 == head.sha256;
    findings.check(there, "activity.signed", object,
                   name + " does not hold the " + base::counted(head.lines, "line", "lines") +
                       " that were signed: it was cut or altered.");
    if (there) most = std::max(most, head.lines);
  }
  if (!log) return;
  report.statements.push_back("The activity log of station " + ledger.station + " has " +
                              base::counted(log->lines.size(), "line", "lines") + "; of those " +
                              std::to_string(most) + " are signed" +
                              (log->torn ? ", and a line that was cut off follows." : "."));
}

void check_activity_elsewhere(const fs::path& case_folder, Findings& findings) {
  checked_chain(activity_file(case_folder, kNoStation), findings);
}

}  // namespace custody
