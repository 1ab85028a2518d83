// SPDX-License-Identifier: Apache-2.0
// From a signer's certificate to the verifier's own anchors (RFC 5280 path validation by OpenSSL, offline).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/digest.h"

namespace custody {

enum class ChainOutcome {
  trusted,    // reaches an anchor
  untrusted,  // may well be genuine; no anchor of the verifier reaches it
  unfit,      // a certificate that must not sign: an authority's, one for another use, a broken chain
};

struct ChainResult {
  ChainOutcome outcome = ChainOutcome::untrusted;
  std::string why;  // in words, where it is not trusted
  // When all certificates of the chain were valid, in microseconds UTC.
  std::int64_t not_before_us = 0, not_after_us = 0;
  std::vector<base::Buffer> links;  // where it is trusted: from the signer's to the anchor, DER
};

struct Validity {
  std::int64_t not_before_us = 0, not_after_us = 0;
};
Validity validity_of(base::Bytes certificate_der);

// The certificates among these that lie between a signer and his authority's root, each the issuer of the one
// before it; without the root, and without what leads nowhere. Nothing is believed of them.
std::vector<base::Buffer> issuers_between(base::Bytes signer_der, const std::vector<base::Buffer>& among);

// Judges each certificate once. Not for use by two threads at once.
class Chains {
 public:
  // `others` may stand between signers and anchors; nothing is believed because of them. What cannot be read
  // is passed over: the signer whose chain needs it is then unknown.
  Chains(const std::vector<base::Buffer>& anchors, const std::vector<base::Buffer>& others);
  ~Chains();
  const ChainResult& judge(base::Bytes certificate) { return judge(certificate, base::sha256(certificate)); }
  const ChainResult& judge(base::Bytes certificate, const base::Digest& its_sha256);

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::map<base::Digest, ChainResult> judged_;
};

}  // namespace custody
