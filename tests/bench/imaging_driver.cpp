// SPDX-License-Identifier: Apache-2.0
// Drives the imaging pipeline without a case, for tests/bench/imaging.sh:
//   imaging_driver e01|raw SOURCE FOLDER STEM     images, then reads back; the two are timed apart
//   imaging_driver verify FIRST_FILE              reads an image, three digests
//   imaging_driver rescue SOURCE FOLDER STEM      rescues into FOLDER/STEM.dd and FOLDER/STEM.map
// Prints one line of name=value pairs.
#include <chrono>
#include <cstdio>
#include <cstring>

#include <sys/resource.h>

#include "acquire/acquisition.h"
#include "acquire/rescue.h"
#include "base/error.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

int image_source(const char* format, const char* source_path, const char* folder, const char* stem) {
  const auto start = Clock::now();
  double imaged = 0, processors = 0;
  long imaging_peak = 0;
  auto source = acquire::open_source(source_path);
  acquire::Plan plan;
  plan.folder = folder;
  plan.stem = stem;
  plan.format = std::strcmp(format, "raw") == 0 ? acquire::OutputFormat::raw : acquire::OutputFormat::e01;
  const auto told = [&](const acquire::Progress& progress) {
    if (progress.phase != acquire::Progress::Phase::read_back || imaged != 0) return;
    imaged = seconds_since(start);
    processors = processor_seconds();
    imaging_peak = peak_kib();
  };
  const auto report = acquire::acquire(*source, plan, told, {});
  std::uint64_t bytes = 0;
  for (const auto& file : report.files) bytes += file.bytes;
  std::printf(
      "seconds=%.3f processor_seconds=%.3f read_back_seconds=%.3f bytes=%llu peak_kib=%ld outcome=%s\n",
      imaged, processors, seconds_since(start) - imaged, static_cast<unsigned long long>(bytes), imaging_peak,
      std::string(acquire::name_of(report.outcome)).c_str());
  return report.outcome == acquire::Outcome::complete ? 0 : 1;
}

int verify(const char* first_file) {
  const auto start = Clock::now();
  const auto reader = image::open_image(first_file);
  const auto verification = image::verify_image(*reader, {});
  const auto sha256 = verification.digests.find(base::Algorithm::sha256);
  std::printf("seconds=%.3f processor_seconds=%.3f peak_kib=%ld damage=%zu sha256=%s\n", seconds_since(start),
              processor_seconds(), peak_kib(), verification.damage.size(),
              sha256 == verification.digests.end() ? "none" : base::to_hex(sha256->second).c_str());
  return verification.damage.empty() ? 0 : 1;
}

int rescue_source(const char* source_path, const std::filesystem::path& folder, const std::string& stem) {
  const auto start = Clock::now();
  auto source = acquire::open_source(source_path);
  const auto result = acquire::rescue(*source, folder / (stem + ".dd"), folder / (stem + ".map"), {}, {}, {});
  std::printf("seconds=%.3f processor_seconds=%.3f peak_kib=%ld bad_bytes=%llu outcome=%s\n",
              seconds_since(start), processor_seconds(), peak_kib(),
              static_cast<unsigned long long>(result.map.bytes(acquire::BlockStatus::bad)),
              result.trouble.empty() ? "finished" : result.trouble.c_str());
  return result.end == acquire::RescueResult::End::finished ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  try {
    if (count == 5 && std::strcmp(words[1], "rescue") == 0)
      return rescue_source(words[2], words[3], words[4]);
    if (count == 5) return image_source(words[1], words[2], words[3], words[4]);
    if (count == 3 && std::strcmp(words[1], "verify") == 0) return verify(words[2]);
  } catch (const base::Error& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.advice.c_str());
    return 4;
  }
  std::fprintf(
      stderr,
      "usage: imaging_driver e01|raw SOURCE FOLDER STEM | verify FIRST_FILE | rescue SOURCE FOLDER STEM\n");
  return 2;
}
