// SPDX-License-Identifier: Apache-2.0
// ledger retire-key, revoke-key, add-crl: what a case knows of keys that end.
#include <array>

#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/revocation_lists.h"
#include "tools/exit_code.h"
#include "tools/verb_replace_log_key.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

using base::Json;

std::string fingerprint_in(const std::string& file) {
  return custody::fingerprint_of(custody::certificate_from_pem(base::as_text(base::read_file(file))));
}

int run_retire(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  console.entry(
      open.ledger->append({"key.retire",
                           {},
                           Json::object({{"cert_sha256", fingerprint_in(arguments.required("CERT"))},
                                         {"reason", arguments.required("reason")}}),
                           true}));
  return kDone;
}

int run_revoke(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  Json members = last_good(ledger_of(open.folder), arguments.required("last-good"));
  members.set("cert_sha256", fingerprint_in(arguments.required("CERT")));
  members.set("reason", arguments.required("reason"));
  if (const auto since = arguments.value("since")) {
    if (!base::parse_utc(*since))
      throw base::Error(base::ErrorKind::usage, base::say("--since is no time such as 2026-11-21T16:19:24Z"),
                        base::say("No entry was made. Write the time like that, in UTC."));
    members.set("since", *since);
  }
  const auto second = second_custodian(arguments, open.identity, console);
  console.entry(open.ledger->append({"key.revoke", {}, std::move(members), true}, {second.get()}));
  return kDone;
}

int run_add_crl(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const base::Buffer list = custody::list_from_file(base::read_file(arguments.required("FILE"), 128 << 10));
  const custody::ListFacts facts = custody::facts_of_list(list);
  Json members = Json::object({{"crl", base::to_base64(list)},
                               {"issuer", facts.issuer},
                               {"this_update", base::format_utc(facts.this_update_us)}});
  if (facts.next_update_us) members.set("next_update", base::format_utc(*facts.next_update_us));
  console.entry(open.ledger->append({"crl.add", {}, std::move(members), true}));
  return kDone;
}

constexpr Option kCert{"CERT", OptionKind::positional, "CERT.pem", base::phrase("the certificate")};
constexpr Option kReason{"reason", OptionKind::value_required, "TEXT", base::phrase("why")};
constexpr std::array kRetire{kCert, kReason};
constexpr std::array kRevoke{kCert, kLastGoodOption, kSecondCustodianOption, kReason,
                             Option{"since", OptionKind::value, "UTC",
                                    base::phrase("from when on the key is suspect, as far as known")}};
constexpr std::array kAddCrl{
    Option{"FILE", OptionKind::positional, "FILE", base::phrase("list of revoked certificates, PEM or DER")}};

}  // namespace

const Verb kLedgerRetireKey{
    "ledger",
    "retire-key",
    base::phrase("let a person sign no more in this case"),
    kRetire,
    "  holdfast ledger retire-key examiner.pem --reason 'moved to another unit'\n  holdfast ledger log",
    base::phrase("0 recorded; 2 usage; 4 failed"),
    run_retire};
const Verb kLedgerRevokeKey{"ledger",
                            "revoke-key",
                            base::phrase("declare a key stolen; what it signed stands up to a checkpoint"),
                            kRevoke,
                            "  holdfast ledger revoke-key examiner.pem --last-good 41 --with "
                            "second-custodian --reason 'laptop stolen'\n"
                            "  holdfast ledger revoke-key examiner.pem --last-good kept/checkpoint --with "
                            "second-custodian --reason 'laptop "
                            "stolen' --since 2026-11-20T22:00:00Z",
                            base::phrase("0 recorded; 2 usage; 4 failed"),
                            run_revoke};
const Verb kLedgerAddCrl{"ledger",
                         "add-crl",
                         base::phrase("keep an authority's list of revoked certificates"),
                         kAddCrl,
                         "  holdfast ledger add-crl example-police.crl\n  holdfast ledger log",
                         base::phrase("0 recorded; 4 failed"),
                         run_add_crl};

}  // namespace tools
