// SPDX-License-Identifier: Apache-2.0
// The verifier's own trust, from files. What cannot be read is an error: an anchor that is passed over in
// silence would mislead.
#include <algorithm>
#include <iterator>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/error.h"
#include "base/words.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/openssl.h"
#include "chain-of-custody/revocation_lists.h"
#include "chain-of-custody/verify.h"

namespace custody {
namespace {

using CrlHandle = std::unique_ptr<X509_CRL, base::Free<X509_CRL_free>>;

constexpr std::size_t kMaximumFile = 16 << 20;

void load_certificates(const std::filesystem::path& file, std::vector<base::Buffer>& into) {
  const base::Buffer bytes = base::read_file(file, kMaximumFile);
  const std::size_t before = into.size();
  for (base::Buffer& der : certificates_from_pem(base::as_text(bytes))) into.push_back(std::move(der));
  if (into.size() > before) return;
  subject_of(bytes);  // DER, or Error(crypto)
  into.push_back(bytes);
}

base::Buffer der_of(const X509_CRL* crl) {
  base::Buffer der(static_cast<std::size_t>(std::max(0, i2d_X509_CRL(crl, nullptr))));
  unsigned char* out = data_of(der);
  i2d_X509_CRL(crl, &out);
  return der;
}

void load_crls(const std::filesystem::path& file, std::vector<base::Buffer>& into) {
  const base::Buffer bytes = base::read_file(file, kMaximumFile);
  const std::size_t before = into.size();
  const BioHandle bio = reading_bio(bytes);
  while (const CrlHandle crl{PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)})
    into.push_back(der_of(crl.get()));
  if (into.size() == before) {
    const unsigned char* at = data_of(bytes);
    const CrlHandle crl{d2i_X509_CRL(nullptr, &at, static_cast<long>(bytes.size()))};
    if (!crl)
      throw crypto_error(
          base::say("{} is no list of revoked certificates", file.string()),
          base::say("Nothing was checked. Take the file away, or put a list (PEM or DER) in its place."));
    into.push_back(der_of(crl.get()));
  }
  for (std::size_t i = before; i < into.size(); ++i) facts_of_list(into[i]);  // throws where a time is none
  ERR_clear_error();  // the end of a PEM file is an error to OpenSSL
}

bool holds_certificates(const std::filesystem::path& file) {
  const std::string kind = file.extension().string();
  return kind == ".pem" || kind == ".crt" || kind == ".cer" || kind == ".der";
}

void load_policy(const std::filesystem::path& file, TrustAnchors& into) {
  if (into.policy)
    throw base::Error(base::ErrorKind::usage,
                      base::say("there are two policies in {}", file.parent_path().string()),
                      base::say("Nothing was checked. Keep the one that counts."));
  try {
    into.policy = parse_policy(base::as_text(base::read_file(file, kMaximumFile)));
  } catch (const NoteError& error) {
    throw base::Error(
        base::ErrorKind::usage, file.string() + ": " + error.what(),
        base::say("Nothing was checked. Mend it: docs/verification.md tells what a policy holds."));
  }
}

}  // namespace

TrustAnchors load_trust(const std::filesystem::path& pem_or_folder) {
  TrustAnchors anchors;
  if (!std::filesystem::is_directory(pem_or_folder)) {
    load_certificates(pem_or_folder, anchors.certificates);
    return anchors;
  }
  for (const auto& entry : std::filesystem::directory_iterator(pem_or_folder)) {
    if (holds_certificates(entry.path())) load_certificates(entry.path(), anchors.certificates);
    if (entry.path().extension() == ".crl") load_crls(entry.path(), anchors.crls);
    if (entry.path().extension() == ".policy") load_policy(entry.path(), anchors);
  }
  if (std::filesystem::is_directory(pem_or_folder / "time")) {
    for (const auto& entry : std::filesystem::directory_iterator(pem_or_folder / "time")) {
      if (holds_certificates(entry.path())) load_certificates(entry.path(), anchors.time_authorities);
    }
  }
  return anchors;
}

void TrustAnchors::add(TrustAnchors more) {
  const auto take = [](std::vector<base::Buffer>& into, std::vector<base::Buffer>& from) {
    into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  take(certificates, more.certificates);
  take(time_authorities, more.time_authorities);
  take(crls, more.crls);
  if (policy && more.policy)
    throw base::Error(base::ErrorKind::usage, base::say("two policies were given"),
                      base::say("Nothing was checked. Give the one that counts."));
  if (more.policy) policy = std::move(more.policy);
  checkpoints.insert(checkpoints.end(), more.checkpoints.begin(), more.checkpoints.end());
}

}  // namespace custody
