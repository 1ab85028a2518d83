// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/agency.h"

#include <algorithm>
#include <system_error>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/agency_index.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/identity_certificate.h"
#include "chain-of-custody/identity_files.h"
#include "chain-of-custody/key_file.h"

namespace custody {
namespace {

using base::ErrorKind;
using RequestHandle = std::unique_ptr<X509_REQ, base::Free<X509_REQ_free>>;

constexpr char kKeyFile[] = "ca.key.pem";
constexpr char kCertificateFile[] = "ca.cert.pem";
constexpr char kIssuedFolder[] = "issued";
constexpr auto kAdvice = base::phrase("Nothing was issued. Ask for another request.");
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000;
constexpr int kMaximalDays = 730, kMaximalDaysForTime = 3650;

RequestHandle read_request(base::Bytes bytes) {
  const BioHandle in = reading_bio(bytes);
  RequestHandle request(base::as_text(bytes).starts_with("-----BEGIN")
                            ? PEM_read_bio_X509_REQ(in.get(), nullptr, nullptr, nullptr)
                            : d2i_X509_REQ_bio(in.get(), nullptr));
  if (!request) throw crypto_error(base::say("the file is no request for a certificate (PKCS#10)"), kAdvice);
  if (X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())) != 1)
    throw crypto_error(base::say("the request is not signed by the key that it names"), kAdvice);
  scheme_of(X509_REQ_get0_pubkey(request.get()));
  if (X509_NAME_entry_count(X509_REQ_get_subject_name(request.get())) == 0)
    throw base::Error(ErrorKind::crypto, base::say("the request names nobody"), kAdvice);
  return request;
}

std::string serial_of(const X509* certificate) {
  BIGNUM* number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr);
  base::Buffer bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, data_of(bytes));
  BN_free(number);
  return base::to_hex(bytes);
}

CertificateUse use_of(CertificateRole role) {
  switch (role) {
    case CertificateRole::signer:
      return CertificateUse::signing;
    case CertificateRole::sealer:
      return CertificateUse::sealing;
    case CertificateRole::time:
      return CertificateUse::time_stamping;
  }
  return CertificateUse::signing;
}

void check_days(CertificateRole role, int days) {
  const int most = role == CertificateRole::time ? kMaximalDaysForTime : kMaximalDays;
  if (days < 1 || days > most)
    throw base::Error(ErrorKind::usage,
                      base::say("a certificate of this kind is valid for 1 to {} days", most),
                      base::say("Nothing was issued. Give another number with --days."));
}

}  // namespace

void make_agency(const std::filesystem::path& folder, const AgencyRequest& request,
                 const std::string& passphrase) {
  KeyHandle key = generate_key(request.key);
  const base::Buffer pem = key_pem(key.get(), passphrase);
  const NameHandle subject = name_of({request.country, request.organisation, request.common_name});
  const auto signing = local_key(std::move(key));
  const KeyHandle public_key = signing->public_key();
  const std::int64_t now = base::now_utc_us();
  const base::Buffer certificate =
      make_certificate({subject.get(), public_key.get(), CertificateUse::authority, now,
                        now + request.valid_days * kDay, nullptr},
                       *signing);
  const std::filesystem::path home = make_home(folder, request.name);
  std::filesystem::create_directory(home / kIssuedFolder);
  write_agency_index(home, {});
  base::write_new_durably(home / kKeyFile, pem, 0600);
  // The certificate last: a folder without one is no authority, and nothing was signed by its key.
  base::write_new_durably(home / kCertificateFile, base::as_bytes(certificate_to_pem(certificate)), 0600);
  base::sync_folder(folder);
}

