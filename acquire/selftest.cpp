// SPDX-License-Identifier: Apache-2.0
#include "acquire/selftest.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>

#include "acquire/selftest_checks.h"
#include "acquire/teller.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kScratchBytes = 40u << 20;  // the most that one assertion needs
constexpr std::uint64_t kFull = 1u << 20;           // with less left, a failure to write says nothing

class ScratchFolder {
 public:
  explicit ScratchFolder(const fs::path& within) {
    std::string name = (within / "holdfast-selftest-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw base::io_error(base::say("cannot make a folder in {}", within.string()), errno,
                           base::say("Nothing was tested. Name another folder with --scratch."));
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;  // what cannot be removed lies there for everyone to see
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::uint64_t free_bytes(const fs::path& folder) {
  std::error_code trouble;
  const auto space = fs::space(folder, trouble);
  return trouble ? 0 : space.available;
}

// Where things lie may hold a person's name, and is no part of a report.
std::string without_place(std::string words, const fs::path& place) {
  const std::string path = place.string();
  for (std::size_t at = 0; (at = words.find(path, at)) != words.npos;)
    words.replace(at, path.size(), "SCRATCH");
  return words;
}

std::string run_in(const SelftestCheck& check, const fs::path& folder) {
  const std::uint64_t available = free_bytes(folder.parent_path());
  if (check.uses_disk && available < kScratchBytes) {
    throw CannotRun(
        fmt::format("the scratch folder has {} bytes free, and this needs {}", available, kScratchBytes));
  }
  fs::create_directory(folder);
  return check.run(folder);
}

void run_check(const SelftestCheck& check, const fs::path& folder, SelftestAssertion& assertion) {
  try {
    assertion.seen = run_in(check, folder);
    assertion.result = SelftestResult::passed;
  } catch (const CannotRun& reason) {
    assertion.seen = reason.what();
  } catch (const NotAsAsserted& seen) {
    assertion.seen = seen.what();
    assertion.result = SelftestResult::failed;
  } catch (const std::exception& error) {
    // Every failure to do what is asserted is one, but for a scratch folder that others filled meanwhile.
    const bool full = check.uses_disk && free_bytes(folder.parent_path()) < kFull;
    assertion.seen = full ? "the scratch folder is full: " + std::string(error.what()) : error.what();
    assertion.result = full ? SelftestResult::not_run : SelftestResult::failed;
  }
}

SelftestAssertion tested(const SelftestCheck& check, const fs::path& scratch, bool stopped) {
  SelftestAssertion assertion{check.code, check.asserts, check.cftt, SelftestResult::not_run, "stopped", 0};
  if (stopped) return assertion;
  const auto began = std::chrono::steady_clock::now();
  run_check(check, scratch / check.code, assertion);
  assertion.seen = without_place(assertion.seen, scratch);
  const auto took = std::chrono::steady_clock::now() - began;
  assertion.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  std::error_code ignored;  // the next assertion sees whether there is room
  fs::remove_all(scratch / check.code, ignored);
  return assertion;
}

std::string sha256_of_running_program() {
  base::Fd fd(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (!fd)
    throw base::io_error(base::say("cannot read the running program"), errno,
                         base::say("Nothing was tested. Mount /proc, then repeat."));
  return base::sha256(*base::source_of(std::move(fd), "the running program")).hex();
}

std::vector<SelftestCheck> all_checks() {
  std::vector<SelftestCheck> all;
  for (const auto& some : {machine_checks(), imaging_checks(), trouble_checks(), image_checks()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

}  // namespace

std::string_view name_of(SelftestResult result) {
  switch (result) {
    case SelftestResult::passed:
      return "passed";
    case SelftestResult::failed:
      return "failed";
    case SelftestResult::not_run:
      return "not_run";
  }
  return "";
}

std::size_t SelftestReport::count(SelftestResult result) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(assertions, [result](const auto& one) { return one.result == result; }));
}

SelftestReport selftest(const SelftestOptions& options) {
  SelftestReport report;
  report.started_utc = now_utc();
  report.program_sha256 = sha256_of_running_program();
  report.machine = machine_facts();
  const ScratchFolder scratch(fs::absolute(options.scratch));
  const auto checks = all_checks();
  for (const SelftestCheck& check : checks) {
    if (options.progress) options.progress(check.asserts, report.assertions.size(), checks.size());
    report.stopped = report.stopped || options.stop.stop_requested();
    report.assertions.push_back(tested(check, scratch.path(), report.stopped));
  }
  report.ended_utc = now_utc();
  return report;
}

}  // namespace acquire
