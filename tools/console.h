// SPDX-License-Identifier: Apache-2.0
// The only code that prints. Results go to standard output, everything else to standard error. With --json
// each result is one JSON object a line. Evidence text is shown with control, escape and bidi characters made
// visible.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/event.h"
#include "base/json.h"
#include "tools/said_format.h"

namespace tools {

class Console {
 public:
  Console();
  void use_json() { json_ = true; }
  void answer_yes() { yes_ = true; }
  void be_quiet() { quiet_ = true; }
  void read_passphrase_from(int fd) { passphrase_fd_ = fd; }
  bool json() const { return json_; }

  // A result: the line for people, or the object where --json was given.
  void result(std::string_view line, const base::Json& object);
  void line(std::string_view text);       // a result that exists for people only
  void object(const base::Json& object);  // a result that exists for machines only
  void raw(std::string_view text);        // exact bytes to standard output (CSV)
  void help(std::string_view text);       // to standard output, also with --json
  void note(std::string_view text);       // standard error
  void warn(std::string_view text);
  void error(const base::Error& error);
  void entry(const base::EntryReceipt& receipt);  // "entry 7, root 4f2a…, signed by …"

  // Aligned columns; the first row is the heading. Long cells lose their middle, but for the last column's
  // and those of the columns named in `whole`; on a terminal too narrow for all of them the further columns
  // stand below each row. --csv and --json show all.
  void table(std::vector<std::vector<std::string>> rows, const std::vector<std::string_view>& whole = {});

  // Asks on the terminal; --yes answers. False where nobody can be asked.
  bool confirm(std::string_view question);
  // Whether a person can be asked: at a terminal, unless --yes, --json or --passphrase-fd show that a script
  // calls; or wherever `ask_anyway` was called.
  bool can_ask() const;
  void ask_anyway() { ask_anyway_ = true; }
  // One line that the person types, without blanks at its ends; nothing where the input has ended.
  std::optional<std::string> ask(std::string_view question);
  // Once for each key: the next line of --passphrase-fd (the last line serves all that follow), else asked on
  // the terminal without echo. Throws Error(usage).
  std::string passphrase(std::string_view whose);
  std::string new_passphrase();  // asked twice; of 8 characters or more

  // One line: what, done of total, rate, time left, errors. On a terminal it is rewritten in place; otherwise
  // a line a minute; with --json an event a second.
  struct Step {
    std::string what;
    std::uint64_t done = 0, total = 0;
    bool bytes = true;  // done and total are bytes
    double seconds_left = 0, per_second = 0;
    std::string trouble;  // "3 bad sectors"
  };
  void progress(const Step& step);
  void end_progress();

 private:
  std::string for_screen(const std::string& text) const;
  std::string coloured(const std::string& text, std::string_view word, const char* colour) const;

  bool json_ = false, yes_ = false, quiet_ = false, colour_ = false, terminal_ = false;
  bool ask_anyway_ = false;
  bool in_progress_ = false;
  int passphrase_fd_ = -1;
  std::string last_passphrase_;  // of the descriptor
  std::map<std::string, std::string, std::less<>> passphrases_;
  std::chrono::steady_clock::time_point last_progress_{};
};

// Control, escape, bidi and other invisible characters as ⟨U+202E⟩; bytes that are no UTF-8 as ⟨ff⟩.
std::string visible(std::string_view evidence_text);
std::string with_unit(std::uint64_t bytes);  // "41943040 (40.0 MiB)"

}  // namespace tools
