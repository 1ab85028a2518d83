// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/identity_exchange.h"

#include <system_error>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/identity_certificate.h"
#include "chain-of-custody/identity_files.h"
#include "chain-of-custody/key_file.h"

namespace custody {
namespace {

using base::ErrorKind;

constexpr auto kUnchanged =
    base::phrase("Nothing was changed. Ask whoever issued it for the right certificate.");

void free_stack(STACK_OF(X509) * stack) {
  sk_X509_pop_free(stack, X509_free);
}
using StackHandle = std::unique_ptr<STACK_OF(X509), base::Free<free_stack>>;
using Pkcs12Handle = std::unique_ptr<PKCS12, base::Free<PKCS12_free>>;

base::Buffer request_for(base::Bytes certificate, const SigningKey& key) {
  const CertificateHandle present = parse_certificate(certificate);
  return request_to_pem(make_request(X509_get_subject_name(present.get()), key));
}

// The new certificate is for the same key as the present one, and may be used as this identity uses it.
void check_replacement(base::Bytes fresh, base::Bytes present, std::uint32_t wanted_usage,
                       const base::Said& purpose) {
  const CertificateHandle now = parse_certificate(present);
  const CertificateHandle then = parse_certificate(fresh);
  const std::string subject = subject_of(fresh);
  if (EVP_PKEY_eq(X509_get0_pubkey(now.get()), X509_get0_pubkey(then.get())) != 1) {
    ERR_clear_error();
    throw base::Error(ErrorKind::crypto,
                      base::say("the certificate of {} is for another key than this identity's", subject),
                      kUnchanged);
  }
  if (X509_check_ca(then.get()) != 0)
    throw base::Error(ErrorKind::crypto, base::say("the certificate of {} is an authority's", subject),
                      kUnchanged);
  if ((X509_get_key_usage(then.get()) & wanted_usage) == 0)
    throw base::Error(ErrorKind::crypto,
                      base::say("the certificate of {} does not allow {}", subject, purpose), kUnchanged);
}

void replace_certificate(const std::filesystem::path& home, const char* file, base::Bytes fresh,
                         base::Bytes present) {
  std::filesystem::create_directory(home / kFormerFolder);
  const std::filesystem::path former = home / kFormerFolder / (fingerprint_of(present) + ".pem");
  if (!std::filesystem::exists(former))
    base::write_new_durably(former, base::as_bytes(certificate_to_pem(present)), 0600);
  base::write_durably(home / file, base::as_bytes(certificate_to_pem(fresh)), 0600);
}

struct Pkcs12Content {
  KeyHandle key;
  base::Buffer certificate;  // DER
  std::string chain;         // PEM
};

Pkcs12Content open_pkcs12(base::Bytes file, const std::string& passphrase) {
  const unsigned char* at = data_of(file);
  const Pkcs12Handle parsed(d2i_PKCS12(nullptr, &at, static_cast<long>(file.size())));
  if (!parsed)
    throw crypto_error(base::say("the file is no PKCS#12 file"),
                       base::say("Nothing was made. Give another file."));
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  const bool opened = PKCS12_parse(parsed.get(), passphrase.c_str(), &key, &certificate, &others) == 1;
  Pkcs12Content content{KeyHandle(key), {}, {}};
  const CertificateHandle own(certificate);
  const StackHandle chain(others);
  if (!opened)
    throw crypto_error(
        base::say("the PKCS#12 file cannot be opened with this passphrase"),
        base::say(
            "Nothing was made. Try the passphrase again; a file locked with RC2 by an older program must be "
            "made anew with AES."));
  if (!content.key || !own)
    throw base::Error(ErrorKind::crypto,
                      base::say("the PKCS#12 file does not hold a key with its certificate"),
                      base::say("Nothing was made. Export both together."));
  content.certificate = der_of(own.get());
  for (int i = 0; i < sk_X509_num(chain.get()); ++i)
    content.chain += certificate_to_pem(der_of(sk_X509_value(chain.get(), i)));
  return content;
}

}  // namespace

CertificateRequests make_requests(const std::filesystem::path& folder, const std::string& name,
                                  const AskPassphrase& pin_or_passphrase, const AskPassphrase& passphrase) {
  const IdentityFacts facts = identity_facts(folder, name);
  const auto sign = unlock_signing_key(folder, name, pin_or_passphrase);
  const auto seal = local_key(read_key(folder / name / kSealKeyFile, passphrase));
  return {request_for(facts.sign_certificate, *sign), request_for(facts.seal_certificate, *seal)};
}

void install_certificates(const std::filesystem::path& folder, const std::string& name,
                          const NewCertificates& certificates) {
  const IdentityFacts facts = identity_facts(folder, name);
  const std::filesystem::path home = folder / name;
  if (certificates.sign)
    check_replacement(*certificates.sign, facts.sign_certificate, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
                      base::say("signing"));
  if (certificates.seal)
    check_replacement(*certificates.seal, facts.seal_certificate, KU_KEY_AGREEMENT,
                      base::say("key agreement: nothing could be sealed for it"));
  if (!certificates.chain.empty() && certificates_from_pem(certificates.chain).empty())
    throw base::Error(ErrorKind::crypto, base::say("the chain holds no certificate in PEM form"), kUnchanged);
  if (certificates.sign)
    replace_certificate(home, kSignCertificateFile, *certificates.sign, facts.sign_certificate);
  if (certificates.seal)
    replace_certificate(home, kSealCertificateFile, *certificates.seal, facts.seal_certificate);
  if (!certificates.chain.empty())
    base::write_durably(home / kSignChainFile, base::as_bytes(certificates.chain), 0600);
}

void import_pkcs12(const std::filesystem::path& folder, const IdentityRequest& request, base::Bytes pkcs12,
                   const std::string& passphrase_of_file, const std::string& new_passphrase) {
  const Pkcs12Content content = open_pkcs12(pkcs12, passphrase_of_file);
  EVP_PKEY_up_ref(content.key.get());
  const auto key = local_key(KeyHandle(content.key.get()));  // refuses kinds that do not sign here
  const KeyHandle public_key = key->public_key();
  check_replacement(content.certificate, content.certificate, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
                    base::say("signing"));
  if (EVP_PKEY_eq(X509_get0_pubkey(parse_certificate(content.certificate).get()), public_key.get()) != 1)
    throw crypto_error(base::say("the key and the certificate in the PKCS#12 file do not belong together"),
                       base::say("Nothing was made. Export both together."));
  const std::filesystem::path home = make_home(folder, request.name);
  base::write_new_durably(home / kSignKeyFile, key_pem(content.key.get(), new_passphrase), 0600);
  base::write_new_durably(home / kSignCertificateFile,
                          base::as_bytes(certificate_to_pem(content.certificate)), 0600);
  if (!content.chain.empty())
    base::write_new_durably(home / kSignChainFile, base::as_bytes(content.chain), 0600);
  make_sealing_pair(home, request, new_passphrase);
  base::sync_folder(folder);
}

void retire_identity(const std::filesystem::path& folder, const std::string& name) {
  const IdentityFacts facts = identity_facts(folder, name);
  if (facts.retired)
    throw base::Error(
        ErrorKind::conflict, base::say("the identity \"{}\" is retired since {}", name, *facts.retired),
        base::say("Nothing was changed. What it signed before stands; choose another with `identity use`."));
  const std::int64_t now = base::now_utc_us() / 1'000'000 * 1'000'000;
  base::write_new_durably(folder / name / kRetiredFile, base::as_bytes(base::format_utc(now)), 0600);
}

}  // namespace custody
