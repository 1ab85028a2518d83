// SPDX-License-Identifier: Apache-2.0
// The worker: the process that reads evidence. Started by the parent as `program parse-worker`, it enters the
// sandbox before it opens anything, says which sandbox that is, and answers requests until its pipe ends.
#pragma once

#include <filesystem>
#include <vector>

#include "base/json.h"
#include "base/sandbox.h"
#include "parse/extractor.h"
#include "parse/worker_sink.h"

namespace parse {

// The descriptors that a worker is started with.
inline constexpr int kWorkerIn = 3;
inline constexpr int kWorkerOut = 4;
inline constexpr char kWorkerVerb[] = "parse-worker";

// Exit codes of a worker, read by the parent.
inline constexpr int kWorkerDone = 0;
inline constexpr int kWorkerProtocol = 2;  // the parent's frames made no sense
inline constexpr int kWorkerFailed = 4;
inline constexpr int kWorkerNoMemory = 5;

// What the parent sends first.
struct WorkerConfig {
  std::filesystem::path evidence;
  std::vector<std::filesystem::path> further_folders;  // that hold more files of an image
  RunIdentity run;
  std::uint64_t memory_bytes = 0;
  // Makes the paths absolute.
  static WorkerConfig over(const std::filesystem::path& evidence,
                           const std::vector<std::filesystem::path>& further_folders, const RunIdentity& run,
                           std::uint64_t memory_bytes);
  base::Json to_json() const;
  static WorkerConfig from_json(const base::Json& json);  // JsonError
};

// The worker's main with a list of extractors other than the program's own.
int worker_main(int in, int out, ExtractorList list);

// What the worker says before the evidence is open: sandbox, extractors, libraries. docs/parsing.md
base::Json hello_of(const base::SandboxState& sandbox, ExtractorList list);

// The tree over the evidence at `path`, by its kind. An image's files may also lie in further folders.
struct OpenEvidence {
  InputKind kind;
  std::unique_ptr<EvidenceTree> tree;
};
OpenEvidence open_evidence(const std::filesystem::path& path,
                           const std::vector<std::filesystem::path>& further_folders);

}  // namespace parse
