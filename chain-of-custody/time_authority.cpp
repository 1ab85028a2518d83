// SPDX-License-Identifier: Apache-2.0
// RFC 3161 §2.3 (one extended key usage, critical), §4 point 1 and 2 (revocation), RFC 5280 (paths).
#include "chain-of-custody/time_authority.h"

#include <algorithm>
#include <limits>

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/words.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/openssl.h"

namespace custody {
namespace {

using base::Bytes;
using StoreHandle = std::unique_ptr<X509_STORE, base::Free<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, base::Free<X509_STORE_CTX_free>>;
using CrlHandle = std::unique_ptr<X509_CRL, base::Free<X509_CRL_free>>;
using Pkcs7Handle = std::unique_ptr<PKCS7, base::Free<PKCS7_free>>;
using VerifyContext = std::unique_ptr<TS_VERIFY_CTX, base::Free<TS_VERIFY_CTX_free>>;
using UsageHandle = std::unique_ptr<EXTENDED_KEY_USAGE, base::Free<EXTENDED_KEY_USAGE_free>>;

constexpr std::int64_t kSecond = 1'000'000;

void clear_errors() {
  ERR_clear_error();
}

// "No anchor of mine reaches it": the ways in which OpenSSL says so.
bool means_unknown(int error) {
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
      return true;
    default:
      return false;
  }
}

// What the certificate of an authority must be, whoever vouches for it.
std::string unfitness(const X509* certificate) {
  int critical = -1;
  const UsageHandle usages(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, &critical, nullptr)));
  if (!usages) return "the authority's certificate is not one for time-stamping (no extended key usage)";
  if (sk_ASN1_OBJECT_num(usages.get()) != 1 ||
      OBJ_obj2nid(sk_ASN1_OBJECT_value(usages.get(), 0)) != NID_time_stamp)
    return "the authority's certificate is not one for time-stamping alone";
  if (critical != 1) return "the authority's certificate does not mark its time-stamping usage as critical";
  return {};
}

// The signature over the signed attributes, by the certificate's key.
bool signature_verifies(const TimeToken& token, X509* certificate) {
  const KeyHandle key(X509_get_pubkey(certificate));
  const DigestContext context(EVP_MD_CTX_new());
  const Bytes attributes = token.signed_attributes;
  const bool good = key && context && EVP_PKEY_is_a(key.get(), token.with_rsa ? "RSA" : "EC") == 1 &&
                    EVP_DigestVerifyInit_ex(context.get(), nullptr, token.digest.c_str(), nullptr, nullptr,
                                            key.get(), nullptr) == 1 &&
                    EVP_DigestVerify(context.get(), data_of(Bytes(token.signature)), token.signature.size(),
                                     data_of(attributes), attributes.size()) == 1;
  clear_errors();
  return good;
}

Pkcs7Handle pkcs7_of(const TimeToken& token) {
  const unsigned char* at = data_of(Bytes(token.der));
  Pkcs7Handle parsed(d2i_PKCS7(nullptr, &at, static_cast<long>(token.der.size())));
  clear_errors();
  return parsed && PKCS7_type_is_signed(parsed.get()) ? std::move(parsed) : Pkcs7Handle();
}

std::int64_t earliest_end(const STACK_OF(X509) * chain) {
  std::int64_t end = std::numeric_limits<std::int64_t>::max();
  for (int i = 0; i < sk_X509_num(chain); ++i)
    end = std::min(end, utc_us_of(X509_get0_notAfter(sk_X509_value(chain, i))));
  return end;
}

}  // namespace

struct TimeAuthorities::State {
  StoreHandle anchors{X509_STORE_new()};
  std::vector<CrlHandle> crls;
  bool any = false;

  int chain_error(PKCS7* token, X509* certificate, std::int64_t at_us, TokenJudgement& into) const;
  std::string revoked(const STACK_OF(X509) * chain, std::int64_t at_us) const;
  std::string second_voice(PKCS7* token, const TimeToken& read) const;
};

TimeAuthorities::TimeAuthorities(const std::vector<base::Buffer>& anchors,
                                 const std::vector<base::Buffer>& crls)
    : state_(std::make_unique<State>()) {
  if (!state_->anchors) throw std::bad_alloc();
  state_->any = !anchors.empty();
  for (const base::Buffer& der : anchors)
    X509_STORE_add_cert(state_->anchors.get(), parse_certificate(der).get());
  for (const base::Buffer& der : crls) {
    const unsigned char* at = data_of(Bytes(der));
    state_->crls.emplace_back(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
    if (!state_->crls.back())
      throw crypto_error(base::say("a list of revoked certificates cannot be read"),
                         base::say("Nothing was changed. Use another list."));
  }
}
TimeAuthorities::~TimeAuthorities() = default;

bool TimeAuthorities::empty() const {
  return !state_->any;
}

// A list counts where the issuer in the chain signed it. Its own dates do not matter: a later list knows more
// (RFC 3161 §4). Only where it gives one of the harmless reasons do tokens from before the revocation stand.
std::string TimeAuthorities::State::revoked(const STACK_OF(X509) * chain, std::int64_t at_us) const {
  for (int i = 0; i + 1 < sk_X509_num(chain); ++i) {
    X509* certificate = sk_X509_value(chain, i);
    EVP_PKEY* issuer_key = X509_get0_pubkey(sk_X509_value(chain, i + 1));
    for (const CrlHandle& crl : crls) {
      X509_REVOKED* entry = nullptr;
      if (X509_NAME_cmp(X509_CRL_get_issuer(crl.get()), X509_get_issuer_name(certificate)) != 0 ||
          X509_CRL_verify(crl.get(), issuer_key) != 1 ||
          X509_CRL_get0_by_cert(crl.get(), &entry, certificate) != 1)
        continue;
      int found = -1;
      using Enumerated = std::unique_ptr<ASN1_ENUMERATED, base::Free<ASN1_ENUMERATED_free>>;
      const Enumerated reason(
          static_cast<ASN1_ENUMERATED*>(X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, &found, nullptr)));
      const long number = reason ? ASN1_ENUMERATED_get(reason.get()) : -1;
      const bool harmless = number == CRL_REASON_UNSPECIFIED || number == CRL_REASON_AFFILIATION_CHANGED ||
                            number == CRL_REASON_SUPERSEDED || number == CRL_REASON_CESSATION_OF_OPERATION;
      if (!harmless || utc_us_of(X509_REVOKED_get0_revocationDate(entry)) <= at_us)
        return "a certificate of the authority was revoked";
    }
  }
  return {};
}

