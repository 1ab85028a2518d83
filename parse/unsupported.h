// SPDX-License-Identifier: Apache-2.0
// Knows apps, databases and containers that matter and that no extractor reads, so that a report can say what
// is there and was not read.
// Pure functions; for use by any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parse/extractor.h"

namespace parse {

// The values of an `unsupported` record.
struct UnsupportedFind {
  std::string kind;  // app, database, container, encrypted volume
  std::string what;
  bool operator==(const UnsupportedFind&) const = default;
};

// By the path of an entry of that kind. Nothing for what one of `extractors` reads (by its `app`).
std::optional<UnsupportedFind> unsupported_at(std::string_view path, EntryKind kind,
                                              ExtractorList extractors);

}  // namespace parse