std::vector<std::string> list_agencies(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  if (!std::filesystem::exists(folder)) return names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (std::filesystem::exists(entry.path() / kCertificateFile))
      names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

RequestFacts request_facts(base::Bytes bytes) {
  const RequestHandle request = read_request(bytes);
  const BioHandle out = memory_bio();
  X509_NAME_print_ex(out.get(), X509_REQ_get_subject_name(request.get()), 0,
                     XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  return {std::string(base::as_text(bytes_of(out.get()))),
          scheme_of(key) == SignatureScheme::ecdsa_p256_sha256
              ? "P-256"
              : "RSA " + std::to_string(EVP_PKEY_get_bits(key))};
}

Agency::Agency(const std::filesystem::path& folder, const std::string& name) : home_(folder / name) {
  check_identity_name(name);
  if (!std::filesystem::exists(home_ / kCertificateFile))
    throw base::Error(
        ErrorKind::not_found, base::say("there is no authority named \"{}\" on this station", name),
        base::say("Nothing was changed. `holdfast agency list` shows them; `agency new` makes one."));
}

base::Buffer Agency::certificate() const {
  return certificate_from_pem(base::as_text(base::read_file(home_ / kCertificateFile)));
}

std::vector<IssuedCertificate> Agency::issued() const {
  return read_agency_index(home_).issued;
}

base::Buffer Agency::issue(base::Bytes bytes, CertificateRole role, int days, const Passphrase& passphrase) {
  check_days(role, days);
  const RequestHandle request = read_request(bytes);
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  if (role == CertificateRole::sealer && scheme_of(key) != SignatureScheme::ecdsa_p256_sha256)
    throw base::Error(ErrorKind::crypto, base::say("a key to receive sealed things with must be P-256"),
                      kAdvice);
  const base::Buffer own = certificate();
  const CertificateHandle issuer = parse_certificate(own);
  const std::int64_t now = base::now_utc_us();
  const Validity validity = validity_of(own);
  if (now > validity.not_after_us || now < validity.not_before_us)
    throw base::Error(ErrorKind::crypto, base::say("the authority's own certificate is not valid now"),
                      base::say("Nothing was issued. Set the clock, or make a new authority."));
  const AgencyLock lock(home_);
  AgencyIndex index = read_agency_index(home_);
  const base::Buffer der =
      make_certificate({X509_REQ_get_subject_name(request.get()), key, use_of(role), now,
                        std::min(now + days * kDay, validity.not_after_us), issuer.get()},
                       *local_key(read_key(home_ / kKeyFile, passphrase)));
  const CertificateHandle made = parse_certificate(der);
  const Validity given = validity_of(der);
  const std::string serial = serial_of(made.get());
  index.issued.push_back({serial, fingerprint_of(der), subject_of(der), role,
                          base::format_utc(given.not_before_us), base::format_utc(given.not_after_us),
                          std::nullopt});
  // If the power fails after this line, the index names a certificate that nobody received: it can be
  // revoked like any other. The other way round there would be one that nobody knows of.
  write_agency_index(home_, index);
  base::write_new_durably(home_ / kIssuedFolder / (serial + ".pem"), base::as_bytes(certificate_to_pem(der)),
                          0600);
  return der;
}

IssuedCertificate Agency::revoke(base::Bytes certificate, RevocationReason reason,
                                 std::optional<std::int64_t> since_us) {
  const AgencyLock lock(home_);
  AgencyIndex index = read_agency_index(home_);
  const auto found =
      std::ranges::find(index.issued, fingerprint_of(certificate), &IssuedCertificate::fingerprint);
  if (found == index.issued.end())
    throw base::Error(
        ErrorKind::not_found,
        base::say("this authority did not issue the certificate of {}", subject_of(certificate)),
        base::say("Nothing was changed. Name the authority that did, with --agency."));
  if (found->revoked)
    throw base::Error(
        ErrorKind::conflict,
        base::say("the certificate of {} is revoked since {}", found->subject, found->revoked->since),
        base::say("Nothing was changed. The next list will name it: make one with `holdfast agency crl`."));
  const std::int64_t now = base::now_utc_us() / kSecond * kSecond;  // the list tells whole seconds
  if (since_us) since_us = *since_us / kSecond * kSecond;
  if (since_us.value_or(now) > now)
    throw base::Error(ErrorKind::usage, base::say("a key cannot be revoked from a time to come"),
                      base::say("Nothing was changed. Give an earlier time with --since."));
  found->revoked = {base::format_utc(now), base::format_utc(since_us.value_or(now)), reason};
  write_agency_index(home_, index);
  return *found;
}

}  // namespace custody
