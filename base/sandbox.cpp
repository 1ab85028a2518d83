// SPDX-License-Identifier: Apache-2.0
#include "base/sandbox.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/sandbox_filter.h"

namespace base {
namespace {

// Landlock's interface (kernel: include/uapi/linux/landlock.h of 6.12; Debian 12's header knows ABI 2 only).
constexpr std::uint32_t kCreateRulesetVersion = 1;
constexpr int kPathBeneath = 1;
constexpr std::uint64_t kReadFile = 1u << 2;
constexpr std::uint64_t kReadFolder = 1u << 3;
struct RulesetAttributes {
  std::uint64_t files;    // ABI 1
  std::uint64_t network;  // ABI 4
  std::uint64_t scoped;   // ABI 6
};
#pragma pack(push, 1)
struct PathBeneath {
  std::uint64_t allowed;
  std::int32_t folder;
};
#pragma pack(pop)

// Every right that an ABI knows: 13 of files at first, then refer, truncate and device ioctl; TCP bind and
// connect; abstract sockets and signals to others.
RulesetAttributes all_rights(int abi) {
  RulesetAttributes rights{(1u << 13) - 1, 0, 0};
  if (abi >= 2) rights.files |= 1u << 13;
  if (abi >= 3) rights.files |= 1u << 14;
  if (abi >= 5) rights.files |= 1u << 15;
  if (abi >= 4) rights.network = 3;
  if (abi >= 6) rights.scoped = 3;
  return rights;
}

std::size_t attributes_size(int abi) {
  return abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
}

int landlock_abi() {
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, kCreateRulesetVersion);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

[[noreturn]] void refused(const Said& step) {
  throw io_error(
      say("cannot {}", step), errno,
      say("No evidence was read and nothing was changed. Run `holdfast` on a kernel of Debian 12 or newer."));
}

void allow_path(int ruleset, const std::filesystem::path& path) {
  const Fd fd(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat facts {};
  if (!fd || fstat(fd.get(), &facts) != 0)
    throw io_error(
        say("cannot open {}", path.string()), errno,
        say("No evidence was read and nothing was changed. Check that the file can be read, then repeat."));
  const std::uint64_t allowed = S_ISDIR(facts.st_mode) ? kReadFile | kReadFolder : kReadFile;
  const PathBeneath rule{allowed, fd.get()};
  if (syscall(SYS_landlock_add_rule, ruleset, kPathBeneath, &rule, 0) != 0)
    refused(say("allow reading {} in the sandbox", path.string()));
}

void enter_landlock(const std::vector<std::filesystem::path>& readable, int abi) {
  const RulesetAttributes rights = all_rights(abi);
  const Fd ruleset(static_cast<int>(syscall(SYS_landlock_create_ruleset, &rights, attributes_size(abi), 0)));
  if (!ruleset) refused(say("make a Landlock ruleset"));
  for (const std::filesystem::path& path : readable) allow_path(ruleset.get(), path);
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) refused(say("enter Landlock"));
}

void limit(int resource, std::uint64_t value) {
  rlimit both{};
  if (getrlimit(static_cast<__rlimit_resource>(resource), &both) != 0)
    refused(say("ask for a resource limit"));
  value = std::min<std::uint64_t>(value, both.rlim_max);  // who started us may have set a lower one
  both = {value, value};
  if (setrlimit(static_cast<__rlimit_resource>(resource), &both) != 0) refused(say("set a resource limit"));
}

void enter_limits(const SandboxPolicy& policy) {
  if (!kSanitized) limit(RLIMIT_AS, policy.memory_bytes);  // a sanitizer reserves terabytes of addresses
  limit(RLIMIT_CORE, 0);                                   // a core would hold evidence
  limit(RLIMIT_FSIZE, policy.output_bytes);
  if (policy.cpu_seconds > 0) limit(RLIMIT_CPU, policy.cpu_seconds);
}

bool kernel_has_seccomp() {
  const std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

}  // namespace

std::string SandboxState::for_people() const {
  std::string text = landlock_abi > 0 ? "Landlock ABI " + std::to_string(landlock_abi) : "no Landlock";
  text += seccomp ? ", system-call filter" : ", no system-call filter";
  text += limits ? ", limits" : ", no limits";
  return widened ? text + " (widened for a sanitizer build)" : text;
}

SandboxState available_sandbox() {
  SandboxState state;
  state.landlock_abi = landlock_abi();
  state.seccomp = kernel_has_seccomp();
  state.limits = true;
  state.widened = kSanitized;
  return state;
}

SandboxState enter_sandbox(const SandboxPolicy& policy) {
  const SandboxState state = available_sandbox();
  // Without it neither Landlock nor seccomp may be entered by an ordinary user, and a set-user-id program
  // could undo both.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) refused(say("give up new privileges"));
  if (state.landlock_abi > 0) enter_landlock(policy.readable, state.landlock_abi);
  enter_limits(policy);
  if (state.seccomp) enter_system_call_filter();  // last: the steps above are not on its list
  return state;
}

}  // namespace base
