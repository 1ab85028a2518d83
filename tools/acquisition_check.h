// SPDX-License-Identifier: Apache-2.0
// Whether the files of an acquisition are still those that were made.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/words.h"
#include "tools/workplace.h"

namespace tools {

// Compares every file of an acquisition with the digest that was recorded when it was made: "equal",
// "different", "unreadable". Reads all of them.
std::string check_acquisition(const AcquisitionView& acquisition, Console& console);
// The result for the person; the ledger and --json have the word itself.
base::Said check_in_words(std::string_view result);

// One file of it. Throws base::Error.
std::shared_ptr<base::ByteSource> open_acquired(const AcquisitionView& acquisition, const std::string& name);

}  // namespace tools
