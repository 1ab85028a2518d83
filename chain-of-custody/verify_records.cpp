// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/verify_records.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <unordered_set>

#include "base/counted.h"
#include "base/error.h"
#include "base/merkle.h"
#include "chain-of-custody/released_record.h"

namespace custody {
namespace {

using base::Json;

constexpr char kRecords[] = "data/export/records.jsonl";
constexpr char kProofs[] = "data/disclosure/proofs.jsonl";
constexpr char kRedactions[] = "data/disclosure/redactions.jsonl";
constexpr char kSchedule[] = "data/disclosure/schedule.json";
constexpr std::size_t kLongestLine = 4 << 20;
constexpr std::uint64_t kLargestSchedule = 512 << 20;
constexpr std::size_t kFailuresShown = 50;  // of one code; the rest is counted

// Lines of a file, read in blocks.
class Lines {
 public:
  Lines(const base::FileSet& files, const std::string& name) : source_(files.open(name)), block_(1 << 16) {}
  // False at the end. Throws JsonError where a line is too long or the last one does not end.
  bool next(std::string& line) {
    for (;;) {
      const std::size_t end = text_.find('\n', from_);
      if (end != text_.npos) {
        line.assign(text_, from_, end - from_);
        from_ = end + 1;
        return true;
      }
      if (text_.size() - from_ > kLongestLine) throw base::JsonError("a line is too long");
      if (!fill()) break;
    }
    if (from_ != text_.size()) throw base::JsonError("the last line does not end");
    return false;
  }

 private:
  bool fill() {
    text_.erase(0, from_);
    from_ = 0;
    const std::size_t count = source_->read_at(offset_, block_);
    offset_ += count;
    text_ += base::as_text(base::Bytes(block_).first(count));
    return count > 0;
  }
  std::shared_ptr<base::ByteSource> source_;
  base::Buffer block_;
  std::uint64_t offset_ = 0;
  std::string text_;
  std::size_t from_ = 0;
};

std::uint64_t number_from(const Json& json) {
  const std::string& text = json.text();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    throw base::JsonError("not a number");
  return value;
}

struct Segment {
  std::string exhibit_uid, label, acquisition;
  std::uint64_t records = 0, released = 0, redacted = 0, withheld = 0;  // as the schedule says
  std::vector<base::Digest> tree;
  std::vector<bool> used;
  std::uint64_t seen_released = 0, seen_redacted = 0, seen_withheld = 0;
};

std::string tree_file(std::size_t index) {
  return "data/disclosure/record-tree-" + std::to_string(index + 1) + ".txt";
}

class Verification {
 public:
  Verification(const base::FileSet& files, std::span<const SignedExtraction> extractions,
               VerifyReport& report)
      : files_(files), extractions_(extractions), report_(report) {}

  ScheduleTotals run() {
    if (!read_schedule()) return {};
    for (std::size_t i = 0; i < segments_.size(); ++i) guarded(tree_file(i), [&] { check_tree(i); });
    guarded(kRecords, [&] { check_records(); });
    check_references();
    guarded(kRedactions, [&] { check_redactions(); });
    check_counts();
    finish();
    return totals_;
  }

 private:
  template <typename Work>
  bool guarded(const std::string& object, Work work) {
    try {
      work();
      return true;
    } catch (const base::JsonError& error) {
      fail("records.file", object, std::string("It cannot be read: ") + error.what() + ".");
    } catch (const base::ReadError& error) {
      fail("records.file", object, std::string("It cannot be read: ") + error.what() + ".");
    } catch (const base::Error& error) {
      fail("records.file", object, std::string(error.what()) + ".");
    }
    return false;
  }

  // Many records can fail in one way; the first ones are named and the rest counted.
  void fail(const std::string& code, const std::string& object, const std::string& what) {
    if (++failures_[code] <= kFailuresShown) report_.fail(code, object, what);
  }

  bool read_schedule() {
    return guarded(kSchedule, [&] {
      schedule_ = base::parse_json(files_.read(kSchedule, kLargestSchedule), {kLargestSchedule, 8});
      if (schedule_.at("schema").text() != "holdfast-schedule/1") throw base::JsonError("another schema");
      for (const Json& entry : schedule_.at("segments").items()) {
        segments_.push_back({entry.at("exhibit_uid").text(),
                             entry.at("exhibit").text(),
                             entry.at("acquisition").text(),
                             number_from(entry.at("records")),
                             number_from(entry.at("released")),
                             number_from(entry.at("redacted")),
                             number_from(entry.at("withheld")),
                             {},
                             {}});
      }
      if (segments_.empty()) throw base::JsonError("it names no segment");
    });
  }

