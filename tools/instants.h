// SPDX-License-Identifier: Apache-2.0
// Times as people type them for validities and periods: always UTC. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tools {

// "2026-11-21" (its first moment), "2026-11-21 22:00", "2026-11-21T22:00:00Z". Nothing where it is another.
std::optional<std::int64_t> instant_of(std::string_view typed);

}  // namespace tools
