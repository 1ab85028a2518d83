// SPDX-License-Identifier: Apache-2.0
// A backup is one JSON object: {"holdfast_identity":1,"name":…,"files":{name:text}}.
#include <algorithm>
#include <array>
#include <string_view>

#include "base/file.h"
#include "base/json.h"
#include "base/words.h"
#include "chain-of-custody/identity_exchange.h"
#include "chain-of-custody/identity_files.h"

namespace custody {
namespace {

using base::ErrorKind;
using base::Json;

constexpr std::string_view kMark = "holdfast_identity";
constexpr std::array<const char*, 6> kFiles{kSignKeyFile,   kTokenFile,   kSignCertificateFile,
                                            kSignChainFile, kSealKeyFile, kSealCertificateFile};
constexpr std::string_view kEncrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

bool is_key(std::string_view file) {
  return file.ends_with(".key.pem");
}

void require_encrypted(std::string_view pem) {
  if (!pem.starts_with(kEncrypted))
    throw base::Error(ErrorKind::crypto, base::say("a key of this identity is not encrypted"),
                      base::say("No backup was made or taken. Make an identity with a passphrase."));
}

[[noreturn]] void refuse(const base::Said& why) {
  throw base::Error(ErrorKind::format, base::say("the backup cannot be used: {}", why),
                    base::say("Nothing was made. Take another copy of it."));
}

Json parse_backup(base::Bytes bytes) {
  try {
    Json backup = base::parse_json(bytes, {1 << 20, 4});
    if (backup.at(kMark).integer() != 1) refuse(base::say("it is of another version"));
    for (const auto& [file, text] : backup.at("files").members()) {
      if (std::find(kFiles.begin(), kFiles.end(), file) == kFiles.end())
        refuse(base::say("it holds something that is no part of an identity"));
      if (is_key(file)) require_encrypted(text.text());
    }
    const Json& files = backup.at("files");
    for (const char* needed : {kSignCertificateFile, kSealKeyFile, kSealCertificateFile}) files.at(needed);
    if (!files.find(kSignKeyFile) && !files.find(kTokenFile))
      refuse(base::say("it holds no key to sign with"));
    return backup;
  } catch (const base::JsonError& error) {
    refuse(error.what());
  }
}

}  // namespace

base::Buffer backup_of(const std::filesystem::path& folder, const std::string& name) {
  identity_facts(folder, name);  // says in words where there is none
  Json files = Json::object();
  for (const char* file : kFiles) {
    const std::filesystem::path path = folder / name / file;
    if (!std::filesystem::exists(path)) continue;
    const base::Buffer content = base::read_file(path, 1 << 20);
    if (is_key(file)) require_encrypted(base::as_text(content));
    files.set(file, base::as_text(content));
  }
  const Json backup = Json::object({{std::string(kMark), 1}, {"name", name}, {"files", std::move(files)}});
  return base::to_buffer(base::as_bytes(backup.pretty()));
}

bool is_backup(base::Bytes file) {
  try {
    return base::parse_json(file, {1 << 20, 4}).find(kMark) != nullptr;
  } catch (const base::JsonError&) {
    return false;  // something else
  }
}

void restore_backup(const std::filesystem::path& folder, const std::string& name, base::Bytes bytes) {
  const Json backup = parse_backup(bytes);
  const std::filesystem::path home = make_home(folder, name);
  // The certificate that makes it an identity comes last.
  for (const auto& [file, text] : backup.at("files").members())
    if (file != kSignCertificateFile) base::write_new_durably(home / file, base::as_bytes(text.text()), 0600);
  base::write_new_durably(home / kSignCertificateFile,
                          base::as_bytes(backup.at("files").at(kSignCertificateFile).text()), 0600);
  base::sync_folder(folder);
}

}  // namespace custody
