// SPDX-License-Identifier: Apache-2.0
// People, a certificate authority and a time authority whose keys everybody can compute and whose signatures
// are the same every time, so that inputs mean the same on every machine. They sign what the room's own
// signers would never make, too. Thread rule: one thread.
#pragma once

#include <string>

#include "base/bytes.h"

namespace fuzz {

class Person {
 public:
  virtual ~Person() = default;
  virtual base::Buffer sign(base::Bytes message) const = 0;  // over its SHA-256
  virtual base::Buffer key_info() const = 0;                 // SubjectPublicKeyInfo, DER
  virtual base::Buffer algorithm() const = 0;                // of a signature in a certificate
  virtual base::Buffer cms_algorithm() const = 0;            // of a signature in a CMS
  base::Buffer certificate;                                  // DER
};

const Person& officer();         // P-256, vouches for himself
const Person& second_officer();  // RSA 3072, vouches for himself
const Person& authority();       // P-256, a CA
const Person& time_authority();  // P-256, vouched for by the CA, for time-stamps
const Person& investigator();    // P-256, vouched for by the CA

// A frame of to be signed, algorithm and signature: certificates and lists.
base::Buffer signed_by(const Person& issuer, base::Bytes to_be_signed);
// In the one form of cms_profile.h; the time as UTCTime has it, "260101000000Z".
base::Buffer cms_by(const Person& signer, base::Bytes content, const std::string& time = "260101000000Z");
// A token of RFC 3161 of this digest, by the time authority; the time as GeneralizedTime has it.
base::Buffer token_over(base::Bytes sha256, const std::string& time = "20260101000000Z");
// A list by the CA that revokes certificates by their serial numbers (one byte each).
base::Buffer list_of_revoked(std::string_view serials);

}  // namespace fuzz
