// SPDX-License-Identifier: Apache-2.0
// What a body says of its making: the clocks as they stood, and the program that made it.
#include <array>
#include <cerrno>
#include <ctime>
#include <string>

#include <fcntl.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/body.h"
#include "version.h"

namespace custody {
namespace {

using base::Json;

constexpr auto kAdvice = base::phrase(
    "No entry was made; the evidence is as it was. Mount /proc, then give the same command again.");

// Files of /proc have no size, and /proc/self/exe is a link: both are the kernel's, so plain open(2) will do.
base::Fd open_of_kernel(const char* path) {
  base::Fd fd(open(path, O_RDONLY | O_CLOEXEC));
  if (!fd) throw base::io_error(base::say("cannot open {}", path), errno, kAdvice);
  return fd;
}

// A random UUID of the kernel, new at every boot: only with it has a monotonic time a meaning.
std::string boot_id() {
  const base::Fd fd = open_of_kernel("/proc/sys/kernel/random/boot_id");
  std::array<char, 36> text{};
  const ssize_t count = read(fd.get(), text.data(), text.size());
  if (count != static_cast<ssize_t>(text.size()))
    throw base::io_error(base::say("cannot read the boot id"), errno, kAdvice);
  return std::string(text.data(), text.size());
}

std::string monotonic_ms() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);  // goes on while the machine sleeps
  return std::to_string(std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000);
}

}  // namespace

Json time_of_now() {
  Json time = Json::object({{"boot", boot_id()}, {"mono_ms", monotonic_ms()}});
  timex clock{};  // modes = 0: reads only
  const int state = adjtimex(&clock);
  const bool synchronised = state >= 0 && state != TIME_ERROR && !(clock.status & STA_UNSYNC);
  time.set("source", synchronised ? "network" : "system clock");
  // The kernel's own bound; an unsynchronised clock has none, and then the member is absent.
  if (synchronised) time.set("unc_ms", std::to_string((clock.maxerror + 999) / 1000));
  time.set("utc", base::format_utc(base::now_utc_us()));
  return time;
}

Json this_tool() {
  static const std::string kBinary =
      base::sha256(*base::source_of(open_of_kernel("/proc/self/exe"), "this program")).hex();
  return Json::object({{"name", "holdfast"}, {"sha256", kBinary}, {"version", kHoldfastVersion}});
}

}  // namespace custody
