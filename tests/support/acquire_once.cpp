// SPDX-License-Identifier: Apache-2.0
// A program that acquires once, for tests that kill it or let its system calls fail:
//   acquire_once SOURCE FOLDER FORMAT [COPY_FOLDER]
// Steps and syncs are small, so that a small source has many durable places. Prints the outcome; an error in
// its two lines; exits with 0, 4 where it failed.
#include <cstdio>

#include "acquire/acquisition.h"

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  try {
    acquire::Plan plan;
    plan.folder = argv[2];
    plan.stem = std::string(1, 'x');
    plan.format = std::string(argv[3]) == "raw" ? acquire::OutputFormat::raw : acquire::OutputFormat::e01;
    plan.segment_bytes = 2u << 20;
    plan.step_bytes = 1u << 20;
    plan.sync_every = std::chrono::milliseconds(0);
    if (argc > 4) plan.places = {{plan.folder, {}}, {argv[4], {}}};
    const auto source = acquire::open_source(argv[1]);
    const auto report = acquire::acquire(*source, plan, {}, {});
    std::printf("%s %s\n", std::string(acquire::name_of(report.outcome)).c_str(), report.trouble.c_str());
    return report.outcome == acquire::Outcome::complete ? 0 : 4;
  } catch (const base::Error& error) {
    std::printf("error: %s\n%s\n", error.what(), error.advice.c_str());
    return 4;
  }
}
