// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace base {
namespace {

struct Refusal {
  int number;
  Phrase words;
};
// What people meet. The rest comes in the C library's English.
constexpr std::array kRefusals{Refusal{ENOENT, phrase("No such file or directory")},
                               Refusal{EACCES, phrase("Permission denied")},
                               Refusal{EPERM, phrase("Operation not permitted")},
                               Refusal{EEXIST, phrase("File exists")},
                               Refusal{ENOTDIR, phrase("Not a directory")},
                               Refusal{EISDIR, phrase("Is a directory")},
                               Refusal{ENOSPC, phrase("No space left on device")},
                               Refusal{EROFS, phrase("Read-only file system")},
                               Refusal{EBUSY, phrase("Device or resource busy")},
                               Refusal{EIO, phrase("Input/output error")},
                               Refusal{ENODEV, phrase("No such device")},
                               Refusal{ENXIO, phrase("No such device or address")},
                               Refusal{ENOMEDIUM, phrase("No medium found")},
                               Refusal{EFBIG, phrase("File too large")}};

Said words_of(int error_number) {
  const auto found = std::ranges::find(kRefusals, error_number, &Refusal::number);
  if (found != kRefusals.end()) return found->words;
  return std::generic_category().message(error_number);
}

}  // namespace

Error io_error(const Said& attempt, int error_number, const Said& advice) {
  const ErrorKind kind = error_number == ENOENT   ? ErrorKind::not_found
                         : error_number == EEXIST ? ErrorKind::conflict
                                                  : ErrorKind::io;
  return {kind, attempt + ": " + words_of(error_number), advice};
}

}  // namespace base
