// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/session_key.h"

#include <array>
#include <system_error>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/identity_certificate.h"
#include "chain-of-custody/identity_files.h"
#include "chain-of-custody/key_file.h"
#include "chain-of-custody/signer_key.h"

namespace custody {
namespace {

constexpr std::string_view kSuffix = ".key.pem";
constexpr std::size_t kMostInName = 64;  // ub-common-name, RFC 5280 appendix A.1

std::filesystem::path file_of(const std::filesystem::path& folder, const std::string& certificate_sha256) {
  return folder / (certificate_sha256 + std::string(kSuffix));
}

// "session of Officer A": never the name of the person alone.
std::string common_name_of(const Signer& opener) {
  const base::Buffer der = opener.certificate();
  const CertificateHandle certificate = parse_certificate(der);
  std::array<char, 256> name{};
  const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName,
                                               name.data(), static_cast<int>(name.size()));
  const std::string whose = length > 0 ? std::string(name.data(), static_cast<std::size_t>(length)) : "";
  const std::string in_words = "session of " + whose;
  return whose.empty() || in_words.size() > kMostInName || !base::is_utf8(in_words)
             ? "session of " + fingerprint_of(der).substr(0, 32)
             : in_words;
}

void make_private_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (!failed)
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all,
                                 std::filesystem::perm_options::replace, failed);
  if (failed)
    throw base::io_error(base::say("cannot make {}", folder.string()), failed.value(),
                         base::say("Nothing was changed. Check who may write there, then repeat."));
}

}  // namespace

base::Buffer make_session_key(const std::filesystem::path& folder, const Signer& opener,
                              std::int64_t until_us) {
  const Validity validity = validity_of(opener.certificate());
  if (until_us > validity.not_after_us)
    throw base::Error(base::ErrorKind::usage,
                      base::say("the session would last longer than the certificate of {}, which ends {}",
                                opener.subject(), base::format_utc_for_people(validity.not_after_us)),
                      base::say("No session was opened. Choose an earlier end with --until."));
  make_private_folder(folder);
  KeyHandle key = generate_key(KeyKind::p256);
  const base::Buffer pem = key_pem(key.get(), "");
  const std::unique_ptr<SigningKey> signing = local_key(std::move(key));
  const KeyHandle public_key = signing->public_key();
  const NameHandle subject = name_of({"", "", common_name_of(opener)});
  const base::Buffer certificate = make_certificate(
      {subject.get(), public_key.get(), CertificateUse::signing, base::now_utc_us(), until_us, nullptr},
      *signing);
  base::write_new_durably(file_of(folder, fingerprint_of(certificate)), pem, 0600);
  return certificate;
}

bool has_session_key(const std::filesystem::path& folder, const Session& session) {
  return std::filesystem::exists(file_of(folder, session.certificate_sha256));
}

std::unique_ptr<Signer> session_signer(const std::filesystem::path& folder, const Session& session) {
  KeyHandle key = read_key(file_of(folder, session.certificate_sha256), [] { return std::string(); });
  return signer_with(local_key(std::move(key)), session.certificate);
}

bool is_open(const Session& session, std::int64_t now_us) {
  return !session.closed_by && !session.ended_by && now_us <= session.until_us;
}

void drop_ended_keys(const std::filesystem::path& folder, const Sessions& sessions, std::int64_t now_us) {
  if (!std::filesystem::exists(folder)) return;
  std::vector<std::filesystem::path> ended;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(kSuffix)) continue;
    const Session* session = sessions.find(std::string_view(name).substr(0, name.size() - kSuffix.size()));
    if (!session || !is_open(*session, now_us)) ended.push_back(entry.path());
  }
  for (const std::filesystem::path& file : ended) std::filesystem::remove(file);
  if (!ended.empty()) base::sync_folder(folder);
}

}  // namespace custody
