// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/identity.h"

#include <algorithm>
#include <system_error>

#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/identity_certificate.h"
#include "chain-of-custody/identity_files.h"
#include "chain-of-custody/token_signer.h"

namespace custody {
namespace {

base::Buffer self_signed(const SigningKey& key, const IdentityRequest& request, CertificateUse use) {
  const NameHandle subject = name_of({request.country, request.organisation, request.common_name});
  const KeyHandle public_key = key.public_key();
  const std::int64_t now = base::now_utc_us();
  return make_certificate({subject.get(), public_key.get(), use, now,
                           now + std::int64_t{request.valid_days} * 86'400 * 1'000'000, nullptr},
                          key);
}

void write_certificate(const std::filesystem::path& file, base::Bytes der) {
  base::write_new_durably(file, base::as_bytes(certificate_to_pem(der)), 0600);
}

void make_pair(const std::filesystem::path& home, KeyKind kind, const char* key_file,
               const char* certificate_file, const IdentityRequest& request, const std::string& passphrase,
               CertificateUse use) {
  KeyHandle key = generate_key(kind);
  const base::Buffer pem = key_pem(key.get(), passphrase);
  const base::Buffer certificate = self_signed(*local_key(std::move(key)), request, use);
  base::write_new_durably(home / key_file, pem, 0600);
  write_certificate(home / certificate_file, certificate);
}

std::string kind_of(const X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key != nullptr && EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_bits(key) == 256) return "P-256";
  if (key != nullptr && EVP_PKEY_is_a(key, "RSA")) return "RSA " + std::to_string(EVP_PKEY_get_bits(key));
  return "a key that does not sign here";
}

std::string time_text(const ASN1_TIME* time) {
  return base::format_utc(utc_us_of(time));
}

base::Buffer read_certificate(const std::filesystem::path& file) {
  return certificate_from_pem(base::as_text(base::read_file(file)));
}

}  // namespace

void check_identity_name(const std::string& name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (name.empty() || name.size() > 40 || !std::ranges::all_of(name, allowed))
    throw base::Error(base::ErrorKind::usage,
                      base::say("\"{}\" cannot name an identity: small letters, digits and '-' only", name),
                      base::say("Nothing was made. Choose a name such as \"field-officer-3\"."));
}

std::filesystem::path make_home(const std::filesystem::path& folder, const std::string& name) {
  check_identity_name(name);
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const std::filesystem::path home = folder / name;
  if (!failed && !std::filesystem::create_directory(home, failed) && !failed)
    throw base::Error(base::ErrorKind::conflict, base::say("there is an identity named \"{}\" already", name),
                      base::say("It was not touched. Choose another name."));
  if (failed)
    throw base::io_error(base::say("cannot make {}", home.string()), failed.value(),
                         base::say("Nothing was written. Check who may write there, then repeat."));
  std::filesystem::permissions(home, std::filesystem::perms::owner_all);
  return home;
}

void make_sealing_pair(const std::filesystem::path& home, const IdentityRequest& request,
                       const std::string& passphrase) {
  make_pair(home, KeyKind::p256, kSealKeyFile, kSealCertificateFile, request, passphrase,
            CertificateUse::sealing);
}

void make_identity(const std::filesystem::path& folder, const IdentityRequest& request,
                   const std::string& passphrase) {
  const std::filesystem::path home = make_home(folder, request.name);
  make_pair(home, request.sign_key, kSignKeyFile, kSignCertificateFile, request, passphrase,
            CertificateUse::signing);
  make_sealing_pair(home, request, passphrase);
  base::sync_folder(folder);
}

void make_token_identity(const std::filesystem::path& folder, const IdentityRequest& request,
                         const TokenPlace& place, const std::string& pin, const std::string& passphrase,
                         base::Buffer certificate) {
  check_identity_name(request.name);
  // Whatever is wrong with token or certificate shows before anything is made.
  std::unique_ptr<SigningKey> key = token_key(place, [&] { return pin; });
  if (certificate.empty()) certificate = token_certificate(place);
  if (certificate.empty()) certificate = self_signed(*key, request, CertificateUse::signing);
  signer_with(std::move(key), certificate)->sign_detached(base::as_bytes("does this key sign?"));
  const std::filesystem::path home = make_home(folder, request.name);
  write_token(home, place);
  write_certificate(home / kSignCertificateFile, certificate);
  make_sealing_pair(home, request, passphrase);
  base::sync_folder(folder);
}

std::optional<TokenPlace> token_of(const std::filesystem::path& home) {
  const std::filesystem::path file = home / kTokenFile;
  if (!std::filesystem::exists(file)) return {};
  try {
    const base::Json place = base::parse_json(base::read_file(file, 64 << 10));
    return TokenPlace{place.at("module").text(), place.at("uri").text()};
  } catch (const base::JsonError& error) {
    throw base::Error(base::ErrorKind::format, file.string() + ": " + error.what(),
                      base::say("The evidence is untouched. Add the token's identity anew."));
  }
}

void write_token(const std::filesystem::path& home, const TokenPlace& place) {
  const base::Json json = base::Json::object({{"module", place.module.string()}, {"uri", place.uri}});
  base::write_new_durably(home / kTokenFile, base::as_bytes(json.pretty()), 0600);
}

IdentityFacts identity_facts(const std::filesystem::path& folder, const std::string& name) {
  check_identity_name(name);
  IdentityFacts facts;
  facts.name = name;
  const std::filesystem::path home = folder / name;
  if (!std::filesystem::exists(home))
    throw base::Error(
        base::ErrorKind::not_found, base::say("there is no identity named \"{}\" on this station", name),
        base::say("Nothing was changed. `holdfast identity list` shows them; `identity new` makes one."));
  facts.sign_certificate = read_certificate(home / kSignCertificateFile);
  facts.seal_certificate = read_certificate(home / kSealCertificateFile);
  facts.subject = subject_of(facts.sign_certificate);
  facts.fingerprint = fingerprint_of(facts.sign_certificate);
  const CertificateHandle certificate = parse_certificate(facts.sign_certificate);
  facts.not_before = time_text(X509_get0_notBefore(certificate.get()));
  facts.not_after = time_text(X509_get0_notAfter(certificate.get()));
  facts.key = kind_of(certificate.get());
  facts.token = token_of(home);
  if (std::filesystem::exists(home / kRetiredFile))
    facts.retired = std::string(base::as_text(base::read_file(home / kRetiredFile, 4096)));
  return facts;
}

std::vector<IdentityFacts> list_identities(const std::filesystem::path& folder) {
  std::vector<IdentityFacts> found;
  if (!std::filesystem::exists(folder)) return found;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (std::filesystem::exists(entry.path() / kSignCertificateFile))
      found.push_back(identity_facts(folder, entry.path().filename().string()));
  std::ranges::sort(found, {}, &IdentityFacts::name);
  return found;
}

}  // namespace custody
