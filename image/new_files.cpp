// SPDX-License-Identifier: Apache-2.0
#include "image/new_files.h"

#include "base/error.h"
#include "base/file.h"

namespace image {

void refuse_existing(const std::filesystem::path& folder, const std::string& stem) {
  std::error_code trouble;
  for (std::filesystem::directory_iterator entry(folder, trouble), end; !trouble && entry != end;
       entry.increment(trouble)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(stem + ".")) continue;
    throw base::Error(base::ErrorKind::conflict, entry->path().string() + " exists already",
                      "It was not touched: an image is never overwritten. Use another name or folder.");
  }
  if (trouble) {
    throw base::io_error("cannot list the folder " + folder.string(), trouble.value(),
                         "Nothing was written. Check that the folder exists and who may write to it.");
  }
}

void sync_files(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const base::Fd fd = base::open_for_reading(folder / name);
    base::sync_file(fd.get(), (folder / name).string());
  }
  base::sync_folder(folder);
}

}  // namespace image
