// SPDX-License-Identifier: Apache-2.0
// The History database of Chromium and its kin (Chrome, Edge, Brave, Opera): visits, downloads and search
// terms, of all versions of the schema from Chrome 8 on; columns are probed. Not read: other databases of the
// profile (cookies, favicons, saved forms), journeys, and which visits came from another device by
// synchronisation (visit_source).
//
// A visit whose address row is gone is told all the same, and so is an address row without visits: the
// browser deletes either without the other. Empty texts stand for "none" in this schema and are left out.
//
// Sources: chromium components/history/core/browser/{url,visit,download}_database.cc,
// ui/base/page_transition_types.h; log2timeline/plaso plaso/parsers/sqlite_plugins/chrome_history.py (the old
// schema of downloads, whose start_time is in seconds since 1970).
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>

#include "parse/apps/evidence_table.h"
#include "parse/extractor.h"

namespace parse {
namespace {

constexpr std::array<std::string_view, 1> kPaths{"*/History"};
constexpr std::array<std::string_view, 5> kEmits{"web_visit", "download", "search_term", "count", "anomaly"};

constexpr std::array<std::string_view, 7> kUrlColumns{
    "id", "url", "title", "visit_count", "typed_count", "last_visit_time", "hidden"};
constexpr std::array<std::string_view, 5> kVisitColumns{"url", "visit_time", "from_visit", "transition",
                                                        "visit_duration"};
constexpr std::array<std::string_view, 14> kDownloadColumns{
    "url",      "full_path", "target_path", "current_path",   "start_time",  "end_time",    "tab_url",
    "referrer", "mime_type", "state",       "received_bytes", "total_bytes", "danger_type", "opened"};
constexpr std::array<std::string_view, 3> kChainColumns{"id", "chain_index", "url"};
constexpr std::array<std::string_view, 2> kTermColumns{"url_id", "term"};

// ui/base/page_transition_types.h: the low byte of the stored code.
constexpr std::array<std::string_view, 11> kTransitions{
    "link",          "typed",       "auto_bookmark", "auto_subframe", "manual_subframe",  "generated",
    "auto_toplevel", "form_submit", "reload",        "keyword",       "keyword_generated"};

base::OptionalWord transition_of(std::int64_t code) {
  const auto core = static_cast<std::size_t>(code & 0xff);
  return core < kTransitions.size() ? base::OptionalWord(word(kTransitions[core])) : std::nullopt;
}

// components/history/core/browser/download_types.h; 3 stood for removed ones for a while.
base::Word result_of(std::int64_t state) {
  switch (state) {
    case 0:
      return word("in progress");
    case 1:
      return word("complete");
    case 2:
      return word("cancelled");
    case 4:
      return word("interrupted");
    default:
      return word("other");
  }
}

base::OptionalTime webkit_us(std::optional<std::int64_t> raw) {
  return raw && *raw != 0 ? base::OptionalTime(base::time_from_webkit_us(*raw)) : std::nullopt;
}

// The name of the folder that holds the database: Default, Profile 1, …
base::Text profile_of(const base::Locator& locator) {
  std::string path = locator.last_path();
  path.resize(std::min(path.rfind('/'), path.size()));
  return {path.substr(path.rfind('/') + 1)};
}

// ---- Rows.

struct UrlRow {
  base::OptionalText url, title;
  base::OptionalInteger visit_count, typed_count;
  base::OptionalTime last_visit;
  base::OptionalFlag hidden;
};

UrlRow read_url(EvidenceRow& row) {
  UrlRow url;
  url.url = row.text("url");
  if (!url.url) throw BadValue("no address in column url");
  url.title = row.text("title");
  url.visit_count = row.spare_integer("visit_count");
  url.typed_count = row.spare_integer("typed_count");
  url.last_visit = webkit_us(row.spare_integer("last_visit_time"));
  url.hidden = row.spare_flag("hidden");
  return url;
}

struct VisitRow {
  std::int64_t rowid;
  std::optional<std::int64_t> url, time, from_visit, transition, duration;
};

VisitRow read_visit(EvidenceRow& row) {
  VisitRow visit{row.rowid(), {}, row.integer("visit_time"), {}, {}, {}};
  visit.url = row.spare_integer("url");
  visit.from_visit = row.spare_integer("from_visit");
  visit.transition = row.spare_integer("transition");
  visit.duration = row.spare_integer("visit_duration");
  return visit;
}

struct Link {
  std::int64_t index;
  std::int64_t rowid;
  base::Text url;
};

// Before Chrome 26 a download had one address and one path, and its time was in seconds since 1970.
base::OptionalTime start_of(EvidenceRow& row, bool old_schema) {
  const auto raw = row.spare_integer("start_time");
  return old_schema ? unix_s(raw) : webkit_us(raw);
}

base::Download read_download(EvidenceRow& row, bool old_schema) {
  base::Download download;
  download.started = start_of(row, old_schema);
  download.ended = webkit_us(row.spare_integer("end_time"));
  for (const std::string_view path : {"target_path", "current_path", "full_path"})
    if (!download.target_path) download.target_path = row.text(path);
  download.tab_url = row.text("tab_url");
  download.referrer = row.text("referrer");
  download.mime = row.text("mime_type");
  download.received_bytes = row.spare_integer("received_bytes");
  download.total_bytes = row.spare_integer("total_bytes");
  download.result_code = row.spare_integer("state");
  if (download.result_code) download.result = result_of(*download.result_code);
  download.danger_code = row.spare_integer("danger_type");
  download.opened = row.spare_flag("opened");
  if (const auto url = row.text("url")) download.urls.push_back(*url);
  return download;
}

// ---- One database.

class History {
 public:
  History(EvidenceTables& tables, std::set<std::string, std::less<>> names, base::Text profile)
      : tables_(tables), names_(std::move(names)), profile_(std::move(profile)) {}

