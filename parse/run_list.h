// SPDX-License-Identifier: Apache-2.0
// What the first pass over the evidence told the parent.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "parse/worker_process.h"

namespace parse {

struct Claim {
  base::Locator locator;
  std::string extractor;
  auto operator<=>(const Claim&) const = default;
};

struct TreeFind {
  base::Locator locator;
  std::string kind, what;
  std::optional<std::int64_t> size;
  auto operator<=>(const TreeFind&) const = default;
};

struct TreeTrouble {
  base::Locator locator;
  std::string code, detail;
  auto operator<=>(const TreeTrouble&) const = default;
};

struct Listing {
  // All sorted, so that they do not depend on the order of the walk.
  std::vector<Claim> claims;  // each once
  std::vector<TreeFind> unsupported;
  std::vector<TreeTrouble> troubles;
  std::string input;  // kind of input; empty where the pass was cut before it was told
  std::int64_t files = 0, folders = 0, other = 0;
  std::int64_t troubles_not_listed = 0;
  std::string cut_by;  // why the pass ended early: the reason of WorkerGone; empty where it is whole
};

// Asks a worker for its list. A worker that dies on the way leaves what it had told.
// Throws Error where the worker cannot open the evidence.
Listing list_by(WorkerProcess& worker);

// The error that a `refused` frame stands for.
base::Error refusal_from(const Frame& frame, const base::Said& evidence);

}  // namespace parse
