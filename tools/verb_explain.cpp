// SPDX-License-Identifier: Apache-2.0
// explain: where a record comes from, walked back to the image, with its bytes. get: a file out of the
// evidence.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/file.h"
#include "base/words.h"
#include "parse/run.h"
#include "tools/allowed.h"
#include "tools/exit_code.h"
#include "tools/record_text.h"
#include "tools/verbs.h"
#include "tools/view.h"
#include "tools/workplace.h"

namespace tools {
namespace {

std::unique_ptr<base::EvidenceBytes> evidence_of(const GatheredCase& gathered,
                                                 const custody::ExhibitView& exhibit,
                                                 const std::string& acquisition) {
  for (const AcquisitionView& view : gathered.acquisitions_of(exhibit.uid)) {
    if (view.name != acquisition) continue;
    parse::RunOptions options;
    options.program = this_program();
    require_evidence(view, exhibit.label + " " + acquisition);
    return parse::evidence_bytes(view.evidence, options, view.further_folders);
  }
  throw base::Error(base::ErrorKind::not_found,
                    base::say("the acquisition {} of {} is not in this case", acquisition, exhibit.label),
                    base::say("Nothing was changed. Put its files back, or adopt the image again."));
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

// `neighbours`: whether what stands beside the record in its file may be seen. Where a cell or the value of a
// key ends is not known.
enum class Neighbours { seen, barred };
void dump_position(Console& console, base::ByteSource& bytes, const base::Position& position,
                   Neighbours neighbours) {
  if (const auto* range = std::get_if<base::Range>(&position))
    dump(console, bytes, range->offset, range->size);
  const bool open_ended =
      std::holds_alternative<base::PageCell>(position) || std::holds_alternative<base::StoreKey>(position);
  if (open_ended && neighbours == Neighbours::barred) {
    console.line(base::say("  the bytes at its place are not shown: others stand beside it that are barred"));
    return;
  }
  if (const auto* cell = std::get_if<base::PageCell>(&position)) dump(console, bytes, cell->offset, 256);
  if (const auto* key = std::get_if<base::StoreKey>(&position)) dump(console, bytes, key->offset, 256);
}

// Reads the file out of the image again and compares it with what the record's source says.
int reread(Console& console, const View& view, const custody::ExhibitView& exhibit,
           const store::StoredRecord& stored, const base::Record& source, Neighbours neighbours) {
  const auto evidence = evidence_of(view.gathered(), exhibit, stored.acquisition);
  const auto bytes = evidence->open(base::Locator(source.text("path").value_or("")));
  const bool equal = base::sha256(*bytes).hex() == source.text("sha256").value_or("");
  console.result(equal ? base::say("read again from the evidence: equal")
                       : base::say("read again from the evidence: DIFFERENT"),
                 base::Json::object({{"event", "reread"}, {"equal", equal}}));
  dump_position(console, *bytes, stored.record.place.position, neighbours);
  return equal ? kDone : kLookAtIt;
}

// The record, or why it is not shown.
store::StoredRecord record_to_explain(View& view, const base::RecordId& id) {
  if (auto stored = view.records().by_id(id)) return *stored;
  const auto found = view.records().where_barred(id);
  if (found) view.refuse(base::say("the record {}", id), found->exhibit_uid, found->barrier);
  throw base::Error(base::ErrorKind::not_found, base::say("no record has the id {}", id),
                    base::say("Nothing was changed. `find` and `show` print ids."));
}

void print_record(const store::StoredRecord& stored, const custody::ExhibitView& exhibit, Console& console) {
  base::Json object = base::Json::object({{"line", base::line_of(stored.record)},
                                          {"exhibit", exhibit.label},
                                          {"segment", stored.segment},
                                          {"segment_line", std::to_string(stored.line)}});
  if (stored.quote_not_shown) object.set("not_shown", base::Json::array({"quoted_text"}));
  console.object(object);
  for (const base::LineMember& member : base::members_of(stored.record)) {
    const base::Value* value = stored.record.find(member.name);
    console.line(
        fmt::format("{:<18} {}", member.name, value == nullptr ? visible(member.json) : value_text(*value)));
  }
  if (stored.quote_not_shown) console.line(fmt::format("{:<18} {}", "quoted_text", base::say("(not shown)")));
  console.line(base::say("{} {} {}, uid {}", fmt::format("{:<18}", "exhibit"), exhibit.label,
                         stored.acquisition, exhibit.uid));
  console.line(base::say("{} {} line {}", fmt::format("{:<18}", "segment"), stored.segment, stored.line));
}

int run_explain(const Arguments& arguments, Console& console) {
  const std::string id = arguments.required("RECORD");
  View view(arguments, console, "explain", id, {});
  const store::StoredRecord stored = record_to_explain(view, id);
  const auto exhibit = std::ranges::find(view.exhibits(), stored.exhibit_uid, &custody::ExhibitView::uid);
  if (exhibit == view.exhibits().end())
    throw base::Error(base::ErrorKind::format, base::say("the record's exhibit is in no ledger of this case"),
                      base::say("Nothing was changed. Run: holdfast verify ."));
  view.narrow_to(exhibit->uid);
  view.looked({exhibit->uid}, 1);
  print_record(stored, *exhibit, console);
  const base::RecordId& in = stored.record.place.source;
  int code = kDone;
  if (const auto source = view.records().by_id(in)) {
    console.line(fmt::format("{:<18} {}", "file",
                             visible(base::Locator(source->record.text("path").value_or("")).for_people())));
    console.line(fmt::format("{:<18} {}", "file sha256", source->record.text("sha256").value_or("")));
    const bool barred = view.records().bars_in(exhibit->uid, in);
    code = reread(console, view, *exhibit, stored, source->record,
                  barred ? Neighbours::barred : Neighbours::seen);
  } else if (view.records().where_barred(in)) {
    console.line(fmt::format("{:<18} {}", "file", base::say("(not shown)")));
  }
  view.end();
  return code;
}

// Of an exhibit of which something is barred, a file may hold it. Only what records were read from, none of
// which is barred, can be told to hold nothing of it.
void require_seen(View& view, const custody::ExhibitView& exhibit, const std::string& acquisition,
                  const std::string& locator) {
  bool known = false, barred = false;
  view.records().visit({"source"}, [&](const store::StoredRecord& stored) {
    if (stored.exhibit_uid != exhibit.uid || stored.acquisition != acquisition ||
        stored.record.text("path") != locator)
      return true;
    known = true;
    barred = barred || view.records().bars_in(exhibit.uid, stored.record.id);
    return true;
  });
  if (known && !barred) return;
  view.refuse(known ? base::say("this file") : base::say("a file that no record was read from"), exhibit.uid,
              view.records().limit_of(exhibit.uid));
}

// Logs the look. Nothing needs to have been parsed where nothing of the exhibit is barred.
void require_file_seen(const Arguments& arguments, Console& console, const GatheredCase& gathered,
                       const custody::ExhibitView& exhibit, const std::string& acquisition,
                       const std::string& locator) {
  const store::Sight sight = sight_of(gathered);
  const store::Judgement judgement = sight.judgement_of(exhibit.uid);
  if (judgement.is_open() || judgement.is_closed()) {
    const store::Look look{"", "", "get", locator, {exhibit.uid}, judgement.is_open() ? 1U : 0U, {}};
    log_look(look, arguments, gathered, the_case(arguments), console);
    if (judgement.is_closed()) throw barred(exhibit, judgement.cover(), Use::show);
    return;
  }
  View view(arguments, console, "get", locator, {});
  require_seen(view, exhibit, acquisition, locator);
  view.narrow_to(exhibit.uid);
  view.looked({exhibit.uid}, 1);
  view.end();
}

// The output's name is the digest of what it holds: a name found in evidence never becomes a path.
int run_get(const Arguments& arguments, Console& console) {
  const GatheredCase gathered(the_case(arguments));
  const auto exhibit = exhibit_by_label(gathered.exhibits(), arguments.required("exhibit"));
  const std::string acquisition = arguments.value("acquisition").value_or("a1");
  const std::string locator = arguments.required("LOCATOR");
  require_file_seen(arguments, console, gathered, exhibit, acquisition, locator);
  const std::filesystem::path to = arguments.required("to");
  const auto evidence = evidence_of(gathered, exhibit, acquisition);
  const auto bytes = evidence->open(base::Locator(locator));
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

constexpr std::array kExplainOptions{
    Option{"RECORD", OptionKind::positional, "RECORD", base::phrase("a record's id")}};
constexpr std::array kGetOptions{
    Option{"LOCATOR", OptionKind::positional, "LOCATOR",
           base::phrase("as `show files` and `explain` print it")},
    Option{"exhibit", OptionKind::value_required, "LABEL", base::phrase("in which exhibit")},
    Option{"acquisition", OptionKind::value, "aN", base::phrase("in which acquisition; else a1")},
    Option{"to", OptionKind::value_required, "DIR",
           base::phrase("folder for the file, which is named by its SHA-256")}};

}  // namespace

const Verb kExplain{"",
                    "explain",
                    base::phrase("where a record comes from, back to its bytes"),
                    kExplainOptions,
                    "  holdfast explain 4kq2mz…\n  holdfast explain 4kq2mz… --json",
                    base::phrase("0 equal; 3 the evidence reads different; 4 failed"),
                    run_explain};
const Verb kGet{"",
                "get",
                base::phrase("copy a file out of the evidence"),
                kGetOptions,
                "  holdfast get p1:/media/0/DCIM/1.jpg --exhibit KK-A-0001 --to out\n  holdfast show files",
                base::phrase("0; 4 failed"),
                run_get};

}  // namespace tools
