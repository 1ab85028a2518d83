// SPDX-License-Identifier: Apache-2.0
#include "export/edition.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/words.h"
#include "export/drafts.h"

namespace exporter {
namespace {

using base::Record;

constexpr auto kSegmentAdvice = base::phrase(
    "Nothing was exported and the evidence is safe. Restore the segment from a copy, or parse the exhibit "
    "again.");

struct Letters {
  std::string_view type, letters;
};
// Of citations; a type that is not here is cited as R.
constexpr std::array<Letters, 24> kLetters{{
    {"segment", "H"},          {"source", "S"},       {"account", "A"},
    {"participant", "P"},      {"conversation", "C"}, {"membership", "MB"},
    {"contact", "CT"},         {"message", "M"},      {"message_change", "MC"},
    {"receipt", "RC"},         {"reaction", "RE"},    {"media", "MD"},
    {"message_location", "L"}, {"call", "CL"},        {"web_visit", "W"},
    {"download", "D"},         {"search_term", "Q"},  {"wallet", "WA"},
    {"wallet_vault", "WV"},    {"transaction", "T"},  {"site_grant", "G"},
    {"address_sighting", "X"}, {"count", "N"},        {"anomaly", "E"},
}};

std::string_view letters_of(std::string_view type) {
  const auto found =
      std::find_if(kLetters.begin(), kLetters.end(), [&](const auto& l) { return l.type == type; });
  return found == kLetters.end() ? "R" : found->letters;
}

void add_line(Drafts& drafts, std::size_t segment, std::uint64_t line, base::Bytes bytes,
              const SegmentInput& input) {
  const std::string where =
      fmt::format("line {} of the segment of {} {}", line, input.exhibit_label, input.acquisition);
  Draft draft;
  draft.segment = segment;
  draft.line = line;
  try {
    draft.record = base::record_from_line(bytes);
  } catch (const base::JsonError& error) {
    throw base::Error(base::ErrorKind::format, base::say("{} is no record: {}", where, error.what()),
                      kSegmentAdvice);
  }
  if (!drafts.by_id.emplace(draft.record.id, drafts.all.size()).second) {
    throw base::Error(base::ErrorKind::format, base::say("{} has the id of another record", where),
                      base::say("Nothing was exported. Export one segment of each acquisition, not two."));
  }
  drafts.all.push_back(std::move(draft));
}

Drafts load(const std::vector<SegmentInput>& inputs) {
  Drafts drafts;
  drafts.dangling = &drafts.causes.emplace_back(
      Cause{"OUT_OF_SCOPE", "rule: reference to a record of no segment", "rule", "none needed"});
  for (std::size_t segment = 0; segment < inputs.size(); ++segment) {
    std::uint64_t line = 0;
    base::read_segment(inputs[segment].lines,
                       [&](base::Bytes bytes) { add_line(drafts, segment, line++, bytes, inputs[segment]); });
  }
  return drafts;
}

// Without its key a record's commitment cannot be made again, and without it the segment's tree cannot.
base::RecordKey key_of(const SegmentInput& input, std::uint64_t line) {
  if (const auto key = input.keys.key(line)) return *key;
  throw base::Error(base::ErrorKind::format,
                    base::say("the key of line {} of the segment of {} {} was erased or is missing", line,
                              input.exhibit_label, input.acquisition),
                    base::say("Nothing was exported. Parse the exhibit again to get a segment with keys, "
                              "then erase again by decision in the request."));
}

// SHA-256(0x03 || key)[:10]: random to whoever does not hold the key, the same in every export. The salts of
// fields are made from the key with 0x02 (base/proof.h), so one tells nothing of the other.
std::string handle_of(const base::RecordKey& key) {
  static constexpr std::array<std::byte, 1> kHandle{std::byte{3}};
  const base::Digest digest = base::sha256({kHandle, key});
  return "W-" + base::to_base32(std::span(digest.bytes).first(10));
}

std::string month_of(const Record& record) {
  for (const auto& [index, value] : record.values) {
    const auto* time = std::get_if<base::Time>(&value);
    if (time != nullptr && time->utc_us) return base::format_utc(*time->utc_us).substr(0, 7);
  }
  return {};
}

// The field that a member of a line belongs to: "text" for "text.3".
std::string_view field_of(std::string_view member) {
  return member.substr(0, member.find('.'));
}

std::string line_from(std::vector<base::LineMember> members) {
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  base::JsonWriter writer;
  writer.begin_object();
  for (const base::LineMember& member : members) writer.name(member.name).raw(member.json);
  writer.end_object();
  return writer.take();
}

// From here on the withheld members are gone.
void strip(EditionRecord& out) {
  Record& record = out.record;
  std::erase_if(record.values,
                [&](const auto& value) { return out.withholds(record.type->fields[value.first].name); });
  if (out.withholds("id")) record.id.clear();
  if (out.withholds("source")) record.place.source.clear();
  if (out.withholds("position")) record.place.position = base::Whole{};
  if (out.withholds("state")) record.place.state = base::State::live;
  if (out.withholds("ordinal")) record.place.ordinal = 0;
  if (out.withholds("extractor")) record.extractor.clear();
}

EditionRecord release(Draft& draft, const base::RecordKey& key, std::vector<base::LineMember> members) {
  EditionRecord out;
  out.segment = draft.segment;
  out.record = std::move(draft.record);
  out.withheld = std::move(draft.fields);
  if (!out.redacted()) out.key = key;
  std::vector<base::LineMember> released;
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    const base::FieldSalt salt = base::field_salt(key, i);
    const bool stays = out.withholds(field_of(members[i].name));
    if (out.redacted() && stays)
      out.proof.emplace_back(base::field_commitment(salt, members[i].name, members[i].json));
    if (out.redacted() && !stays) out.proof.emplace_back(ReleasedMember{members[i].name, salt});
    if (!stays) released.push_back(std::move(members[i]));
  }
  out.line = line_from(std::move(released));
  strip(out);
  return out;
}

// Counts, citations and pseudonyms, in the order of the records: nothing is counted that is withheld, so the
// numbers have no gaps that would show where.
class Assembler {
 public:
  Assembler(Edition& edition, const std::vector<SegmentInput>& inputs) : edition_(edition), inputs_(inputs) {}

