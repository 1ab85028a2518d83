// SPDX-License-Identifier: Apache-2.0
#include "acquire/journal.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "acquire/json_text.h"
#include "base/error.h"
#include "base/words.h"

namespace acquire {
namespace {

using base::Json;

Json places_to_json(const std::vector<image::Place>& places) {
  Json list = Json::array();
  for (const auto& place : places) {
    Json folders = Json::array({text(place.folder.string())});
    for (const auto& folder : place.then) folders.push(text(folder.string()));
    list.push(std::move(folders));
  }
  return list;
}

std::vector<image::Place> places_of(const Json& json) {
  std::vector<image::Place> places;
  for (const Json& folders : json.items()) {
    image::Place place;
    place.folder = text_from(folders.items().at(0));
    for (std::size_t i = 1; i < folders.items().size(); ++i)
      place.then.push_back(text_from(folders.items()[i]));
    places.push_back(std::move(place));
  }
  return places;
}

Json to_json(const Journal::Start& start) {
  Json header = Json::object();
  for (const auto& [name, value] : start.header) header.set(name, value);
  Json json = Json::object({{"journal", 1},
                            {"stem", text(start.stem)},
                            {"format", start.format},
                            {"media_bytes", number(start.media_bytes)},
                            {"sector_bytes", number(start.sector_bytes)},
                            {"step_bytes", number(start.step_bytes)},
                            {"removable", start.removable},
                            {"physical", start.physical},
                            {"set_identifier", start.set_identifier},
                            {"acquired", std::to_string(start.acquired)},
                            {"header", std::move(header)},
                            {"source", start.source.to_json()},
                            {"places", places_to_json(start.places)}});
  if (start.segment_bytes) json.set("segment_bytes", number(*start.segment_bytes));
  return json;
}

Journal::Start start_of(const Json& json) {
  Journal::Start start;
  start.stem = text_from(json.at("stem"));
  start.format = json.at("format").text();
  start.media_bytes = number_from(json.at("media_bytes"));
  start.sector_bytes = static_cast<std::uint32_t>(number_from(json.at("sector_bytes")));
  start.step_bytes = number_from(json.at("step_bytes"));
  start.removable = json.at("removable").boolean();
  start.physical = json.at("physical").boolean();
  start.set_identifier = json.at("set_identifier").text();
  start.acquired = std::stoll(json.at("acquired").text());
  for (const auto& [name, value] : json.at("header").members()) start.header[name] = value.text();
  start.source = Identity::from_json(json.at("source"));
  start.places = places_of(json.at("places"));
  if (const Json* bytes = json.find("segment_bytes")) start.segment_bytes = number_from(*bytes);
  return start;
}

Json to_json(const Journal::Mark& mark) {
  return Json::object({{"mark", number(mark.bytes)}, {"sha256", mark.sha256}});
}

Json to_json(const std::vector<image::SectorRange>& bad) {
  Json list = Json::array();
  for (const auto& range : bad) list.push(Json::array({number(range.first), number(range.count)}));
  return Json::object({{"bad", std::move(list)}});
}

Json to_json(const Report::Attempt& attempt) {
  return Json::object({{"attempt", attempt.started_utc}, {"from", number(attempt.from_bytes)}});
}

void append_ranges(std::vector<image::SectorRange>& bad, const std::vector<image::SectorRange>& more) {
  for (const auto& range : more) {
    if (!bad.empty() && bad.back().first + bad.back().count == range.first) {
      bad.back().count += range.count;
    } else {
      bad.push_back(range);
    }
  }
}

std::filesystem::path journal_path(const std::filesystem::path& folder, const std::string& stem) {
  return folder / (stem + ".journal");
}

std::string line_of(const Json& json) {
  return json.canonical() + "\n";
}

}  // namespace

Journal Journal::begin(const std::filesystem::path& folder, Start start) {
  auto path = journal_path(folder, start.stem);
  Journal journal(std::move(path), std::move(start));
  base::write_new_durably(journal.path_, base::as_bytes(line_of(to_json(journal.start_))));
  journal.open_to_append();
  return journal;
}

std::optional<Journal> Journal::find(const std::filesystem::path& folder, const std::string& stem) {
  const auto path = journal_path(folder, stem);
  if (!std::filesystem::exists(path)) return std::nullopt;
  const base::Buffer bytes = base::read_file(path, 1u << 30);
  std::string_view rest = base::as_text(bytes);
  std::optional<Journal> journal;
  // A last line without its end was cut off while it was written: nothing relied on it.
  for (std::size_t end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    try {
      const Json line = base::parse_json(base::as_bytes(rest.substr(0, end)));
      if (journal) {
        journal->read_line(line);
      } else {
        journal = Journal(path, start_of(line));
      }
    } catch (const std::exception&) {
      throw base::Error(base::ErrorKind::format, base::say("{} is damaged", path.string()),
                        base::say("The source was not read and nothing was changed. Acquire anew with --new; "
                                  "what was written before stays where it is."));
    }
    rest.remove_prefix(end + 1);
  }
  if (journal) journal->open_to_append();
  return journal;
}

void Journal::read_line(const Json& line) {
  if (const Json* bytes = line.find("mark")) {
    marks_.push_back({number_from(*bytes), line.at("sha256").text()});
  } else if (const Json* ranges = line.find("bad")) {
    std::vector<image::SectorRange> bad;
    for (const Json& range : ranges->items())
      bad.push_back({number_from(range.items().at(0)), number_from(range.items().at(1))});
    append_ranges(bad_, bad);
  } else if (const Json* started = line.find("attempt")) {
    attempts_.push_back({started->text(), number_from(line.at("from")), ""});
  } else if (!attempts_.empty()) {
    attempts_.back().end = line.at("ended").text();
  }
}

void Journal::open_to_append() {
  fd_ = base::Fd(open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW));
  if (!fd_)
    throw base::io_error(base::say("cannot open {}", path_.string()), errno,
                         base::say("Nothing was changed. Check who may write there."));
}

