// SPDX-License-Identifier: Apache-2.0
// A database of our own on disk, read through the evidence VFS: nothing is written, and while a statement
// reads, SQLite's own shared lock is held, so that a writer in another process waits instead of tearing it.
#pragma once

#include <filesystem>
#include <memory>

#include "base/evidence_vfs.h"

namespace base {

// Throws Error(not_found, io).
// Trap: closing any descriptor of a file drops the POSIX locks that the same process holds on it, so a
// process must not read a database this way while it has it open for writing.
std::unique_ptr<EvidenceFiles> locked_files(const std::filesystem::path& database);

}  // namespace base
