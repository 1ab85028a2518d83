// SPDX-License-Identifier: Apache-2.0
// The files of an image against the report of its acquisition, which was signed. Reads alone.
// Thread rule: one thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "chain-of-custody/findings.h"

namespace custody {

class ImageCheck {
 public:
  // Of one acquisition.
  struct Place {
    std::filesystem::path folder;  // where its report lies
    std::string acquisition;       // as locations.json names it: "KK-A-0001/a1"
    std::string object;            // as findings name it
    std::string told_by;           // a sentence for what is not here: which entry tells of it
  };

  // Reads locations.json of the case folder, which says where images lie that are not beside their reports.
  ImageCheck(std::filesystem::path root, Findings& findings);

  // Reports `image.file` for each file that the report names. JsonError where the report is none; Error(io).
  void check(const base::Json& report, const Place& place);

 private:
  std::vector<std::filesystem::path> location(const std::string& acquisition) const;
  void folder(const base::Json& report, const std::filesystem::path& folder, const Place& place);
  void file(const std::filesystem::path& file, const std::string& object, const std::string& digest,
            const Place& place);

  std::filesystem::path root_;
  Findings& findings_;
  base::Json locations_ = base::Json::object();
};

}  // namespace custody
