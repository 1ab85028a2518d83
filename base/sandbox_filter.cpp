// SPDX-License-Identifier: Apache-2.0
#include "base/sandbox_filter.h"

#include <array>
#include <cerrno>
#include <initializer_list>
#include <memory>

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/handle.h"

namespace base {
namespace {

using Filter = std::unique_ptr<void, Free<seccomp_release>>;
using Condition = scmp_arg_cmp;

// What reading evidence takes: TSK, libewf, libarchive, SQLite over our VFS, OpenSSL's digests and CMS, ICU,
// zstd, and the C and C++ run time. No socket, no exec, no new process, no signal to others, nothing that
// changes a file.
constexpr std::array kAllowed = {
    // reading and answering through the pipe
    "read", "pread64", "readv", "preadv", "write", "writev", "lseek", "close", "poll", "ppoll", "select",
    "pselect6",
    // looking at what Landlock lets be opened
    "fstat", "newfstatat", "statx", "stat", "lstat", "getdents64", "readlink", "readlinkat", "getcwd",
    "access", "faccessat", "faccessat2", "fstatfs", "fadvise64", "readahead", "flock",
    // memory
    "brk", "munmap", "mremap", "madvise", "mlock", "munlock",
    // threads and signals to oneself
    "futex", "set_robust_list", "rseq", "set_tid_address", "sched_yield", "sched_getaffinity", "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "exit", "exit_group",
    // clocks, chance, who am I
    "clock_gettime", "clock_getres", "gettimeofday", "time", "nanosleep", "clock_nanosleep", "getrandom",
    "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "uname", "sysinfo", "getrusage", "times",
    "getcpu"};

// Calls of libraries that are not needed and are harmless to refuse.
struct Refusal {
  const char* call;
  int error_number;
};
constexpr std::array kRefused = {Refusal{"ioctl", ENOTTY}, Refusal{"clone3", ENOSYS}, Refusal{"prctl", EPERM},
                                 Refusal{"io_uring_setup", ENOSYS}, Refusal{"sched_setaffinity", EPERM}};

// Of fcntl only what concerns the descriptor itself: F_SETOWN and F_SETSIG would send signals to others.
constexpr std::array kDescriptorCommands = {F_GETFD, F_SETFD, F_GETFL,     F_SETFL,    F_DUPFD_CLOEXEC,
                                            F_GETLK, F_SETLK, F_OFD_GETLK, F_OFD_SETLK};

// A sanitizer's run time makes calls of its own that change with its version, so there only the worst is
// refused.
constexpr std::array kForbiddenUnderSanitizer = {
    "socket",      "socketpair", "connect",   "bind",    "listen",           "accept",
    "accept4",     "execve",     "execveat",  "ptrace",  "process_vm_readv", "process_vm_writev",
    "fork",        "vfork",      "mount",     "umount2", "unlink",           "unlinkat",
    "rename",      "renameat",   "renameat2", "bpf",     "keyctl",           "init_module",
    "finit_module"};

[[noreturn]] void refused(int code) {
  throw io_error(
      say("cannot enter the system-call filter"), -code,
      say("No evidence was read and nothing was changed. Run `holdfast` on a kernel of Debian 12 or newer."));
}

void add_rule(void* filter, std::uint32_t action, const char* call,
              std::initializer_list<Condition> conditions = {}) {
  const int number = seccomp_syscall_resolve_name(call);
  if (number < 0) return;  // this machine's kind of processor has no such call
  const int code = seccomp_rule_add_array(filter, action, number, static_cast<unsigned>(conditions.size()),
                                          conditions.size() == 0 ? nullptr : conditions.begin());
  if (code != 0) refused(code);
}

constexpr Condition equals(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
constexpr Condition bits_are(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

// Calls that are allowed with some arguments only. What does not match is killed.
void add_conditional_rules(void* filter) {
  const std::uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC;
  add_rule(filter, SCMP_ACT_ALLOW, "openat", {bits_are(2, writing, O_RDONLY)});
  add_rule(filter, SCMP_ACT_ALLOW, "open", {bits_are(1, writing, O_RDONLY)});
  // No memory becomes a program.
  add_rule(filter, SCMP_ACT_ALLOW, "mmap", {bits_are(2, PROT_EXEC, 0)});
  add_rule(filter, SCMP_ACT_ALLOW, "mprotect", {bits_are(2, PROT_EXEC, 0)});
  // Threads, and no processes.
  const std::uint64_t thread = CLONE_THREAD | CLONE_VM | CLONE_SIGHAND;
  add_rule(filter, SCMP_ACT_ALLOW, "clone", {bits_are(0, thread, thread)});
  // abort() signals itself; limits may be asked for, and not set.
  add_rule(filter, SCMP_ACT_ALLOW, "tgkill", {equals(0, static_cast<std::uint64_t>(getpid()))});
  add_rule(filter, SCMP_ACT_ALLOW, "prlimit64", {equals(0, 0), equals(2, 0)});
  for (const int command : kDescriptorCommands)
    add_rule(filter, SCMP_ACT_ALLOW, "fcntl", {equals(1, static_cast<std::uint64_t>(command))});
}

Filter make_filter(std::uint32_t default_action) {
  Filter filter(seccomp_init(default_action));
  if (!filter) refused(-ENOMEM);
  return filter;
}

Filter strict_filter() {
  Filter filter = make_filter(SCMP_ACT_KILL_PROCESS);
  for (const char* call : kAllowed) add_rule(filter.get(), SCMP_ACT_ALLOW, call);
  for (const Refusal& refusal : kRefused)
    add_rule(filter.get(), SCMP_ACT_ERRNO(static_cast<std::uint32_t>(refusal.error_number)), refusal.call);
  add_conditional_rules(filter.get());
  return filter;
}

Filter widened_filter() {
  Filter filter = make_filter(SCMP_ACT_ALLOW);
  for (const char* call : kForbiddenUnderSanitizer) add_rule(filter.get(), SCMP_ACT_ERRNO(EPERM), call);
  return filter;
}

[[maybe_unused]] bool entered = false;

}  // namespace

void enter_system_call_filter() {
  const Filter filter = kSanitized ? widened_filter() : strict_filter();
  if (const int code = seccomp_load(filter.get()); code != 0) refused(code);
  entered = true;
}

}  // namespace base

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// LeakSanitizer looks at the process through ptrace, which the filter refuses; it asks here whether to.
extern "C" int __lsan_is_turned_off();
extern "C" int __lsan_is_turned_off() {
  return base::entered ? 1 : 0;
}
#endif
#endif