  void read() {
    for (const std::string_view table :
         {"urls", "visits", "downloads", "downloads_url_chains", "keyword_search_terms"})
      note_missing(table);
    read_visits();
    read_urls();
    emit_visits();
    read_chains();
    read_downloads();
    read_terms();
  }

 private:
  // The old schema had no chains. What stands there and is no table is told when it is to be read.
  void note_missing(std::string_view table) {
    if (names_.contains(table)) return;
    if (table == "downloads_url_chains" && old_downloads()) return;
    tables_.anomaly("table_missing", tables_.row(table, 0), std::string(table) + " is not there");
  }

  bool old_downloads() {
    return tables_.has_column("downloads", "full_path") && !tables_.has_column("downloads", "target_path");
  }

  // Records of visits need their addresses, and the count of addresses needs the visits: so visits are held
  // until the addresses are known.
  void read_visits() {
    tables_.read("visits", kVisitColumns, [this](EvidenceRow& row) {
      visits_.push_back(read_visit(row));
      if (visits_.back().url) visited_.insert(*visits_.back().url);
      return kEmitted;
    });
  }

  void read_urls() {
    tables_.read("urls", kUrlColumns, [this](EvidenceRow& row) {
      const std::int64_t id = row.integer("id").value_or(row.rowid());
      const UrlRow url = read_url(row);
      urls_.emplace(id, url);
      if (visited_.contains(id)) return excluded("told_with_its_visits");
      base::WebVisit visit = visit_of(url);
      visit.time = url.last_visit;
      tables_.emit(visit, tables_.row("urls", row.rowid()));
      return kEmitted;
    });
  }

  base::WebVisit visit_of(const UrlRow& url) const {
    base::WebVisit visit;
    visit.app = word("chromium");
    visit.profile = profile_;
    visit.url = url.url;
    visit.title = url.title;
    visit.visit_count = url.visit_count;
    visit.typed_count = url.typed_count;
    visit.hidden = url.hidden;
    return visit;
  }

  void emit_visits() {
    for (const VisitRow& row : visits_) {
      const auto url = row.url ? urls_.find(*row.url) : urls_.end();
      if (url == urls_.end() && tables_.has("urls"))
        tables_.anomaly("url_row_missing", tables_.row("visits", row.rowid),
                        "the visit's row in urls is not there");
      base::WebVisit visit = visit_of(url == urls_.end() ? UrlRow{} : url->second);
      visit.time = webkit_us(row.time);
      visit.transition_code = row.transition;
      if (row.transition) visit.transition = transition_of(*row.transition);
      visit.duration_us = row.duration;
      const auto from = row.from_visit ? visit_ids_.find(*row.from_visit) : visit_ids_.end();
      if (from != visit_ids_.end()) visit.from_visit = from->second;
      visit_ids_.emplace(row.rowid, tables_.emit(visit, tables_.row("visits", row.rowid)));
    }
    visits_.clear();
    visit_ids_.clear();
  }

