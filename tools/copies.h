// SPDX-License-Identifier: Apache-2.0
// The copies of one acquisition, or of something received: which the ledgers tell of, which are destroyed,
// and where each lies as far as this case folder knows. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "acquire/acquisition.h"
#include "tools/workplace.h"

namespace tools {

struct CopyView {
  std::string name;                           // "copy1": made when it was acquired or received
  std::string ledger;                         // that tells of it
  std::uint64_t told = 0, destroyed = 0;      // entries; 0: not destroyed
  std::string medium;                         // in words, as told
  std::vector<std::filesystem::path> places;  // its first file or its folder, then further folders
  bool is_here() const;                       // something can be read at each of these places
};

// In the order of their numbers.
std::vector<CopyView> copies_of(const GatheredCase& gathered, const std::string& exhibit_uid,
                                const AcquisitionView& acquisition);
// "copy1, copy2 (disk 4417), copy3 destroyed by entry 9"
std::string copies_words(const std::vector<CopyView>& copies);

// The acquisition as this copy has it.
AcquisitionView seen_in(const CopyView& copy, const AcquisitionView& acquisition);

// A copy that is being made on a medium.
class CopyJob {
 public:
  // Throws base::Error: usage, not_found, conflict.
  CopyJob(const OpenCase& open, const custody::ExhibitView& exhibit, const AcquisitionView& acquisition,
          const std::vector<CopyView>& known, const std::filesystem::path& to);
  const std::string& name() const { return name_; }  // "copy2"
  const std::filesystem::path& folder() const { return final_; }
  // Whether an earlier run wrote it and ended before the ledger was told; then it is only compared.
  bool is_there() const;
  // Throws base::Error: what it wrote is removed then.
  void run(const acquire::ProgressCallback& progress, std::stop_token stop);
  base::EntryReceipt tell(OpenCase& open, const std::string& medium);
  // Where it lies when it is whole.
  std::vector<std::filesystem::path> places() const;

 private:
  void write(const acquire::ProgressCallback& progress, std::stop_token stop) const;

  store::CaseFolder case_;
  custody::ExhibitView exhibit_;
  const AcquisitionView& acquisition_;
  std::string name_;
  std::filesystem::path final_, partial_;
};

// Where something was destroyed that was read until now: from now on the copy that remains is.
void read_from(const store::CaseFolder& folder, const AcquisitionView& acquisition, const CopyView& destroyed,
               const std::vector<CopyView>& copies);

}  // namespace tools
