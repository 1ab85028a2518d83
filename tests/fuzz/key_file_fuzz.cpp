// SPDX-License-Identifier: Apache-2.0
// Files of keys and identities, as a backup or a stick brings them. The first byte says what the rest is. A
// key that is read is written and read the same; nothing computes for long, and nothing is written but an
// identity's own files.
#include <openssl/evp.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/ed25519.h"
#include "chain-of-custody/identity_exchange.h"
#include "chain-of-custody/identity_files.h"
#include "chain-of-custody/key_file.h"
#include "fixed_people.h"
#include "place.h"

namespace {

using base::Buffer;
using base::Bytes;
using fuzz::must;
using fuzz::Place;

const Place& place() {
  static const Place kPlace;
  return kPlace;
}
std::string passphrase() {
  return "passphrase";
}

// Whether it went; what is refused is refused in words.
template <typename Read>
bool goes(Read read) {
  try {
    read();
    return true;
  } catch (const base::Error& error) {
    must(*error.what() != '\0' && !error.advice.empty());
    return false;
  }
}

Buffer armoured(const char* label, Bytes der) {
  std::string text = std::string("-----BEGIN ") + label + "-----\n";
  const std::string base64 = base::to_base64(der);
  for (std::size_t at = 0; at < base64.size(); at += 64) text += base64.substr(at, 64) + '\n';
  return base::to_buffer(base::as_bytes(text + "-----END " + label + "-----\n"));
}

void read_key(Bytes pem) {
  const auto file = place() / "key", again = place() / "again";
  Place::put(file, pem);
  custody::KeyHandle key;
  if (!goes([&] { key = custody::read_key(file, passphrase); })) return;
  must(key != nullptr);
  goes([&] { custody::Ed25519PrivateKey::read(file, passphrase).public_key(); });
  Buffer plain;
  if (!goes([&] { plain = custody::key_pem(key.get(), {}); })) return;  // a kind that has no PKCS#8
  Place::put(again, plain);
  custody::KeyHandle same;
  if (!goes([&] { same = custody::read_key(again, passphrase); })) return;  // a key that is none
  must(custody::key_pem(same.get(), {}) == plain);
}

// What signs is of the one form, whatever the files say.
void use_identity(const std::filesystem::path& folder) {
  goes([&] { custody::identity_facts(folder, "x"); });
  goes([&] { custody::list_identities(folder); });
  goes([&] { custody::unlock_opener(folder, "x", passphrase); });
  if (std::filesystem::exists(folder / "x" / custody::kTokenFile)) return;  // names a module to be loaded
  goes([&] {
    const auto signer = custody::unlock_signer(folder, "x", passphrase);
    const Bytes content = base::as_bytes("content");
    Buffer signature;
    if (!goes([&] { signature = signer->sign_detached(content); })) return;
    must(!signer->certificate().empty());
  });
}

void identity(const char* file, Bytes bytes) {
  const auto folder = place() / "identities";
  static const bool kMade = [&] {
    std::filesystem::create_directories(folder / "x");
    Place::put(folder / "x" / custody::kSignCertificateFile,
               base::as_bytes(custody::certificate_to_pem(fuzz::officer().certificate)));
    Place::put(folder / "x" / custody::kSealCertificateFile,
               base::as_bytes(custody::certificate_to_pem(fuzz::officer().certificate)));
    return true;
  }();
  must(kMade);
  const auto path = folder / "x" / file;
  Buffer before;
  const bool was_there = std::filesystem::exists(path);
  if (was_there) before = base::read_file(path);
  Place::put(path, bytes);
  if (std::string_view(file) == custody::kTokenFile)
    goes([&] { custody::token_of(folder / "x"); });
  else
    use_identity(folder);
  if (was_there) Place::put(path, before);
  if (!was_there) std::filesystem::remove(path);
}

void backup(Bytes bytes) {
  const auto folder = place() / "restored";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  custody::is_backup(bytes);
  const bool restored = goes([&] { custody::restore_backup(folder, "x", bytes); });
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    bool known = name == "x";
    for (const char* file : {custody::kSignKeyFile, custody::kTokenFile, custody::kSignCertificateFile,
                             custody::kSignChainFile, custody::kSealKeyFile, custody::kSealCertificateFile})
      known = known || name == std::string("x/") + file;
    must(known && entry.path().string().starts_with(folder.string()));
  }
  if (restored) use_identity(folder);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes rest = fuzz::bytes_of(data + 1, size - 1);
  switch (data[0] % 8) {
    case 0:
      read_key(rest);
      break;
    case 1:
      read_key(armoured("ENCRYPTED PRIVATE KEY", rest));
      break;
    case 2:
      read_key(armoured("PRIVATE KEY", rest));
      break;
    case 3:
      identity(custody::kSignKeyFile, armoured("PRIVATE KEY", rest));
      break;
    case 4:
      identity(custody::kSignCertificateFile, armoured("CERTIFICATE", rest));
      break;
    case 5:
      identity(custody::kTokenFile, rest);
      break;
    case 6:
      identity(custody::kSignChainFile, rest);
      break;
    default:
      backup(rest);
  }
  return 0;
}