  void check_tree(std::size_t index) {
    Segment& segment = segments_[index];
    const std::string object = tree_file(index);
    Lines lines(files_, object);
    for (std::string line; lines.next(line);) {
      try {
        segment.tree.push_back(base::digest_from_hex(line));
      } catch (const std::invalid_argument&) {
        throw base::JsonError("line " + std::to_string(segment.tree.size() + 1) + " is no digest");
      }
      const std::size_t count = segment.tree.size();
      if (count > 1 && segment.tree[count - 1] <= segment.tree[count - 2]) {
        return fail("records.tree", object,
                    "Line " + std::to_string(count) + " is out of order or stands twice.");
      }
    }
    segment.used.resize(segment.tree.size());
    if (segment.tree.size() != segment.records)
      fail("records.tree", object, "It has another number of records than the schedule.");
    check_root(segment, object, base::merkle_root(segment.tree).hex());
  }

  void check_root(const Segment& segment, const std::string& object, const std::string& root) {
    bool known = false;
    for (const SignedExtraction& extraction : extractions_) {
      if (extraction.exhibit_uid != segment.exhibit_uid || extraction.acquisition != segment.acquisition)
        continue;
      known = true;
      if (extraction.record_root == root) {
        return report_.pass("records.root", object,
                            "It is the record tree that entry " + std::to_string(extraction.entry) +
                                " of the ledger " + extraction.station + " signed.");
      }
    }
    if (known)
      return fail("records.root", object, "No signed extraction of this acquisition has this record tree.");
    report_.impossible("records.root", object,
                       "The ledger part shows no extraction of this exhibit and acquisition.");
  }

  void check_records() {
    Lines records(files_, kRecords), proofs(files_, kProofs);
    std::string record, proof;
    for (std::uint64_t line = 1;; ++line) {
      const bool has_record = records.next(record), has_proof = proofs.next(proof);
      if (has_record != has_proof) throw base::JsonError("records and proofs differ in number");
      if (!has_record) return;
      check_record(record, proof, line);
    }
  }

  // For naming a record whose proof cannot be believed; nothing where it cannot be read either.
  static std::string citation_in(const std::string& proof) {
    try {
      return " (" + base::parse_line(base::as_bytes(proof)).at("citation").text() + ")";
    } catch (const base::JsonError&) {
      return {};  // the line number names it
    }
  }

  void check_record(const std::string& record, const std::string& proof, std::uint64_t line) {
    const std::string object = std::string(kRecords) + " line " + std::to_string(line) + citation_in(proof);
    try {
      take(read_released(base::as_bytes(record), base::as_bytes(proof)), object);
    } catch (const ReleaseError& error) {
      fail(error.code, object, std::string("The record is not proven: ") + error.what() + ".");
    } catch (const base::JsonError& error) {
      fail("records.line", object,
           std::string("The line or its proof is not canonical: ") + error.what() + ".");
    }
  }

  void take(const ReleasedRecord& record, const std::string& object) {
    if (record.segment > segments_.size())
      return fail("records.proof", object, "It names a segment that the schedule has not.");
    Segment& segment = segments_[record.segment - 1];
    ++(record.redacted ? segment.seen_redacted : segment.seen_released);
    if (record.redacted) redacted_.push_back(record.citation);
    const auto found = std::lower_bound(segment.tree.begin(), segment.tree.end(), record.commitment);
    if (found == segment.tree.end() || *found != record.commitment) {
      fail("records.proof", object,
           "The record is not in the record tree of its segment: it was changed or added.");
    } else {
      const auto index = static_cast<std::size_t>(found - segment.tree.begin());
      if (index < segment.used.size() && segment.used[index])
        fail("records.twice", object, "The record stands twice.");
      if (index < segment.used.size()) segment.used[index] = true;
    }
    take_names(record, object);
  }

  void take_names(const ReleasedRecord& record, const std::string& object) {
    if (!citations_.insert(record.citation).second)
      fail("records.citation", object, "The citation stands twice.");
    if (!record.record.id.empty() && !ids_.insert(record.record.id).second) {
      fail("records.id", object, "Another record has the same id.");
    }
    for (const base::RecordId& id : record.named) named_.emplace(id, object);
    if (record.pseudonym.empty()) return;
    if (record.record.type->name != "participant")
      fail("records.pseudonym", object, "A pseudonym on a record that is no participant.");
    if (!pseudonyms_.insert(record.pseudonym).second)
      fail("records.pseudonym", object, "The pseudonym stands for two participants.");
  }

  // An id of a withheld record in a released one would tell where it stands.
  void check_references() {
    for (const auto& [id, object] : named_) {
      if (ids_.count(id) == 0)
        fail("records.reference", object, "It names a record that this edition does not release.");
    }
  }