  // A row of the chain is told with its download; where that is gone, on its own.
  void read_chains() {
    const auto downloads = tables_.keys("downloads");
    tables_.read("downloads_url_chains", kChainColumns, [&](EvidenceRow& row) {
      const auto id = row.integer("id");
      const auto url = row.text("url");
      if (!id || !url) throw BadValue("no id or no address");
      const Link link{row.integer("chain_index").value_or(0), row.rowid(), *url};
      if (std::binary_search(downloads.begin(), downloads.end(), *id)) {
        chains_[*id].push_back(link);
        return excluded("told_with_its_download");
      }
      base::Download download;
      download.urls.push_back(link.url);
      emit_download(download, tables_.row("downloads_url_chains", link.rowid));
      return kEmitted;
    });
  }

  void read_downloads() {
    const bool old_schema = old_downloads();
    tables_.read("downloads", kDownloadColumns, [&](EvidenceRow& row) {
      base::Download download = read_download(row, old_schema);
      auto chain = chains_.find(row.rowid());
      if (chain != chains_.end()) append_chain(chain->second, download.urls);
      emit_download(download, tables_.row("downloads", row.rowid()));
      return kEmitted;
    });
  }

  static void append_chain(std::vector<Link>& chain, base::TextList& urls) {
    std::sort(chain.begin(), chain.end(), [](const Link& a, const Link& b) {
      return std::tie(a.index, a.rowid) < std::tie(b.index, b.rowid);
    });
    for (const Link& link : chain) urls.push_back(link.url);
  }

  void emit_download(base::Download& download, base::Position position) {
    download.app = word("chromium");
    download.profile = profile_;
    tables_.emit(download, std::move(position));
  }

  void read_terms() {
    tables_.read("keyword_search_terms", kTermColumns, [this](EvidenceRow& row) {
      base::SearchTerm term;
      term.app = word("chromium");
      term.profile = profile_;
      term.term = row.text("term");
      if (!term.term) throw BadValue("no words in column term");
      const auto url = urls_.find(row.integer("url_id").value_or(0));
      if (url != urls_.end()) {
        term.url = url->second.url;
        term.time = url->second.last_visit;
      }
      tables_.emit(term, tables_.row("keyword_search_terms", row.rowid()));
      return kEmitted;
    });
  }

  EvidenceTables& tables_;
  std::set<std::string, std::less<>> names_;  // of tables, views and virtual tables
  base::Text profile_;
  std::vector<VisitRow> visits_;
  std::set<std::int64_t> visited_;  // ids of addresses
  std::unordered_map<std::int64_t, UrlRow> urls_;
  std::unordered_map<std::int64_t, base::RecordId> visit_ids_;
  std::map<std::int64_t, std::vector<Link>> chains_;  // by download
};

void extract(EvidenceFile& file, base::RecordSink& sink) {
  base::Database database = file.database();
  std::set<std::string, std::less<>> names;
  for (const base::TableInfo& table : base::tables_of(database)) names.insert(table.name);
  if (!names.contains("urls") && !names.contains("visits")) {
    const base::Place whole{file.source(), base::Whole{}, base::State::live, 0};
    return sink.anomaly("not_a_browser_history", whole,
                        "no tables urls and visits: another file of that name");
  }
  EvidenceTables tables(std::move(database), sink, file.source());
  History(tables, std::move(names), profile_of(file.facts().locator)).read();
}

}  // namespace

extern const Extractor kChromiumHistory;
const Extractor kChromiumHistory{
    "chromium_history",
    1,
    "chromium",
    "Visits, downloads and search terms of Chrome, Edge, Brave and other Chromium browsers.",
    kPaths,
    kEmits,
    extract};

}  // namespace parse
