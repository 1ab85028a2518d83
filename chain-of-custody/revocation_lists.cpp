// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/revocation_lists.h"

#include <algorithm>
#include <limits>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/openssl.h"

namespace custody {
namespace {

using ListHandle = std::unique_ptr<X509_CRL, base::Free<X509_CRL_free>>;
using DateHandle = std::unique_ptr<ASN1_GENERALIZEDTIME, base::Free<ASN1_GENERALIZEDTIME_free>>;

std::int64_t since_of(const X509_REVOKED* entry) {
  const std::int64_t entered = utc_us_of(X509_REVOKED_get0_revocationDate(entry));
  const DateHandle invalid(static_cast<ASN1_GENERALIZEDTIME*>(
      X509_REVOKED_get_ext_d2i(entry, NID_invalidity_date, nullptr, nullptr)));
  return invalid ? std::min(entered, utc_us_of(invalid.get())) : entered;
}

// Throws Error(crypto) where it states a time that is none: OpenSSL takes any text for one.
void read_times(X509_CRL* list) {
  utc_us_of(X509_CRL_get0_lastUpdate(list));
  if (const ASN1_TIME* next = X509_CRL_get0_nextUpdate(list)) utc_us_of(next);
  const STACK_OF(X509_REVOKED)* const entries = X509_CRL_get_REVOKED(list);
  for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) since_of(sk_X509_REVOKED_value(entries, i));
}

ListHandle parse_list(base::Bytes der) {
  const unsigned char* at = data_of(der);
  ListHandle list(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  if (!list || at != data_of(der) + der.size())
    throw crypto_error(base::say("a list of revoked certificates cannot be read"),
                       base::say("Nothing was changed. Use another list."));
  read_times(list.get());
  return list;
}

// Lists of a part of the certificates, of changes only, or of another's certificates say so in a critical
// extension (RFC 5280 §5.2.4, §5.2.5); we read none of them.
bool is_complete(const X509_CRL* list) {
  return X509_CRL_get_ext_by_critical(list, 1, -1) < 0 &&
         X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) < 0;
}

bool is_signed_by(X509_CRL* list, X509* issuer) {
  const bool same_name = X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer)) == 0;
  const bool good = same_name && (X509_get_key_usage(issuer) & KU_CRL_SIGN) != 0 &&
                    X509_CRL_verify(list, X509_get0_pubkey(issuer)) == 1;
  if (!good) ERR_clear_error();
  return good;
}

}  // namespace

struct RevocationLists::List {
  ListHandle handle;
  std::int64_t next_update_us;
};

RevocationLists::RevocationLists() = default;
RevocationLists::~RevocationLists() = default;

ListFacts facts_of_list(base::Bytes der) {
  const ListHandle list = parse_list(der);
  const BioHandle out = memory_bio();
  X509_NAME_print_ex(out.get(), X509_CRL_get_issuer(list.get()), 0,
                     XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  ListFacts facts{std::string(base::as_text(bytes_of(out.get()))),
                  utc_us_of(X509_CRL_get0_lastUpdate(list.get())), std::nullopt};
  if (const ASN1_TIME* next = X509_CRL_get0_nextUpdate(list.get())) facts.next_update_us = utc_us_of(next);
  return facts;
}

base::Buffer list_from_file(base::Bytes file) {
  const BioHandle in = reading_bio(file);
  const ListHandle list(PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();  // where it is DER, OpenSSL minds
  if (!list) {
    parse_list(file);
    return base::to_buffer(file);
  }
  base::Buffer der(static_cast<std::size_t>(i2d_X509_CRL(list.get(), nullptr)));
  unsigned char* at = data_of(der);
  i2d_X509_CRL(list.get(), &at);
  parse_list(der);
  return der;
}

void RevocationLists::add(const std::vector<base::Buffer>& lists) {
  for (const base::Buffer& der : lists) {
    try {
      ListHandle list = parse_list(der);
      const ASN1_TIME* next = X509_CRL_get0_nextUpdate(list.get());
      // Without a next update nobody can tell how long it speaks (RFC 5280 §5.1.2.5 demands one).
      if (next == nullptr || !is_complete(list.get())) continue;
      const std::int64_t until = utc_us_of(next);
      lists_.push_back(std::make_unique<List>(List{std::move(list), until}));
    } catch (const base::Error&) {
      // Reported where it came from: `crl.form` of the entry, or the loading of the verifier's folder.
      continue;
    }
  }
  known_.clear();
}

void RevocationLists::ask(const base::Buffer& certificate, const base::Buffer& issuer, ChainStatus& status) {
  const CertificateHandle asked = parse_certificate(certificate);
  const CertificateHandle above = parse_certificate(issuer);
  std::int64_t good_until = std::numeric_limits<std::int64_t>::min();
  for (const auto& list : lists_) {
    if (!is_signed_by(list->handle.get(), above.get())) continue;
    good_until = std::max(good_until, list->next_update_us);
    X509_REVOKED* entry = nullptr;
    if (X509_CRL_get0_by_cert(list->handle.get(), &entry, asked.get()) == 0) continue;
    const std::int64_t since = since_of(entry);
    if (status.revoked_since_us.value_or(since) < since) continue;
    status.revoked_since_us = since;
    status.why = subject_of(certificate) + " was revoked by " + subject_of(issuer) + " as of " +
                 base::format_utc_for_people(since);
  }
  const bool found = good_until > std::numeric_limits<std::int64_t>::min();
  status.any_list |= found;
  status.every_list &= found;
  status.good_until_us = std::min(status.good_until_us, good_until);
  if (!found && !status.revoked_since_us)
    status.why = "there is no list of " + subject_of(issuer) + ", who issued the certificate of " +
                 subject_of(certificate);
}

const ChainStatus& RevocationLists::status_of(const std::vector<base::Buffer>& links) {
  const auto [at, is_new] = known_.try_emplace(links.empty() ? base::Digest{} : base::sha256(links.front()));
  ChainStatus& status = at->second;
  if (!is_new) return status;
  status.good_until_us = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i + 1 < links.size(); ++i) ask(links[i], links[i + 1], status);
  return status;
}

}  // namespace custody
