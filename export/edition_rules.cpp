// SPDX-License-Identifier: Apache-2.0
// What stays behind, and what must stay behind because of it.
#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"
#include "base/words.h"
#include "export/drafts.h"

namespace exporter {
namespace {

using base::Field;
using base::FieldType;
using base::Record;
using base::RecordId;
using base::Text;
using base::Value;
using base::Visibility;

// Texts that are codes or formats and say nothing alone: their repetition elsewhere is no leak.
constexpr std::array<std::string_view, 6> kCodes{"mime",   "app_version", "chain",
                                                 "status", "permission",  "keyring"};

// Digests that fall with any other content of their own record.
constexpr std::array<store::Dependence, 2> kOwnDigests{{{"media", "sha256_stated"}, {"transaction", "hash"}}};

template <std::size_t Size>
bool contains(const std::array<std::string_view, Size>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

const Field& field_of(const Record& record, std::size_t index) {
  return record.type->fields[index];
}

[[noreturn]] void refuse(std::size_t number, const base::Said& what) {
  throw base::Error(base::ErrorKind::usage, base::say("request.json: decisions[{}]: {}", number, what),
                    base::say("Nothing was exported. Mend the request and export again (docs/request.md)."));
}

void apply_decision(Drafts& drafts, const Request::Decision& decision, std::size_t number) {
  const auto found = drafts.by_id.find(decision.record);
  if (found == drafts.by_id.end()) refuse(number, base::say("the chosen exhibits have no record of that id"));
  Draft& draft = drafts.all[found->second];
  const std::string_view type = draft.record.type->name;
  if (type == "segment") refuse(number, base::say("the header of a segment cannot be withheld"));
  const Cause* cause = &drafts.causes.emplace_back(decision.cause);
  if (decision.fields.empty()) draft.whole = cause;
  for (const std::string& field : decision.fields) {
    if (!has_field(draft.record, field)) refuse(number, base::say("the record has no field \"{}\"", field));
    draft.withhold(field, cause);
  }
}

void apply_types(Drafts& drafts, const Request& request) {
  const std::set<std::string_view> types(request.types.begin(), request.types.end());
  drafts.out_of_scope = &drafts.causes.emplace_back(Cause{"OUT_OF_SCOPE", "rule: record types of the request",
                                                          "request " + request.id, request.legal_basis});
  for (Draft& draft : drafts.all) {
    const std::string_view type = draft.record.type->name;
    const bool frame = type == "segment" || type == "source";
    if (!frame && draft.whole == nullptr && types.count(type) == 0) draft.whole = drafts.out_of_scope;
  }
}

void apply_pseudonyms(Drafts& drafts, const Request& request) {
  const Cause* cause = &drafts.causes.emplace_back(
      Cause{"DATA_SUBJECT", "rule: people as pseudonyms", "request " + request.id, request.legal_basis});
  for (Draft& draft : drafts.all) {
    for (const auto& [index, value] : draft.record.values) {
      const Field& field = field_of(draft.record, index);
      if (field.visibility == Visibility::identity) draft.withhold(field.name, cause);
    }
  }
}

// Sightings repeat a part of another record's text: the text is what is searched for, not the part.
bool is_sighting(const Record& record) {
  return record.find("field") != nullptr;
}

// What was said in private is so wherever it is repeated. What only lies outside the authority may stand in a
// record that it covers, which is released in its own right.
bool is_secret_elsewhere(const Draft& draft) {
  return draft.barred == custody::Barrier::none || draft.barred == custody::Barrier::privilege;
}

// Calls visit(field, its name, text) for each text of evidence in the record, lists item by item.
template <typename Visit>
void visit_texts(const Record& record, Visit visit) {
  for (const auto& [index, value] : record.values) {
    const std::string_view name = field_of(record, index).name;
    if (const auto* text = std::get_if<Text>(&value)) visit(field_of(record, index), name, text->bytes);
    if (const auto* texts = std::get_if<std::vector<Text>>(&value)) {
      for (const Text& item : *texts) visit(field_of(record, index), name, item.bytes);
    }
  }
}

// A text whose repetition tells what was withheld.
bool is_telling(const Field& field) {
  if (field.visibility == Visibility::structure) return field.name == "key";
  return !contains(kCodes, field.name);
}

void add_numbers(Needles& needles, std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (std::string_view(" -().").find(c) == std::string_view::npos) {
      needles.add_number(digits);
      digits.clear();
    }
  }
  needles.add_number(digits);
}

// Withheld texts as needles; the origin of each is the number of its cause.
struct Repetitions {
  Needles needles;
  std::vector<const Cause*> causes;
  const Cause* number_cause = nullptr;
};

bool is_searched(const Request& request, const RecordId& record, std::string_view field) {
  return std::none_of(request.not_searched.begin(), request.not_searched.end(),
                      [&](const auto& entry) { return entry.record == record && entry.field == field; });
}

// What the types of the request leave out is no secret by itself; what a person or the pseudonyms withhold
// is.
const Cause* secret_because(const Drafts& drafts, const Draft& draft, std::string_view field) {
  if (const Cause* cause = draft.cause_of(field)) return cause;
  return draft.whole == drafts.out_of_scope ? nullptr : draft.whole;
}

Repetitions repetitions_of(const Drafts& drafts, const Request& request) {
  Repetitions out;
  std::set<std::string> seen;
  for (const Draft& draft : drafts.all) {
    if (is_sighting(draft.record) || !is_secret_elsewhere(draft)) continue;
    visit_texts(draft.record, [&](const Field& field, std::string_view name, const std::string& text) {
      const Cause* cause = secret_because(drafts, draft, name);
      if (cause == nullptr || !is_telling(field)) return;
      if (draft.barred == custody::Barrier::none && !is_searched(request, draft.record.id, name)) return;
      if (field.visibility == Visibility::identity) {
        add_numbers(out.needles, text);
        if (out.number_cause == nullptr) out.number_cause = cause;
      }
      if (!is_searchable(text) || !seen.insert(text).second) return;
      out.needles.add(text, static_cast<Needles::Origin>(out.causes.size()));
      out.causes.push_back(cause);
    });
  }
  return out;
}

const Cause* repeated_in_text(const Repetitions& repetitions, std::string_view text) {
  if (const auto origin = repetitions.needles.find(text)) return repetitions.causes[*origin];
  return repetitions.needles.find_number(text) ? repetitions.number_cause : nullptr;
}

// Texts, and objects that may hold some; words, numbers and times of ours do not.
const Cause* repeated_in(const Repetitions& repetitions, const Value& value) {
  if (const auto* text = std::get_if<Text>(&value)) return repeated_in_text(repetitions, text->bytes);
  if (const auto* json = std::get_if<base::Json>(&value))
    return repeated_in_text(repetitions, json->canonical());
  if (const auto* texts = std::get_if<std::vector<Text>>(&value)) {
    for (const Text& text : *texts) {
      if (const Cause* cause = repeated_in_text(repetitions, text.bytes)) return cause;
    }
  }
  return nullptr;
}

// A word or object of ours that names a record: an envelope's name, a list of sealed spans.
const Cause* named_in(const Drafts& drafts, std::string_view text) {
  std::size_t run = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\n';
    if ((c >= 'a' && c <= 'z') || (c >= '2' && c <= '7')) {
      ++run;
      continue;
    }
    if (run == 26) {
      const RecordId id(text.substr(i - run, run));
      if (drafts.by_id.count(id) != 0) {
        if (const Cause* cause = drafts.unnameable(id)) return cause;
      }
    }
    run = 0;
  }
  return nullptr;
}

const Cause* unnameable_in(const Drafts& drafts, const Value& value, FieldType type) {
  if (type == FieldType::record) return drafts.unnameable(std::get<RecordId>(value));
  if (const auto* ids = std::get_if<std::vector<RecordId>>(&value)) {
    for (const RecordId& id : *ids) {
      if (const Cause* cause = drafts.unnameable(id)) return cause;
    }
  }
  if (const auto* word = std::get_if<base::Word>(&value)) return named_in(drafts, word->value);
  if (const auto* json = std::get_if<base::Json>(&value)) return named_in(drafts, json->canonical());
  return nullptr;
}

const Draft* target_of(const Drafts& drafts, const Record& record, std::string_view member) {
  const auto id = record.text(member);
  return id ? drafts.find(*id) : nullptr;
}

// The record says something of another's text or is a part of it, and that stays behind.
const Cause* falls_with_another(const Drafts& drafts, const Record& record) {
  if (const auto field = record.text("field")) {
    const Draft* target = target_of(drafts, record, "record");
    if (target != nullptr && target->whole != nullptr) return target->whole;
    if (target != nullptr && target->cause_of(*field) != nullptr) return target->cause_of(*field);
  }
  for (const store::Dependence& dependence : store::kDependences) {
    if (record.type->name != dependence.type) continue;
    const Draft* target = target_of(drafts, record, dependence.member);
    if (target == nullptr || target->whole == nullptr || target->whole == drafts.out_of_scope) continue;
    if (is_secret_elsewhere(*target)) return target->whole;  // else the sight has judged this one too
  }
  return nullptr;
}

// An id is a digest over locator, position, state and ordinal: where one of them stays behind, so does it.
const Cause* id_covers(const Drafts& drafts, const Draft& draft) {
  for (const std::string_view part : {"source", "position", "state", "ordinal"}) {
    if (const Cause* cause = draft.cause_of(part)) return cause;
  }
  if (draft.record.type->name == "source") return draft.cause_of("path");
  const Draft* source = drafts.find(draft.record.place.source);
  return source == nullptr ? nullptr : source->cause_of("path");
}

bool settle_fields(const Drafts& drafts, Draft& draft) {
  bool changed = false;
  const RecordId& source = draft.record.place.source;
  if (!source.empty()) {
    if (const Cause* cause = drafts.unnameable(source)) changed |= draft.withhold("source", cause);
  }
  for (const auto& [index, value] : draft.record.values) {
    const Field& field = field_of(draft.record, index);
    if (draft.cause_of(field.name) != nullptr) continue;
    if (const Cause* cause = unnameable_in(drafts, value, field.type))
      changed |= draft.withhold(field.name, cause);
  }
  if (const Cause* cause = id_covers(drafts, draft)) changed |= draft.withhold("id", cause);
  return changed;
}

bool settle_one(const Drafts& drafts, Draft& draft) {
  if (draft.whole != nullptr) return false;
  if (const Cause* cause = falls_with_another(drafts, draft.record)) {
    draft.whole = cause;
    return true;
  }
  return settle_fields(drafts, draft);
}

void withhold_own_digests(Draft& draft) {
  for (const store::Dependence& digest : kOwnDigests) {
    if (draft.record.type->name == digest.type && !draft.fields.empty()) {
      draft.withhold(digest.member, draft.fields.front().cause);
    }
  }
}

}  // namespace

