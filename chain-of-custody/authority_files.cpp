// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/authority_files.h"

#include <algorithm>
#include <array>
#include <system_error>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/ledger_view.h"

namespace custody {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> kExtensions{".pdf", ".png",  ".jpg", ".jpeg",
                                                      ".tif", ".tiff", ".heic"};
constexpr std::uintmax_t kMostBytes = 64 << 20;

std::string extension_of(const fs::path& scan) {
  std::string extension = scan.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (std::ranges::find(kExtensions, extension) == kExtensions.end())
    throw base::Error(
        base::ErrorKind::usage,
        base::say("the paper of an authority is a picture or a PDF, and this is none by its name"),
        base::say("No entry was made. Give a .pdf, .png, .jpg, .tif or .heic."));
  return extension;
}

// The file whose name begins with the digest; names are only compared, never made into a path.
fs::path document_in(const fs::path& folder, const std::string& digest) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed))
    if (entry.path().stem() == digest) return entry.path();
  return {};
}

void check_document(const fs::path& case_folder, const std::string& digest, const std::string& object,
                    Findings& findings) {
  constexpr const char* kCode = "authority.file";
  const fs::path file = document_in(case_folder / kAuthoritiesFolder, digest);
  if (file.empty())
    return findings.impossible(kCode, object,
                               "The paper " + digest + " is not in " + kAuthoritiesFolder + "/ here.");
  if (!findings.check(fs::symlink_status(file).type() == fs::file_type::regular, kCode, object,
                      "In the place of the paper " + digest + " stands something that is no file."))
    return;
  try {
    findings.check(base::sha256(base::read_file(file, kMostBytes)).hex() == digest, kCode, object,
                   "The paper " + digest + " is not the one whose digest was signed.");
  } catch (const base::Error& error) {
    // One that may not be opened here may well be as it was.
    findings.impossible(kCode, object, std::string("The paper cannot be read: ") + error.what() + ".");
  }
}

}  // namespace

std::string keep_document(const fs::path& case_folder, const fs::path& scan) {
  const std::string extension = extension_of(scan);
  const base::Buffer bytes = base::read_file(scan, kMostBytes);
  if (bytes.empty())
    throw base::Error(base::ErrorKind::usage, base::say("the scanned paper is empty"),
                      base::say("No entry was made. Scan it again."));
  const std::string digest = base::sha256(bytes).hex();
  const fs::path folder = case_folder / kAuthoritiesFolder;
  fs::create_directories(folder);
  base::write_durably(folder / (digest + extension), bytes, 0600);
  base::sync_folder(case_folder);
  return digest;
}

void check_documents(const fs::path& case_folder, const LedgerContent& content, Findings& findings) {
  for (const Entry& entry : content.entries) {
    if (!entry.body || act_at_first_sight(*entry.body) != "authority.add") continue;
    try {
      const std::string digest = text_in(base::parse_profile(*entry.body), "document");
      if (!digest.empty())
        check_document(case_folder, digest, "entry " + std::to_string(entry.index), findings);
    } catch (const base::JsonError&) {
      continue;  // the ledger's verification reports a body that is none
    }
  }
}

}  // namespace custody
