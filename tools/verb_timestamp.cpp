// SPDX-License-Identifier: Apache-2.0
// ledger timestamp: a time authority's token over the present checkpoint, by a file that is carried or by the
// network where that is asked for.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/anchoring.h"
#include "chain-of-custody/time_authority.h"
#include "chain-of-custody/time_brackets.h"
#include "chain-of-custody/verify.h"
#include "tools/exit_code.h"
#include "tools/http_post.h"
#include "tools/not_before.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

using base::ErrorKind;

custody::PendingQueries queries_of(const store::CaseFolder& folder, const std::string& station) {
  return custody::PendingQueries(folder.ledger(station) / custody::kQueriesFolder);
}

int write_query(const std::filesystem::path& file, const Arguments& arguments, Console& console) {
  const store::CaseFolder folder = the_case(arguments);
  const std::string station = station_of(folder);
  const base::Buffer quoted = custody::quoted_checkpoint(custody::read_ledger(folder.ledger(station)));
  const custody::PendingQueries queries = queries_of(folder, station);
  const custody::TimeQuery query = queries.ask(quoted);
  try {
    base::write_new_durably(file, query.der);
  } catch (const base::Error&) {
    queries.forget(query);
    throw;
  }
  const std::string size = std::to_string(custody::size_of_quoted(quoted));
  console.result(base::say("question about the first {} entries in {}", size, file.string()),
                 base::Json::object({{"event", "query"}, {"file", file.string()}, {"size", size}}));
  console.note(base::say("Bring the reply back: holdfast ledger timestamp --reply REPLY.tsr"));
  return kDone;
}

// What speaks against the token, before it stands in the ledger for ever.
void require_fit(const custody::TokenJudgement& judged, const custody::PendingQuery& pending,
                 const custody::LedgerContent& ledger) {
  if (judged.outcome == custody::TokenOutcome::unfit)
    throw base::Error(
        ErrorKind::crypto, base::say("the reply proves nothing: {}", judged.why),
        base::say("No entry was made; the question is still open. Ask again, or ask another authority."));
  if (!custody::is_earlier_state(pending.about, ledger))
    throw base::Error(
        ErrorKind::conflict, base::say("the reply is about another history than this ledger's"),
        base::say("No entry was made. Was the case restored from a copy? `holdfast verify` says more."));
}

// A clock that was ahead makes entries that claim to be of a time when the authority already knew of them.
void confirm_clock(const custody::TimeToken& token, const custody::PendingQuery& pending,
                   const custody::LedgerContent& ledger, Console& console) {
  if (token.earliest_us() > base::now_utc_us() + custody::kClockTolerance_us)
    console.warn(base::say("the clock of this station is behind the authority's: {}",
                           base::format_utc_for_people(token.time_us)));
  const auto claim = custody::latest_claim(custody::size_of_quoted(pending.about), ledger);
  if (!claim || *claim <= token.latest_us() + custody::kClockTolerance_us) return;
  console.warn(
      base::say("an entry claims {}, and the authority knew of it at {}: the clock of this station was ahead",
                base::format_utc_for_people(*claim), base::format_utc_for_people(token.latest_us())));
  if (!console.confirm(
          base::say("Record the token all the same? Every verification will report the contradiction.")))
    throw base::Error(ErrorKind::usage, base::say("the token contradicts the times of the entries"),
                      base::say("No entry was made; the question is still open. Set the clock, and ask anew "
                                "after the time that the entries claim."));
}

