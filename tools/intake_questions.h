// SPDX-License-Identifier: Apache-2.0
// The questions of intake: six lines, a short answer each, Enter for what stands in brackets. What was given
// already is not asked. Thread rule: one thread.
#pragma once

#include "tools/console.h"
#include "tools/intake.h"

namespace tools {

// What a person told before, so that it need not be typed again: the kind, and the place.
struct Remembered {
  std::string kind = "phone";
  base::Json place = base::Json::object();
};

// Adds what is asked to `facts`. False where the person wants to end instead ("q" at the first question).
// Throws Error(usage) where the input ends.
bool ask_facts(base::Json& facts, const Intake& intake, Remembered& remembered, Console& console);

}  // namespace tools
