// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/agency_index.h"

#include <array>
#include <cerrno>
#include <set>
#include <string>

#include <fcntl.h>
#include <sys/file.h>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "base/words.h"

namespace custody {
namespace {

using base::Json;

constexpr char kIndexFile[] = "index.json";
constexpr std::int64_t kLastNumber = 1'000'000'000'000;  // each list has a higher one
constexpr char kVersion[] = "holdfast-agency/1";
constexpr auto kAdvice = base::phrase("Nothing was changed. Restore the authority's folder from a copy.");

constexpr std::array kRoles{std::pair{CertificateRole::signer, std::string_view("signer")},
                            std::pair{CertificateRole::sealer, std::string_view("sealer")},
                            std::pair{CertificateRole::time, std::string_view("time")}};
constexpr std::array kReasons{
    std::pair{RevocationReason::unspecified, std::string_view("unspecified")},
    std::pair{RevocationReason::key_compromise, std::string_view("key-compromise")},
    std::pair{RevocationReason::affiliation_changed, std::string_view("affiliation-changed")},
    std::pair{RevocationReason::superseded, std::string_view("superseded")},
    std::pair{RevocationReason::cessation_of_operation, std::string_view("cessation-of-operation")}};

template <typename Value, std::size_t size>
std::optional<Value> by_name(const std::array<std::pair<Value, std::string_view>, size>& all,
                             std::string_view name) {
  for (const auto& [value, known] : all)
    if (known == name) return value;
  return {};
}
template <typename Value, std::size_t size>
std::string_view by_value(const std::array<std::pair<Value, std::string_view>, size>& all, Value wanted) {
  for (const auto& [value, known] : all)
    if (value == wanted) return known;
  return {};
}

Json to_json(const IssuedCertificate& one) {
  Json json = Json::object({{"serial", one.serial},
                            {"fingerprint", one.fingerprint},
                            {"subject", one.subject},
                            {"role", name_of(one.role)},
                            {"not_before", one.not_before},
                            {"not_after", one.not_after}});
  if (one.revoked)
    json.set("revoked", Json::object({{"at", one.revoked->at},
                                      {"since", one.revoked->since},
                                      {"reason", name_of(one.revoked->reason)}}));
  return json;
}

template <typename Value>
Value known(std::optional<Value> value, const std::string& name) {
  if (!value) throw base::JsonError("\"" + name + "\" is not known");
  return *value;
}

void require(bool holds, const char* otherwise) {
  if (!holds) throw base::JsonError(otherwise);
}

bool is_hexadecimal(std::string_view text) {
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// What a list is made of: a serial number (RFC 5280 §4.1.2.2: at most 20 bytes) and times.
void check_form(const IssuedCertificate& one) {
  require(!one.serial.empty() && one.serial.size() <= 40 && is_hexadecimal(one.serial) &&
              !one.serial.starts_with("00"),
          "a serial number is none");
  require(one.fingerprint.size() == 64 && is_hexadecimal(one.fingerprint), "a fingerprint is none");
  for (const std::string& time : {one.not_before, one.not_after})
    require(base::parse_utc(time).has_value(), "a certificate's time is none");
  if (one.revoked)
    require(base::parse_utc(one.revoked->at) && base::parse_utc(one.revoked->since),
            "the time of a revocation is none");
}

IssuedCertificate issued_from(const Json& json) {
  IssuedCertificate one;
  one.serial = json.at("serial").text();
  one.fingerprint = json.at("fingerprint").text();
  one.subject = json.at("subject").text();
  one.role = known(certificate_role(json.at("role").text()), json.at("role").text());
  one.not_before = json.at("not_before").text();
  one.not_after = json.at("not_after").text();
  if (const Json* revoked = json.find("revoked")) {
    const std::string& reason = revoked->at("reason").text();
    one.revoked = {revoked->at("at").text(), revoked->at("since").text(),
                   known(revocation_reason(reason), reason)};
  }
  check_form(one);
  return one;
}

}  // namespace

std::string_view name_of(CertificateRole role) {
  return by_value(kRoles, role);
}
std::optional<CertificateRole> certificate_role(std::string_view name) {
  return by_name(kRoles, name);
}
std::string_view name_of(RevocationReason reason) {
  return by_value(kReasons, reason);
}
std::optional<RevocationReason> revocation_reason(std::string_view name) {
  return by_name(kReasons, name);
}

AgencyIndex read_agency_index(const std::filesystem::path& home) {
  const std::filesystem::path file = home / kIndexFile;
  try {
    const Json json = base::parse_json(base::read_file(file));
    if (json.at("v").text() != kVersion) throw base::JsonError("it is of another version");
    AgencyIndex index;
    index.last_list = json.at("last_list").integer();
    require(index.last_list >= 0 && index.last_list < kLastNumber, "the number of the last list cannot be");
    std::set<std::string> serials;
    for (const Json& one : json.at("issued").items()) {
      index.issued.push_back(issued_from(one));
      require(serials.insert(index.issued.back().serial).second, "a serial number stands there twice");
    }
    return index;
  } catch (const base::JsonError& error) {
    throw base::Error(base::ErrorKind::format, file.string() + ": " + error.what(), kAdvice);
  }
}

void write_agency_index(const std::filesystem::path& home, const AgencyIndex& index) {
  Json issued = Json::array();
  for (const IssuedCertificate& one : index.issued) issued.push(to_json(one));
  const Json json =
      Json::object({{"v", kVersion}, {"last_list", index.last_list}, {"issued", std::move(issued)}});
  base::write_durably(home / kIndexFile, base::as_bytes(json.pretty()), 0600);
}

AgencyLock::AgencyLock(const std::filesystem::path& home)
    : file_(open((home / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (!file_ || flock(file_.get(), LOCK_EX) != 0)
    throw base::io_error(base::say("cannot lock {}", home.string()), errno,
                         base::say("Nothing was changed. Check who may write there, then repeat."));
}

}  // namespace custody
