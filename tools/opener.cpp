// SPDX-License-Identifier: Apache-2.0
#include "tools/opener.h"

#include <cerrno>
#include <cstdlib>

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/words.h"

namespace tools {
namespace {

// The C library changes the rights of all threads at once (nptl(7)); the kernel keeps them by thread.
bool set_rights_of_this_thread(uid_t uid, gid_t gid, const std::vector<gid_t>& groups) {
  return syscall(SYS_setgroups, groups.size(), groups.data()) == 0 &&
         syscall(SYS_setresgid, gid, gid, gid) == 0 && syscall(SYS_setresuid, uid, uid, uid) == 0;
}

std::vector<gid_t> groups_of(const passwd& caller, gid_t gid) {
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  if (getgrouplist(caller.pw_name, gid, groups.data(), &count) < 0) {
    groups.resize(static_cast<std::size_t>(count));
    getgrouplist(caller.pw_name, gid, groups.data(), &count);
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

std::string become_the_caller() {
  const char* uid_text = std::getenv("SUDO_UID");
  const char* gid_text = std::getenv("SUDO_GID");
  if (geteuid() != 0 || uid_text == nullptr || gid_text == nullptr || std::string(uid_text) == "0") return {};
  const auto uid = static_cast<uid_t>(std::strtoul(uid_text, nullptr, 10));
  const auto gid = static_cast<gid_t>(std::strtoul(gid_text, nullptr, 10));
  const passwd* caller = getpwuid(uid);
  if (caller == nullptr || !set_rights_of_this_thread(uid, gid, groups_of(*caller, gid))) {
    throw base::io_error(base::say("cannot become the user who called sudo"), errno,
                         base::say("Nothing was opened. Run without sudo, or as root."));
  }
  setenv("HOME", caller->pw_dir, 1);
  unsetenv("XDG_CONFIG_HOME");
  unsetenv("XDG_STATE_HOME");
  return caller->pw_name;
}

}  // namespace

Opener::Opener() : thread_([this](const std::stop_token& end) { serve(end); }) {
  caller_ = become_the_caller();
}

Opener::~Opener() {
  give_up_rights();
}

void Opener::give_up_rights() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::future<std::unique_ptr<acquire::Source>> Opener::ask(Task task) {
  auto answer = task.get_future();
  const std::lock_guard lock(mutex_);
  asked_.push_back(std::move(task));
  changed_.notify_one();
  return answer;
}

std::future<std::unique_ptr<acquire::Source>> Opener::open(std::string name, acquire::OpenOptions options) {
  return ask(Task([name = std::move(name), options] { return acquire::open_source(name, options); }));
}

std::future<std::unique_ptr<acquire::Source>> Opener::wait_for(acquire::Identity identity,
                                                               std::string former_name,
                                                               std::chrono::seconds patience,
                                                               std::stop_token stop) {
  return ask(Task([identity = std::move(identity), name = std::move(former_name), patience,
                   stop = std::move(stop)]() -> std::unique_ptr<acquire::Source> {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) {
      if (auto found = acquire::find_again(identity, name)) return found;
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    return nullptr;
  }));
}

// A thread for each, which inherits the rights of this one. Signals are for the thread that watches for them.
void Opener::serve(const std::stop_token& end) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::vector<std::jthread> opening;
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, end, [this] { return !asked_.empty(); })) {
    opening.emplace_back([task = std::move(asked_.front())]() mutable { task(); });
    asked_.pop_front();
  }
}

}  // namespace tools
