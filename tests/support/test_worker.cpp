// SPDX-License-Identifier: Apache-2.0
// A worker with the extractors of the tests, started by the parent exactly as the program's own.
#include "parse/worker.h"
#include "tests/support/test_extractors.h"

int main() {
  return parse::worker_main(parse::kWorkerIn, parse::kWorkerOut, parse::deadly_extractors());
}
