// SPDX-License-Identifier: Apache-2.0
// What an authority has issued, as a file that is replaced as a whole. For .cpp files of this room only.
#pragma once

#include <filesystem>
#include <vector>

#include "base/file.h"
#include "chain-of-custody/agency.h"

namespace custody {

struct AgencyIndex {
  std::int64_t last_list = 0;  // number of the last list that was signed
  std::vector<IssuedCertificate> issued;
};

AgencyIndex read_agency_index(const std::filesystem::path& home);  // Error(format)
// After this returns, a power cut leaves the new index, before it the old one.
void write_agency_index(const std::filesystem::path& home, const AgencyIndex& index);

// Held while an index is read, changed and written; another process waits.
class AgencyLock {
 public:
  explicit AgencyLock(const std::filesystem::path& home);

 private:
  base::Fd file_;
};

}  // namespace custody
