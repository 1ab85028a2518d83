// SPDX-License-Identifier: Apache-2.0
#include "tools/verb_activity.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/error.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/activity.h"
#include "chain-of-custody/signed_how.h"
#include "export/csv.h"
#include "tools/exit_code.h"
#include "tools/workplace.h"

namespace tools {
namespace {

using base::Json;

std::string text_of(const Json& line, std::string_view name) {
  const Json* member = line.find(name);
  return member != nullptr && member->is_text() ? member->text() : std::string();
}

// Names of those whose certificates the ledgers of the case hold.
std::map<std::string, std::string> people_of(const GatheredCase& gathered) {
  std::map<std::string, std::string> names;
  for (const custody::LedgerContent& ledger : gathered.ledgers())
    for (const base::Buffer& certificate : ledger.certificates)
      names[custody::fingerprint_of(certificate)] = custody::short_name(custody::subject_of(certificate));
  return names;
}

class Rows {
 public:
  explicit Rows(const GatheredCase& gathered)
      : people_(people_of(gathered)), exhibits_(gathered.exhibits()) {}

  // In a table the reasons would take the room of everything else.
  enum class Reasons { named, summed };
  std::vector<std::string> row(const Json& line, Reasons reasons) const {
    return {time_of(line),
            visible(text_of(line, "station")),
            who(line),
            visible(text_of(line, "verb")),
            visible(text_of(line, "results")),
            reasons == Reasons::named ? not_shown(line) : sum(line),
            exhibits(line)};
  }
  static std::vector<std::string> heading() {
    return {"time", "station", "who", "what", "results", base::say("not shown"), "exhibits"};
  }

 private:
  static std::string time_of(const Json& line) {
    const auto time = base::parse_utc(text_of(line, "time"));
    return time ? base::format_utc_for_people(*time / 1'000'000 * 1'000'000) : "";
  }
  std::string who(const Json& line) const {
    const std::string digest = text_of(line, "who");
    const auto found = people_.find(digest);
    return visible(found == people_.end() ? digest.substr(0, 16) : found->second);
  }
  static std::string not_shown(const Json& line) {
    std::string out;
    const Json* counts = line.find("not_shown");
    if (counts == nullptr || !counts->is_object()) return out;
    for (const auto& [reason, count] : counts->members())
      if (count.is_text()) out += (out.empty() ? "" : ", ") + count.text() + " " + reason;
    return visible(out);
  }
  static std::string sum(const Json& line) {
    std::uint64_t all = 0;
    const Json* counts = line.find("not_shown");
    if (counts == nullptr || !counts->is_object()) return {};
    for (const auto& [reason, count] : counts->members()) {
      std::uint64_t one = 0;
      if (count.is_text())
        std::from_chars(count.text().data(), count.text().data() + count.text().size(), one);
      all += one;
    }
    return std::to_string(all);
  }
  std::string exhibits(const Json& line) const {
    std::string out;
    const Json* uids = line.find("exhibits");
    if (uids == nullptr || !uids->is_array()) return out;
    for (const Json& uid : uids->items())
      if (uid.is_text()) out += (out.empty() ? "" : ", ") + visible(label_of(exhibits_, uid.text()));
    return out;
  }
  std::map<std::string, std::string> people_;
  std::vector<custody::ExhibitView> exhibits_;
};

// Those of every station whose log lies here, by name.
std::vector<std::filesystem::path> logs_of(const store::CaseFolder& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry :
       std::filesystem::directory_iterator(folder.root() / custody::kActivityFolder, failed))
    if (entry.is_regular_file() && entry.path().extension() == ".jsonl") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + exporter::csv_cell(cell);
  return line + "\r\n";
}

}  // namespace

int show_activity(const Arguments& arguments, Console& console) {
  const store::CaseFolder folder = the_case(arguments);
  const Rows words{GatheredCase(folder)};
  const bool csv = arguments.has("csv") && !console.json();
  std::vector<std::vector<std::string>> rows{Rows::heading()};
  bool broken = false;
  for (const auto& file : logs_of(folder)) {
    const custody::ActivityLog log = custody::read_activity(file);
    for (const custody::ActivityLog::Line& line : log.lines) {
      if (line.json.is_object()) console.object(line.json);
      rows.push_back(words.row(line.json, csv ? Rows::Reasons::named : Rows::Reasons::summed));
    }
    if (log.broken == 0) continue;
    broken = true;
    console.warn(base::say("{}, line {}: {}", file.filename().string(), log.broken, log.why));
  }
  if (csv) {
    for (const auto& row : rows) console.raw(csv_line(row));
  } else if (rows.size() > 1) {
    console.table(rows);
  }
  if (!csv) console.note(base::say_counted(rows.size() - 1, "look", "looks"));
  return broken ? kLookAtIt : kDone;
}

}  // namespace tools
