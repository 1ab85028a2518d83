// SPDX-License-Identifier: Apache-2.0
// OpenSSL's objects with owners, and its errors as ours. For .cpp files of this room only.
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/handle.h"

namespace custody {

using KeyHandle = std::unique_ptr<EVP_PKEY, base::Free<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, base::Free<X509_free>>;
using BioHandle = std::unique_ptr<BIO, base::Free<BIO_free_all>>;
using CmsHandle = std::unique_ptr<CMS_ContentInfo, base::Free<CMS_ContentInfo_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, base::Free<EVP_MD_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, base::Free<EVP_PKEY_CTX_free>>;

// Error(crypto): the attempt, with OpenSSL's last reason; OpenSSL's queue is empty afterwards.
base::Error crypto_error(const base::Said& attempt, const base::Said& advice);

inline const unsigned char* data_of(base::Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* data_of(base::Buffer& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

BioHandle reading_bio(base::Bytes bytes);  // the bytes must outlive it
BioHandle memory_bio();
base::Buffer bytes_of(BIO* memory);

CertificateHandle parse_certificate(base::Bytes der);  // all of it; Error(crypto)
base::Buffer der_of(const X509* certificate);
// The instant of an ASN.1 time, in microseconds; Error(crypto) where it is none.
std::int64_t utc_us_of(const ASN1_TIME* time);

}  // namespace custody
