// SPDX-License-Identifier: Apache-2.0
#include "tools/interrupt.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace tools {
namespace {

sigset_t interrupt_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

// The signals are blocked in this thread, and so in all that it starts, and read from a descriptor.
Interrupt::Interrupt(Words words) {
  const sigset_t set = interrupt_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  watcher_ = std::jthread([source = source_, words](const std::stop_token& end) mutable {
    const sigset_t watched = interrupt_signals();
    const int fd = signalfd(-1, &watched, SFD_CLOEXEC);
    while (!end.stop_requested()) {
      pollfd ready{fd, POLLIN, 0};
      if (poll(&ready, 1, 100) <= 0) continue;
      signalfd_siginfo info{};
      if (read(fd, &info, sizeof(info)) != sizeof(info)) continue;
      if (source.stop_requested()) std::quick_exit(130);
      source.request_stop();
      if (words == Words::here) std::fputs(("\n" + std::string(kStopping) + "\n").c_str(), stderr);
    }
    close(fd);
  });
}

Interrupt::~Interrupt() {
  watcher_.request_stop();
  watcher_.join();
  const sigset_t set = interrupt_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace tools
