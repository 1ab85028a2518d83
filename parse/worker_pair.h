// SPDX-License-Identifier: Apache-2.0
// Runs one extractor on one file: what the worker does for each pair, and what tests do without a worker.
// Thread rule: one thread.
#pragma once

#include <string_view>

#include "parse/extractor.h"
#include "parse/worker_sink.h"

namespace parse {

enum class PairOutcome { parsed, parsed_with_anomalies, failed };
std::string_view name_of(PairOutcome outcome);  // as in source.outcome

std::string versioned_name(const Extractor& extractor);  // "whatsapp_android/1"

// Trouble in the evidence that stops the extractor (SqliteError, Truncated, ReadError, JsonError) becomes an
// anomaly with a code, and what was found so far stays. Memory that runs out (std::bad_alloc) is thrown on.
PairOutcome extract_pair(EvidenceTree& tree, const base::Locator& locator, const Extractor& extractor,
                         const RunIdentity& run, PairOutput& output);

}  // namespace parse
