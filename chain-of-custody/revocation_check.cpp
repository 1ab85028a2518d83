// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/revocation_check.h"

#include <set>

#include "base/counted.h"
#include "base/time.h"
#include "chain-of-custody/identity.h"

namespace custody {
namespace {

class Judge {
 public:
  Judge(const KeyHistory& keys, Chains& chains, RevocationLists& lists, bool lists_wanted,
        const NotAfterOf& not_after, Findings& findings)
      : keys_(keys),
        chains_(chains),
        lists_(lists),
        lists_wanted_(lists_wanted),
        not_after_(not_after),
        findings_(findings) {}
  void judge(const SignatureRecord& signature);
  std::vector<std::string> statements() const { return {statements_.begin(), statements_.end()}; }

 private:
  bool stands_by_ledger(const SignatureRecord& signature, const KeyHistory::Standing* standing);
  void by_lists(const SignatureRecord& signature, const KeyHistory::Standing* standing,
                const ChainResult& chain);
  void ask_for_list(const SignatureRecord& signature, const ChainStatus& status, std::int64_t time_us);

  const KeyHistory& keys_;
  Chains& chains_;
  RevocationLists& lists_;
  bool lists_wanted_;
  const NotAfterOf& not_after_;
  Findings& findings_;
  std::set<std::string> statements_;
};

std::string object_of(const SignatureRecord& signature) {
  return "entry " + std::to_string(signature.entry);
}

// Two custodians said from which checkpoint on the key is not trusted.
bool Judge::stands_by_ledger(const SignatureRecord& signature, const KeyHistory::Standing* standing) {
  if (standing == nullptr || !standing->revoked_by) return true;
  if (signature.entry > *standing->revoked_by) return false;  // reported with the entry itself
  const std::string who = subject_of(signature.certificate);
  statements_.insert("The certificate of " + who + " was revoked by entry " +
                     std::to_string(*standing->revoked_by) + "; what it signed in the first " +
                     base::counted(standing->last_good_size, "entry", "entries") + " stands.");
  return findings_.check(
      signature.entry < standing->last_good_size, "signature.revoked", object_of(signature),
      "The certificate of " + who + " was revoked by entry " + std::to_string(*standing->revoked_by) +
          ", and the entry lies beyond the last good checkpoint.");
}

void Judge::ask_for_list(const SignatureRecord& signature, const ChainStatus& status, std::int64_t time_us) {
  if (!status.every_list) {
    if (lists_wanted_)
      findings_.impossible("revocation.list", object_of(signature),
                           "Whether the signer's certificate was revoked is not known: " + status.why + ".");
    return;
  }
  if (time_us <= status.good_until_us) {
    findings_.check(true, "revocation.list", object_of(signature), "");
  } else if (lists_wanted_) {
    findings_.impossible("revocation.list", object_of(signature),
                         "Whether the certificate of " + subject_of(signature.certificate) +
                             " was revoked is not known: the newest list had ended by " +
                             base::format_utc_for_people(status.good_until_us) + ".");
  }
}

void Judge::by_lists(const SignatureRecord& signature, const KeyHistory::Standing* standing,
                     const ChainResult& chain) {
  const ChainStatus& status = lists_.status_of(chain.links);
  const std::optional<NotAfter> latest = not_after_ ? not_after_(signature.entry) : std::nullopt;
  if (!status.revoked_since_us) {
    if (chain.links.size() > 1)
      ask_for_list(signature, status, latest ? latest->utc_us : signature.claimed_us);
    return;
  }
  // A stolen key signs any date; so the time that an entry claims says nothing. What stands before the
  // revocation was there at a trusted time, or below the checkpoint that two custodians called good.
  const bool by_time = latest && latest->utc_us < *status.revoked_since_us;
  const bool by_custodians =
      standing != nullptr && standing->revoked_by && signature.entry < standing->last_good_size;
  findings_.check(by_time || by_custodians, "signature.revoked", object_of(signature),
                  "The certificate of " + status.why +
                      ", and nothing that you trust shows that the entry was there before.");
  if (by_custodians && !by_time)
    statements_.insert(
        "The certificate of " + status.why +
        "; that its entries are older is the word of the custodians who revoked it in the ledger.");
}

void Judge::judge(const SignatureRecord& signature) {
  const KeyHistory::Standing* standing = keys_.standing(signature.certificate_sha256);
  if (!stands_by_ledger(signature, standing)) return;
  const ChainResult& chain = chains_.judge(signature.certificate, signature.certificate_sha256);
  if (chain.outcome == ChainOutcome::trusted) by_lists(signature, standing, chain);
}

}  // namespace

std::vector<std::string> check_revocations(const std::vector<SignatureRecord>& signatures,
                                           const KeyHistory& keys, Chains& chains, RevocationLists& lists,
                                           bool lists_wanted, const NotAfterOf& not_after,
                                           Findings& findings) {
  Judge judge(keys, chains, lists, lists_wanted, not_after, findings);
  for (const SignatureRecord& signature : signatures) judge.judge(signature);
  return judge.statements();
}

}  // namespace custody