void record(OpenCase& open, const custody::TimeToken& token, const custody::TimeAuthorities& authorities,
            Console& console) {
  const custody::PendingQueries queries = queries_of(open.folder, open.station);
  const custody::LedgerContent ledger = custody::read_ledger(open.folder.ledger(open.station));
  const auto pending = queries.find(token);
  const auto recorded = custody::anchor_with(token, ledger);
  if (recorded) {
    if (pending) queries.forget(pending->query);
    console.note(base::say("entry {} holds this token already", *recorded));
    return;
  }
  if (!pending)
    throw base::Error(ErrorKind::not_found, base::say("the reply answers no open question of this ledger"),
                      base::say("No entry was made. Ask with `holdfast ledger timestamp --query FILE`."));
  const custody::TokenJudgement judged = authorities.judge(token, pending->query);
  require_fit(judged, *pending, ledger);
  confirm_clock(token, *pending, ledger, console);
  const base::EntryReceipt receipt = open.ledger->append(custody::anchor_event(pending->about, token));
  // If the power fails here, the question seems open; the same reply is then found to be recorded.
  queries.forget(pending->query);
  const std::uint64_t covered = custody::size_of_quoted(pending->about);
  const std::string size = std::to_string(covered);
  console.result(
      base::say("the first {} there at {}, says {}", base::say_counted(covered, "entry was", "entries were"),
                base::format_utc_for_people(token.latest_us()), visible(judged.authority)),
      base::Json::object({{"event", "anchor"},
                          {"size", size},
                          {"stamped", base::format_utc(token.time_us)},
                          {"authority", judged.authority}}));
  if (judged.outcome == custody::TokenOutcome::untrusted && !authorities.empty())
    console.warn(base::say("{}; the token is recorded, and verifiers decide for themselves", judged.why));
  console.entry(receipt);
}

void ask_by_network(OpenCase& open, const std::string& address, const custody::TimeAuthorities& authorities,
                    Console& console) {
  const custody::PendingQueries queries = queries_of(open.folder, open.station);
  const custody::TimeQuery query =
      queries.ask(custody::quoted_checkpoint(custody::read_ledger(open.folder.ledger(open.station))));
  try {
    const base::Buffer reply =
        http_post(address, "application/timestamp-query", query.der, custody::kMaximalTimeStamp);
    record(open, custody::read_reply(reply), authorities, console);
  } catch (const custody::TimeStampError& error) {
    queries.forget(query);
    throw base::Error(ErrorKind::crypto, address + ": " + error.what(),
                      base::say("No entry was made. Ask again, or ask another authority."));
  } catch (const base::Error&) {
    // The next attempt asks anew; nobody will answer this question any more.
    queries.forget(query);
    throw;
  }
}

int run(const Arguments& arguments, Console& console) {
  const int asked = arguments.has("query") + arguments.has("reply") + arguments.has("url");
  if (asked != 1)
    throw base::Error(
        ErrorKind::usage, base::say("one of --query FILE, --reply FILE and --url URL is wanted"),
        base::say(
            "Nothing was changed. --query writes a question to carry out, --reply records the answer."));
  if (const auto file = arguments.value("query"))
    return write_query(std::filesystem::absolute(*file), arguments, console);
  custody::TrustAnchors trust;
  for (const std::string& path : arguments.values("trust")) trust.add(custody::load_trust(path));
  const custody::TimeAuthorities authorities(trust.time_authorities, trust.crls);
  std::vector<custody::TimeToken> tokens;  // read first: a reply that is none must not cost a passphrase
  for (const std::string& file : arguments.values("reply")) tokens.push_back(token_in(file));
  OpenCase open = open_case(arguments, console);
  for (const custody::TimeToken& token : tokens) record(open, token, authorities, console);
  for (const std::string& address : arguments.values("url"))
    ask_by_network(open, address, authorities, console);
  return kDone;
}

constexpr std::array kOptions{
    Option{"query", OptionKind::value, "FILE",
           base::phrase("write the question to carry out; must not exist")},
    Option{"reply", OptionKind::value_many, "FILE",
           base::phrase("record an authority's reply to such a question")},
    Option{"url", OptionKind::value_many, "URL",
           base::phrase("ask this authority now, by HTTP; without this option no network is used")},
    Option{"trust", OptionKind::value_many, "DIR",
           base::phrase("folder whose `time` holds your time authorities; a reply by another is recorded "
                        "with a warning")}};

}  // namespace

const Verb kLedgerTimestamp{
    "ledger",
    "timestamp",
    base::phrase("have a time authority vouch for the ledger as it is"),
    kOptions,
    "  holdfast ledger timestamp --query cp.tsq   then --reply cp.tsr\n"
    "  holdfast ledger timestamp --url https://tsa.example/tsr",
    base::phrase("0 written or recorded; 2 usage; 4 failed, or the authority refused"),
    run};

}  // namespace tools
