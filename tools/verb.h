// SPDX-License-Identifier: Apache-2.0
// How a verb declares itself: options as data, one function that runs it. One file per verb; the list is in
// verbs.cpp.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"

namespace tools {

class Console;

enum class OptionKind {
  positional,           // SOURCE
  positional_optional,  // [TEXT]
  positional_many,      // [ID…]
  value,                // --exhibit LABEL
  value_required,
  value_many,  // may be given again
  flag,        // --json
};

struct Option {
  std::string_view name;  // "exhibit"; positionals in capitals
  OptionKind kind;
  std::string_view placeholder;  // "LABEL"; empty for flags
  base::Phrase help;
};

// What was given on the command line for one verb.
class Arguments {
 public:
  void add(std::string_view name, std::string value) {
    values_[std::string(name)].push_back(std::move(value));
  }
  bool has(std::string_view name) const { return values_.contains(name); }
  std::optional<std::string> value(std::string_view name) const;
  std::string required(std::string_view name) const;  // REQUIRES: the option is required
  std::vector<std::string> values(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

struct Verb {
  std::string_view noun;  // "case"; empty for verbs that stand alone
  std::string_view name;  // "new"
  base::Phrase summary;
  std::span<const Option> options;
  std::string_view examples;  // two lines
  base::Phrase exit_codes;    // those that it uses
  int (*run)(const Arguments&, Console&);
};

std::span<const Verb* const> verbs();

// Options that every verb has: --case, --json, --yes, --passphrase-fd, --quiet.
std::span<const Option> common_options();

// Reads the command line and runs the verb it names. Returns the exit code.
int run_command_line(int argc, char** argv, Console& console);

}  // namespace tools
