// SPDX-License-Identifier: Apache-2.0
// The records of an edition and their proofs, as files: data/export/records.jsonl,
// data/disclosure/proofs.jsonl and one record tree per segment. Formats: docs/bundle-format.md.
#pragma once

#include <string>

#include "export/edition.h"

namespace exporter {

std::string records_text(const Edition& edition);
std::string proofs_text(const Edition& edition);
std::string tree_text(const EditionSegment& segment);
std::string tree_name(std::size_t segment);  // data/disclosure/record-tree-<number from 1>.txt

}  // namespace exporter
