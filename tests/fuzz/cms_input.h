// SPDX-License-Identifier: Apache-2.0
// What inputs of the target of signatures sign.
#pragma once

#include <string_view>

namespace fuzz {

inline constexpr std::string_view kSignedContent = R"({"a body":"that is signed"})";

}  // namespace fuzz
