// SPDX-License-Identifier: Apache-2.0
// What machine it was, and the report as JSON. The members are described in docs/cftt.md.
#include <fstream>
#include <thread>

#include <sys/utsname.h>
#include <unistd.h>

#include "acquire/json_text.h"
#include "acquire/selftest.h"
#include "image/three_digests.h"
#include "version.h"

namespace acquire {
namespace {

using base::Json;

// The value of the first line "name <separator> value"; empty where there is none.
std::string value_in(const char* file, std::string_view name, char separator) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto at = line.find(separator);
    if (!line.starts_with(name) || at == line.npos) continue;
    std::string value = line.substr(at + 1);
    const auto from = value.find_first_not_of(" \t\""), to = value.find_last_not_of(" \t\"");
    return from == value.npos ? "" : value.substr(from, to - from + 1);
  }
  return "";
}

Json machine_to_json(const MachineFacts& machine) {
  return Json::object({{"system", text(machine.system)},
                       {"kernel", text(machine.kernel)},
                       {"architecture", text(machine.architecture)},
                       {"processor", text(machine.processor)},
                       {"cores", static_cast<int>(machine.cores)},
                       {"memory_bytes", number(machine.memory_bytes)},
                       {"sha_instructions", machine.sha_instructions},
                       {"one_pass_digests", machine.one_pass_digests}});
}

Json assertion_to_json(const SelftestAssertion& assertion) {
  return Json::object({{"code", assertion.code},
                       {"asserts", assertion.asserts},
                       {"cftt", assertion.cftt},
                       {"result", name_of(assertion.result)},
                       {"seen", text(assertion.seen)},
                       {"milliseconds", assertion.milliseconds}});
}

}  // namespace

MachineFacts machine_facts() {
  MachineFacts machine;
  machine.system = value_in("/etc/os-release", "PRETTY_NAME", '=');
  utsname names{};
  if (uname(&names) == 0) {
    machine.kernel = std::string(names.sysname) + " " + names.release;
    machine.architecture = names.machine;
  }
  machine.processor = value_in("/proc/cpuinfo", "model name", ':');
  machine.cores = std::thread::hardware_concurrency();
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  if (pages > 0 && page > 0)
    machine.memory_bytes = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
  // As Linux names them on x86-64 and on ARM.
  const std::string flags = " " + value_in("/proc/cpuinfo", "flags", ':') + " ";
  const std::string features = " " + value_in("/proc/cpuinfo", "Features", ':') + " ";
  machine.sha_instructions = flags.find(" sha_ni ") != flags.npos || features.find(" sha2 ") != features.npos;
  machine.one_pass_digests = image::trusted_kernel() != nullptr;
  return machine;
}

Json SelftestReport::to_json() const {
  Json list = Json::array();
  for (const auto& assertion : assertions) list.push(assertion_to_json(assertion));
  return Json::object({{"kind", "holdfast_selftest"},
                       {"version", 1},
                       {"program", std::string("holdfast ") + kHoldfastVersion},
                       {"program_sha256", program_sha256},
                       {"started", started_utc},
                       {"ended", ended_utc},
                       {"machine", machine_to_json(machine)},
                       {"assertions", std::move(list)},
                       {"passed", static_cast<int>(count(SelftestResult::passed))},
                       {"failed", static_cast<int>(count(SelftestResult::failed))},
                       {"not_run", static_cast<int>(count(SelftestResult::not_run))}});
}

}  // namespace acquire
