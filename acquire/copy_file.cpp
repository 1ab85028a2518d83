// SPDX-License-Identifier: Apache-2.0
#include "acquire/copy_file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/words.h"

namespace acquire {

void CopyFile::finish() {
  base::sync_file(fd_.get(), name_);
  // File systems of sticks know no such rights: what cannot be refused there is not refused.
  if (fchmod(fd_.get(), 0444) != 0 && errno != EPERM && errno != ENOTSUP)
    throw base::io_error(base::say("cannot make {} read-only", name_), errno, advice_);
  static_cast<void>(posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_DONTNEED));
}

}  // namespace acquire
