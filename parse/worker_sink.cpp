// SPDX-License-Identifier: Apache-2.0
#include "parse/worker_sink.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "parse/addresses.h"

namespace parse {
namespace {

// Locators are exempt from the filter: a place that is changed is no place. Spaces are encoded in them, so no
// phrase stands in one as words.
bool is_locator(const base::Record& record, std::string_view field) {
  const std::string_view type = record.type->name;
  return field == "path" && (type == "source" || type == "anomaly" || type == "unsupported");
}

// The fields in which people write to each other.
bool may_hold_addresses(std::string_view type, std::string_view field) {
  if (type == "media") return field == "caption";
  return type == "message" && (field == "text" || field == "subject" || field == "quoted_text");
}

std::size_t weight_of(const base::Value& value) {
  if (const auto* text = std::get_if<base::Text>(&value)) return text->bytes.size();
  if (const auto* ids = std::get_if<base::RecordList>(&value)) return ids->size() * 32;
  std::size_t weight = 0;
  if (const auto* texts = std::get_if<base::TextList>(&value))
    for (const auto& text : *texts) weight += text.bytes.size() + 4;
  return weight;
}

void halve(std::string& bytes) {
  std::size_t keep = bytes.size() / 2;
  while (keep > 0 && (static_cast<unsigned char>(bytes[keep]) & 0xc0u) == 0x80u) --keep;
  bytes.resize(keep);
}

void halve(base::Value& value) {
  if (auto* text = std::get_if<base::Text>(&value)) return halve(text->bytes);
  if (auto* ids = std::get_if<base::RecordList>(&value)) return ids->resize(ids->size() / 2);
  auto* texts = std::get_if<base::TextList>(&value);
  if (texts == nullptr) return;
  if (texts->size() > 1) return texts->resize(texts->size() / 2);
  for (auto& text : *texts) halve(text.bytes);
}

// Halves the heaviest field until the line can be read back; gives its name, or "" where nothing was cut.
std::string_view cut_to_fit(base::Record& record, std::string& line) {
  std::string_view cut;
  while (line.size() > kLongestLine) {
    const auto lighter = [](const auto& a, const auto& b) {
      return weight_of(a.second) < weight_of(b.second);
    };
    const auto heaviest = std::max_element(record.values.begin(), record.values.end(), lighter);
    if (heaviest == record.values.end() || weight_of(heaviest->second) == 0)
      throw std::length_error("a record without texts is too long for a line");
    halve(heaviest->second);
    cut = record.type->fields[heaviest->first].name;
    line = base::line_of(record);
  }
  return cut;
}

}  // namespace

bool is_made_by_sink(std::string_view type) {
  constexpr std::array<std::string_view, 3> kTypes{"anomaly", "address_sighting", "secret_sighting"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

struct WorkerSink::Sealed {
  std::string field;
  std::uint64_t number;
  SecretSpan span;
};

WorkerSink::WorkerSink(const RunIdentity& run, std::string extractor, PairOutput& output)
    : run_(run), extractor_(std::move(extractor)), output_(output) {}

base::RecordId WorkerSink::id_of(const base::Record& record) const {
  const auto source = sources_.find(record.place.source);
  if (source == sources_.end())
    throw std::logic_error("a record names a source that this pair does not have");
  return base::record_id(run_.exhibit_uid, run_.acquisition, source->second.locator, record.place.position,
                         record.place.state, record.type->name, record.place.ordinal);
}

void WorkerSink::take_free_ordinal(base::Record& record) {
  record.place.ordinal = 0;
  std::uint32_t& next = free_ordinals_[id_of(record)];
  do {
    record.place.ordinal = next++;
  } while (ids_.contains(id_of(record)));
}

base::RecordId WorkerSink::add_source(const base::Locator& locator, std::uint32_t ordinal) {
  const auto id = base::record_id(run_.exhibit_uid, run_.acquisition, locator, base::Whole{},
                                  base::State::live, base::Source::kName, ordinal);
  if (sources_.emplace(id, KnownSource{locator, ordinal}).second) {
    ids_.insert(id);
    output_.source_known(locator, ordinal);
  }
  return id;
}

// A source record is not within a file: it names no source of its own.
void WorkerSink::write_source(const base::RecordId& id, const base::Source& source) {
  base::Record record =
      base::record_of(source, {"", base::Whole{}, base::State::live, sources_.at(id).ordinal});
  record.id = id;
  record.extractor = extractor_;
  output_.source(base::line_of(record));
}

base::RecordId WorkerSink::emit(base::Record record) {
  if (is_made_by_sink(record.type->name)) take_free_ordinal(record);
  record.id = id_of(record);
  record.extractor = extractor_;
  if (!ids_.insert(record.id)) {
    anomaly("id_twice", record.place, record.type->name);
    return record.id;
  }
  const auto sealed = seal_texts(record);
  write(record);
  write_secrets(record, sealed);
  write_addresses(record);
  return record.id;
}

void WorkerSink::write(base::Record record) {
  std::string line = base::line_of(record);
  const std::string_view cut = cut_to_fit(record, line);
  output_.record(line);
  if (!cut.empty()) anomaly("field_cut", record.place, "longer than a line can hold: " + std::string(cut));
}

void WorkerSink::seal_value(const base::Record& record, std::string field, base::Text& text,
                            std::vector<Sealed>& all) {
  if (is_locator(record, field)) return;
  const auto spans = find_secrets(text.bytes);
  if (spans.empty()) return;
  const std::uint64_t first = all.size() + 1;
  text.bytes = seal(text.bytes, spans, first);
  for (std::uint64_t i = 0; i < spans.size(); ++i) all.push_back({field, first + i, spans[i]});
}

std::vector<WorkerSink::Sealed> WorkerSink::seal_texts(base::Record& record) {
  std::vector<Sealed> all;
  for (auto& [index, value] : record.values) {
    const std::string field(record.type->fields[index].name);
    if (auto* text = std::get_if<base::Text>(&value)) seal_value(record, field, *text, all);
    if (auto* texts = std::get_if<base::TextList>(&value))
      for (std::size_t i = 0; i < texts->size(); ++i)
        seal_value(record, field + "/" + std::to_string(i), (*texts)[i], all);
  }
  const auto has_sealed = [](const base::Field& field) { return field.name == "sealed"; };
  if (all.empty() || std::none_of(record.type->fields.begin(), record.type->fields.end(), has_sealed))
    return all;
  base::Json list = base::Json::array();
  for (const Sealed& sealed : all)
    list.push(base::Json::object({{"field", sealed.field},
                                  {"kind", sealed.span.kind},
                                  {"length", static_cast<std::int64_t>(sealed.span.length)},
                                  {"number", static_cast<std::int64_t>(sealed.number)},
                                  {"start", static_cast<std::int64_t>(sealed.span.start)}}));
  record.set("sealed", list);
  return all;
}

void WorkerSink::write_secrets(const base::Record& record, const std::vector<Sealed>& sealed) {
  for (const Sealed& secret : sealed) {
    base::SecretSighting sighting;
    sighting.secret = base::Word{std::string(secret.span.kind)};
    sighting.record = record.id;
    sighting.field = base::Word{secret.field};
    sighting.start = static_cast<std::int64_t>(secret.span.start);
    sighting.length = static_cast<std::int64_t>(secret.span.length);
    base::emit(*this, sighting, record.place);
  }
}

void WorkerSink::write_addresses(const base::Record& record) {
  for (const auto& [index, value] : record.values) {
    const std::string_view field = record.type->fields[index].name;
    const auto* text = std::get_if<base::Text>(&value);
    if (text == nullptr || !may_hold_addresses(record.type->name, field)) continue;
    for (const AddressMatch& match : find_addresses(text->bytes)) {
      base::AddressSighting sighting;
      sighting.chain = base::Word{match.chain};
      sighting.address = base::Text{match.address};
      sighting.form = base::Word{match.form};
      sighting.checksum = base::Word{match.checksum};
      sighting.record = record.id;
      sighting.field = base::Word{std::string(field)};
      sighting.start = static_cast<std::int64_t>(match.start);
      sighting.length = static_cast<std::int64_t>(match.length);
      base::emit(*this, sighting, record.place);
    }
  }
}

void WorkerSink::anomaly(std::string_view code, const base::Place& place, std::string_view detail) {
  if (++anomalies_ <= kMostAnomalies) add_anomaly(code, place, detail);
}

void WorkerSink::add_anomaly(std::string_view code, const base::Place& place, std::string_view detail) {
  base::Anomaly anomaly;
  anomaly.code = base::Word{std::string(code)};
  if (!detail.empty()) anomaly.detail = base::Text{std::string(detail)};
  base::emit(*this, anomaly, place);
}

void WorkerSink::finish(const base::Place& place) {
  if (anomalies_ > kMostAnomalies)
    add_anomaly("anomalies_not_listed", place, std::to_string(anomalies_ - kMostAnomalies));
}

}  // namespace parse
