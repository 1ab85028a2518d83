// SPDX-License-Identifier: Apache-2.0
// A person whose certificate is by an authority that is below a root.
#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "chain-of-custody/identity_certificate.h"
#include "chain-of-custody/identity_files.h"
#include "chain-of-custody/signer_key.h"

namespace support {

struct BelowARoot {
  base::Buffer root, authority, person;     // certificates, DER
  std::unique_ptr<custody::Signer> signer;  // who brings the authority's along
};

inline base::Buffer certified(const std::string& name, const custody::SigningKey& key,
                              custody::CertificateUse use, const base::Buffer& issuer,
                              const custody::SigningKey& issuer_key) {
  constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000;
  const custody::NameHandle subject = custody::name_of({"KH", "Police", name});
  const custody::KeyHandle public_key = key.public_key();
  const custody::CertificateHandle above = issuer.empty() ? nullptr : custody::parse_certificate(issuer);
  const std::int64_t now = base::now_utc_us();
  return custody::make_certificate({subject.get(), public_key.get(), use, now, now + 90 * kDay, above.get()},
                                   issuer_key);
}

inline BelowARoot below_a_root(const std::string& root_name = "Root") {
  using custody::CertificateUse;
  const auto fresh = [] { return custody::local_key(custody::generate_key(custody::KeyKind::p256)); };
  const auto root_key = fresh(), authority_key = fresh();
  auto person_key = fresh();
  BelowARoot made;
  made.root = certified(root_name, *root_key, CertificateUse::authority, {}, *root_key);
  made.authority = certified("Authority", *authority_key, CertificateUse::authority, made.root, *root_key);
  made.person = certified("Officer", *person_key, CertificateUse::signing, made.authority, *authority_key);
  made.signer = custody::signer_with(std::move(person_key), made.person, {made.authority});
  return made;
}

}  // namespace support
