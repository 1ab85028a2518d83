// SPDX-License-Identifier: Apache-2.0
#include "tools/new_case.h"

#include <array>

#include <unistd.h>

#include "base/words.h"

namespace tools {

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "station";
  std::string out;
  for (const char* c = name.data(); *c != 0 && *c != '.'; ++c) {
    const bool plain =
        (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '-';
    out += plain ? *c : '-';
  }
  return store::is_safe_label(out) ? out : "station";
}

void require_safe(const std::string& text, const base::Said& what) {
  if (store::is_safe_label(text)) return;
  throw base::Error(base::ErrorKind::usage,
                    base::say("{} may hold only A-Z a-z 0-9 - _ and up to 40 of them", what),
                    base::say("Nothing was made. Choose a plainer one; the title may be anything."));
}

base::Json accept_volume(Console& console, const std::filesystem::path& folder) {
  const store::AtRest at_rest = store::encrypted_at_rest(folder);
  using Answer = store::AtRest::Answer;
  const char* word = at_rest.answer == Answer::encrypted ? "yes"
                     : at_rest.answer == Answer::unknown ? "unknown"
                                                         : "no";
  if (at_rest.answer != Answer::encrypted) {
    console.warn(base::say("this volume is not known to be encrypted at rest: {}", at_rest.because));
    if (!console.confirm(base::say("Keep the case here all the same? It will be recorded."))) {
      throw base::Error(
          base::ErrorKind::usage, base::say("no case was made on a volume that is not encrypted"),
          base::say("Nothing was made. Choose an encrypted volume with --to DIR, or repeat and answer yes."));
    }
  }
  return base::Json::object({{"answer", word}, {"because", at_rest.because}});
}

}  // namespace tools
