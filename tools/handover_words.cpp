// SPDX-License-Identifier: Apache-2.0
#include "tools/handover_words.h"

#include "base/file.h"
#include "base/time.h"
#include "base/words.h"

namespace tools {

std::map<std::string, std::string> pairs_of(const Arguments& arguments, const char* option) {
  std::map<std::string, std::string> pairs;
  for (const std::string& given : arguments.values(option)) {
    const std::size_t split = given.find('=');
    if (split == given.npos || split == 0 || split + 1 == given.size())
      throw base::Error(base::ErrorKind::usage, base::say("--{} takes LABEL=TEXT", option),
                        base::say("Nothing was changed. Write it as KK-A-0001=TE-004417."));
    pairs[given.substr(0, split)] = given.substr(split + 1);
  }
  return pairs;
}

std::string image_due(const Arguments& arguments) {
  constexpr std::int64_t kTwoWeeks = 14ll * 24 * 3600 * 1'000'000;
  const auto given = arguments.value("image-due");
  if (given && !base::parse_utc(*given))
    throw base::Error(base::ErrorKind::usage, base::say("--image-due takes a time in UTC"),
                      base::say("Nothing was changed. Write it as 2026-12-01T12:00:00Z."));
  return given.value_or(base::format_utc((base::now_utc_us() + kTwoWeeks) / 1'000'000 * 1'000'000));
}

bool gives_on_paper(const custody::ExhibitStates& states, const std::vector<std::string>& uids) {
  std::size_t on_paper = 0;
  for (const std::string& uid : uids) {
    const custody::ExhibitCustody* known = states.find(uid);
    if (known != nullptr && known->holder.starts_with(custody::kHeldOnPaper)) ++on_paper;
  }
  if (on_paper > 0 && on_paper < uids.size())
    throw base::Error(base::ErrorKind::usage,
                      base::say("some of these exhibits are held on paper, and others are not"),
                      base::say("Nothing was changed. Hand over those of one holder at a time."));
  return on_paper > 0;
}

void write_handover_file(const OpenCase& open, std::uint64_t index, custody::HandoverKind kind,
                         const std::filesystem::path& folder, Console& console) {
  const custody::LedgerContent ledger = custody::read_ledger(open.folder.ledger(open.station));
  const custody::HandoverFile file = custody::handover_file(ledger, index, kind);
  const bool is_offer = kind == custody::HandoverKind::offer;
  const char* word = is_offer ? "offer" : "acceptance";
  const std::filesystem::path path =
      folder / (case_id_of(ledger) + "-" + open.station + "-" + std::to_string(index) + "." + word + ".json");
  base::write_durably(path, base::as_bytes(custody::write_handover(file)));
  console.result(is_offer ? base::say("offer {}", path.string()) : base::say("acceptance {}", path.string()),
                 base::Json::object({{"event", word}, {"file", path.string()}}));
}

}  // namespace tools
