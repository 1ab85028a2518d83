// SPDX-License-Identifier: Apache-2.0
// Unlocking an identity's signing key: from its file, or on the token that holds it.
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/identity_files.h"
#include "chain-of-custody/key_file.h"
#include "chain-of-custody/signer_key.h"
#include "chain-of-custody/token_signer.h"

namespace custody {
namespace {

// The chain that came with the certificate, as far as it leads upwards from it: what else stood in the file
// is nobody's business.
std::vector<base::Buffer> issuers_of(const std::filesystem::path& home, base::Bytes certificate) {
  if (!std::filesystem::exists(home / kSignChainFile)) return {};
  const base::Buffer pem = base::read_file(home / kSignChainFile, 1 << 20);
  return issuers_between(certificate, certificates_from_pem(base::as_text(pem)));
}

}  // namespace

std::unique_ptr<Signer> unlock_signer(const std::filesystem::path& folder, const std::string& name,
                                      const std::function<std::string()>& passphrase) {
  const IdentityFacts facts = identity_facts(folder, name);
  if (facts.retired)
    throw base::Error(
        base::ErrorKind::usage, base::say("the identity \"{}\" is retired since {}", name, *facts.retired),
        base::say("No entry was made. Sign with another identity; what it signed before stands."));
  return signer_with(unlock_signing_key(folder, name, passphrase), facts.sign_certificate,
                     issuers_of(folder / name, facts.sign_certificate));
}

std::unique_ptr<SigningKey> unlock_signing_key(const std::filesystem::path& folder, const std::string& name,
                                               const std::function<std::string()>& passphrase) {
  const std::filesystem::path home = folder / name;
  if (const auto place = token_of(home))
    return token_key(*place, passphrase,
                     certificate_from_pem(base::as_text(base::read_file(home / kSignCertificateFile))));

  return local_key(read_key(home / kSignKeyFile, passphrase));
}

}  // namespace custody
