// SPDX-License-Identifier: Apache-2.0
// The first pass over an evidence tree: which files are claimed by which extractor, what is there and not
// supported, how many files there are.
// Thread rule: one thread.
#pragma once

#include "parse/evidence_tree.h"
#include "parse/extractor.h"
#include "parse/frames.h"

namespace parse {

// Anomalies of a tree that are listed one by one; the rest is counted.
inline constexpr std::uint64_t kMostTreeAnomalies = 10'000;

// Streams claim, tree_anomaly and unsupported frames in the order of the walk, then one `listed` frame.
void list_evidence(EvidenceTree& tree, InputKind kind, ExtractorList extractors, FramePipe& pipe);

}  // namespace parse
