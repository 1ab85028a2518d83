// SPDX-License-Identifier: Apache-2.0
// archive check: what a case proves, and until when; open or closed. Writes nothing.
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/next_signer.h"
#include "chain-of-custody/time_archive.h"
#include "chain-of-custody/verify.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

constexpr std::int64_t kDay_us = std::int64_t{86'400} * 1'000'000;
constexpr int kWithinDays = 90;
constexpr int kLongest = 36'500;

int days_of(const Arguments& arguments) {
  const std::string text = arguments.value("within").value_or(std::to_string(kWithinDays));
  int days = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (error == std::errc() && end == text.data() + text.size() && days >= 0 && days <= kLongest) return days;
  throw base::Error(base::ErrorKind::usage, base::say("\"{}\" is no number of days", text),
                    base::say("Nothing was checked. Give a whole number up to 36500."));
}

base::Json json_of(const std::string& station, const custody::ArchiveLine& line) {
  return base::Json::object({{"event", "lasting"},
                             {"station", station},
                             {"kind", line.kind},
                             {"what", line.what},
                             {"by", line.by},
                             {"until", base::format_utc(line.until_us)},
                             {"state", custody::name_of(line.lasting)},
                             {"in_words", line.in_words}});
}

std::string day_of(std::int64_t utc_us) {
  return base::format_utc(utc_us).substr(0, 10);
}

struct Outcome {
  std::size_t wanting = 0, broken = 0;
  bool ends = false;  // a ledger takes no entries any more, or soon
};

// One ledger: its lines, and how many of them want renewal.
Outcome check_ledger(const custody::LedgerContent& content, const custody::TrustAnchors& trust, int days,
                     Console& console) {
  using Belief = custody::TimeBrackets::Belief;
  custody::VerifyReport report;
  custody::Findings findings(report);
  const std::int64_t now = base::now_utc_us();
  const custody::TimeBrackets brackets(
      custody::read_times(content, custody::TimeAuthorities(trust.time_authorities, trust.crls), findings),
      now, trust.time_authorities.empty() ? Belief::sound : Belief::trusted);
  console.line(base::say("ledger of station {}{}", content.station,
                         custody::is_closed(content) ? base::say(", closed") : ""));
  Outcome outcome;
  for (const custody::Check& check : report.checks) {
    if (check.outcome != custody::Outcome::failed) continue;
    ++outcome.broken;
    console.warn(check.object + ": " + visible(check.what));
  }
  std::vector<std::vector<std::string>> rows{
      {base::say("kind"), base::say("what"), base::say("by"), base::say("until"), base::say("state"), ""}};
  const auto tell = [&](const custody::ArchiveLine& line) {
    console.object(json_of(content.station, line));
    rows.push_back({line.kind, visible(line.what), visible(line.by), day_of(line.until_us),
                    std::string(custody::name_of(line.lasting)), visible(line.in_words)});
    return line.wants_renewal();
  };
  const std::int64_t horizon = now + days * kDay_us;
  for (const custody::ArchiveLine& line : custody::archive_lines(content, brackets, now, horizon))
    outcome.wanting += tell(line);
  const custody::ArchiveLine to_come = custody::entries_to_come(content, now, horizon);
  outcome.ends = tell(to_come);
  console.table(rows);
  if (outcome.ends)
    console.warn(
        base::say("ledger of station {}, {}, {}{}: {}", content.station, visible(to_come.what),
                  to_come.lasting == custody::Lasting::ended ? base::say("ended ") : base::say("ends "),
                  day_of(to_come.until_us), to_come.in_words));
  if (brackets.times().stamps.empty())
    console.line(base::say(
        "no token: every time in this ledger is claimed, and signatures last as their certificates"));
  return outcome;
}

int run(const Arguments& arguments, Console& console) {
  const int days = days_of(arguments);
  const store::CaseFolder folder = the_case(arguments);
  custody::TrustAnchors trust;
  for (const std::string& path : arguments.values("trust")) trust.add(custody::load_trust(path));
  if (trust.time_authorities.empty())
    console.note(base::say("without time authorities of yours (--trust DIR) every sound token counts here"));
  Outcome all;
  for (const std::string& station : folder.stations()) {
    const Outcome one = check_ledger(custody::read_ledger(folder.ledger(station)), trust, days, console);
    all.wanting += one.wanting;
    all.broken += one.broken;
    all.ends |= one.ends;
  }
  if (all.wanting > 0)
    console.line(
        base::say("{} to renew within {} days: holdfast ledger timestamp --query FILE, or --url URL; what "
                  "has ended can no more be renewed",
                  all.wanting, days));
  if (all.broken > 0) console.line(base::say("some tokens prove nothing: holdfast verify says more"));
  return all.ends || all.wanting + all.broken > 0 ? kLookAtIt : kDone;
}

constexpr std::array kOptions{
    Option{"within", OptionKind::value, "DAYS",
           base::phrase("what ends within so many days wants renewal; else 90")},
    Option{"trust", OptionKind::value_many, "DIR",
           base::phrase("folder whose `time` holds your time authorities; else every sound token counts")}};

}  // namespace

const Verb kArchiveCheck{"archive",
                         "check",
                         base::phrase("until when tokens and signatures prove something"),
                         kOptions,
                         "  holdfast archive check --case /archive/KK-2026\n"
                         "  holdfast archive check --within 365 --trust partner-trust/",
                         base::phrase("0 all lasts; 2 usage; 3 something wants renewal; 4 failed"),
                         run};

}  // namespace tools
