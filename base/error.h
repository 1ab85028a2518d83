// SPDX-License-Identifier: Apache-2.0
// The one exception for a run that cannot go on. Trouble in the evidence is never an Error: it is a value
// (Anomaly, BadRange, Check) that is stored, counted and shown.
#pragma once

#include <stdexcept>
#include <string>

#include "base/words.h"

namespace base {

enum class ErrorKind {
  usage,      // what was asked for makes no sense or is not allowed
  not_found,  // a file, case, exhibit or key is missing
  conflict,   // it is there already, or somebody else holds it
  io,         // the operating system refused
  format,     // our own file is not what it must be
  crypto,     // a key, certificate or signature cannot be used
  interrupted,
};

// Shown to the user as two lines: what happened, with the object's name, a sentence without its end; then
// whether the evidence is safe and what to do now. docs/messages.md has them all. `what()` is the first in
// English, for what is kept; the members are in the person's language.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind error_kind, const Said& what_happened, const Said& what_now)
      : std::runtime_error(what_happened.english),
        kind(error_kind),
        happened(what_happened),
        advice(what_now) {}
  ErrorKind kind;
  Said happened;
  std::string advice;
};

// "cannot open /dev/sdb: permission denied": the words for the current errno, with what was attempted.
Error io_error(const Said& attempt, int error_number, const Said& advice);

}  // namespace base
