// SPDX-License-Identifier: Apache-2.0
// Zlib streams (RFC 1950) of hostile origin, by ISA-L. Pure; any thread; each thread keeps one state of 90
// KiB.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace image {

// Inflates the stream at the front of `packed`. Returns the number of bytes written; nothing where the stream
// is damaged, its Adler-32 is wrong, it needs a dictionary, or `into` is too small.
std::optional<std::size_t> inflate_zlib(base::Bytes packed, std::span<std::byte> into);

// The same for short streams of unknown length; nothing where they would exceed `limit`.
std::optional<base::Buffer> inflate_text(base::Bytes packed, std::size_t limit);

}  // namespace image
