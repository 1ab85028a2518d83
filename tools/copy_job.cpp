// SPDX-License-Identifier: Apache-2.0
// Making one further copy: a folder of its own on the medium, which gets its name when it is whole.
#include <algorithm>

#include "acquire/copy_out.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "tools/acquisition_check.h"
#include "tools/copies.h"

namespace tools {
namespace {

namespace fs = std::filesystem;
using base::Json;

constexpr auto kNothing = base::phrase("Nothing was copied or recorded. ");
constexpr char kFilesFolder[] = "files";

bool is_folder(const AcquisitionView& acquisition) {
  return acquisition.facts.at("format").text() == "folder";
}

// Names of files are one step of a path, or nothing is made of them.
void require_plain_names(const AcquisitionView& acquisition) {
  const auto is_plain = [](const std::string& name) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return !name.empty() && name.front() != '.' && name.size() <= 255 && name.find('/') == name.npos &&
           std::ranges::none_of(name, is_control);
  };
  for (const Json& file : acquisition.facts.at("files").items()) {
    const Json &name = file.at("name"), *sha256 = file.find("sha256");
    const bool plain = name.is_text() && (!is_folder(acquisition) || base::is_utf8(name.text())) &&
                       is_plain(name.text()) && name.text().find('%') == std::string::npos;
    if (plain && sha256 != nullptr) continue;
    throw base::Error(
        base::ErrorKind::usage,
        base::say(
            "the files of {} lie in a folder tree, bear names of another's making, or were not all read",
            acquisition.name),
        base::say("{}Pack them into a tar, and import that with `holdfast import`.", kNothing));
  }
}

std::string next_name(const std::vector<CopyView>& known, const custody::ExhibitView& exhibit,
                      const std::string& station) {
  const bool came_from_another = exhibit.members.find("from_body_sha256") != nullptr;
  for (unsigned number = 2;; ++number) {
    const std::string name =
        "copy" + std::to_string(number) + (came_from_another ? "-" + station : std::string());
    const auto is_so = [&](const CopyView& copy) { return copy.name == name; };
    if (std::ranges::none_of(known, is_so)) return name;
  }
}

}  // namespace

CopyJob::CopyJob(const OpenCase& open, const custody::ExhibitView& exhibit,
                 const AcquisitionView& acquisition, const std::vector<CopyView>& known, const fs::path& to)
    : case_(open.folder),
      exhibit_(exhibit),
      acquisition_(acquisition),
      name_(next_name(known, exhibit, open.station)) {
  const fs::path folder = fs::absolute(to).lexically_normal();
  if (!fs::is_directory(folder))
    throw base::Error(base::ErrorKind::not_found, base::say("the folder {} is not there", folder.string()),
                      base::say("{}Connect the medium, or make the folder.", kNothing));
  require_plain_names(acquisition);
  final_ = folder / (case_id_of(ledger_of(open.folder)) + "_" + exhibit.labels.front() + "_" +
                     acquisition.name + "_" + name_);
  partial_ = final_;
  partial_ += ".partial";
}

bool CopyJob::is_there() const {
  return fs::exists(fs::symlink_status(final_));
}

std::vector<fs::path> CopyJob::places() const {
  if (is_folder(acquisition_)) return {final_ / kFilesFolder};
  return {final_ / acquisition_.facts.at("files").items().front().at("name").text()};
}

void CopyJob::write(const acquire::ProgressCallback& progress, std::stop_token stop) const {
  fs::remove_all(partial_);  // of a run that was cut off
  const fs::path folder = is_folder(acquisition_) ? partial_ / kFilesFolder : partial_;
  fs::create_directories(folder);
  std::vector<acquire::OutFile> files;
  for (const Json& file : acquisition_.facts.at("files").items())
    files.push_back({open_acquired(acquisition_, file.at("name").text()), file.at("name").text(),
                     file.at("sha256").text()});
  acquire::copy_out(files, folder, progress, std::move(stop));
  base::write_new_durably(partial_ / kAcquisitionReport,
                          base::read_file(acquisition_.folder / kAcquisitionReport));
  base::sync_folder(partial_);
  fs::rename(partial_, final_);
  base::sync_folder(final_.parent_path());
}

void CopyJob::run(const acquire::ProgressCallback& progress, std::stop_token stop) {
  try {
    write(progress, std::move(stop));
  } catch (...) {
    std::error_code ignored;  // what stays is named .partial, and the next run removes it
    fs::remove_all(partial_, ignored);
    throw;
  }
}

// Where it lies is known before the ledger tells of it: a kill between the two leaves a copy that the same
// command compares and registers.
base::EntryReceipt CopyJob::tell(OpenCase& open, const std::string& medium) {
  base::Hasher all(base::Algorithm::sha256);
  for (const Json& file : acquisition_.facts.at("files").items())
    all.update(base::from_hex(file.at("sha256").text()));
  record_place(case_,
               acquisition_.folder.parent_path().filename().string() + "/" + acquisition_.name + "/" + name_,
               places());
  base::ExhibitStatement statement{
      exhibit_.uid,
      Json::object(
          {{"acquisition", acquisition_.name}, {"copy", name_}, {"result", "equal"}, {"medium", medium}}),
      Json::object({{"files_sha256", all.finish_sha256().hex()}})};
  base::Event event{"copy", {}, Json::object(), false};
  event.exhibits.push_back(std::move(statement));
  return open.ledger->append(event);
}

}  // namespace tools
