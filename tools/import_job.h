// SPDX-License-Identifier: Apache-2.0
// One import within a case: its folder, what is copied into it, the one entry that tells of it. An import
// that was cut off left nothing that counts: the next one of that exhibit clears it away. Thread rule: one
// thread.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "acquire/receive.h"
#include "tools/workplace.h"

namespace tools {

struct ImportWishes {
  std::vector<std::filesystem::path> files;
  acquire::KeepAs keep = acquire::KeepAs::told_by_content;
  std::string from, request, medium, description;  // absent: empty
  std::vector<acquire::Stated> stated;
  bool in_place = false;
};

class ImportJob {
 public:
  // Looks at what was given; `remarks` says what a person may wonder at. Throws base::Error: usage,
  // not_found, conflict (too little space), io; nothing was written then.
  ImportJob(const OpenCase& open, const custody::ExhibitView& exhibit, ImportWishes wishes);

  const std::string& name() const { return name_; }  // "a1"
  const std::vector<base::Said>& remarks() const { return incoming_.remarks; }
  const acquire::Incoming& incoming() const { return incoming_; }

  // Copies, compares, reads back. Throws base::Error; everything that it wrote is removed then.
  acquire::Report run(const acquire::ProgressCallback& progress, std::stop_token stop);
  base::EntryReceipt tell(OpenCase& open, const acquire::Report& report);

 private:
  void prepare() const;
  void keep(const acquire::Report& report) const;
  std::vector<std::filesystem::path> where() const;

  store::CaseFolder folder_;
  custody::ExhibitView exhibit_;
  ImportWishes wishes_;
  std::string name_;
  std::filesystem::path place_;  // exhibits/<label>/a1
  acquire::Incoming incoming_;
};

// Removes what imports of this exhibit left that were cut off before their entry was made. Returns their
// names.
std::vector<std::string> clear_cut_off_imports(const OpenCase& open, const custody::ExhibitView& exhibit);

}  // namespace tools
