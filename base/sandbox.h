// SPDX-License-Identifier: Apache-2.0
// The sandbox that a process enters before it reads a hostile byte: no_new_privs, Landlock, seccomp, limits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace base {

struct SandboxPolicy {
  std::vector<std::filesystem::path> readable;  // folders and files that may be opened for reading
  std::uint64_t memory_bytes = 2ull << 30;      // address space
  std::uint64_t cpu_seconds = 0;                // 0: no limit
  std::uint64_t output_bytes = 0;               // to descriptors that are open already, where they are files
};

// What of the sandbox is in force; goes into the ledger entry.
struct SandboxState {
  int landlock_abi = 0;  // 0: the kernel has none
  bool seccomp = false;
  bool limits = false;
  bool widened = false;  // built with a sanitizer: no limit of memory, and calls are refused by a list only
  bool complete() const { return landlock_abi > 0 && seccomp && limits; }
  std::string for_people() const;
};

// What this kernel offers, without entering anything.
SandboxState available_sandbox();

// Enters it, for good, for the calling thread and those it starts: call it before there are others, and with
// OpenSSL initialised. A call that is not on the list kills the process; opening anything but `readable`
// fails with EACCES; no file can be written, descriptors that are open stay usable for pipes. Under a
// sanitizer the profile is wider (and says so). Throws Error(not_found) for a path that is not there,
// Error(io) where a step that the kernel offers fails; a step that the kernel lacks is reported in the state
// for the caller to decide.
SandboxState enter_sandbox(const SandboxPolicy& policy);

}  // namespace base
