// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/scans.h"

#include <algorithm>
#include <array>
#include <system_error>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/ledger_view.h"
#include "chain-of-custody/party.h"

namespace custody {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> kExtensions{".png", ".jpg",  ".jpeg", ".pdf",
                                                      ".tif", ".tiff", ".heic"};
constexpr std::uintmax_t kMostBytes = 64 << 20;

std::string extension_of(const fs::path& scan) {
  std::string extension = scan.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (std::ranges::find(kExtensions, extension) == kExtensions.end())
    throw base::Error(
        base::ErrorKind::usage,
        base::say("a scanned paper is a picture or a PDF, and {} is none by its name", scan.string()),
        base::say("No entry was made. Give a .png, .jpg, .tif, .heic or .pdf."));
  return extension;
}

std::string keep(const fs::path& case_folder, const char* name, const fs::path& scan) {
  const std::string extension = extension_of(scan);
  const base::Buffer bytes = base::read_file(scan, kMostBytes);
  if (bytes.empty())
    throw base::Error(base::ErrorKind::usage, base::say("the scanned paper {} is empty", scan.string()),
                      base::say("No entry was made. Scan it again."));
  const std::string digest = base::sha256(bytes).hex();
  const fs::path folder = case_folder / name;
  fs::create_directories(folder);
  base::write_durably(folder / (digest + extension), bytes, 0600);
  base::sync_folder(case_folder);
  return digest;
}

// The file whose name begins with the digest; names are only compared, never made into a path.
fs::path scan_in(const fs::path& folder, const std::string& digest) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed))
    if (entry.path().stem() == digest) return entry.path();
  return {};
}

struct ScanKind {
  const char* code;
  const char* folder;
  std::string paper;  // "The slip"
};
const ScanKind kSlip{"slip.file", kSlipsFolder, "The slip"};
const ScanKind kAuthorityPaper{"authority.file", kAuthoritiesFolder, "The paper"};

void check_scan(const fs::path& case_folder, const ScanKind& kind, const std::string& digest,
                const std::string& object, Findings& findings) {
  const fs::path file = scan_in(case_folder / kind.folder, digest);
  if (file.empty())
    return findings.impossible(kind.code, object,
                               kind.paper + " " + digest + " is not in " + kind.folder + "/ here.");
  if (!findings.check(fs::symlink_status(file).type() == fs::file_type::regular, kind.code, object,
                      "There is something that is no file in the place of " + digest + "."))
    return;
  try {
    findings.check(base::sha256(base::read_file(file, kMostBytes)).hex() == digest, kind.code, object,
                   kind.paper + " " + digest + " is not the one whose digest was signed.");
  } catch (const base::Error& error) {
    // One that may not be opened here may well be as it was.
    findings.impossible(kind.code, object, kind.paper + " cannot be read: " + error.what() + ".");
  }
}

void check_entry(const fs::path& case_folder, const Entry& entry, Findings& findings) {
  const base::Json body = base::parse_profile(*entry.body);
  const std::string object = "entry " + std::to_string(entry.index);
  for (const base::Json& party : body.at("parties").items())
    if (is_on_paper(party)) check_scan(case_folder, kSlip, party_digest(party), object, findings);
  if (act_at_first_sight(*entry.body) != "authority.add") return;
  const std::string document = text_in(body, "document");
  if (!document.empty()) check_scan(case_folder, kAuthorityPaper, document, object, findings);
}

}  // namespace

std::string keep_slip(const fs::path& case_folder, const fs::path& scan) {
  return keep(case_folder, kSlipsFolder, scan);
}

std::string keep_authority_paper(const fs::path& case_folder, const fs::path& scan) {
  return keep(case_folder, kAuthoritiesFolder, scan);
}

void check_scans(const fs::path& case_folder, const LedgerContent& content, Findings& findings) {
  for (const Entry& entry : content.entries) {
    if (!entry.body) continue;
    try {
      check_entry(case_folder, entry, findings);
    } catch (const base::JsonError&) {
      continue;  // the ledger's verification reports a body that is none
    }
  }
}

}  // namespace custody
