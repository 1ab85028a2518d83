// SPDX-License-Identifier: Apache-2.0
// session open, close, list: a key that signs for a person what happens while nobody watches.
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/activity.h"
#include "chain-of-custody/party.h"
#include "chain-of-custody/session_key.h"
#include "chain-of-custody/signed_how.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

constexpr std::int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute;
// Its key lies unencrypted: long enough for a weekend, and no standing permission.
constexpr std::int64_t kLongest = 7 * 24 * kHour;

base::Error usage(const base::Said& what, const base::Said& advice) {
  return base::Error(base::ErrorKind::usage, what, base::say("No session was opened. {}", advice));
}

std::string joined(const auto& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + std::string(text);
  return out;
}

std::vector<std::string> acts_from(const std::string& given) {
  std::vector<std::string> acts;
  for (std::size_t from = 0, end = 0; end != given.npos; from = end + 1) {
    end = given.find(',', from);
    const std::string act = given.substr(from, end == given.npos ? end : end - from);
    if (!custody::may_be_in_session(act))
      throw usage(base::say("a session may not sign \"{}\"", visible(act)),
                  base::say("Name others; it may sign: {}.", joined(custody::acts_of_sessions())));
    if (std::ranges::find(acts, act) == acts.end()) acts.push_back(act);
  }
  return acts;
}

// "8h", "90m"; nothing where it is none.
std::optional<std::int64_t> duration_from(std::string_view given) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), count);
  if (error != std::errc() || end + 1 != given.data() + given.size() || count < 1 || count > 10'000)
    return {};
  if (*end == 'h') return count * kHour;
  if (*end == 'm') return count * kMinute;
  return {};
}

// "2026-11-21 22:00", in UTC, or the form of ledgers.
std::optional<std::int64_t> instant_from(std::string given) {
  if (given.size() == 16 && given[10] == ' ') {
    given[10] = 'T';
    given += ":00Z";
  }
  return base::parse_utc(given);
}

std::int64_t until_from(const std::string& given) {
  const std::int64_t now = base::now_utc_us();
  const auto duration = duration_from(given);
  const auto until = duration ? now + *duration : instant_from(given);
  if (!until)
    throw usage(base::say("--until {} is no time", visible(given)),
                base::say("Write 8h, 90m, or a time in UTC: '2026-11-21 22:00'."));
  if (*until <= now || *until > now + kLongest)
    throw usage(base::say("a session that lasts until {}{}", base::format_utc_for_people(*until),
                          *until <= now ? base::say(" would be over already")
                                        : base::say(" would last more than seven days")),
                base::say("The clock says {}. Choose another end.", base::format_utc_for_people(now)));
  return *until / kSecond * kSecond;
}

int run_open(const Arguments& arguments, Console& console) {
  const std::vector<std::string> acts = acts_from(arguments.required("acts"));
  const std::int64_t until = until_from(arguments.required("until"));
  OpenCase open = open_case(arguments, console);
  const std::string case_id = case_id_of(custody::read_ledger(open.folder.ledger(open.station)));
  // If the program ends before the entry is made, a key lies there that no ledger names: the next verb that
  // opens the case for writing deletes it.
  const base::Buffer certificate =
      custody::make_session_key(session_keys_folder(case_id, open.station), *open.signer, until);
  const base::EntryReceipt receipt =
      open.ledger->append({"session.open", {}, custody::session_opening(certificate, acts, until), true});
  console.result(base::say("session {}, until {}", custody::fingerprint_of(certificate).substr(0, 16),
                           base::format_utc_for_people(until)),
                 base::Json::object({{"event", "session"},
                                     {"session", custody::fingerprint_of(certificate)},
                                     {"acts", base::Json(base::Json::Array(acts.begin(), acts.end()))},
                                     {"until", base::format_utc(until)}}));
  console.entry(receipt);
  console.note(
      base::say("Until then this station signs {} without a passphrase: its key is not encrypted. Lock the "
                "room, and `session close` when you are back.",
                joined(acts)));
  return kDone;
}

// The one that this person opened and did not close; `named` begins its certificate's digest.
custody::Session session_to_close(const custody::Sessions& sessions, const std::string& person,
                                  const std::optional<std::string>& named) {
  std::vector<custody::Session> found;
  for (const auto& [digest, session] : sessions.all())
    if (session.opener == person && !session.closed_by && digest.starts_with(named.value_or("")))
      found.push_back(session);
  if (found.size() == 1) return found.front();
  throw base::Error(found.empty() ? base::ErrorKind::not_found : base::ErrorKind::usage,
                    found.empty() ? base::say("no session is open that you opened and did not close")
                                  : base::say("{} yours to close",
                                              base::say_counted(found.size(), "session is", "sessions are")),
                    base::say("No entry was made. `holdfast session list` shows them; name one by the first "
                              "digits of its number."));
}

std::string labels_in(const custody::OpenedBody& opened, const std::vector<custody::ExhibitView>& exhibits) {
  std::string labels;
  for (const auto& exhibit : opened.exhibits)
    labels += (labels.empty() ? "" : ", ") + label_of(exhibits, exhibit.uid);
  return labels;
}