  void check_redactions() {
    Lines lines(files_, kRedactions);
    std::size_t index = 0;
    for (std::string line; lines.next(line); ++index) {
      const Json entry = base::parse_line(base::as_bytes(line));
      if (entry.at("withheld").items().empty()) throw base::JsonError("a redacted record withholds nothing");
      if (index >= redacted_.size() || entry.at("citation").text() != redacted_[index]) {
        return fail("schedule.counts", kRedactions,
                    "Line " + std::to_string(index + 1) + " is not the next redacted record.");
      }
    }
    if (index != redacted_.size())
      fail("schedule.counts", kRedactions, "It does not list every redacted record.");
  }

  void check_withheld(const std::map<std::string, std::string>& reasons) {
    std::set<std::string> handles;
    for (const Json& entry : schedule_.at("withheld").items()) {
      const std::uint64_t segment = number_from(entry.at("segment"));
      const auto reason = reasons.find(entry.at("cause").text());
      if (segment < 1 || segment > segments_.size() || reason == reasons.end())
        throw base::JsonError("an entry names no segment or cause");
      if (!handles.insert(entry.at("handle").text()).second) throw base::JsonError("a handle stands twice");
      ++segments_[segment - 1].seen_withheld;
      ++totals_.withheld_by_reason[reason->second];
    }
  }

  void check_counts() {
    guarded(kSchedule, [&] {
      std::map<std::string, std::string> reasons;
      for (const Json& cause : schedule_.at("causes").items())
        reasons[cause.at("cause").text()] = cause.at("reason").text();
      check_withheld(reasons);
      for (std::size_t i = 0; i < segments_.size(); ++i) count_segment(i);
      const bool equal = number_from(schedule_.at("released")) == totals_.released &&
                         number_from(schedule_.at("redacted")) == totals_.redacted &&
                         number_from(schedule_.at("withheld_records")) == totals_.withheld;
      if (!equal) fail("schedule.counts", kSchedule, "Its totals are not those of the records.");
      std::map<std::string, std::uint64_t> stated;
      for (const auto& [reason, count] : schedule_.at("withheld_by_reason").members())
        stated[reason] = number_from(count);
      if (stated != totals_.withheld_by_reason)
        fail("schedule.counts", kSchedule, "Its counts by reason are not those of its entries.");
    });
  }

  void count_segment(std::size_t index) {
    const Segment& segment = segments_[index];
    totals_.released += segment.seen_released;
    totals_.redacted += segment.seen_redacted;
    totals_.withheld += segment.seen_withheld;
    auto& exhibit = totals_.by_exhibit[segment.exhibit_uid];
    exhibit[0] += segment.seen_released;
    exhibit[1] += segment.seen_redacted;
    exhibit[2] += segment.seen_withheld;
    const std::string object = "segment " + std::to_string(index + 1) + " in " + kSchedule;
    if (segment.released != segment.seen_released || segment.redacted != segment.seen_redacted ||
        segment.withheld != segment.seen_withheld) {
      fail("schedule.counts", object, "Its counts are not those of the records and entries.");
    }
    if (segment.seen_released + segment.seen_redacted + segment.seen_withheld != segment.records) {
      fail("schedule.counts", object,
           "Released, redacted and withheld records are not all records of the segment.");
    }
  }

  void finish() {
    for (const auto& [code, count] : failures_) {
      if (count > kFailuresShown)
        report_.fail(code, "bundle", std::to_string(count - kFailuresShown) + " more of the same.");
    }
    const std::string sum = base::counted(totals_.released, "record is", "records are") +
                            " released whole, " + std::to_string(totals_.redacted) + " in part, " +
                            base::counted(totals_.withheld, "is", "are") + " withheld.";
    report_.statements.push_back(sum);
    if (totals_.redacted + totals_.withheld > 0) report_.anything_withheld = true;
    if (!failures_.empty()) return;
    report_.pass("records.proof", kRecords, "Every released member is that of the signed extraction.");
    report_.pass("schedule.counts", kSchedule,
                 "The schedule accounts for every record that is not released.");
  }

  const base::FileSet& files_;
  std::span<const SignedExtraction> extractions_;
  VerifyReport& report_;
  Json schedule_;
  std::vector<Segment> segments_;
  std::vector<std::string> redacted_;
  std::unordered_set<std::string> citations_, ids_, pseudonyms_;
  std::map<std::string, std::string> named_;  // id -> the first record that names it
  std::map<std::string, std::uint64_t> failures_;
  ScheduleTotals totals_;
};

}  // namespace

ScheduleTotals verify_records(const base::FileSet& bundle, std::span<const SignedExtraction> extractions,
                              VerifyReport& report) {
  return Verification(bundle, extractions, report).run();
}

}  // namespace custody
