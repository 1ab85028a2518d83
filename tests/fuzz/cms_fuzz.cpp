// SPDX-License-Identifier: Apache-2.0
// Signatures of people. What the strict reader takes and finds good, OpenSSL's CMS finds good too, with the
// same certificate and time, and writes as the same bytes; what OpenSSL refuses, the reader does not find
// good. And nobody is trusted who is not an anchor or vouched for by one.
#include <ctime>
#include <optional>

#include <openssl/x509v3.h>

#include "chain-of-custody/chain.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/openssl.h"
#include "cms_input.h"
#include "fixed_people.h"
#include "promise.h"

namespace {

using base::Bytes;
using custody::ActorSignature;
using fuzz::must;

const Bytes kContent = base::as_bytes(fuzz::kSignedContent);

std::optional<ActorSignature> read(Bytes input) {
  try {
    return custody::read_actor_signature(input);
  } catch (const custody::ProfileError&) {
    return std::nullopt;
  }
}

// Nothing where the certificate's key is not one of the profile.
std::optional<bool> verifies(const ActorSignature& signature) {
  try {
    return custody::SignerKeys().verify(signature, kContent);
  } catch (const custody::ProfileError&) {
    return std::nullopt;
  }
}

custody::CmsHandle parsed_by_openssl(Bytes input) {
  const unsigned char* at = custody::data_of(input);
  custody::CmsHandle cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(input.size())));
  if (cms && at != custody::data_of(input) + input.size()) return nullptr;
  return cms;
}

bool openssl_verifies(CMS_ContentInfo* cms) {
  const custody::BioHandle content = custody::reading_bio(kContent);
  const bool good = CMS_verify(cms, nullptr, nullptr, content.get(), nullptr,
                               CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY | CMS_DETACHED) == 1;
  custody::crypto_error("", "");  // empties OpenSSL's queue
  return good;
}

std::int64_t signing_time_by_openssl(CMS_SignerInfo* signer) {
  const int at = CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1);
  const ASN1_TYPE* value = X509_ATTRIBUTE_get0_type(CMS_signed_get_attr(signer, at), 0);
  must(value->type == V_ASN1_UTCTIME || value->type == V_ASN1_GENERALIZEDTIME);
  return custody::utc_us_of(value->value.asn1_string);
}

void compare(CMS_ContentInfo* cms, Bytes input, const ActorSignature& ours) {
  unsigned char* encoded = nullptr;
  const int size = i2d_CMS_ContentInfo(cms, &encoded);
  must(size > 0 && base::as_text({reinterpret_cast<std::byte*>(encoded), static_cast<std::size_t>(size)}) ==
                       base::as_text(input));
  OPENSSL_free(encoded);
  STACK_OF(CMS_SignerInfo)* const signers = CMS_get0_SignerInfos(cms);
  must(sk_CMS_SignerInfo_num(signers) == 1);
  must(signing_time_by_openssl(sk_CMS_SignerInfo_value(signers, 0)) == ours.signing_time_us);
  STACK_OF(X509)* const certificates = CMS_get0_signers(cms);
  must(sk_X509_num(certificates) == 1 && custody::der_of(sk_X509_value(certificates, 0)) == ours.certificate);
  sk_X509_free(certificates);
}

void check_chain(const ActorSignature& signature) {
  custody::Chains chains({fuzz::officer().certificate, fuzz::authority().certificate}, {});
  const auto& chain = chains.judge(signature.certificate);
  must(chain.outcome == custody::ChainOutcome::trusted || !chain.why.empty());
  if (chain.outcome == custody::ChainOutcome::trusted)
    must(chain.links.front() == signature.certificate &&
         (signature.certificate == fuzz::officer().certificate ||
          chain.links.back() == fuzz::authority().certificate));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = fuzz::bytes_of(data, size);
  const auto ours = read(input);
  if (!ours) return 0;
  must(ours->certificate_sha256 == base::sha256(ours->certificate));
  const auto good = verifies(*ours);
  if (!good) return 0;
  const custody::CmsHandle cms = parsed_by_openssl(input);
  must(*good == (cms && ours->message_digest == base::sha256(kContent) && openssl_verifies(cms.get())));
  if (!*good) return 0;
  compare(cms.get(), input, *ours);
  check_chain(*ours);
  return 0;
}