void Journal::append(const Json& line) {
  try {
    base::write_all(fd_.get(), base::as_bytes(line_of(line)), path_.string());
    base::sync_file(fd_.get(), path_.string());
  } catch (const base::Error& error) {
    throw base::Error(error.kind, error.happened,
                      base::say("The source was only read, and what was written before is kept. Make space, "
                                "then give the same command again: it goes on from there."));
  }
}

void Journal::add(const Mark& mark) {
  append(to_json(mark));
  marks_.push_back(mark);
}

void Journal::add(const std::vector<image::SectorRange>& bad) {
  append(to_json(bad));
  append_ranges(bad_, bad);
}

void Journal::add(const Report::Attempt& attempt) {
  append(to_json(attempt));
  attempts_.push_back(attempt);
}

void Journal::end_attempt(const std::string& end) {
  append(Json::object({{"ended", text(end)}}));
  attempts_.back().end = end;
}

void Journal::cut_back(std::uint64_t media_bytes, std::vector<image::Place> places) {
  start_.places = std::move(places);
  std::erase_if(marks_, [media_bytes](const Mark& mark) { return mark.bytes > media_bytes; });
  const std::uint64_t sectors = media_bytes / start_.sector_bytes;
  std::erase_if(bad_, [sectors](const auto& range) { return range.first >= sectors; });
  if (!bad_.empty()) bad_.back().count = std::min(bad_.back().count, sectors - bad_.back().first);
  std::string lines = line_of(to_json(start_));
  for (const auto& mark : marks_) lines += line_of(to_json(mark));
  if (!bad_.empty()) lines += line_of(to_json(bad_));
  for (const auto& attempt : attempts_) {
    lines += line_of(to_json(attempt));
    if (!attempt.end.empty()) lines += line_of(Json::object({{"ended", text(attempt.end)}}));
  }
  base::write_durably(path_, base::as_bytes(lines));
  open_to_append();
}

void Journal::remove() {
  std::filesystem::remove(path_);
  base::sync_folder(path_.parent_path());
}

}  // namespace acquire
