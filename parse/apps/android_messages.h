// SPDX-License-Identifier: Apache-2.0
// SMS and MMS of Android: mmssms.db of the telephony provider.
#pragma once

#include "parse/extractor.h"

namespace parse {

extern const Extractor kAndroidMessages;

}  // namespace parse
