// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/image_check.h"

#include <utility>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/provenance.h"

namespace custody {
namespace {

namespace fs = std::filesystem;
using base::Json;

std::optional<std::string> text_member(const Json& members, std::string_view name) {
  const Json* member = members.find(name);
  return member && member->is_text() ? std::optional(member->text()) : std::nullopt;
}

fs::path among(const std::vector<fs::path>& folders, const std::string& name) {
  for (const fs::path& folder : folders)
    if (fs::exists(fs::symlink_status(folder / name))) return folder / name;
  return folders.front() / name;
}

}  // namespace

ImageCheck::ImageCheck(fs::path root, Findings& findings) : root_(std::move(root)), findings_(findings) {
  const fs::path file = root_ / "locations.json";
  if (!fs::exists(file)) return;
  try {
    locations_ = base::parse_json(base::read_file(file));
  } catch (const base::JsonError&) {
    findings_.impossible("image.file", "locations.json", "The list of images elsewhere cannot be read.");
  }
}

void ImageCheck::check(const Json& report, const Place& place) {
  const std::vector<fs::path> elsewhere = location(place.acquisition);
  if (text_member(report, "format") == "folder")
    return folder(report, elsewhere.empty() ? "" : elsewhere.front(), place);
  // The first file, then further folders that hold some of the others.
  std::vector<fs::path> folders = elsewhere;
  if (folders.empty()) folders.push_back(place.folder / "x");
  folders.front() = folders.front().parent_path();
  for (const Json& stated : report.at("files").items()) {
    const std::optional<std::string> name = text_member(stated, "name");
    const std::optional<std::string> digest = text_member(stated, "sha256");
    const std::string object = place.object + "/" + name.value_or("(name not text)");
    if (!name || !digest) {
      findings_.impossible("image.file", object, "acquisition.json states no name or digest of a file.");
      continue;
    }
    // Of an adopted image the names are another's, so only what could leave the folder is refused.
    const bool leaves = name->empty() || name->find_first_of(std::string_view("/\0", 2)) != name->npos;
    if (!findings_.check(!leaves, "image.file", object, "The name is not that of a file.")) continue;
    file(among(folders, *name), object, *digest, place);
  }
}

std::vector<fs::path> ImageCheck::location(const std::string& acquisition) const {
  const Json* known = locations_.find(acquisition);
  if (known == nullptr) return {};
  // Paths that are not absolute lie below the case folder, which may be moved.
  if (known->is_text()) return {root_ / known->text()};
  std::vector<fs::path> paths;
  for (const Json& path : known->items()) paths.push_back(root_ / path.text());
  return paths;
}

// Names become no paths: they are looked up among the files that are there.
void ImageCheck::folder(const Json& report, const fs::path& folder, const Place& place) {
  if (!fs::is_directory(folder))
    return findings_.impossible("image.file", place.object,
                                "The folder is not here; nothing can be said of it. " + place.told_by);
  const auto files = base::files_in_folder(folder);
  for (const Json& stated : report.at("files").items()) {
    const std::string name = text_member(stated, "name").value_or("");
    const std::string object = place.object + "/" + name;
    const std::string plain = base::percent_decode(name);
    if (!findings_.check(files->has(plain), "image.file", object, "The file is not there any more."))
      continue;
    const std::optional<std::string> digest = text_member(stated, "sha256");
    findings_.check(!digest || base::sha256(*files->open(plain)).hex() == *digest, "image.file", object,
                    "The file is not the one that was acquired.");
  }
}

void ImageCheck::file(const fs::path& file, const std::string& object, const std::string& digest,
                      const Place& place) {
  const auto kind = fs::symlink_status(file).type();
  if (kind == fs::file_type::not_found)
    return findings_.impossible("image.file", object,
                                "The file is not here; nothing can be said of it. " + place.told_by);
  if (!findings_.check(kind == fs::file_type::regular, "image.file", object,
                       "In its place stands something that is no file."))
    return;
  try {
    findings_.check(base::sha256(*base::open_source(file)).hex() == digest, "image.file", object,
                    "The file is not the one that was acquired.");
  } catch (const base::ReadError& error) {
    findings_.fail("image.file", object,
                   std::string("The file cannot be read to its end: ") + error.what() + ".");
  } catch (const base::Error& error) {
    // One that may not be opened here may well be as it was.
    findings_.impossible("image.file", object,
                         std::string("The file cannot be opened: ") + error.what() + ".");
  }
}

}  // namespace custody
