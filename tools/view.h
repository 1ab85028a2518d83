// SPDX-License-Identifier: Apache-2.0
// One look into the evidence of a case. The store is opened under what all ledgers of the case let be seen,
// and in no other way; the activity log has a line before anything is shown; at its end the look says how
// many records are not shown, and why. Thread rule: one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/activity_log.h"
#include "store/record_store.h"
#include "tools/console.h"
#include "tools/gathered.h"
#include "tools/verb.h"

namespace tools {

// What the ledgers of the case let be seen now.
store::Sight sight_of(const GatheredCase& gathered);

// Why this is not shown, in a part of a sentence: "it is outside the authority W-12".
std::string barrier_in_words(custody::Barrier barrier, const std::string& authority);
// Throws what a verb says of a thing that is barred: "the record … is not shown: it is …".
[[noreturn]] void refuse_to_show(const std::string& thing, custody::Barrier barrier,
                                 const std::string& authority);

using NotShownByExhibit = std::map<std::string, store::NotShown>;
enum class Form { lines, csv };
// Says it on standard output; beside a CSV on standard error. Nothing where all is shown.
void tell_not_shown(const NotShownByExhibit& counts, const store::Sight& sight, Form form, Console& console);

// Adds the line; `look` says what was looked for and found. Where the log cannot be written, says so and goes
// on: what lies on a medium that cannot be written must stay readable (docs/activity-log.md).
void log_look(store::Look look, const Arguments& arguments, const GatheredCase& gathered,
              const store::CaseFolder& folder, Console& console);

class View {
 public:
  // Throws Error(not_found) where nothing was parsed yet. `types`: those that the look is about; none: all.
  View(const Arguments& arguments, Console& console, std::string verb, std::string query,
       const std::vector<std::string>& types);
  ~View();  // a look that ended well was logged, and said what is not shown
  View(const View&) = delete;

  store::RecordStore& records() { return records_; }
  const store::CaseFolder& folder() const { return folder_; }
  const GatheredCase& gathered() const { return gathered_; }
  const std::vector<custody::ExhibitView>& exhibits() const { return exhibits_; }

  // From here on it is about this exhibit alone.
  void narrow_to(const std::string& exhibit_uid);
  // Before anything is shown: of which exhibits, and how many results.
  void looked(std::set<std::string> exhibits, std::uint64_t results);
  // After everything is shown.
  void end(Form form = Form::lines);
  // Logs the look, and throws that this is not shown.
  [[noreturn]] void refuse(const std::string& thing, const std::string& exhibit_uid,
                           custody::Barrier barrier);

 private:
  const Arguments& arguments_;
  Console& console_;
  std::string verb_, query_;
  store::CaseFolder folder_;
  GatheredCase gathered_;
  std::vector<custody::ExhibitView> exhibits_;
  store::RecordStore records_;
  NotShownByExhibit not_shown_;
  int unwinding_;
  bool looked_ = false, ended_ = false;
};

}  // namespace tools
