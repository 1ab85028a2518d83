// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/identity.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/time.h"
#include "chain-of-custody/key_file.h"
#include "chain-of-custody/openssl.h"

namespace custody {
namespace {

constexpr char kAdvice[] = "Nothing was written to a case. Make the identity again, or choose another.";

void require(bool worked, const char* attempt) {
  if (!worked) throw crypto_error(attempt, kAdvice);
}

void check_name(const std::string& name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (name.empty() || name.size() > 40 || !std::ranges::all_of(name, allowed))
    throw base::Error(base::ErrorKind::usage,
                      "\"" + name + "\" cannot name an identity: small letters, digits and '-' only",
                      "Choose a name such as \"field-officer-3\".");
}

void add_name(X509_NAME* subject, const char* field, const std::string& value) {
  if (value.empty()) return;
  const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
  require(X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, bytes, static_cast<int>(value.size()), -1,
                                     0) == 1,
          "a name for the certificate is not accepted");
}

void add_extension(X509* certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  require(extension != nullptr, "a certificate extension cannot be made");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void set_random_serial(X509* certificate) {
  base::Buffer serial = base::random_bytes(16);
  serial[0] = (serial[0] & std::byte{0x3f}) | std::byte{0x40};  // positive and never short
  BIGNUM* number = BN_bin2bn(data_of(base::Bytes(serial)), static_cast<int>(serial.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

enum class Purpose { signing, sealing };

CertificateHandle self_signed(EVP_PKEY* key, const IdentityRequest& request, Purpose purpose) {
  CertificateHandle certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  set_random_serial(certificate.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), static_cast<long>(request.valid_days) * 86'400);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  add_name(subject, "C", request.country);
  add_name(subject, "O", request.organisation);
  add_name(subject, "CN", request.common_name);
  X509_set_issuer_name(certificate.get(), subject);
  X509_set_pubkey(certificate.get(), key);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  const bool signing = purpose == Purpose::signing;
  add_extension(certificate.get(), NID_key_usage,
                signing ? "critical,digitalSignature,nonRepudiation" : "critical,keyAgreement");
  if (signing) add_extension(certificate.get(), NID_ext_key_usage, "emailProtection");
  add_extension(certificate.get(), NID_subject_key_identifier, "hash");
  require(X509_sign(certificate.get(), key, EVP_sha256()) > 0, "a certificate cannot be signed");
  return certificate;
}

void make_pair(const std::filesystem::path& home, const std::string& stem, const IdentityRequest& request,
               const std::string& passphrase, Purpose purpose) {
  const KeyHandle key(EVP_EC_gen("P-256"));
  require(key != nullptr, "a key pair cannot be made");
  const CertificateHandle certificate = self_signed(key.get(), request, purpose);
  base::write_new_durably(home / (stem + ".key.pem"), key_pem(key.get(), passphrase), 0600);
  base::write_new_durably(home / (stem + ".cert.pem"),
                          base::as_bytes(certificate_to_pem(der_of(certificate.get()))), 0600);
}

std::string time_text(const ASN1_TIME* time) {
  return base::format_utc(utc_us_of(time));
}

base::Buffer read_certificate(const std::filesystem::path& file) {
  return certificate_from_pem(base::as_text(base::read_file(file)));
}

}  // namespace

void make_identity(const std::filesystem::path& folder, const IdentityRequest& request,
                   const std::string& passphrase) {
  check_name(request.name);
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const std::filesystem::path home = folder / request.name;
  if (!failed && !std::filesystem::create_directory(home, failed) && !failed)
    throw base::Error(base::ErrorKind::conflict,
                      "there is an identity named \"" + request.name + "\" already",
                      "It was not touched. Choose another name.");
  if (failed) throw base::io_error("cannot make " + home.string(), failed.value(), "Nothing was written.");
  std::filesystem::permissions(home, std::filesystem::perms::owner_all);
  make_pair(home, "sign", request, passphrase, Purpose::signing);
  make_pair(home, "seal", request, passphrase, Purpose::sealing);
  base::sync_folder(folder);
}

IdentityFacts identity_facts(const std::filesystem::path& folder, const std::string& name) {
  check_name(name);
  IdentityFacts facts;
  facts.name = name;
  facts.sign_certificate = read_certificate(folder / name / "sign.cert.pem");
  facts.seal_certificate = read_certificate(folder / name / "seal.cert.pem");
  facts.subject = subject_of(facts.sign_certificate);
  facts.fingerprint = fingerprint_of(facts.sign_certificate);
  const CertificateHandle certificate = parse_certificate(facts.sign_certificate);
  facts.not_before = time_text(X509_get0_notBefore(certificate.get()));
  facts.not_after = time_text(X509_get0_notAfter(certificate.get()));
  return facts;
}

std::vector<IdentityFacts> list_identities(const std::filesystem::path& folder) {
  std::vector<IdentityFacts> found;
  if (!std::filesystem::exists(folder)) return found;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (std::filesystem::exists(entry.path() / "sign.cert.pem"))
      found.push_back(identity_facts(folder, entry.path().filename().string()));
  std::ranges::sort(found, {}, &IdentityFacts::name);
  return found;
}

base::Buffer certificate_from_pem(std::string_view pem) {
  const BioHandle in = reading_bio(base::as_bytes(pem));
  const CertificateHandle certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (!certificate) throw crypto_error("there is no certificate in PEM form where one was expected", kAdvice);
  return der_of(certificate.get());
}

std::string certificate_to_pem(base::Bytes der) {
  const CertificateHandle certificate = parse_certificate(der);
  const BioHandle out = memory_bio();
  require(PEM_write_bio_X509(out.get(), certificate.get()) == 1, "a certificate cannot be written");
  return std::string(base::as_text(bytes_of(out.get())));
}

bool can_be_sealed_for(base::Bytes certificate_der) {
  const CertificateHandle certificate = parse_certificate(certificate_der);
  return (X509_get_key_usage(certificate.get()) & KU_KEY_AGREEMENT) != 0;
}

std::string fingerprint_of(base::Bytes certificate_der) {
  return base::sha256(certificate_der).hex();
}

std::string subject_of(base::Bytes certificate_der) {
  const CertificateHandle certificate = parse_certificate(certificate_der);
  const BioHandle out = memory_bio();
  // RFC 2253 order and escaping; bytes beyond ASCII stay UTF-8.
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate.get()), 0,
                     XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  return std::string(base::as_text(bytes_of(out.get())));
}

}  // namespace custody
