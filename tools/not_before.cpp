// SPDX-License-Identifier: Apache-2.0
// ledger not-before, and what `case new` makes of the answer.
#include "tools/not_before.h"

#include <array>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/time_authority.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

constexpr std::size_t kValueBytes = 32;

int run(const Arguments& arguments, Console& console) {
  const std::filesystem::path file = std::filesystem::absolute(arguments.required("query"));
  const custody::PendingQueries queries = not_before_queries();
  const custody::TimeQuery query = queries.ask(base::random_bytes(kValueBytes));
  try {
    base::write_new_durably(file, query.der);
  } catch (const base::Error&) {
    queries.forget(query);
    throw;
  }
  console.result(base::say("question to a time authority in {}", file.string()),
                 base::Json::object({{"event", "query"}, {"file", file.string()}}));
  console.note(base::say(
      "Put the reply into the case that is made next: holdfast case new ID --not-before REPLY.tsr"));
  return kDone;
}

constexpr std::array kOptions{Option{"query", OptionKind::value_required, "FILE",
                                     base::phrase("the question is written here; must not exist")}};

}  // namespace

custody::PendingQueries not_before_queries() {
  return custody::PendingQueries(state_folder() / "not-before");
}

custody::TimeToken token_in(const std::filesystem::path& reply) {
  try {
    return custody::read_reply(base::read_file(reply, 1 << 20));
  } catch (const custody::TimeStampError& error) {
    throw base::Error(
        base::ErrorKind::crypto, reply.string() + ": " + error.what(),
        base::say("Nothing was recorded; the question is still open. Ask again, or ask another authority."));
  }
}

NotBefore not_before_from(const std::filesystem::path& reply) {
  const custody::TimeToken token = token_in(reply);
  const auto pending = not_before_queries().find(token);
  if (!pending)
    throw base::Error(
        base::ErrorKind::not_found, base::say("{} answers no question of this station", reply.string()),
        base::say("No case was made. Ask with `holdfast ledger not-before --query FILE` on this station."));
  const custody::TokenJudgement judged = custody::TimeAuthorities({}, {}).judge(token, pending->query);
  if (judged.outcome == custody::TokenOutcome::unfit)
    throw base::Error(base::ErrorKind::crypto, base::say("{} proves nothing: {}", reply.string(), judged.why),
                      base::say("No case was made. Ask again, or ask another authority."));
  return {custody::not_before_member(pending->about, token), pending->query};
}

const Verb kLedgerNotBefore{"ledger",
                            "not-before",
                            base::phrase("ask a time authority before a case is made"),
                            kOptions,
                            "  holdfast ledger not-before --query begin.tsq\n"
                            "  holdfast case new KK-2026 --not-before begin.tsr",
                            base::phrase("0 written; 2 usage; 4 failed"),
                            run};

}  // namespace tools
