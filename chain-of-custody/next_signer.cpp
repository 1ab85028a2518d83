// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/next_signer.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/merkle.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/revocation.h"

namespace custody {
namespace {

constexpr char kGoOn[] = "a new ledger can go on from a copy of this one (holdfast case continue)";

// Certificates that entries name or hold, by digest; who may sign is for the history of keys to say.
class Admitted {
 public:
  explicit Admitted(const LedgerContent& content) {
    for (const base::Buffer& der : content.certificates) known_.emplace(base::sha256(der), der);
    for (const Entry& entry : content.entries) {
      follow(open_body(entry).body);
      leaf_hashes_.push_back(base::leaf_hash(entry.leaf));
    }
  }
  std::vector<AdmittedSigner> signers() const {
    std::vector<AdmittedSigner> signers;
    for (const auto& [digest, der] : known_) {
      if (!history_.may_sign(digest)) continue;
      try {
        const Validity validity = validity_of(der);
        signers.push_back({der, validity.not_before_us, validity.not_after_us});
      } catch (const base::Error&) {
        continue;  // nobody signs with what is no certificate
      }
    }
    std::ranges::sort(signers, std::ranges::greater{}, &AdmittedSigner::until_us);
    return signers;
  }

 private:
  void follow(const base::Json& body) {
    try {
      if (leaf_hashes_.empty()) admit_parties(body);
      if (body.at("act").text() == "key.add") {
        base::Buffer der = base::from_base64(body.at("certificate").text());
        const base::Digest digest = base::sha256(der);
        known_.emplace(digest, std::move(der));
      }
    } catch (const std::invalid_argument&) {
      return;  // no base64, no digest: `verify` reports it, and it admits nobody
    }
    history_.follow(body, leaf_hashes_, {}, findings_);
  }
  void admit_parties(const base::Json& genesis) {
    for (const base::Json& party : genesis.at("parties").items())
      if (!is_on_paper(party)) history_.admit(base::digest_from_hex(party_digest(party)));
  }

  VerifyReport unused_;
  Findings findings_{unused_};
  KeyHistory history_;
  std::map<base::Digest, base::Buffer> known_;
  std::vector<base::Digest> leaf_hashes_;
};

std::string in_words(Lasting lasting, std::size_t signers) {
  if (lasting == Lasting::ended)
    return std::string(
               "Nobody who may sign can add an entry any more, not even a time-stamp or another key; ") +
           kGoOn + ".";
  if (lasting == Lasting::lasts)
    return "Until this day somebody who may sign can admit others and take time-stamps.";
  return std::string("This is the ") +
         (signers == 1 ? "only certificate" : "last certificate to end of those") +
         " that may sign here: after this day no entry can be added, not even a time-stamp. Now: admit a key "
         "that "
         "lasts longer (holdfast ledger add-key CERT.pem), and take a time-stamp (holdfast ledger "
         "timestamp).";
}

}  // namespace

std::vector<AdmittedSigner> admitted_signers(const LedgerContent& content) {
  return Admitted(content).signers();
}

ArchiveLine entries_to_come(const LedgerContent& content, std::int64_t now_us, std::int64_t horizon_us) {
  const std::vector<AdmittedSigner> signers = admitted_signers(content);
  if (signers.empty())
    return {"entries to come", "nobody may sign", "", now_us, Lasting::ended, in_words(Lasting::ended, 0)};
  const AdmittedSigner& last = signers.front();
  const Lasting lasting = last.until_us < now_us       ? Lasting::ended
                          : last.until_us < horizon_us ? Lasting::due
                                                       : Lasting::lasts;
  return {"entries to come",
          subject_of(last.certificate) + ", certificate " + fingerprint_of(last.certificate).substr(0, 16),
          std::to_string(signers.size()) + " may sign",
          last.until_us,
          lasting,
          in_words(lasting, signers.size())};
}

}  // namespace custody
