// SPDX-License-Identifier: Apache-2.0
// An identity's dealings with authorities and other programs: requests and certificates, PKCS#12, backups;
// and its end. Nothing here touches a case.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "chain-of-custody/identity.h"

namespace custody {

using AskPassphrase = std::function<std::string()>;

// PKCS#10 requests in PEM: for the key to sign with, and the one to receive sealed things with. The subject
// is that of the present certificates.
struct CertificateRequests {
  base::Buffer sign, seal;
};
CertificateRequests make_requests(const std::filesystem::path& folder, const std::string& name,
                                  const AskPassphrase& pin_or_passphrase, const AskPassphrase& passphrase);

// Takes certificates (DER) in the place of the present ones, which are kept in former/. Refuses what is not
// for the identity's keys and purposes. `chain`: certificates between these and an authority's root, in PEM.
struct NewCertificates {
  std::optional<base::Buffer> sign, seal;
  std::string chain;
};
void install_certificates(const std::filesystem::path& folder, const std::string& name,
                          const NewCertificates& certificates);

// From PKCS#12: its key and certificate sign; a new pair receives sealed things. `request` gives the name,
// and the subject of that pair's certificate. Throws Error(crypto) where the passphrase of the file is wrong.
void import_pkcs12(const std::filesystem::path& folder, const IdentityRequest& request, base::Bytes pkcs12,
                   const std::string& passphrase_of_file, const std::string& new_passphrase);

// Not offered any more, and does not sign: locally. What it sealed can still be opened.
void retire_identity(const std::filesystem::path& folder, const std::string& name);

// One file with all of an identity; its keys stay encrypted as they are, and an identity whose keys are not
// encrypted is refused.
base::Buffer backup_of(const std::filesystem::path& folder, const std::string& name);
bool is_backup(base::Bytes file);
void restore_backup(const std::filesystem::path& folder, const std::string& name, base::Bytes backup);

}  // namespace custody
