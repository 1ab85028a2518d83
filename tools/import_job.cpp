// SPDX-License-Identifier: Apache-2.0
#include "tools/import_job.h"

#include <algorithm>

#include "base/file.h"
#include "base/words.h"
#include "tools/acquire_ledger.h"

namespace tools {
namespace {

namespace fs = std::filesystem;

// Lies in the folder of an import until the ledger tells of it.
constexpr char kUnfinished[] = "import-unfinished";
constexpr char kFilesFolder[] = "files";

void require_kept_in_place(const acquire::Incoming& incoming, bool in_place) {
  if (incoming.what == "folder" && !in_place)
    throw base::Error(base::ErrorKind::usage, base::say("{} is a folder", incoming.files.front().string()),
                      base::say("Nothing was received. Register it where it lies with --in-place, or pack it "
                                "into a tar and import that."));
  if (incoming.what == "files" && in_place)
    throw base::Error(base::ErrorKind::usage, base::say("single files are not left where they lie"),
                      base::say("Nothing was received. Leave --in-place out, so that they are copied; what "
                                "stays in its place is an image, an archive or a folder."));
}

void require_space(const fs::path& folder, std::uint64_t bytes) {
  std::error_code failed;
  const fs::space_info space = fs::space(folder, failed);
  if (failed || space.available >= bytes) return;  // where it cannot be told, writing will tell
  throw base::Error(
      base::ErrorKind::conflict,
      base::say("the case has room for {}, and {} came", with_unit(space.available), with_unit(bytes)),
      base::say("Nothing was received. Make room, or leave an image where it lies with --in-place."));
}

// The mark last: whatever ends this on its way, what stays bears it, and the next import goes on from here.
void remove_marked(const fs::path& place) {
  std::error_code ignored;
  std::vector<fs::path> parts;
  for (const auto& entry : fs::directory_iterator(place, ignored))
    if (entry.path().filename() != kUnfinished) parts.push_back(entry.path());
  for (const fs::path& part : parts) {
    fs::remove_all(part, ignored);
    if (ignored) return;
  }
  fs::remove_all(place, ignored);
}

}  // namespace

ImportJob::ImportJob(const OpenCase& open, const custody::ExhibitView& exhibit, ImportWishes wishes)
    : folder_(open.folder),
      exhibit_(exhibit),
      wishes_(std::move(wishes)),
      name_(next_acquisition(open, exhibit)) {
  place_ = exhibit_folder(folder_, exhibit_) / name_;
  incoming_ = acquire::look_at_incoming(wishes_.files, exhibit_.labels.front() + "_" + name_, wishes_.keep);
  require_kept_in_place(incoming_, wishes_.in_place);
  if (!wishes_.in_place) require_space(folder_.root(), incoming_.bytes);
}

// What lies in the folder counts for nothing as long as the mark is in it.
void ImportJob::prepare() const {
  fs::create_directories(place_);
  base::write_new_durably(place_ / kUnfinished, {});
  if (incoming_.what == "files") fs::create_directory(place_ / kFilesFolder);
}

std::vector<fs::path> ImportJob::where() const {
  if (incoming_.what == "files") return {fs::absolute(place_ / kFilesFolder).lexically_normal()};
  if (!wishes_.in_place) return {};
  std::vector<fs::path> places{incoming_.files.front()};
  for (const fs::path& file : incoming_.files) {
    const fs::path beside = file.parent_path();
    if (beside != places.front().parent_path() && std::ranges::find(places, beside) == places.end())
      places.push_back(beside);
  }
  return places;
}

void ImportJob::keep(const acquire::Report& report) const {
  if (const auto places = where(); !places.empty()) record_location(folder_, exhibit_, name_, places);
  base::write_new_durably(place_ / kAcquisitionReport, base::as_bytes(report.to_json().canonical()));
}

acquire::Report ImportJob::run(const acquire::ProgressCallback& progress, std::stop_token stop) {
  acquire::ReceivePlan plan{incoming_, wishes_.from, wishes_.request, wishes_.stated, {}};
  if (!wishes_.in_place) plan.folder = incoming_.what == "files" ? place_ / kFilesFolder : place_;
  prepare();
  try {
    const acquire::Report report = acquire::receive(plan, progress, std::move(stop));
    keep(report);
    return report;
  } catch (...) {
    remove_marked(place_);
    throw;
  }
}

// The mark goes last: after a power cut before that line the next import finds the entry, and takes it away.
base::EntryReceipt ImportJob::tell(OpenCase& open, const acquire::Report& report) {
  base::ExhibitStatement statement{exhibit_.uid, base::Json::object(), base::Json::object()};
  base::Json& said = statement.members;
  said.set("acquisition", name_).set("what", report.received->what);
  said.set("stated", acquire::name_of(report.received->result));
  said.set("files", std::to_string(report.files.size())).set("format", acquire::name_of(report.format));
  said.set("outcome", acquire::name_of(report.outcome));
  said.set("media_bytes", std::to_string(report.media_bytes))
      .set("read_bytes", std::to_string(report.read_bytes))
      .set("bad_bytes", std::to_string(report.bad_bytes))
      .set("not_attempted_bytes", std::to_string(report.not_attempted_bytes));
  if (wishes_.in_place) said.set("in_place", true);
  if (!wishes_.medium.empty()) said.set("medium", wishes_.medium);
  if (!wishes_.description.empty()) said.set("description", wishes_.description);
  for (const auto& [algorithm, digest] : report.media_digests)
    statement.hidden.set(base::name_of(algorithm), base::to_hex(digest));
  statement.hidden.set("acquisition_json_sha256",
                       base::sha256(base::read_file(place_ / kAcquisitionReport)).hex());
  base::Event event{"receive", {}, base::Json::object({{"from", wishes_.from}}), false};
  if (!wishes_.request.empty()) event.members.set("request", wishes_.request);
  event.exhibits.push_back(std::move(statement));
  const base::EntryReceipt receipt = open.ledger->append(event);
  fs::remove(place_ / kUnfinished);
  return receipt;
}

std::vector<std::string> clear_cut_off_imports(const OpenCase& open, const custody::ExhibitView& exhibit) {
  std::vector<std::string> cleared;
  const fs::path folder = exhibit_folder(open.folder, exhibit);
  const custody::LedgerContent ledger = ledger_of(open.folder);
  std::vector<fs::path> marked;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed))
    if (fs::exists(entry.path() / kUnfinished)) marked.push_back(entry.path());
  for (const fs::path& place : marked) {
    const std::string name = place.filename().string();
    if (is_told_whole(ledger, exhibit.uid, name)) {
      fs::remove(place / kUnfinished);
      continue;
    }
    record_location(open.folder, exhibit, name, {});
    remove_marked(place);
    cleared.push_back(name);
  }
  return cleared;
}

}  // namespace tools
