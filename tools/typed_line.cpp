// SPDX-License-Identifier: Apache-2.0
#include "tools/typed_line.h"

#include <array>
#include <cerrno>
#include <cstdio>

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/error.h"
#include "base/words.h"

namespace tools {

HeldSignals::HeldSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, &before_);
  fd_ = base::Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

HeldSignals::~HeldSignals() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool HeldSignals::take() {
  signalfd_siginfo info{};
  return read(fd_.get(), &info, sizeof(info)) == sizeof(info);
}

TypedLine typed_line(int fd, HeldSignals& signals) {
  TypedLine line;
  while (true) {
    std::array<pollfd, 2> ready{pollfd{signals.fd(), POLLIN, 0}, pollfd{fd, POLLIN, 0}};
    if (poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) break;
    if (signals.take()) {
      std::fputs("\n", stderr);  // the question's line has no end
      throw base::Error(
          base::ErrorKind::interrupted, base::say("stopped at a question"),
          base::say("What was asked for was not done; what was acknowledged before stands. Give "
                    "the same command again."));
    }
    if (ready[1].revents == 0) continue;
    char c = 0;
    if (read(fd, &c, 1) != 1) break;
    if (c == '\n') return line;
    line.text += c;
  }
  line.ended = true;
  return line;
}

}  // namespace tools