// Zero where the certificate reaches an anchor at that time. Not X509_V_FLAG_X509_STRICT: roots of time
// authorities are old, and some lack identifiers that RFC 5280 wants; the verifier chose them himself.
int TimeAuthorities::State::chain_error(PKCS7* token, X509* certificate, std::int64_t at_us,
                                        TokenJudgement& into) const {
  const StoreContext context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), anchors.get(), certificate, token->d.sign->cert) != 1)
    throw std::bad_alloc();
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(at_us / kSecond));
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_TIMESTAMP_SIGN);
  X509_VERIFY_PARAM_set_auth_level(parameters, 2);  // 112 bits: no SHA-1, no RSA below 2048
  const bool good = X509_verify_cert(context.get()) == 1;
  const int error = good ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
  if (good) {
    into.proves_until_us = earliest_end(X509_STORE_CTX_get0_chain(context.get()));
    into.why = revoked(X509_STORE_CTX_get0_chain(context.get()), at_us);
  }
  clear_errors();
  return error;
}

// OpenSSL's own verification of a token. TS_VFY_SIGNATURE must be asked for: without it nothing is verified.
std::string TimeAuthorities::State::second_voice(PKCS7* token, const TimeToken& read) const {
  const VerifyContext context(TS_VERIFY_CTX_new());
  if (!context) throw std::bad_alloc();
  TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_SIGNATURE | TS_VFY_VERSION | TS_VFY_IMPRINT);
  auto* imprint = static_cast<unsigned char*>(OPENSSL_memdup(read.imprint.bytes.data(), 32));
  TS_VERIFY_CTX_set_imprint(context.get(), imprint, 32);  // owned by the context
  X509_STORE* store = anchors.get();
  X509_STORE_up_ref(store);
  X509_VERIFY_PARAM* parameters = X509_STORE_get0_param(store);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(read.time_us / kSecond));
  TS_VERIFY_CTX_set_store(context.get(), store);  // owned by the context
  const bool good = TS_RESP_verify_token(context.get(), token) == 1;
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  const std::string why = good ? "" : std::string("OpenSSL refuses it: ") + (reason ? reason : "no reason");
  clear_errors();
  return why;
}

TokenJudgement TimeAuthorities::judge(const TimeToken& token, const base::Digest& imprint) const {
  TokenJudgement result;
  try {
    result.authority = subject_of(token.certificate);
    if (token.imprint != imprint) {
      result.why = "the token is over other data";
      return result;
    }
    const CertificateHandle certificate = parse_certificate(token.certificate);
    const Pkcs7Handle parsed = pkcs7_of(token);
    result.proves_until_us = utc_us_of(X509_get0_notAfter(certificate.get()));
    if (!parsed || !signature_verifies(token, certificate.get())) {
      result.why = "the authority's signature is not good";
      return result;
    }
    result.why = unfitness(certificate.get());
    if (!result.why.empty()) return result;
    const int error = state_->chain_error(parsed.get(), certificate.get(), token.time_us, result);
    if (error != X509_V_OK) {
      result.outcome = means_unknown(error) ? TokenOutcome::untrusted : TokenOutcome::unfit;
      result.why = means_unknown(error) ? "none of your time authorities reaches its certificate"
                                        : X509_verify_cert_error_string(error);
      return result;
    }
    if (!result.why.empty()) {  // revoked: the token is what it was, and its authority's word is not
      result.outcome = TokenOutcome::untrusted;
      return result;
    }
    result.why = state_->second_voice(parsed.get(), token);
    if (result.why.empty()) result.outcome = TokenOutcome::trusted;
  } catch (const base::Error& error) {
    result.why = error.what();
  }
  return result;
}

TokenJudgement TimeAuthorities::judge(const TimeToken& token, const TimeQuery& query) const {
  TokenJudgement result = judge(token, query.imprint);
  if (result.outcome != TokenOutcome::unfit && token.nonce != query.nonce) {
    result.outcome = TokenOutcome::unfit;
    result.why = "the reply is to another question (its nonce is not the one that was asked with)";
  }
  return result;
}

}  // namespace custody