  void add(Draft& draft) {
    const SegmentInput& input = inputs_[draft.segment];
    const base::RecordKey key = key_of(input, draft.line);
    std::vector<base::LineMember> members = base::members_of(draft.record);
    edition_.segments[draft.segment].commitments.push_back(base::record_commitment(key, members));
    if (draft.whole != nullptr) return withhold(draft, input, key);
    EditionRecord record = release(draft, key, std::move(members));
    count(record, input);
    cite(record, input);
    edition_.records.push_back(std::move(record));
  }

 private:
  void withhold(const Draft& draft, const SegmentInput& input, const base::RecordKey& key) {
    ++edition_.counts.withheld;
    ++edition_.counts_by_exhibit[input.exhibit_uid].withheld;
    ++edition_.withheld_by_reason[draft.whole->reason];
    edition_.withheld.push_back({handle_of(key), std::string(draft.record.type->name), input.exhibit_label,
                                 month_of(draft.record), draft.segment, draft.whole});
  }
  void count(const EditionRecord& record, const SegmentInput& input) {
    Counts& exhibit = edition_.counts_by_exhibit[input.exhibit_uid];
    ++(record.redacted() ? edition_.counts.redacted : edition_.counts.released);
    ++(record.redacted() ? exhibit.redacted : exhibit.released);
    for (const WithheldField& field : record.withheld)
      ++edition_.withheld_fields_by_reason[field.cause->reason];
  }
  void cite(EditionRecord& record, const SegmentInput& input) {
    const std::string_view letters = letters_of(record.record.type->name);
    const std::string prefix = fmt::format("{}-{}", input.exhibit_label, letters);
    record.citation = fmt::format("{}{:06}", prefix, ++cited_[prefix]);
    const bool person = record.record.type->name == "participant" && !record.record.id.empty();
    if (edition_.request.pseudonymise_people && person) record.pseudonym = fmt::format("P-{:04}", ++people_);
  }

  Edition& edition_;
  const std::vector<SegmentInput>& inputs_;
  std::map<std::string, std::uint64_t> cited_;
  std::uint64_t people_ = 0;
};

std::vector<EditionSegment> frames_of(const std::vector<SegmentInput>& inputs) {
  std::vector<EditionSegment> out;
  for (const SegmentInput& input : inputs)
    out.push_back({input.exhibit_uid, input.exhibit_label, input.acquisition, {}});
  return out;
}

// The name of a segment is the digest of all its lines.
void add_segment_names(Edition& edition, const std::vector<SegmentInput>& inputs) {
  for (const SegmentInput& input : inputs) {
    const std::string name = input.lines.filename().string();
    if (!edition.is_whole(input.exhibit_uid))
      edition.secrets.push_back({name.substr(0, name.find('.')), "", "segment", true});
  }
}

}  // namespace

bool EditionRecord::withholds(std::string_view field) const {
  return std::any_of(withheld.begin(), withheld.end(),
                     [&](const auto& entry) { return entry.field == field; });
}

bool Edition::is_whole(const std::string& exhibit_uid) const {
  const auto found = counts_by_exhibit.find(exhibit_uid);
  return found == counts_by_exhibit.end() || (found->second.redacted == 0 && found->second.withheld == 0);
}

std::vector<std::string> Edition::exhibit_uids() const {
  std::vector<std::string> out;
  for (const EditionSegment& segment : segments) {
    if (std::find(out.begin(), out.end(), segment.exhibit_uid) == out.end())
      out.push_back(segment.exhibit_uid);
  }
  return out;
}

Edition build_edition(const Request& request, const std::vector<SegmentInput>& inputs,
                      const store::Sight& sight) {
  Edition edition;
  edition.request = request;
  edition.segments = frames_of(inputs);
  Drafts drafts = load(inputs);
  apply_request(drafts, request);
  edition.barred = apply_authority(drafts, edition.segments, sight);
  settle_consequences(drafts);
  withhold_repetitions(drafts, request);
  settle_consequences(drafts);
  withhold_digests(drafts, edition.segments);
  edition.secrets = secrets_of(drafts);
  Assembler assembler(edition, inputs);
  for (Draft& draft : drafts.all) assembler.add(draft);
  for (EditionSegment& segment : edition.segments)
    std::sort(segment.commitments.begin(), segment.commitments.end());
  std::sort(edition.withheld.begin(), edition.withheld.end(),
            [](const auto& a, const auto& b) { return a.handle < b.handle; });
  edition.causes = std::move(drafts.causes);
  add_segment_names(edition, inputs);
  return edition;
}

}  // namespace exporter
