// SPDX-License-Identifier: Apache-2.0
// Which device or file a source is, so that it can be found again after it was gone. One thread.
#pragma once

#include <memory>

#include "acquire/source.h"

namespace acquire {

struct Identity {
  std::string port_path;  // where it is plugged in; "file:" and the path of a file; the address of a server
  std::string serial;     // as the kernel states it; empty where it states none. Many devices share one
  std::uint64_t bytes = 0;
  // The first and the last MiB in pieces of 128 KiB, with one blank between: SHA-256 of a piece, or "zeros"
  // or "unreadable". By pieces, so that a sector that fails now and then does not make another device of it.
  std::string head_tail_sha256;
  bool operator==(const Identity&) const = default;
  base::Json to_json() const;
  static Identity from_json(const base::Json& json);  // base::JsonError where a member is missing
};

// Reads up to 2 MiB. Throws base::Error(io) where the source is gone.
Identity identity_of(Source& source);

enum class Match { same, other, cannot_tell };
// The serial number alone never decides, and neither does the port: what stands at the start and the end
// does. `cannot_tell`: it cannot be read, it is blank and neither serial number nor port agree, or the
// contents agree but the serial numbers do not.
Match compare(const Identity& known, const Identity& found);

// One look for a device that was gone: among all block devices, by size, serial number and content, at
// whichever port (compare the port paths, and record it where it is another); a file or a server where it
// was. Opens it as open_source does. nullptr where it is not there (yet). Throws base::Error(conflict) where
// something else, or something that cannot be told from something else, is in its place; the words name it.
std::unique_ptr<Source> find_again(const Identity& identity, const std::string& former_name);

}  // namespace acquire
