// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/openssl.h"

#include <ctime>
#include <limits>

#include <openssl/err.h>

#include "base/words.h"

namespace custody {

base::Error crypto_error(const base::Said& attempt, const base::Said& advice) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return base::Error(base::ErrorKind::crypto, reason ? attempt + ": " + reason : attempt, advice);
}

BioHandle reading_bio(base::Bytes bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw base::Error(base::ErrorKind::crypto,
                      base::say("there are more bytes than one signature or envelope can hold"),
                      base::say("Nothing was changed. Check that this is the right file."));
  // No bytes may have no address, and OpenSSL refuses that.
  BioHandle bio(BIO_new_mem_buf(bytes.empty() ? "" : static_cast<const void*>(bytes.data()),
                                static_cast<int>(bytes.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

BioHandle memory_bio() {
  BioHandle bio(BIO_new(BIO_s_mem()));
  if (!bio) throw std::bad_alloc();
  return bio;
}

base::Buffer bytes_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return base::to_buffer(base::as_bytes(std::string_view(data, static_cast<std::size_t>(size))));
}

CertificateHandle parse_certificate(base::Bytes der) {
  const unsigned char* at = data_of(der);
  CertificateHandle certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate || at != data_of(der) + der.size())
    throw crypto_error(base::say("a certificate cannot be read"),
                       base::say("Nothing was changed. Use another certificate."));
  return certificate;
}

base::Buffer der_of(const X509* certificate) {
  base::Buffer der(static_cast<std::size_t>(i2d_X509(certificate, nullptr)));
  unsigned char* into = data_of(der);
  i2d_X509(certificate, &into);
  return der;
}

std::int64_t utc_us_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (!ASN1_TIME_to_tm(time, &parts))
    throw crypto_error(base::say("a time in a certificate cannot be read"),
                       base::say("Nothing was changed. Use another certificate."));
  return static_cast<std::int64_t>(timegm(&parts)) * 1'000'000;
}

}  // namespace custody
