// SPDX-License-Identifier: Apache-2.0
#include "tools/paper.h"

#include <algorithm>
#include <set>

#include <sys/stat.h>

#include "base/error.h"
#include "base/words.h"
#include "chain-of-custody/note.h"
#include "tools/carried_file.h"
#include "tools/qr_code.h"
#include "tools/workplace.h"

namespace tools {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRootDigits = 40;

// The dark modules, each a unit wide. Those side by side are one rectangle, so that no hair lines show.
std::string svg_path(const QrCode& code) {
  std::string path;
  for (std::size_t y = 0; y < code.side(); ++y)
    for (std::size_t x = 0; x < code.side(); ++x) {
      if (!code.dark(x, y)) continue;
      const std::size_t from = x;
      while (code.dark(x + 1, y)) ++x;
      const std::string wide = std::to_string(x + 1 - from);
      path += "M" + std::to_string(from) + " " + std::to_string(y) + "h" + wide + "v1h-" + wide + "z";
    }
  return path;
}

exporter::PaperCheckpoint paper_checkpoint(const custody::LedgerContent& ledger) {
  const custody::Checkpoint checkpoint =
      custody::parse_checkpoint(custody::parse_note(ledger.checkpoint).text);
  const QrCode code(base::as_text(ledger.checkpoint));
  return {checkpoint.origin, checkpoint.size, root_on_paper(checkpoint.root), svg_path(code), code.side()};
}

// Where images lie that are not in the case folder.
std::vector<fs::path> folders_elsewhere(const store::CaseFolder& folder) {
  std::vector<fs::path> folders;
  if (!fs::exists(folder.locations_file())) return folders;
  const auto add = [&](const base::Json& path) {
    fs::path place(path.text());
    if (place.is_relative()) return;
    if (!fs::is_directory(place)) place = place.parent_path();
    if (std::ranges::find(folders, place) == folders.end()) folders.push_back(place);
  };
  const base::Json locations = read_json_file(folder.locations_file());
  for (const auto& [name, paths] : locations.members()) {
    if (paths.is_text())
      add(paths);
    else
      for (const base::Json& path : paths.items()) add(path);
  }
  return folders;
}

exporter::FreeSpace space_of(const std::string& what, const fs::path& folder) {
  std::error_code failed;
  const fs::space_info space = fs::space(folder, failed);
  if (failed) return {what, folder.string(), 0, 0, false};
  return {what, folder.string(), space.available, space.capacity, true};
}

std::optional<dev_t> device_of(const fs::path& folder) {
  struct stat facts {};
  if (stat(folder.c_str(), &facts) != 0) return {};
  return facts.st_dev;
}

}  // namespace

std::string root_on_paper(const base::Digest& root) {
  const std::string digits = root.hex().substr(0, kRootDigits);
  std::string out;
  for (std::size_t at = 0; at < digits.size(); at += 4) out += (at == 0 ? "" : " ") + digits.substr(at, 4);
  return out;
}

std::vector<exporter::PaperCheckpoint> paper_checkpoints(const std::vector<custody::LedgerContent>& ledgers) {
  std::vector<exporter::PaperCheckpoint> checkpoints;
  for (const custody::LedgerContent& ledger : ledgers) {
    exporter::PaperCheckpoint one = paper_checkpoint(ledger);
    const auto copy = std::ranges::find(checkpoints, one.ledger, &exporter::PaperCheckpoint::ledger);
    if (copy == checkpoints.end())
      checkpoints.push_back(std::move(one));
    else if (copy->entries < one.entries)
      *copy = std::move(one);
  }
  return checkpoints;
}

std::vector<exporter::FreeSpace> disks_of(const store::CaseFolder& folder) {
  std::vector<exporter::FreeSpace> disks{space_of("case folder", folder.root())};
  std::set<dev_t> seen;
  if (const auto device = device_of(folder.root())) seen.insert(*device);
  for (const fs::path& place : folders_elsewhere(folder)) {
    const std::optional<dev_t> device = device_of(place);
    if (!device || seen.insert(*device).second) disks.push_back(space_of("images", place));
  }
  return disks;
}

void require_new_page(const fs::path& file) {
  if (file.extension() != ".html")
    throw base::Error(
        base::ErrorKind::usage, base::say("--to takes a name that ends in .html"),
        base::say("Nothing was written. Choose such a name; a browser prints the page, also as a PDF."));
  require_new(file);
}

}  // namespace tools
