// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/chain.h"

#include <algorithm>
#include <limits>
#include <new>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "chain-of-custody/openssl.h"

namespace custody {
namespace {

using StoreHandle = std::unique_ptr<X509_STORE, base::Free<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, base::Free<X509_STORE_CTX_free>>;
void free_stack(STACK_OF(X509) * stack) {
  sk_X509_pop_free(stack, X509_free);
}
using StackHandle = std::unique_ptr<STACK_OF(X509), base::Free<free_stack>>;

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

// What a certificate of a person must be, whoever vouches for it.
std::string unfitness(X509* certificate) {
  const std::uint32_t flags = X509_get_extension_flags(certificate);
  if (flags & EXFLAG_INVALID) return "the certificate has an extension that cannot be read";
  if (flags & EXFLAG_CA) return "the certificate is an authority's, not a person's";
  const std::uint32_t usage = X509_get_key_usage(certificate);  // all bits where the extension is absent
  if (!(usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)))
    return "the certificate's key is not for signing";
  return {};
}

std::vector<CertificateHandle> readable(const std::vector<base::Buffer>& certificates) {
  std::vector<CertificateHandle> good;
  for (const base::Buffer& der : certificates) {
    try {
      good.push_back(parse_certificate(der));
    } catch (const base::Error&) {
      continue;  // it can help nobody's chain
    }
  }
  return good;
}

// Throws Error(crypto) where one of them states a time that is none: OpenSSL was told not to look.
void narrow_to(ChainResult& result, const STACK_OF(X509) * chain) {
  result.not_before_us = std::numeric_limits<std::int64_t>::min();
  result.not_after_us = std::numeric_limits<std::int64_t>::max();
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const X509* link = sk_X509_value(chain, i);
    result.not_before_us = std::max(result.not_before_us, utc_us_of(X509_get0_notBefore(link)));
    result.not_after_us = std::min(result.not_after_us, utc_us_of(X509_get0_notAfter(link)));
    result.links.push_back(der_of(link));
  }
}

void trust(ChainResult& result, const STACK_OF(X509) * chain) {
  try {
    narrow_to(result, chain);
    result.outcome = ChainOutcome::trusted;
  } catch (const base::Error& error) {
    result = {ChainOutcome::unfit, error.what(), 0, 0, {}};
  }
}

}  // namespace

struct Chains::State {
  StoreHandle anchors{X509_STORE_new()};
  StackHandle others{sk_X509_new_null()};
};

Chains::Chains(const std::vector<base::Buffer>& anchors, const std::vector<base::Buffer>& others)
    : state_(std::make_unique<State>()) {
  if (!state_->anchors || !state_->others) throw std::bad_alloc();
  for (const base::Buffer& der : anchors)
    X509_STORE_add_cert(state_->anchors.get(), parse_certificate(der).get());
  for (CertificateHandle& certificate : readable(others)) {
    if (sk_X509_push(state_->others.get(), certificate.get()) == 0) throw std::bad_alloc();
    certificate.release();
  }
}
Chains::~Chains() = default;

std::vector<base::Buffer> issuers_between(base::Bytes signer_der, const std::vector<base::Buffer>& among) {
  std::vector<base::Buffer> between;
  std::vector<CertificateHandle> candidates = readable(among);
  CertificateHandle below = parse_certificate(signer_der);
  // Each is taken once, so that certificates which name each other lead to no loop.
  while (true) {
    const auto issuer = std::ranges::find_if(candidates, [&](const CertificateHandle& above) {
      return X509_check_issued(above.get(), below.get()) == X509_V_OK;
    });
    if (issuer == candidates.end() || X509_check_issued(issuer->get(), issuer->get()) == X509_V_OK) break;
    between.push_back(der_of(issuer->get()));
    below = std::move(*issuer);
    candidates.erase(issuer);
  }
  ERR_clear_error();
  return between;
}

Validity validity_of(base::Bytes certificate_der) {
  const CertificateHandle certificate = parse_certificate(certificate_der);
  return {utc_us_of(X509_get0_notBefore(certificate.get())),
          utc_us_of(X509_get0_notAfter(certificate.get()))};
}

const ChainResult& Chains::judge(base::Bytes der, const base::Digest& its_sha256) {
  const auto [at, is_new] = judged_.try_emplace(its_sha256);
  ChainResult& result = at->second;
  if (!is_new) return result;
  const CertificateHandle certificate = parse_certificate(der);
  const StoreContext context(X509_STORE_CTX_new());
  if (!context ||
      X509_STORE_CTX_init(context.get(), state_->anchors.get(), certificate.get(), state_->others.get()) != 1)
    throw std::bad_alloc();
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  // Times are judged by the caller, against the time that an entry claims: validity is narrowed to the
  // chain's.
  X509_VERIFY_PARAM_set_flags(
      parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SMIME_SIGN);
  X509_VERIFY_PARAM_set_auth_level(parameters, 2);  // 112 bits: no SHA-1, no RSA below 2048
  const bool good = X509_verify_cert(context.get()) == 1;
  const int error = X509_STORE_CTX_get_error(context.get());
  result.why = unfitness(certificate.get());
  if (!result.why.empty()) {
    result.outcome = ChainOutcome::unfit;
  } else if (good) {
    trust(result, X509_STORE_CTX_get0_chain(context.get()));
  } else {
    result.outcome = means_unknown(error) ? ChainOutcome::untrusted : ChainOutcome::unfit;
    result.why = X509_verify_cert_error_string(error);
  }
  ERR_clear_error();
  return result;
}

}  // namespace custody
