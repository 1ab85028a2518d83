// SPDX-License-Identifier: Apache-2.0
// The call log of Android: table `calls` of calllog.db, or of contacts2.db before Android 8.
#pragma once

#include "parse/extractor.h"

namespace parse {

extern const Extractor kAndroidCalls;

}  // namespace parse
