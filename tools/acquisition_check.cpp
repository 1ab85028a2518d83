// SPDX-License-Identifier: Apache-2.0
#include "tools/acquisition_check.h"

#include "base/file.h"
#include "base/segment.h"
#include "base/words.h"

namespace tools {

// A folder's names are looked up among what is there, and become no paths.
std::shared_ptr<base::ByteSource> open_acquired(const AcquisitionView& acquisition, const std::string& name) {
  if (!std::filesystem::is_directory(acquisition.evidence)) {
    const auto beside_first = acquisition.evidence.parent_path() / name;
    if (std::filesystem::exists(beside_first)) return base::open_source(beside_first);
    for (const auto& folder : acquisition.further_folders) {
      if (std::filesystem::exists(folder / name)) return base::open_source(folder / name);
    }
    return base::open_source(beside_first);
  }
  return base::files_in_folder(acquisition.evidence)->open(base::percent_decode(name));
}

std::string check_acquisition(const AcquisitionView& acquisition, Console& console) {
  for (const base::Json& file : acquisition.facts.at("files").items()) {
    const std::string& name = file.at("name").text();
    const base::Json* digest = file.find("sha256");
    if (digest == nullptr) return "unreadable";
    try {
      console.note(base::say("reading {}", name));
      if (base::sha256(*open_acquired(acquisition, name)).hex() != digest->text()) return "different";
    } catch (const base::Error& error) {
      console.warn(error.happened);
      return "unreadable";
    } catch (const base::ReadError& error) {
      console.warn(error.what());
      return "unreadable";
    }
  }
  return "equal";
}

base::Said check_in_words(std::string_view result) {
  if (result == "equal") return base::say("equal");
  return result == "different" ? base::say("different") : base::say("unreadable");
}

}  // namespace tools
