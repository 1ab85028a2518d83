// SPDX-License-Identifier: Apache-2.0
// One run over one acquisition: workers in sandboxes, records through pipes, one segment.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/sandbox.h"
#include "base/segment.h"
#include "parse/evidence_tree.h"

namespace parse {

struct RunInput {
  std::string exhibit_uid;
  std::string acquisition;         // "a1"
  std::filesystem::path evidence;  // first file of an image, a folder, a tar or a zip
  std::string input_sha256;        // of the media or container, from the acquisition; empty where none
  std::vector<std::filesystem::path> further_folders{};  // that hold more files of the image
};

struct RunOptions {
  unsigned workers = 1;
  bool allow_weak_sandbox = false;  // go on where the kernel lacks a part; recorded
  std::filesystem::path program;    // this program, to start workers: `program parse-worker`
  std::uint64_t worker_memory_bytes = 2ull << 30;
  std::uint64_t worker_idle_seconds = 300;  // last resort; makes the segment not reproducible
};

struct RunProgress {
  std::uint64_t pairs_done, pairs_total, records, anomalies;
};

struct RunOutcome {
  base::SegmentFacts segment;
  base::SandboxState sandbox;
  std::uint64_t worker_deaths = 0;
  bool reproducible = true;
  std::vector<std::string> extractors;  // "whatsapp_android/1"
};

// Writes the segment into `segments`. Throws Error(usage) where the sandbox is not complete and not allowed
// to be weak.
RunOutcome run(const RunInput& input, const RunOptions& options, const std::filesystem::path& segments,
               const base::SecretSealer& sealer, const std::function<void(const RunProgress&)>& progress,
               std::stop_token stop);

// The worker's main: speaks frames on the two descriptors. Returns an exit code.
int worker_main(int in, int out);

// Reads files back by locator through a worker (explain, get, media in reports).
std::unique_ptr<base::EvidenceBytes> evidence_bytes(
    const std::filesystem::path& evidence, const RunOptions& options,
    const std::vector<std::filesystem::path>& further_folders = {});

}  // namespace parse
