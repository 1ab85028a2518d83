// SPDX-License-Identifier: Apache-2.0
// Verification: reads bytes and the verifier's own trust anchors, returns named checks. Opens no socket,
// follows no link, writes nothing; a bundle's own keys never make it VERIFIED. What each check means:
// docs/verification.md.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "chain-of-custody/known_checkpoint.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/policy.h"

namespace custody {

enum class Outcome { passed, failed, not_possible };
enum class Verdict { verified, verified_in_part, not_proven, damaged };
std::string_view name_of(Verdict verdict);  // "VERIFIED", "VERIFIED IN PART", "NOT PROVEN", "DAMAGED"

struct Check {
  std::string code;    // stable: "leaf.seq", "signature.chain", "manifest.file", …
  std::string object;  // what it is about: "entry 17", "data/report/index.html"
  std::string what;    // one sentence
  Outcome outcome = Outcome::passed;
};

struct VerifyReport {
  std::string subject;
  std::vector<Check> checks;            // failed and not possible ones in full, passed ones too
  std::vector<std::string> statements;  // what holds, in words: withheld counts, claimed times, who signed
  bool anything_withheld = false;
  void pass(std::string code, std::string object, std::string what);
  void fail(std::string code, std::string object, std::string what);
  void impossible(std::string code, std::string object, std::string what);
  // DAMAGED if anything failed; NOT PROVEN if anything was not possible or nothing was checked; else by what
  // is withheld.
  Verdict verdict() const;
  base::Json to_json() const;
};

// For people: what did not hold or could not be checked (`all`: what held too), the statements, the verdict.
std::vector<std::string> in_words(const VerifyReport& report, bool all);

struct TrustAnchors {
  std::vector<base::Buffer> certificates;      // DER: CA roots, or people's own certificates, pinned
  std::vector<base::Buffer> time_authorities;  // DER: roots of those who make time-stamp tokens
  std::vector<base::Buffer> crls;              // DER
  std::optional<Policy> policy;                // the ledgers' witnesses, and how many it takes
  std::vector<KnownCheckpoint> checkpoints;    // kept from earlier
  void add(TrustAnchors more);                 // Error(usage) where both have a policy
};
// A PEM or DER file of certificates, or a folder: certificates (.pem .crt .cer .der), in `time/` those of
// time authorities, lists of revoked certificates (.crl), and at most one .policy.
TrustAnchors load_trust(const std::filesystem::path& pem_or_folder);

// The ledger alone: notes, leaves, tree, state, bodies, signatures, disclosures, acts. `whole` is false for
// an edition.
enum class Coverage { whole, edition };
void verify_ledger(const LedgerContent& content, Coverage coverage, const TrustAnchors& anchors,
                   VerifyReport& report);
// The same from the files that edition_files wrote, below `prefix` ("data/custody/station-a/").
LedgerContent ledger_from_files(const base::FileSet& files, const std::string& prefix, VerifyReport& report);

VerifyReport verify_bundle(const base::FileSet& bundle, const TrustAnchors& anchors);
// A ledger's own folder, or a copy of it: ledger.db and what lies beside it.
VerifyReport verify_ledger_folder(const std::filesystem::path& folder, const TrustAnchors& anchors);
// Ledgers, segments against their `extract` entries, acquisition files against their `acquire.end` entries.
VerifyReport verify_case(const std::filesystem::path& case_folder, const TrustAnchors& anchors);

}  // namespace custody
