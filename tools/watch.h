// SPDX-License-Identifier: Apache-2.0
// acquire --watch: takes each device that is attached once its exhibit's label is given, several at once, and
// shows them on one board. The main thread alone touches ledger and screen.
#pragma once

#include "tools/acquire_job.h"
#include "tools/verb.h"

namespace tools {

// Returns the exit code: of all jobs the one that needs a person most. Throws base::Error before anything is
// read.
int run_watch(const Arguments& arguments, Console& console, const AcquireWishes& wishes);

}  // namespace tools
