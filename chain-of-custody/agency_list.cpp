// SPDX-License-Identifier: Apache-2.0
// The list of what is revoked: RFC 5280 §5, version 2, with number and authority key identifier; each entry
// with its reason and, where the key was suspect before it was revoked, the invalidity date (§5.3.2).
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/agency.h"
#include "chain-of-custody/agency_index.h"
#include "chain-of-custody/key_file.h"
#include "chain-of-custody/openssl.h"

namespace custody {
namespace {

constexpr auto kAdvice = base::phrase("No list was made. Check the authority's folder and try again.");
using ListHandle = std::unique_ptr<X509_CRL, base::Free<X509_CRL_free>>;
using EntryHandle = std::unique_ptr<X509_REVOKED, base::Free<X509_REVOKED_free>>;
using TimeHandle = std::unique_ptr<ASN1_TIME, base::Free<ASN1_TIME_free>>;
using NumberHandle = std::unique_ptr<ASN1_INTEGER, base::Free<ASN1_INTEGER_free>>;

void require(bool worked) {
  if (!worked) throw crypto_error(base::say("a list of revoked certificates cannot be made"), kAdvice);
}

std::int64_t seconds_of(const std::string& utc) {
  const auto instant = base::parse_utc(utc);
  require(instant.has_value());
  return *instant / 1'000'000;
}

TimeHandle time_of(std::int64_t seconds) {
  TimeHandle time(ASN1_TIME_set(nullptr, seconds));
  require(time != nullptr);
  return time;
}

EntryHandle entry_of(const IssuedCertificate& one) {
  EntryHandle entry(X509_REVOKED_new());
  base::Buffer bytes = base::from_hex(one.serial);
  BIGNUM* big = BN_bin2bn(data_of(bytes), static_cast<int>(bytes.size()), nullptr);
  const NumberHandle serial(BN_to_ASN1_INTEGER(big, nullptr));
  BN_free(big);
  require(entry && serial && X509_REVOKED_set_serialNumber(entry.get(), serial.get()) == 1);
  const TimeHandle at = time_of(seconds_of(one.revoked->at));
  require(X509_REVOKED_set_revocationDate(entry.get(), at.get()) == 1);
  if (one.revoked->reason != RevocationReason::unspecified) {  // §5.3.1: left out where it says nothing
    const std::unique_ptr<ASN1_ENUMERATED, base::Free<ASN1_ENUMERATED_free>> reason(ASN1_ENUMERATED_new());
    require(reason && ASN1_ENUMERATED_set(reason.get(), static_cast<long>(one.revoked->reason)) == 1 &&
            X509_REVOKED_add1_ext_i2d(entry.get(), NID_crl_reason, reason.get(), 0, 0) == 1);
  }
  if (one.revoked->since != one.revoked->at) {
    const std::unique_ptr<ASN1_GENERALIZEDTIME, base::Free<ASN1_GENERALIZEDTIME_free>> since(
        ASN1_GENERALIZEDTIME_set(nullptr, seconds_of(one.revoked->since)));
    require(since && X509_REVOKED_add1_ext_i2d(entry.get(), NID_invalidity_date, since.get(), 0, 0) == 1);
  }
  return entry;
}

void add_extensions(X509_CRL* list, X509* issuer, std::int64_t number) {
  const NumberHandle value(ASN1_INTEGER_new());
  require(value && ASN1_INTEGER_set_int64(value.get(), number) == 1 &&
          X509_CRL_add1_ext_i2d(list, NID_crl_number, value.get(), 0, 0) == 1);
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, nullptr, nullptr, list, 0);
  X509_EXTENSION* identifier =
      X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always");
  require(identifier != nullptr && X509_CRL_add_ext(list, identifier, -1) == 1);
  X509_EXTENSION_free(identifier);
}

}  // namespace

base::Buffer Agency::make_list(int days, const Passphrase& passphrase) {
  if (days < 1 || days > 3650)
    throw base::Error(base::ErrorKind::usage, base::say("a list is good for 1 to 3650 days"),
                      base::say("No list was made. Give another number with --days."));
  const AgencyLock lock(home_);
  AgencyIndex index = read_agency_index(home_);
  const CertificateHandle issuer = parse_certificate(certificate());
  const KeyHandle key = read_key(home_ / "ca.key.pem", passphrase);
  const ListHandle list(X509_CRL_new());
  const std::int64_t now = base::now_utc_us() / 1'000'000;
  require(list && X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
          X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get())) == 1 &&
          X509_CRL_set1_lastUpdate(list.get(), time_of(now).get()) == 1 &&
          X509_CRL_set1_nextUpdate(list.get(), time_of(now + std::int64_t{days} * 86'400).get()) == 1);
  for (const IssuedCertificate& one : index.issued)
    if (one.revoked) require(X509_CRL_add0_revoked(list.get(), entry_of(one).release()) == 1);
  X509_CRL_sort(list.get());
  add_extensions(list.get(), issuer.get(), ++index.last_list);
  require(X509_CRL_sign(list.get(), key.get(), EVP_sha256()) > 0);
  // A number is used up before its list exists: two lists never share one.
  write_agency_index(home_, index);
  base::Buffer der(static_cast<std::size_t>(i2d_X509_CRL(list.get(), nullptr)));
  unsigned char* at = data_of(der);
  i2d_X509_CRL(list.get(), &at);
  return der;
}

std::string list_to_pem(base::Bytes der) {
  const unsigned char* at = data_of(der);
  const ListHandle list(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  const BioHandle out = memory_bio();
  require(list && PEM_write_bio_X509_CRL(out.get(), list.get()) == 1);
  return std::string(base::as_text(bytes_of(out.get())));
}

}  // namespace custody
