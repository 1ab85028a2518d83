// SPDX-License-Identifier: Apache-2.0
#include "tools/acquire_ledger.h"

#include <map>

#include "base/file.h"

namespace tools {
namespace {

namespace fs = std::filesystem;

// What the ledger holds of one acquisition, or of what was received under such a name.
struct Told {
  std::size_t begins = 0, ends = 0;
  bool whole = false;
  base::Json last_begin;
};

std::map<std::string, Told> told_of(const custody::LedgerContent& ledger, const std::string& exhibit_uid) {
  std::map<std::string, Told> told;
  for (const custody::Entry& entry : ledger.entries) {
    const custody::OpenedBody opened = custody::open_body(entry);
    const std::string act = opened.body.at("act").text();
    const bool begins = act == "acquire.begin", received = act == "receive";
    if (!begins && !received && act != "acquire.end") continue;
    for (const auto& exhibit : opened.exhibits) {
      const base::Json* name = exhibit.members.find("acquisition");
      if (exhibit.uid != exhibit_uid || name == nullptr || !name->is_text()) continue;
      Told& one = told[name->text()];
      if (begins) one.last_begin = exhibit.members;
      if (!received) ++(begins ? one.begins : one.ends);
      one.whole = one.whole || received || exhibit.members.find("acquisition_json_sha256") != nullptr;
    }
  }
  return told;
}

base::Json members_of(const acquire::Report& report) {
  base::Json members = base::Json::object();
  members.set("adopted", report.adopted).set("outcome", acquire::name_of(report.outcome));
  members.set("media_bytes", std::to_string(report.media_bytes))
      .set("read_bytes", std::to_string(report.read_bytes));
  members.set("bad_bytes", std::to_string(report.bad_bytes));
  members.set("not_attempted_bytes", std::to_string(report.not_attempted_bytes));
  members.set("read_back", acquire::name_of(report.read_back))
      .set("files", std::to_string(report.files.size()));
  members.set("source", source_statement(report.source));
  base::Json copies = base::Json::array();
  for (std::size_t i = 0; i < report.further_copies.size(); ++i)
    if (report.further_copies[i].read_back == acquire::ReadBack::equal) copies.push(further_copy_name(i));
  if (!copies.items().empty()) members.set("copies", std::move(copies));
  if (!report.trouble.empty() && base::is_utf8(report.trouble)) members.set("trouble", report.trouble);
  return members;
}

base::EntryReceipt append_end(OpenCase& open, base::ExhibitStatement statement) {
  base::Event event{"acquire.end", {}, base::Json::object(), false};
  event.exhibits.push_back(std::move(statement));
  return open.ledger->append(event);
}

void take(const base::Json& from, const char* name, base::Json& members, const char* as = nullptr) {
  if (const base::Json* value = from.find(name)) members.set(as == nullptr ? name : as, *value);
}

// The members that a begin and its end share.
base::Json members_of_begin(const base::Json& begin) {
  base::Json members = base::Json::object();
  for (const char* name : {"acquisition", "format", "attempt", "source"}) take(begin, name, members);
  return members;
}

// Of a report, as it was written.
base::Json copies_in(const base::Json& facts) {
  base::Json copies = base::Json::array();
  const base::Json* further = facts.find("further_copies");
  if (further == nullptr) return copies;
  for (std::size_t i = 0; i < further->items().size(); ++i)
    if (further->items()[i].at("read_back").text() == acquire::name_of(acquire::ReadBack::equal))
      copies.push(further_copy_name(i));
  return copies;
}

base::ExhibitStatement end_of_whole(const custody::ExhibitView& exhibit, const base::Json& begin,
                                    const base::Json& facts, const fs::path& json_file) {
  base::ExhibitStatement statement{exhibit.uid, members_of_begin(begin), base::Json::object()};
  base::Json& members = statement.members;
  for (const char* name : {"adopted", "outcome", "read_back"}) take(facts, name, members);
  const base::Json& media = facts.at("media");
  take(media, "bytes", members, "media_bytes");
  take(media, "read", members, "read_bytes");
  take(media, "bad", members, "bad_bytes");
  take(media, "not_attempted", members, "not_attempted_bytes");
  members.set("files", std::to_string(facts.at("files").items().size()));
  if (base::Json copies = copies_in(facts); !copies.items().empty()) members.set("copies", std::move(copies));
  members.set(
      "trouble",
      "the program ended without a word, as after a power cut or a kill, when the image was whole and "
      "before this ledger was told; told now, from its report");
  for (const auto& [algorithm, digest] : facts.at("digests").members())
    statement.hidden.set(algorithm, digest);
  statement.hidden.set("acquisition_json_sha256", base::sha256(base::read_file(json_file)).hex());
  return statement;
}

base::ExhibitStatement end_of_cut_off(const custody::ExhibitView& exhibit, const base::Json& begin) {
  base::ExhibitStatement statement{exhibit.uid, members_of_begin(begin), base::Json::object()};
  statement.members.set("outcome", acquire::name_of(acquire::Outcome::interrupted));
  statement.members.set("read_back", acquire::name_of(acquire::ReadBack::not_done));
  statement.members.set(
      "trouble", "the program ended without a word, as after a power cut or a kill; noted by the next one");
  return statement;
}

}  // namespace

// A folder in which nothing was begun is as good as none: a kill may leave one. A name under which a whole
// image was told is taken even where its files are not here.
std::string next_acquisition(const OpenCase& open, const custody::ExhibitView& exhibit) {
  const auto told = told_of(ledger_of(open.folder), exhibit.uid);
  const fs::path folder = exhibit_folder(open.folder, exhibit);
  for (unsigned number = 1;; ++number) {
    const std::string name = acquisition_name(exhibit, open.station, number);
    const auto one = told.find(name);
    const bool taken = one != told.end() && one->second.whole;
    if (!taken && (!fs::exists(folder / name) || fs::is_empty(folder / name))) return name;
  }
}

base::Json source_statement(const acquire::SourceFacts& facts) {
  base::Json out = base::Json::object({{"path", facts.path},
                                       {"bytes", std::to_string(facts.bytes)},
                                       {"block_device", facts.block_device},
                                       {"logical_sector", std::to_string(facts.logical_sector)},
                                       {"physical_sector", std::to_string(facts.physical_sector)},
                                       {"read_only_before", facts.read_only_before},
                                       {"read_only_set", facts.read_only_set}});
  if (facts.model) out.set("model", *facts.model);
  if (facts.serial) out.set("serial", *facts.serial);
  out.set("level", !facts.block_device ? "file" : facts.partition ? "partition" : "device");
  if (facts.drive && facts.drive->ata) out.set("ata_locked", facts.drive->ata->security.locked);
  base::Json found = base::Json::array();
  for (const auto& advice : facts.advice) found.push(advice.code);
  out.set("found", std::move(found));
  return out;
}

base::EntryReceipt tell_acquire_begin(OpenCase& open, const custody::ExhibitView& exhibit,
                                      base::Json members) {
  base::Event event{"acquire.begin", {}, base::Json::object(), false};
  event.exhibits.push_back({exhibit.uid, std::move(members), base::Json::object()});
  return open.ledger->append(event);
}

base::EntryReceipt tell_acquire_end(OpenCase& open, const custody::ExhibitView& exhibit,
                                    const std::string& acquisition, const std::string& format,
                                    const acquire::Report& report, const fs::path& json_file,
                                    const std::string& attempt) {
  base::ExhibitStatement statement{exhibit.uid, members_of(report), base::Json::object()};
  statement.members.set("acquisition", acquisition).set("format", format);
  if (!attempt.empty()) statement.members.set("attempt", attempt);
  for (const auto& [algorithm, digest] : report.media_digests)
    statement.hidden.set(base::name_of(algorithm), base::to_hex(digest));
  if (!json_file.empty()) {
    const bool whole = json_file.filename() == kAcquisitionReport;
    statement.hidden.set(whole ? "acquisition_json_sha256" : "attempt_json_sha256",
                         base::sha256(base::read_file(json_file)).hex());
  }
  return append_end(open, std::move(statement));
}

std::size_t attempts_told(const custody::LedgerContent& ledger, const std::string& exhibit_uid,
                          const std::string& acquisition) {
  const auto told = told_of(ledger, exhibit_uid);
  const auto one = told.find(acquisition);
  return one == told.end() ? 0 : one->second.begins;
}

bool is_told_whole(const custody::LedgerContent& ledger, const std::string& exhibit_uid,
                   const std::string& acquisition) {
  const auto told = told_of(ledger, exhibit_uid);
  const auto one = told.find(acquisition);
  return one != told.end() && one->second.whole;
}

std::vector<BelatedEnd> tell_belated_ends(OpenCase& open, const custody::ExhibitView& exhibit) {
  std::vector<BelatedEnd> belated;
  const fs::path folder = exhibit_folder(open.folder, exhibit);
  for (const auto& [name, told] : told_of(ledger_of(open.folder), exhibit.uid)) {
    if (told.begins <= told.ends) continue;
    BelatedEnd end{name, false, {}, {}};
    const fs::path report = folder / name / kAcquisitionReport;
    end.whole = fs::exists(report);
    if (end.whole) end.facts = base::parse_json(base::read_file(report));
    end.entry = append_end(open, end.whole ? end_of_whole(exhibit, told.last_begin, end.facts, report)
                                           : end_of_cut_off(exhibit, told.last_begin));
    belated.push_back(std::move(end));
  }
  return belated;
}

}  // namespace tools
