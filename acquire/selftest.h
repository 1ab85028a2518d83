// SPDX-License-Identifier: Apache-2.0
// Whether this very program, on this very machine, does what an acquisition promises: assertions after NIST's
// CFTT programme (docs/cftt.md) on media of its own making, with no special hardware. What it cannot know is
// the examiner's own device, cable and write blocker. One at a time in a process: while one assertion is
// tested, the process may write no large file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/json.h"

namespace acquire {

enum class SelftestResult { passed, failed, not_run };
std::string_view name_of(SelftestResult result);

struct SelftestAssertion {
  std::string code;     // "image.e01": stays the same
  std::string asserts;  // in words
  std::string cftt;     // "DA-AM-06 DA-AM-08", or empty
  SelftestResult result = SelftestResult::not_run;
  std::string seen;  // what makes it pass or fail, or why it could not be run
  std::int64_t milliseconds = 0;
};

// Nothing here names a person or a place.
struct MachineFacts {
  std::string system, kernel, architecture, processor;  // as they name themselves
  unsigned cores = 0;
  std::uint64_t memory_bytes = 0;
  bool sha_instructions = false;  // of the processor
  bool one_pass_digests = false;  // ours, which use them
};
MachineFacts machine_facts();

struct SelftestReport {
  std::string started_utc, ended_utc;
  std::string program_sha256;  // of the file that is running
  MachineFacts machine;
  std::vector<SelftestAssertion> assertions;
  bool stopped = false;  // on request: the assertions that are left are not run
  std::size_t count(SelftestResult result) const;
  base::Json to_json() const;  // docs/cftt.md
};

struct SelftestOptions {
  std::filesystem::path scratch;  // some 40 MB for a moment; left as it was
  std::function<void(const std::string& asserts, std::size_t done, std::size_t total)> progress;
  std::stop_token stop;
};
// Throws base::Error(not_found, io) where no folder can be made in `scratch`.
SelftestReport selftest(const SelftestOptions& options);

}  // namespace acquire
