// SPDX-License-Identifier: Apache-2.0
// The photographs that the registration of an exhibit names, against the files beside it. For .cpp files of
// this room only. Thread rule: one thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "chain-of-custody/findings.h"
#include "chain-of-custody/ledger.h"

namespace custody {

struct PhotoPlace {
  std::filesystem::path root;            // of the case
  std::filesystem::path folder;          // exhibits/<label>/photos
  std::string object;                    // "entry 4, exhibit KK-A-0001"
  std::function<std::string()> told_by;  // whom to ask for what is not here
};

// One check `photo.file` for each photograph of the statement; none where it names none.
void check_photos(const OpenedBody::Exhibit& exhibit, const PhotoPlace& place, Findings& findings);

}  // namespace custody
