// SPDX-License-Identifier: Apache-2.0
// Text of strangers as UTF-8: names of files, and whatever else may hold any bytes. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace custody {

// The text, with each byte that belongs to no UTF-8 sequence written out: <ff>.
std::string as_utf8(std::string_view text);

}  // namespace custody
