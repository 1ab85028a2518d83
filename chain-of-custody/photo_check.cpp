// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/photo_check.h"

#include <algorithm>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"

namespace custody {
namespace {

constexpr std::string_view kCode = "photo.file";

bool is_sha256(const base::Json& value) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return value.is_text() && value.text().size() == 64 && std::ranges::all_of(value.text(), is_digit);
}

// Files are found by their names' stems: no path is built from what an entry says.
std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder, const std::string& digest) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  if (!std::filesystem::is_directory(std::filesystem::symlink_status(folder, failed))) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    if (entry.path().stem() == digest) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

void check_file(const std::filesystem::path& file, const std::string& digest, const PhotoPlace& place,
                Findings& findings) {
  const std::string name = file.lexically_relative(place.root).generic_string();
  const auto kind = std::filesystem::symlink_status(file).type();
  if (!findings.check(kind == std::filesystem::file_type::regular, kCode, place.object,
                      name + " is no file."))
    return;
  try {
    findings.check(base::sha256(*base::open_source(file)).hex() == digest, kCode, place.object,
                   name + " is not the photograph that was registered.");
  } catch (const base::ReadError& error) {
    findings.fail(kCode, place.object, name + " cannot be read to its end: " + error.what() + ".");
  } catch (const base::Error& error) {
    // One that may not be opened here may well be as it was.
    findings.impossible(kCode, place.object, name + " cannot be opened: " + error.what() + ".");
  }
}

}  // namespace

void check_photos(const OpenedBody::Exhibit& exhibit, const PhotoPlace& place, Findings& findings) {
  const base::Json* photos = exhibit.members.find("photos");
  if (photos == nullptr) {
    if (exhibit.withheld > 0)
      findings.impossible(kCode, place.object, "The entry hides which photographs were taken.");
    return;
  }
  if (!findings.check(photos->is_array() && std::ranges::all_of(photos->items(), is_sha256), kCode,
                      place.object, "What it names as photographs are no digests."))
    return;
  for (const base::Json& photo : photos->items()) {
    const auto files = files_of(place.folder, photo.text());
    if (files.empty())
      findings.impossible(kCode, place.object,
                          (place.folder / photo.text()).lexically_relative(place.root).generic_string() +
                              ", a photograph, is not here. " + place.told_by());
    for (const auto& file : files) check_file(file, photo.text(), place, findings);
  }
}

}  // namespace custody
