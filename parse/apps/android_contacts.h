// SPDX-License-Identifier: Apache-2.0
// The address book of Android: contacts2.db.
#pragma once

#include "parse/extractor.h"

namespace parse {

extern const Extractor kAndroidContacts;

}  // namespace parse
