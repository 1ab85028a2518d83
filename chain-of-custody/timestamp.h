// SPDX-License-Identifier: Apache-2.0
// Time-stamps by RFC 3161: what a time authority is asked about a ledger, and how its answer is taken apart.
// Whether an answer proves anything is judged in time_authority.h. Pure functions.
#pragma once

#include <stdexcept>
#include <string>

#include "base/digest.h"
#include "chain-of-custody/note.h"

namespace custody {

inline constexpr std::size_t kMaximalTimeStamp = 64 * 1024;

// The bytes are no time-stamp that counts; the sentence says why.
class TimeStampError : public std::runtime_error {
 public:
  explicit TimeStampError(const std::string& what) : std::runtime_error(what) {}
};

// What a token over a ledger is taken of: the checkpoint's text, an empty line, the signature line of the
// ledger's own key, and nothing else. An Ed25519 signature has one form only, so everybody who holds the
// checkpoint computes the same bytes, whatever cosignatures he has. Throws NoteError where no line of this
// key verifies.
std::string checkpoint_min(const SignedNote& note, const NoteKey& key);

// A question (RFC 3161 §2.4.1): version 1, SHA-256, 64 random bits, certificate wanted.
struct TimeQuery {
  base::Digest imprint;
  base::Buffer nonce;  // the content of a DER INTEGER
  base::Buffer der;
};
TimeQuery make_query(const base::Digest& imprint);

// A token as it says of itself; nothing is believed yet. Read strictly: DER, version 3, one signer, a
// SHA-256 imprint, signed attributes with ESSCertIDv2 (RFC 5816) over the signer's certificate, which is in
// the token.
struct TimeToken {
  base::Buffer der;                // of the whole ContentInfo
  base::Buffer info;               // TSTInfo, what is signed
  base::Digest imprint;            // SHA-256
  base::Buffer nonce;              // as in TimeQuery; empty where there is none
  std::int64_t time_us = 0;        // genTime, microseconds UTC
  std::int64_t accuracy_us = 0;    // the authority's own bound, either way; 0 where it states none
  base::Buffer certificate;        // DER, the signer's
  std::string digest;              // OpenSSL's name of what the signer hashed with: "SHA256" …
  bool with_rsa = false;           // else ECDSA
  base::Buffer signed_attributes;  // as a DER SET: what the signature is over
  base::Buffer signature;
  // When the token was made at the latest, and at the earliest, if the authority is right.
  std::int64_t latest_us() const { return time_us + accuracy_us; }
  std::int64_t earliest_us() const { return time_us - accuracy_us; }
};
TimeToken read_token(base::Bytes der);  // throws TimeStampError

// An authority's reply (TimeStampResp), or a bare token: the token in it. A rejection is a TimeStampError
// with the authority's own words; so is a reply without a token, whatever `openssl ts -reply` returns.
TimeToken read_reply(base::Bytes der);

}  // namespace custody
