// SPDX-License-Identifier: Apache-2.0
// Whether a time-stamp token proves what it says, to a verifier with trust of his own: the signature, the
// authority's certificate, and its way to one of the verifier's time authorities, at the time of the token.
// Checks of our own stand beside those of OpenSSL's TS API; a token is trusted where both agree. Opens no
// socket. Not for use by two threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chain-of-custody/timestamp.h"

namespace custody {

enum class TokenOutcome {
  trusted,
  untrusted,  // sound, and no time authority of the verifier reaches it, or one that was revoked
  unfit,      // proves nothing to anybody: `why` says what is wrong with it
};

struct TokenJudgement {
  TokenOutcome outcome = TokenOutcome::unfit;
  std::string why;        // in words, where it is not trusted
  std::string authority;  // the signer's subject, also where it is not trusted
  // The end of the first certificate in the chain to end, in microseconds UTC: from then on its authority
  // says nothing any more of the key, and the token proves no time. Where it is untrusted, the end of the
  // signer's certificate.
  std::int64_t proves_until_us = 0;
};

class TimeAuthorities {
 public:
  // DER: the verifier's anchors, and lists of revoked certificates that he has. Throws Error(crypto) where
  // one cannot be read.
  TimeAuthorities(const std::vector<base::Buffer>& anchors, const std::vector<base::Buffer>& crls);
  ~TimeAuthorities();
  bool empty() const;
  // The token against the digest that it should be of.
  TokenJudgement judge(const TimeToken& token, const base::Digest& imprint) const;
  // As above, and the token answers this very question.
  TokenJudgement judge(const TimeToken& token, const TimeQuery& query) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace custody
