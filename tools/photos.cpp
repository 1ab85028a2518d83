// SPDX-License-Identifier: Apache-2.0
#include "tools/photos.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "tools/console.h"

namespace tools {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kExtensions{".jpg", ".jpeg", ".png",  ".heic", ".heif",
                                                      ".tif", ".tiff", ".webp", ".dng"};
constexpr std::uint64_t kMostBytes = 64 << 20;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

// Parts of files whose writing was cut off. Under the case's lock nobody writes here but us.
void remove_parts(const fs::path& folder) {
  std::vector<fs::path> parts;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.') && name.find(".part-") != name.npos) parts.push_back(entry.path());
  }
  for (const fs::path& part : parts) fs::remove(part);
}

void keep(const fs::path& folder, const Photo& photo) {
  const fs::path file = folder / (photo.sha256 + photo.extension);
  if (!fs::exists(fs::symlink_status(file))) return base::write_new_durably(file, photo.bytes);
  if (base::sha256(*base::open_source(file)).hex() != photo.sha256)
    throw base::Error(base::ErrorKind::conflict,
                      base::say("{} is there, and is not that photograph", file.string()),
                      base::say("Nothing was registered. Move that file away and keep it, then repeat."));
}

}  // namespace

Photo read_photo(const fs::path& file) {
  const std::string extension = lower(file.extension().string());
  if (std::ranges::find(kExtensions, extension) == kExtensions.end())
    throw base::Error(base::ErrorKind::usage,
                      base::say("{} does not end as a photograph's name does", file.string()),
                      base::say("Nothing was registered. Give one that ends in .jpg, .jpeg, .png, .heic, "
                                ".heif, .tif, .tiff, .webp or .dng."));
  Photo photo{"", extension, base::read_file(file, kMostBytes)};
  if (photo.bytes.empty())
    throw base::Error(base::ErrorKind::usage, base::say("{} is empty", file.string()),
                      base::say("Nothing was registered. Take the photograph again."));
  photo.sha256 = base::sha256(photo.bytes).hex();
  return photo;
}

void keep_photos(const fs::path& exhibit_folder, const std::vector<Photo>& photos) {
  const fs::path folder = exhibit_folder / "photos";
  fs::create_directories(folder);
  // The folders' own names must outlast a power cut as well as what lies in them.
  base::sync_folder(exhibit_folder.parent_path());
  base::sync_folder(exhibit_folder);
  remove_parts(folder);
  for (const Photo& photo : photos) keep(folder, photo);
}

std::string photos_in_words(const base::Json& digests, const std::filesystem::path& exhibit_folder) {
  std::vector<std::string> here;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(exhibit_folder / "photos", failed))
    if (entry.is_regular_file()) here.push_back(entry.path().stem().string());
  std::string missing;
  for (const base::Json& digest : digests.items())
    if (digest.is_text() && std::ranges::find(here, digest.text()) == here.end())
      missing += (missing.empty() ? "" : ", ") + visible(digest.text().substr(0, 16)) + "…";
  const std::string number = std::to_string(digests.items().size());
  if (!missing.empty()) return base::say("{}; not here: {}", number, missing);
  return number + (digests.items().size() == 1 ? base::say(", its file is here")
                                               : base::say(", their files are here"));
}

}  // namespace tools
