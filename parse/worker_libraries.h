// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

namespace parse {

// Names and versions, as loaded, of the libraries whose behaviour the lines depend on.
base::Json library_versions();

}  // namespace parse
