// SPDX-License-Identifier: Apache-2.0
// The one exception for a run that cannot go on. Trouble in the evidence is never an Error: it is a value
// (Anomaly, BadRange, Check) that is stored, counted and shown.
#pragma once

#include <stdexcept>
#include <string>

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

// Shown to the user as two lines: what happened, with the object's name; then whether the evidence is safe
// and what to do now.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind error_kind, const std::string& happened, std::string what_now)
      : std::runtime_error(happened), kind(error_kind), advice(std::move(what_now)) {}
  ErrorKind kind;
  std::string advice;
};

// "cannot open /dev/sdb: permission denied": the words for the current errno, with what was attempted.
Error io_error(const std::string& attempt, int error_number, const std::string& advice);

}  // namespace base
