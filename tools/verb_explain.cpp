// SPDX-License-Identifier: Apache-2.0
// explain: where a record comes from, walked back to the image, with its bytes. get: a file out of the
// evidence.
#include <array>

#include <fmt/format.h>

#include "base/file.h"
#include "parse/run.h"
#include "tools/exit_code.h"
#include "tools/record_text.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

std::unique_ptr<base::EvidenceBytes> evidence_of(const store::CaseFolder& folder,
                                                 const custody::ExhibitView& exhibit,
                                                 const std::string& acquisition) {
  for (const AcquisitionView& view : GatheredCase(folder).acquisitions_of(exhibit.uid)) {
    if (view.name != acquisition) continue;
    parse::RunOptions options;
    options.program = this_program();
    require_evidence(view, exhibit.label + " " + acquisition);
    return parse::evidence_bytes(view.evidence, options, view.further_folders);
  }
  throw base::Error(base::ErrorKind::not_found,
                    "the acquisition " + acquisition + " of " + exhibit.label + " is not in this case",
                    "Nothing was changed. Put its files back, or adopt the image again.");
}

// A dump of up to 256 bytes: offset, hexadecimal, text.
void dump(Console& console, base::ByteSource& bytes, std::uint64_t offset, std::uint64_t size) {
  base::Buffer block(std::min<std::uint64_t>(size, 256));
  block.resize(bytes.read_at(offset, block));
  for (std::size_t at = 0; at < block.size(); at += 16) {
    const base::Bytes part = base::Bytes(block).subspan(at, std::min<std::size_t>(16, block.size() - at));
    std::string text;
    for (std::byte byte : part)
      text += byte >= std::byte{0x20} && byte < std::byte{0x7f} ? static_cast<char>(byte) : '.';
    console.line(fmt::format("  {:012x}  {:<32}  {}", offset + at, base::to_hex(part), text));
  }
}

void dump_position(Console& console, base::ByteSource& bytes, const base::Position& position) {
  if (const auto* range = std::get_if<base::Range>(&position))
    dump(console, bytes, range->offset, range->size);
  if (const auto* cell = std::get_if<base::PageCell>(&position)) dump(console, bytes, cell->offset, 256);
  if (const auto* key = std::get_if<base::StoreKey>(&position)) dump(console, bytes, key->offset, 256);
}

// Reads the file out of the image again and compares it with what the record's source says.
int reread(Console& console, const store::CaseFolder& folder, const custody::ExhibitView& exhibit,
           const store::StoredRecord& stored, const base::Record& source) {
  const auto evidence = evidence_of(folder, exhibit, stored.acquisition);
  const auto bytes = evidence->open(base::Locator(source.text("path").value_or("")));
  const bool equal = base::sha256(*bytes).hex() == source.text("sha256").value_or("");
  console.result(equal ? "read again from the evidence: equal" : "read again from the evidence: DIFFERENT",
                 base::Json::object({{"event", "reread"}, {"equal", equal}}));
  dump_position(console, *bytes, stored.record.place.position);
  return equal ? kDone : kLookAtIt;
}

int run_explain(const Arguments& arguments, Console& console) {
  const store::CaseFolder folder = the_case(arguments);
  store::RecordStore records = open_records(folder);
  const std::string id = arguments.required("RECORD");
  const auto stored = records.by_id(id);
  if (!stored)
    throw base::Error(base::ErrorKind::not_found, "no record has the id " + id,
                      "Nothing was changed. `find` and `show` print ids.");
  const auto exhibit = [&] {
    for (const auto& one : GatheredCase(folder).exhibits()) {
      if (one.uid == stored->exhibit_uid) return one;
    }
    throw base::Error(base::ErrorKind::format, "the record's exhibit is in no ledger of this case",
                      "Nothing was changed. Run: holdfast verify .");
  }();
  console.object(base::Json::object({{"line", base::line_of(stored->record)},
                                     {"exhibit", exhibit.label},
                                     {"segment", stored->segment},
                                     {"segment_line", std::to_string(stored->line)}}));
  for (const base::LineMember& member : base::members_of(stored->record)) {
    const base::Value* value = stored->record.find(member.name);
    console.line(
        fmt::format("{:<18} {}", member.name, value == nullptr ? visible(member.json) : value_text(*value)));
  }
  console.line(
      fmt::format("{:<18} {} {}, uid {}", "exhibit", exhibit.label, stored->acquisition, exhibit.uid));
  console.line(fmt::format("{:<18} {} line {}", "segment", stored->segment, stored->line));
  const auto source = records.by_id(stored->record.place.source);
  if (!source) return kDone;
  console.line(fmt::format("{:<18} {}", "file",
                           visible(base::Locator(source->record.text("path").value_or("")).for_people())));
  console.line(fmt::format("{:<18} {}", "file sha256", source->record.text("sha256").value_or("")));
  return reread(console, folder, exhibit, *stored, source->record);
}

// The output's name is the digest of what it holds: a name found in evidence never becomes a path.
int run_get(const Arguments& arguments, Console& console) {
  const store::CaseFolder folder = the_case(arguments);
  const auto exhibit = exhibit_by_label(GatheredCase(folder).exhibits(), arguments.required("exhibit"));
  const std::filesystem::path to = arguments.required("to");
  const auto evidence = evidence_of(folder, exhibit, arguments.value("acquisition").value_or("a1"));
  const auto bytes = evidence->open(base::Locator(arguments.required("LOCATOR")));
  const std::string name = base::sha256(*bytes).hex();
  std::filesystem::create_directories(to);
  base::Fd out = base::create_new(to / name, 0600);
  base::Buffer block(1 << 20);
  for (std::uint64_t offset = 0; offset < bytes->size();) {
    const std::size_t count = bytes->read_at(offset, block);
    if (count == 0) break;
    base::write_all(out.get(), base::Bytes(block).first(count), (to / name).string());
    offset += count;
  }
  base::sync_file(out.get(), (to / name).string());
  console.result((to / name).string(), base::Json::object({{"event", "file"},
                                                           {"path", (to / name).string()},
                                                           {"bytes", std::to_string(bytes->size())}}));
  return kDone;
}

constexpr std::array kExplainOptions{Option{"RECORD", OptionKind::positional, "RECORD", "a record's id"}};
constexpr std::array kGetOptions{
    Option{"LOCATOR", OptionKind::positional, "LOCATOR", "as `show files` and `explain` print it"},
    Option{"exhibit", OptionKind::value_required, "LABEL", "in which exhibit"},
    Option{"acquisition", OptionKind::value, "aN", "in which acquisition; else a1"},
    Option{"to", OptionKind::value_required, "DIR", "folder for the file, which is named by its SHA-256"}};

}  // namespace

const Verb kExplain{"",
                    "explain",
                    "where a record comes from, back to its bytes",
                    kExplainOptions,
                    "  holdfast explain 4kq2mz…\n  holdfast explain 4kq2mz… --json",
                    "0 equal; 3 the evidence reads different; 4 failed",
                    run_explain};
const Verb kGet{"",
                "get",
                "copy a file out of the evidence",
                kGetOptions,
                "  holdfast get p1:/media/0/DCIM/1.jpg --exhibit KK-A-0001 --to out\n  holdfast show files",
                "0; 4 failed",
                run_get};

}  // namespace tools
