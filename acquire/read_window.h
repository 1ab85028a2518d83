// SPDX-License-Identifier: Apache-2.0
// Reads any bytes of a source, whatever its sectors. Any thread.
#pragma once

#include "acquire/source.h"
#include "base/bytes.h"

namespace acquire {

struct Window {
  Source::Read read = Source::Read::ok;
  base::Buffer bytes;  // what lies beyond the end is not there; empty where the answer is not `ok`
};
// The whole sectors around are read. Throws base::Error(io) as Source::read_at does.
Window read_window(Source& source, std::uint64_t offset, std::size_t count);

}  // namespace acquire
