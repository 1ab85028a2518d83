// SPDX-License-Identifier: Apache-2.0
// WhatsApp for Android: msgstore.db, with wa.db and the preferences beside it.
#pragma once

#include "parse/extractor.h"

namespace parse {

extern const Extractor kWhatsAppAndroid;

}  // namespace parse
