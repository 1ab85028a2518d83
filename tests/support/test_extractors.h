// SPDX-License-Identifier: Apache-2.0
// Extractors made for tests: of files whose form is plain, and of files that stop a worker in every way.
#pragma once

#include "parse/extractor.h"

namespace parse {

// "notes.db": table notes(words, fails); each row is a message; a row whose `fails` is set throws.
extern const Extractor kTestNotes;
// "*.lines" and "*.twice": each line of a text file is a message at its byte range.
extern const Extractor kTestLines;

ExtractorList test_extractors();    // the two above
ExtractorList deadly_extractors();  // and "*.abort", "*.loop", "*.memory", "*.reach", "*.twice" again

}  // namespace parse
