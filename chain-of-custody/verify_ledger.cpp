// SPDX-License-Identifier: Apache-2.0
#include "base/counted.h"
#include "base/error.h"
#include "base/time.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/ledger_check.h"
#include "chain-of-custody/revocation_check.h"
#include "chain-of-custody/time_brackets.h"
#include "chain-of-custody/verify.h"
#include "chain-of-custody/witness_check.h"

namespace custody {
namespace {

using base::counted;

void say_what_is_withheld(const LedgerCheck& check, VerifyReport& report) {
  const auto say = [&](std::uint64_t count, const char* one, const char* many) {
    if (count == 0) return;
    report.anything_withheld = true;
    report.statements.push_back(counted(count, one, many) + " withheld.");
  };
  say(check.withheld_bodies(), "entry is", "entries are");
  say(check.hidden_exhibits(), "statement on an exhibit is", "statements on exhibits are");
  say(check.hidden_members(), "digest that covers withheld content is",
      "digests that cover withheld content are");
}

}  // namespace

void verify_ledger(const LedgerContent& content, Coverage coverage, const TrustAnchors& anchors,
                   VerifyReport& report) {
  Findings findings(report);
  Chains chains(anchors.certificates, content.certificates);
  TimeBrackets brackets(
      read_times(content, TimeAuthorities(anchors.time_authorities, anchors.crls), findings),
      base::now_utc_us());
  const Witnessed witnessed =
      check_witnesses(content, anchors.policy ? &*anchors.policy : nullptr, base::now_utc_us(), findings);
  for (const TrustedCosignature& one : witnessed.cosignatures)
    brackets.witnessed(one.size, one.latest_us, "the witness " + one.witness.name);
  brackets.check_tokens(findings);
  LedgerCheck check(coverage, &chains, findings, &brackets);
  if (content.entries.empty())
    findings.fail("tree.size", "ledger " + content.station, "There is no entry at all.");
  FactsAhead ahead(content.entries);
  for (const Entry& entry : content.entries) check.entry(entry, ahead.take());
  check.checkpoint(content.checkpoint);
  if (coverage == Coverage::edition) check.slots(content.slots);
  RevocationLists lists;
  lists.add(anchors.crls);
  lists.add(check.key_history().lists());
  const std::vector<std::string> revocations = check_revocations(
      check.signature_records(), check.key_history(), chains, lists, !anchors.crls.empty(),
      [&](std::uint64_t entry) { return brackets.not_after_of(entry); }, findings);
  compare_with_known(anchors.checkpoints, content, coverage, check, report);
  findings.finish("ledger " + content.station + ", " + counted(content.entries.size(), "entry", "entries"));
  report.statements.push_back("Ledger " + check.ledger() + ": " +
                              counted(content.entries.size(), "entry", "entries") +
                              ". The times of the entries are claimed by those who signed them.");
  for (std::string& statement : brackets.statements(check.claimed()))
    report.statements.push_back(std::move(statement));
  for (const auto& [who, count] : check.signatures_by_subject())
    report.statements.push_back(counted(count, "entry is", "entries are") + " signed by " + who + ".");
  if (const std::uint64_t count = check.parties_on_paper(); count > 0)
    report.statements.push_back(counted(count, "party of an entry is", "parties of entries are") +
                                " on paper: the digest of a signed slip stands for a signature. That is "
                                "weaker: no program can check the hand.");
  for (const std::string& statement : witnessed.statements) report.statements.push_back(statement);
  for (const std::string& remark : check.remarks()) report.statements.push_back(remark);
  report.statements.insert(report.statements.end(), revocations.begin(), revocations.end());
  for (const std::string& remark : check.key_history().remarks()) report.statements.push_back(remark);
  for (const std::string& remark : check.sessions().remarks()) report.statements.push_back(remark);
  for (const std::string& remark : check.custody().remarks()) report.statements.push_back(remark);
  say_what_is_withheld(check, report);
}

VerifyReport verify_ledger_folder(const std::filesystem::path& folder, const TrustAnchors& anchors) {
  VerifyReport report;
  report.subject = folder.string();
  try {
    verify_ledger(read_ledger(folder), Coverage::whole, anchors, report);
  } catch (const base::Error& error) {
    if (error.kind != base::ErrorKind::format) throw;
    report.fail("ledger.read", folder.string(), std::string(error.what()) + ".");
  }
  name_uncompared(anchors.checkpoints, report);
  return report;
}

}  // namespace custody
