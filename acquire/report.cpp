// SPDX-License-Identifier: Apache-2.0
// acquisition.json. Its members are described in docs/acquisition.md.
#include <algorithm>

#include "acquire/acquisition.h"
#include "acquire/json_text.h"
#include "version.h"

namespace acquire {
namespace {

using base::Json;

Json digests_to_json(const std::map<base::Algorithm, base::Buffer>& digests) {
  Json object = Json::object();
  for (const auto& [algorithm, bytes] : digests) {
    object.set(base::name_of(algorithm), base::to_hex(bytes));
  }
  return object;
}

Json media_to_json(const Report& report) {
  Json json = Json::object();
  json.set("bytes", number(report.media_bytes));
  json.set("read", number(report.read_bytes));
  json.set("bad", number(report.bad_bytes));
  json.set("not_attempted", number(report.not_attempted_bytes));
  json.set("sector_bytes", number(report.sector_bytes));
  return json;
}

Json bad_to_json(const std::vector<image::SectorRange>& bad) {
  Json list = Json::array();
  for (const auto& range : bad) list.push(Json::array({number(range.first), number(range.count)}));
  return list;
}

Json files_to_json(const std::vector<Report::File>& files) {
  Json list = Json::array();
  for (const auto& file : files) {
    Json one = Json::object({{"name", text(file.name)}, {"bytes", number(file.bytes)}});
    if (!file.sha256.empty()) one.set("sha256", file.sha256);
    list.push(std::move(one));
  }
  return list;
}

Json damage_to_json(const std::vector<image::Damage>& damage) {
  Json list = Json::array();
  for (const auto& one : damage) {
    list.push(Json::object({{"code", one.code},
                            {"file", text(one.file)},
                            {"file_offset", number(one.file_offset)},
                            {"media_offset", number(one.media_offset)},
                            {"media_bytes", number(one.media_size)}}));
  }
  return list;
}

Json copies_to_json(const std::vector<Report::Copy>& copies) {
  Json list = Json::array();
  for (const auto& copy : copies) {
    Json one = Json::object({{"read_back", name_of(copy.read_back)},
                             {"files", files_to_json(copy.files)},
                             {"damage", damage_to_json(copy.damage)}});
    if (!copy.trouble.empty()) one.set("trouble", text(copy.trouble));
    list.push(std::move(one));
  }
  return list;
}

Json attempts_to_json(const std::vector<Report::Attempt>& attempts) {
  Json list = Json::array();
  for (const auto& attempt : attempts) {
    Json one = Json::object({{"started", attempt.started_utc}, {"from", number(attempt.from_bytes)}});
    if (!attempt.end.empty()) one.set("ended", text(attempt.end));
    list.push(std::move(one));
  }
  return list;
}

Json pauses_to_json(const std::vector<Pause>& pauses) {
  Json list = Json::array();
  for (const auto& pause : pauses) {
    list.push(Json::object({{"at", number(pause.at_bytes)},
                            {"from", pause.from_utc},
                            {"to", pause.to_utc},
                            {"path", text(pause.path)}}));
  }
  return list;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::complete:
      return "complete";
    case Outcome::complete_with_bad_ranges:
      return "complete_with_bad_ranges";
    case Outcome::interrupted:
      return "interrupted";
    case Outcome::failed:
      return "failed";
  }
  return "unknown";
}

std::string_view name_of(OutputFormat format) {
  switch (format) {
    case OutputFormat::e01:
      return "e01";
    case OutputFormat::raw:
      return "raw";
    case OutputFormat::folder:
      return "folder";
  }
  return "raw";
}

std::string_view name_of(ReadBack read_back) {
  switch (read_back) {
    case ReadBack::equal:
      return "equal";
    case ReadBack::different:
      return "different";
    case ReadBack::not_done:
      return "not_done";
    case ReadBack::nothing_stated:
      return "nothing_stated";
  }
  return "unknown";
}

std::uint64_t bytes_of(const std::vector<image::SectorRange>& ranges, std::uint32_t sector_bytes,
                       std::uint64_t media_bytes) {
  std::uint64_t bytes = 0;
  for (const auto& range : ranges) {
    const std::uint64_t first = std::min(range.first * sector_bytes, media_bytes);
    bytes += std::min<std::uint64_t>(range.count * sector_bytes, media_bytes - first);
  }
  return bytes;
}

base::Json Report::to_json() const {
  Json json = Json::object();
  json.set("version", 1);
  json.set("program", std::string("holdfast ") + kHoldfastVersion);
  json.set("adopted", adopted);
  json.set("format", name_of(format));
  json.set("outcome", name_of(outcome));
  if (!trouble.empty()) json.set("trouble", text(trouble));
  json.set("started", started_utc);
  json.set("ended", ended_utc);
  json.set("source", source.to_json());
  json.set("media", media_to_json(*this));
  json.set("bad_ranges", bad_to_json(bad));
  json.set("digests", digests_to_json(media_digests));
  if (adopted) json.set("stated_digests", digests_to_json(stated_digests));
  if (received) json.set("received", received->to_json());
  json.set("read_back", name_of(read_back));
  json.set("files", files_to_json(files));
  json.set("damage", damage_to_json(damage));
  if (!further_copies.empty()) json.set("further_copies", copies_to_json(further_copies));
  if (attempts.size() > 1) json.set("attempts", attempts_to_json(attempts));
  if (rescued) json.set("rescued", true);
  if (!pauses.empty()) json.set("pauses", pauses_to_json(pauses));
  return json;
}

}  // namespace acquire
