// SPDX-License-Identifier: Apache-2.0
#include "tools/carried_file.h"

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"

namespace tools {

void require_new(const std::filesystem::path& file) {
  if (std::filesystem::exists(std::filesystem::symlink_status(file)))
    throw base::Error(
        base::ErrorKind::conflict, base::say("{} exists already", file.string()),
        base::say("It was not touched, and nothing was done. Choose another name, or move it away."));
}

void write_carried(const std::filesystem::path& file, base::Bytes bytes) {
  require_new(file);
  // Not write_new_durably: FAT has no links. Between the look and the write nobody else writes on one's
  // stick.
  base::write_durably(std::filesystem::absolute(file), bytes);
}

std::string text_or_first_line(const std::string& given) {
  if (!std::filesystem::is_regular_file(given)) return given;
  const base::Buffer bytes = base::read_file(given, 64 << 10);
  const std::string_view text = base::as_text(bytes);
  return std::string(text.substr(0, text.find_first_of("\r\n")));
}

}  // namespace tools
