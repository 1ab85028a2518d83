// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace base {

Error io_error(const std::string& attempt, int error_number, const std::string& advice) {
  const ErrorKind kind = error_number == ENOENT   ? ErrorKind::not_found
                         : error_number == EEXIST ? ErrorKind::conflict
                                                  : ErrorKind::io;
  return {kind, attempt + ": " + std::generic_category().message(error_number), advice};
}

}  // namespace base