bool has_field(const Record& record, std::string_view field) {
  if (field == "type" || field == "id" || field == "position" || field == "state") return true;
  if (field == "source") return !record.place.source.empty();
  if (field == "ordinal") return record.place.ordinal != 0;
  if (field == "extractor") return !record.extractor.empty();
  return record.find(field) != nullptr;
}

const Cause* Draft::cause_of(std::string_view field) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.field == field; });
  return found == fields.end() ? nullptr : found->cause;
}

bool Draft::withhold(std::string_view field, const Cause* cause) {
  if (!has_field(record, field) || cause_of(field) != nullptr) return false;
  fields.push_back({std::string(field), cause});
  return true;
}

const Draft* Drafts::find(const RecordId& id) const {
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : &all[found->second];
}

const Cause* Drafts::unnameable(const RecordId& id) const {
  const Draft* draft = find(id);
  if (draft == nullptr) return dangling;
  return draft->whole != nullptr ? draft->whole : draft->cause_of("id");
}

void apply_request(Drafts& drafts, const Request& request) {
  for (std::size_t i = 0; i < request.decisions.size(); ++i) apply_decision(drafts, request.decisions[i], i);
  if (request.pseudonymise_people) apply_pseudonyms(drafts, request);
  if (!request.types.empty()) apply_types(drafts, request);
}

