// SPDX-License-Identifier: Apache-2.0
// ledger retire-key, revoke-key, replace-log-key, add-crl: what a case knows of keys that end.
#include <array>
#include <charconv>

#include "base/file.h"
#include "base/merkle.h"
#include "base/time.h"
#include "chain-of-custody/note.h"
#include "chain-of-custody/revocation_lists.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

using base::Json;

std::string fingerprint_in(const std::string& file) {
  return custody::fingerprint_of(custody::certificate_from_pem(base::as_text(base::read_file(file))));
}

[[noreturn]] void refuse_checkpoint(const std::string& given, const char* why) {
  throw base::Error(
      base::ErrorKind::usage, given + " is no last good checkpoint: " + why,
      "No entry was made. Name a checkpoint of this ledger, or a number of entries that it has.");
}

// A checkpoint that somebody kept, as a file; or the number of entries that are good.
std::uint64_t size_given(const std::string& given, const std::vector<base::Digest>& leaf_hashes) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), size);
  if (error == std::errc() && end == given.data() + given.size()) return size;
  try {
    const auto kept = custody::parse_checkpoint(custody::parse_note(base::read_file(given, 64 << 10)).text);
    if (kept.size > leaf_hashes.size() ||
        base::merkle_root(std::span(leaf_hashes).first(kept.size)) != kept.root)
      refuse_checkpoint(given, "it is of another ledger, or of another history");
    return kept.size;
  } catch (const custody::NoteError& wrong) {
    refuse_checkpoint(given, wrong.what());
  }
}

// What key.revoke and log.replace quote.
Json last_good(const OpenCase& open, const std::string& given) {
  std::vector<base::Digest> leaf_hashes;
  for (const auto& entry : ledger_of(open.folder).entries) leaf_hashes.push_back(base::leaf_hash(entry.leaf));
  const std::uint64_t size = size_given(given, leaf_hashes);
  if (size == 0 || size > leaf_hashes.size())
    refuse_checkpoint(given, "the ledger does not have that many entries");
  const base::Digest root = base::merkle_root(std::span(leaf_hashes).first(size));
  return Json::object(
      {{"last_good_size", std::to_string(size)}, {"last_good_root", base::to_base64(root.bytes)}});
}

std::unique_ptr<custody::Signer> second_custodian(const Arguments& arguments, const OpenCase& open,
                                                  Console& console) {
  const std::string name = arguments.required("with");
  if (name == open.identity)
    throw base::Error(base::ErrorKind::usage, "two custodians sign, and both are " + name,
                      "No entry was made. Name the second with --with.");
  return custody::unlock_signer(identities_folder(), name, [&] { return console.passphrase(name); });
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
  Json members = last_good(open, arguments.required("last-good"));
  members.set("cert_sha256", fingerprint_in(arguments.required("CERT")));
  members.set("reason", arguments.required("reason"));
  if (const auto since = arguments.value("since")) {
    if (!base::parse_utc(*since))
      throw base::Error(base::ErrorKind::usage, "--since is no time such as 2026-11-21T16:19:24Z",
                        "No entry was made.");
    members.set("since", *since);
  }
  const auto second = second_custodian(arguments, open, console);
  console.entry(open.ledger->append({"key.revoke", {}, std::move(members), true}, {second.get()}));
  return kDone;
}

int run_replace(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  Json members = last_good(open, arguments.required("last-good"));
  members.set("reason", arguments.required("reason"));
  const auto second = second_custodian(arguments, open, console);
  console.entry(open.ledger->replace_log_key({"log.replace", {}, std::move(members), true}, {second.get()}));
  console.note("The old key is deleted. Witnesses and partners who know it must be told of the new one.");
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

constexpr Option kCert{"CERT", OptionKind::positional, "CERT.pem", "the certificate"};
constexpr Option kReason{"reason", OptionKind::value_required, "TEXT", "why"};
constexpr Option kLastGood{"last-good", OptionKind::value_required, "CHECKPOINT",
                           "the last checkpoint that is beyond doubt: a file, or its number of entries"};
constexpr Option kWith{"with", OptionKind::value_required, "NAME",
                       "identity of the second custodian, who signs too"};
constexpr std::array kRetire{kCert, kReason};
constexpr std::array kRevoke{
    kCert, kLastGood, kWith, kReason,
    Option{"since", OptionKind::value, "UTC", "from when on the key is suspect, as far as known"}};
constexpr std::array kReplace{kLastGood, kWith, kReason};
constexpr std::array kAddCrl{
    Option{"FILE", OptionKind::positional, "FILE", "list of revoked certificates, PEM or DER"}};

}  // namespace

const Verb kLedgerRetireKey{
    "ledger",
    "retire-key",
    "let a person sign no more in this case",
    kRetire,
    "  holdfast ledger retire-key examiner.pem --reason 'moved to another unit'\n  holdfast ledger log",
    "0 recorded; 2 usage; 4 failed",
    run_retire};
const Verb kLedgerRevokeKey{"ledger",
                            "revoke-key",
                            "declare a key stolen; what it signed stands up to a checkpoint",
                            kRevoke,
                            "  holdfast ledger revoke-key examiner.pem --last-good 41 --with "
                            "second-custodian --reason 'laptop stolen'\n"
                            "  holdfast ledger revoke-key examiner.pem --last-good kept/checkpoint --with "
                            "second-custodian --reason 'laptop "
                            "stolen' --since 2026-11-20T22:00:00Z",
                            "0 recorded; 2 usage; 4 failed",
                            run_revoke};
const Verb kLedgerReplaceLogKey{"ledger",
                                "replace-log-key",
                                "give the ledger a new key",
                                kReplace,
                                "  holdfast ledger replace-log-key --last-good 41 --with second-custodian "
                                "--reason 'station was broken into'\n"
                                "  holdfast ledger log",
                                "0 recorded; 2 usage; 4 failed",
                                run_replace};
const Verb kLedgerAddCrl{"ledger",
                         "add-crl",
                         "keep an authority's list of revoked certificates",
                         kAddCrl,
                         "  holdfast ledger add-crl example-police.crl\n  holdfast ledger log",
                         "0 recorded; 4 failed",
                         run_add_crl};

}  // namespace tools
