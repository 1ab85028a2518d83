// SPDX-License-Identifier: Apache-2.0
// One acquisition within a case: its folder, where the image goes, and what the ledger is told before and
// after (acquire_ledger.h). The ledger is touched by tell_begin, tell_end and tell_failed only; `run` may go
// on in another thread meanwhile.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "acquire/acquisition.h"
#include "tools/opener.h"
#include "tools/workplace.h"

namespace tools {

struct AcquireWishes {
  acquire::OutputFormat format = acquire::OutputFormat::e01;
  std::vector<std::filesystem::path> to;     // one copy of the image each; empty: the case folder
  std::vector<std::filesystem::path> spill;  // where files go on when a place is full
  std::optional<std::uint64_t> segment_bytes;
  unsigned retries = 0;
  std::optional<std::uint64_t> bytes_per_second;
  std::optional<std::chrono::seconds> time_limit;
  std::chrono::seconds wait{0};  // for a source that is gone
  bool anew = false;             // do not go on with what was begun
  bool rescue = false;
};

class AcquireJob {
 public:
  // Finds the acquisition of this exhibit that was begun and is not whole, or the next free name. Looks at
  // the places where the image shall go; what it says of them stands in `warnings`. Throws base::Error.
  // REQUIRES: tell_belated_ends was called; `source` and `opener` outlive the job.
  AcquireJob(const OpenCase& open, const custody::ExhibitView& exhibit, const AcquireWishes& wishes,
             acquire::Source& source, Opener& opener);

  const std::string& name() const { return name_; }  // "a1"
  bool goes_on() const { return goes_on_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  void tell_begin(OpenCase& open);
  // Throws base::Error where the destination fails; then tell_failed. `source` may be gone and come back.
  acquire::Report run(const acquire::ProgressCallback& progress, std::stop_token stop);
  base::EntryReceipt tell_end(OpenCase& open, const acquire::Report& report);
  // Without a report. `interrupted`: it was stopped on request before there was any.
  base::EntryReceipt tell_failed(OpenCase& open, const std::string& why,
                                 acquire::Outcome outcome = acquire::Outcome::failed);

 private:
  void choose_folder(const OpenCase& open);
  void look_at_places();
  void look_at_seal(const OpenCase& open);
  void remember_where(const acquire::Report& report) const;
  std::string attempt() const;

  store::CaseFolder folder_;
  custody::ExhibitView exhibit_;
  AcquireWishes wishes_;
  acquire::Source& source_;
  Opener& opener_;
  acquire::Plan plan_;
  std::string name_;
  bool goes_on_ = false;
  std::vector<std::string> warnings_;
};

}  // namespace tools