void withhold_repetitions(Drafts& drafts, const Request& request) {
  const Repetitions repetitions = repetitions_of(drafts, request);
  for (Draft& draft : drafts.all) {
    if (draft.whole != nullptr) continue;
    const std::string position = base::position_to_json(draft.record.place.position).canonical();
    if (const Cause* cause = repeated_in_text(repetitions, position)) draft.withhold("position", cause);
    for (const auto& [index, value] : draft.record.values) {
      if (const Cause* cause = repeated_in(repetitions, value)) {
        draft.withhold(field_of(draft.record, index).name, cause);
      }
    }
  }
}

void settle_consequences(Drafts& drafts) {
  for (bool changed = true; changed;) {
    changed = false;
    for (Draft& draft : drafts.all) changed |= settle_one(drafts, draft);
  }
  for (Draft& draft : drafts.all) withhold_own_digests(draft);
}

void withhold_digests(Drafts& drafts, const std::vector<EditionSegment>& segments) {
  std::map<std::string, const Cause*> touched;  // exhibits of which something stays behind
  for (const Draft& draft : drafts.all) {
    const Cause* cause = draft.whole;
    if (cause == nullptr && !draft.fields.empty()) cause = draft.fields.front().cause;
    if (cause != nullptr) touched.emplace(segments[draft.segment].exhibit_uid, cause);
  }
  for (Draft& draft : drafts.all) {
    const auto found = touched.find(segments[draft.segment].exhibit_uid);
    if (draft.whole != nullptr || found == touched.end()) continue;
    if (draft.record.type->name == "source") draft.withhold("sha256", found->second);
    if (draft.record.type->name == "segment") draft.withhold("input_sha256", found->second);
  }
}

std::vector<Secret> secrets_of(const Drafts& drafts) {
  std::vector<Secret> out;
  for (const Draft& draft : drafts.all) {
    const RecordId& id = draft.record.id;
    if (drafts.unnameable(id) != nullptr) out.push_back({id, id, "id", true, draft.barred});
    if (is_sighting(draft.record)) continue;
    visit_texts(draft.record, [&](const Field& field, std::string_view name, const std::string& text) {
      if (secret_because(drafts, draft, name) != nullptr && is_telling(field))
        out.push_back({text, id, std::string(name), false, draft.barred});
    });
    for (const std::string_view digest : {"sha256", "input_sha256"}) {
      const auto value = draft.record.text(digest);
      const bool stays = draft.whole != nullptr || draft.cause_of(digest) != nullptr;
      if (value && stays) out.push_back({*value, id, std::string(digest), true, draft.barred});
    }
  }
  return out;
}

}  // namespace exporter
