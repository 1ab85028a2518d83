// SPDX-License-Identifier: Apache-2.0
#include "export/request.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/record.h"
#include "base/words.h"

namespace exporter {
namespace {

using base::Json;

constexpr std::array<std::string_view, 14> kReasonCodes{
    "VICTIM",       "THIRD_PARTY",  "PRIVILEGE",   "MINOR_SEXUAL", "INTIMATE_IMAGE",
    "OUT_OF_SCOPE", "CONSENT",      "COURT_ORDER", "ORIGINATOR",   "ONGOING_OPERATION",
    "DATA_SUBJECT", "STATE_SECRET", "CREDENTIAL",  "SAFETY"};

constexpr std::array<std::string_view, 13> kMembers{
    "schema",      "id",         "title",    "recipient", "requesting_authority", "requested_authority",
    "legal_basis", "use_limits", "exhibits", "types",     "pseudonymise_people",  "decisions",
    "not_searched"};

[[noreturn]] void refuse(const base::Said& what) {
  throw base::Error(base::ErrorKind::usage, base::say("request.json: {}", what),
                    base::say("Nothing was exported. Mend the request and export again (docs/request.md)."));
}

const std::string& text_of(const Json& json, const std::string& where) {
  if (!json.is_text() || json.text().empty()) refuse(base::say("{} must be text that is not empty", where));
  return json.text();
}

std::string text_member(const Json& object, std::string_view name, const std::string& where) {
  const Json* member = object.find(name);
  if (member == nullptr) refuse(base::say("{}{} is missing", where, name));
  return text_of(*member, where + std::string(name));
}

std::string optional_text(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member == nullptr ? std::string() : text_of(*member, std::string(name));
}

const Json::Array& list(const Json& json, const std::string& where) {
  if (!json.is_array()) refuse(base::say("{} must be a list", where));
  return json.items();
}

std::vector<std::string> texts_member(const Json& object, std::string_view name, const std::string& where) {
  std::vector<std::string> out;
  const Json* member = object.find(name);
  if (member == nullptr) return out;
  const std::string path = where + std::string(name);
  for (const Json& item : list(*member, path)) {
    out.push_back(text_of(item, path + "[" + std::to_string(out.size()) + "]"));
  }
  return out;
}

void refuse_unknown(const Json& object, std::span<const std::string_view> known, const std::string& where) {
  if (!object.is_object()) refuse(base::say("{} must be an object", where));
  for (const auto& [name, value] : object.members()) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      refuse(base::say("{} has an unknown member \"{}\"", where, name));
  }
}

std::string record_member(const Json& object, const std::string& where) {
  const std::string id = text_member(object, "record", where);
  const bool base32 = std::all_of(id.begin(), id.end(),
                                  [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); });
  if (id.size() != 26 || !base32)
    refuse(base::say("{}record is no record id (26 characters of a-z and 2-7)", where));
  return id;
}

Cause read_cause(const Json& json, const std::string& where) {
  Cause cause{text_member(json, "reason", where), text_member(json, "claimed_by", where),
              text_member(json, "decided_by", where), text_member(json, "legal_basis", where)};
  if (std::find(kReasonCodes.begin(), kReasonCodes.end(), cause.reason) == kReasonCodes.end()) {
    refuse(base::say("{}reason is none of the reason codes", where));
  }
  return cause;
}

Request::Decision read_decision(const Json& json, const std::string& where) {
  static constexpr std::array<std::string_view, 6> kKnown{"record",     "fields",     "reason",
                                                          "claimed_by", "decided_by", "legal_basis"};
  refuse_unknown(json, kKnown, where);
  Request::Decision out{record_member(json, where + "."), texts_member(json, "fields", where + "."),
                        read_cause(json, where + ".")};
  for (const std::string& field : out.fields) {
    if (field == "type" || field == "id") {
      refuse(base::say("{}.fields: {} alone cannot be withheld; leave out fields to withhold the record",
                       where, field));
    }
  }
  return out;
}

void read_lists(Request& request, const Json& json) {
  std::size_t number = 0;
  if (const Json* decisions = json.find("decisions")) {
    for (const Json& item : list(*decisions, "decisions")) {
      request.decisions.push_back(read_decision(item, "decisions[" + std::to_string(number++) + "]"));
    }
  }
  number = 0;
  if (const Json* entries = json.find("not_searched")) {
    static constexpr std::array<std::string_view, 2> kKnown{"record", "field"};
    for (const Json& item : list(*entries, "not_searched")) {
      const std::string where = "not_searched[" + std::to_string(number++) + "]";
      refuse_unknown(item, kKnown, where);
      request.not_searched.push_back(
          {record_member(item, where + "."), text_member(item, "field", where + ".")});
    }
  }
}

void read_scope(Request& request, const Json& json) {
  request.exhibits = texts_member(json, "exhibits", "");
  if (request.exhibits.empty()) refuse(base::say("exhibits names no exhibit"));
  request.types = texts_member(json, "types", "");
  for (const std::string& type : request.types) {
    if (base::find_record_type(type) == nullptr)
      refuse(base::say("types: there is no record type \"{}\"", type));
  }
  if (const Json* people = json.find("pseudonymise_people")) {
    if (!people->is_bool()) refuse(base::say("pseudonymise_people must be true or false"));
    request.pseudonymise_people = people->boolean();
  }
}

Json parse(base::Bytes bytes) {
  std::size_t duplicates = 0;
  try {
    Json json = base::parse_json(bytes, {4 * 1024 * 1024, 16}, &duplicates);
    if (duplicates != 0) refuse(base::say("a member stands twice"));
    return json;
  } catch (const base::JsonError& error) {
    refuse(base::say("not JSON: {}", error.what()));
  }
}

}  // namespace

std::span<const std::string_view> reason_codes() {
  return kReasonCodes;
}

Request read_request(base::Bytes bytes) {
  const Json json = parse(bytes);
  refuse_unknown(json, kMembers, "the request");
  if (text_member(json, "schema", "") != "holdfast-request/1")
    refuse(base::say("schema must be \"holdfast-request/1\""));
  Request request;
  request.id = text_member(json, "id", "");
  request.title = text_member(json, "title", "");
  request.recipient = text_member(json, "recipient", "");
  request.requesting_authority = text_member(json, "requesting_authority", "");
  request.requested_authority = text_member(json, "requested_authority", "");
  request.legal_basis = text_member(json, "legal_basis", "");
  request.use_limits = optional_text(json, "use_limits");
  read_scope(request, json);
  read_lists(request, json);
  for (const auto& [name, value] : json.members()) {
    if (name != "decisions" && name != "not_searched") request.released_form.set(name, value);
  }
  return request;
}

}  // namespace exporter
