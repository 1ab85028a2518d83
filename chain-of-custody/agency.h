// SPDX-License-Identifier: Apache-2.0
// A small certificate authority that works without a network, for an agency that has none: it certifies its
// people's keys, revokes them, and signs the list of what is revoked. In <folder>/<name>: ca.key.pem
// (encrypted), ca.cert.pem, index.json (what was issued, by serial number), issued/<serial>.pem.
// Thread rule: one thread per Agency; processes wait for each other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "chain-of-custody/identity.h"

namespace custody {

struct AgencyRequest {
  std::string name;  // file-safe: [a-z0-9-]{1,40}
  std::string common_name, organisation, country;
  int valid_days = 3650;
  KeyKind key = KeyKind::p256;
};
// Refuses to overwrite.
void make_agency(const std::filesystem::path& folder, const AgencyRequest& request,
                 const std::string& passphrase);
std::vector<std::string> list_agencies(const std::filesystem::path& folder);

enum class CertificateRole { signer, sealer, time };
std::string_view name_of(CertificateRole role);
std::optional<CertificateRole> certificate_role(std::string_view name);

// RFC 5280 §5.3.1, those that an agency can have.
enum class RevocationReason {
  unspecified = 0,
  key_compromise = 1,
  affiliation_changed = 3,
  superseded = 4,
  cessation_of_operation = 5
};
std::string_view name_of(RevocationReason reason);  // "unspecified", "key-compromise", …
std::optional<RevocationReason> revocation_reason(std::string_view name);

struct IssuedCertificate {
  std::string serial, fingerprint;  // hexadecimal
  std::string subject;
  CertificateRole role = CertificateRole::signer;
  std::string not_before, not_after;  // UTC
  struct Revoked {
    std::string at, since;  // UTC: when it was entered, and from when on the key is not trusted
    RevocationReason reason = RevocationReason::unspecified;
  };
  std::optional<Revoked> revoked;
};

// What a request asks for, for whoever decides.
struct RequestFacts {
  std::string subject, key;  // "P-256"
};
// PEM or DER. Error(crypto) where it is not signed by the key that it names, or the key is of a kind that
// does not sign here.
RequestFacts request_facts(base::Bytes request);

class Agency {
 public:
  Agency(const std::filesystem::path& folder, const std::string& name);  // Error(not_found)
  base::Buffer certificate() const;                                      // DER
  std::vector<IssuedCertificate> issued() const;

  using Passphrase = std::function<std::string()>;
  // A certificate for the key of this request: DER. Of the request only subject and key are taken. At most
  // 730 days, for time-stamping 3650, and never longer than the authority's own.
  base::Buffer issue(base::Bytes request, CertificateRole role, int days, const Passphrase& passphrase);
  // Enters it into the index; the next list will hold it. Error(not_found) where this authority did not issue
  // it, Error(conflict) where it is revoked already.
  IssuedCertificate revoke(base::Bytes certificate, RevocationReason reason,
                           std::optional<std::int64_t> since_us);
  // A list of all that is revoked, good for so many days: DER. Each has a higher number.
  base::Buffer make_list(int days, const Passphrase& passphrase);

 private:
  std::filesystem::path home_;
};

std::string list_to_pem(base::Bytes der);

}  // namespace custody