void tell_entries(const custody::Session& session, const custody::LedgerContent& ledger, Console& console) {
  const auto exhibits = custody::exhibits_of(ledger);
  for (const std::uint64_t index : session.entries) {
    const custody::OpenedBody opened = custody::open_body(ledger.entries.at(index));
    const custody::ActRule* rule = custody::find_act(opened.body.at("act").text());
    const std::string time = opened.body.at("time").at("utc").text();
    const std::string words = fmt::format("{}: {}", rule ? base::Said(rule->in_words) : base::say("an act"),
                                          visible(labels_in(opened, exhibits)));
    console.result(base::say("entry {} {}  {}", fmt::format("{:<5}", index),
                             base::format_utc_for_people(base::parse_utc(time).value_or(0)), words),
                   base::Json::object({{"event", "signed"},
                                       {"index", std::to_string(index)},
                                       {"time", time},
                                       {"act", opened.body.at("act")}}));
  }
}

// What the person signs of the activity log; nothing where there is none, or it cannot be read.
std::optional<custody::ActivityHead> activity_of(const OpenCase& open, Console& console) {
  const auto file = custody::activity_file(open.folder.root(), open.station);
  if (!std::filesystem::exists(file)) return {};
  try {
    const custody::ActivityLog log = custody::read_activity(file);
    if (log.broken != 0)
      console.warn(base::say(
          "the activity log does not hold together from line {} on; what is signed is the log as it is",
          log.broken));
    return custody::head_of(log);
  } catch (const base::Error& error) {
    console.warn(base::say("the activity log is not signed: {}", error.happened));
    return {};
  }
}

int run_close(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const custody::LedgerContent ledger = custody::read_ledger(open.folder.ledger(open.station));
  const custody::Sessions sessions = custody::sessions_of(ledger);
  const custody::Session session = session_to_close(
      sessions, custody::fingerprint_of(open.signer->certificate()), arguments.value("SESSION"));
  console.note(base::say("The session that entry {} opened signed {}:", session.opened_by,
                         base::say_counted(session.entries.size(), "entry", "entries")));
  tell_entries(session, ledger, console);
  if (!console.confirm(base::say("Do you confirm that this is what you left the station to do?")))
    throw base::Error(
        base::ErrorKind::usage, base::say("the session was not closed"),
        base::say(
            "No entry was made; the session signs until its time. Repeat it on a terminal, or with --yes."));
  const auto activity = activity_of(open, console);
  const base::EntryReceipt receipt = open.ledger->append(
      {"session.close", {}, custody::session_closing(session, activity ? &*activity : nullptr), true});
  // If the program ends here, the key still lies there; no entry that it signs counts any more, and the next
  // verb that opens the case for writing deletes it.
  custody::drop_ended_keys(session_keys_folder(case_id_of(ledger), open.station),
                           custody::sessions_of(custody::read_ledger(open.folder.ledger(open.station))),
                           base::now_utc_us());
  console.entry(receipt);
  return kDone;
}

std::string state_of(const custody::Session& session) {
  if (session.closed_by) return base::say("closed by entry {}", *session.closed_by);
  if (session.ended_by) return base::say("ended by entry {}", *session.ended_by);
  return custody::is_open(session, base::now_utc_us()) ? "open" : base::say("over, not closed");
}

int run_list(const Arguments& arguments, Console& console) {
  const custody::LedgerContent ledger = ledger_of(the_case(arguments));
  const custody::Sessions sessions = custody::sessions_of(ledger);
  const custody::SignedHow signed_how(ledger);
  std::vector<std::vector<std::string>> rows{{base::say("session"), base::say("by"), base::say("until"),
                                              base::say("entries"), base::say("state"), base::say("acts")}};
  for (const auto& [digest, session] : sessions.all()) {
    const base::Json opening = base::parse_profile(*ledger.entries.at(session.opened_by).body);
    console.object(
        base::Json::object({{"session", digest},
                            {"opened_by", std::to_string(session.opened_by)},
                            {"signers", signed_how.to_json(opening)},
                            {"acts", base::Json(base::Json::Array(session.acts.begin(), session.acts.end()))},
                            {"until", base::format_utc(session.until_us)},
                            {"entries", std::to_string(session.entries.size())},
                            {"state", state_of(session)}}));
    rows.push_back({digest.substr(0, 16), visible(signed_how.brief(opening)),
                    base::format_utc_for_people(session.until_us), std::to_string(session.entries.size()),
                    state_of(session), visible(joined(session.acts))});
  }
  console.table(rows);
  return kDone;
}

constexpr std::array kOpen{
    Option{"acts", OptionKind::value_required, "ACT,ACT…",
           base::phrase("what it may sign: acquire.begin, acquire.end, extract, verify")},
    Option{"until", OptionKind::value_required, "TIME",
           base::phrase("when it ends: 8h, 90m, or in UTC 'YYYY-MM-DD HH:MM'; at most seven days")}};
constexpr std::array kClose{Option{"SESSION", OptionKind::positional_optional, "SESSION",
                                   base::phrase("first digits of its number, where you opened several")}};

}  // namespace

const Verb kSessionOpen{
    "session",
    "open",
    base::phrase("let this station sign named acts for you until a named time"),
    kOpen,
    "  holdfast session open --acts acquire.begin,acquire.end --until 8h\n"
    "  holdfast session open --acts acquire.begin,acquire.end,verify,extract --until '2026-11-22 06:00'",
    base::phrase("0 opened; 2 usage; 4 failed"),
    run_open};
const Verb kSessionClose{"session",
                         "close",
                         base::phrase("confirm what a session signed for you, and end it"),
                         kClose,
                         "  holdfast session close\n  holdfast session close 3f2a",
                         base::phrase("0 closed; 2 not confirmed, or several; 4 failed"),
                         run_close};
const Verb kSessionList{"session",
                        "list",
                        base::phrase("sessions of this ledger"),
                        {},
                        "  holdfast session list\n  holdfast session list --json",
                        base::phrase("0; 4 failed"),
                        run_list};

}  // namespace tools
