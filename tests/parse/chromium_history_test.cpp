// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/extractor_harness.h"
#include "tests/support/shared_folder.h"
#include "tests/support/sql_database.h"

namespace parse {

extern const Extractor kChromiumHistory;

namespace {

const std::string kPath = "/Users/a/AppData/Local/Google/Chrome/User Data/Default/History";
using Strings = std::vector<std::string>;

const std::string kUrls =
    "CREATE TABLE urls(id INTEGER PRIMARY KEY AUTOINCREMENT, url LONGVARCHAR, title LONGVARCHAR, visit_count "
    "INTEGER,"
    " typed_count INTEGER, last_visit_time INTEGER NOT NULL, hidden INTEGER);";
const std::string kVisits =
    "CREATE TABLE visits(id INTEGER PRIMARY KEY, url INTEGER NOT NULL, visit_time INTEGER NOT NULL, "
    "from_visit INTEGER,"
    " transition INTEGER DEFAULT 0 NOT NULL, visit_duration INTEGER DEFAULT 0 NOT NULL);";
const std::string kDownloads =
    "CREATE TABLE downloads(id INTEGER PRIMARY KEY, current_path TEXT, target_path TEXT, start_time INTEGER,"
    " received_bytes INTEGER, total_bytes INTEGER, state INTEGER, danger_type INTEGER, end_time INTEGER,"
    " opened INTEGER, referrer TEXT, tab_url TEXT, mime_type TEXT);"
    "CREATE TABLE downloads_url_chains(id INTEGER NOT NULL, chain_index INTEGER NOT NULL, url TEXT NOT NULL,"
    " PRIMARY KEY (id, chain_index));";
const std::string kTerms =
    "CREATE TABLE keyword_search_terms(keyword_id INTEGER NOT NULL, url_id INTEGER NOT NULL, term TEXT NOT "
    "NULL);";
const std::string kAll = kUrls + kVisits + kDownloads + kTerms;

// 2023-11-14T22:13:20Z in microseconds since 1601.
constexpr std::int64_t kTimeUs = 1'700'000'000'000'000;
const std::string kTime = "13344473600000000";

Harness run(const std::string& sql) {
  return run_extractor(kChromiumHistory, {{kPath, support::database_of(sql)}}, kPath);
}

// emitted, excluded, undecodable add up to rows; the rows of the table.
void expect_count(const Harness& found, std::string_view table, std::int64_t rows, std::int64_t emitted,
                  std::int64_t excluded = 0, std::int64_t undecodable = 0) {
  const base::Record* count = found.count(table);
  ASSERT_NE(count, nullptr) << table;
  EXPECT_EQ(integer(*count, "rows"), rows) << table;
  EXPECT_EQ(integer(*count, "emitted"), emitted) << table;
  EXPECT_EQ(integer(*count, "excluded"), excluded) << table;
  EXPECT_EQ(integer(*count, "undecodable"), undecodable) << table;
}

const base::Record* visit_at(const Harness& found, std::string_view table, std::int64_t rowid) {
  for (const base::Record* visit : found.of("web_visit"))
    if (visit->place.position == base::Position(base::Row{std::string(table), rowid})) return visit;
  return nullptr;
}

TEST(ChromiumHistory, ClaimsHistoryOfEachProfile) {
  EXPECT_TRUE(claims(kChromiumHistory, kPath));
  EXPECT_TRUE(claims(kChromiumHistory, "/home/a/.config/BraveSoftware/Brave-Browser/Profile 2/History"));
  EXPECT_FALSE(claims(kChromiumHistory, kPath + "-journal"));
  EXPECT_FALSE(claims(kChromiumHistory, "/x/Default/Archived History"));
}

TEST(ChromiumHistory, JoinsVisitsToTheirAddresses) {
  const Harness found =
      run(kAll + "INSERT INTO urls VALUES(5,'https://trade.example/','Trade',2,1," + kTime + ",0);" +
          "INSERT INTO visits VALUES(1,5," + kTime + ",0,805306369,1500000),(2,5,0,1,8,0);");
  EXPECT_EQ(found.outcome, PairOutcome::parsed);
  ASSERT_EQ(found.of("web_visit").size(), 2u);
  const base::Record& first = *visit_at(found, "visits", 1);
  EXPECT_EQ(text(first, "url"), "https://trade.example/");
  EXPECT_EQ(text(first, "title"), "Trade");
  EXPECT_EQ(text(first, "profile"), "Default");
  EXPECT_EQ(time(first, "time")->utc_us, kTimeUs);
  EXPECT_EQ(time(first, "time")->raw, kTime);
  EXPECT_EQ(text(first, "transition"), "typed");
  EXPECT_EQ(integer(first, "transition_code"), 805306369);
  EXPECT_EQ(integer(first, "duration_us"), 1'500'000);
  EXPECT_EQ(flag(first, "hidden"), false);
  const base::Record& second = *visit_at(found, "visits", 2);
  EXPECT_EQ(text(second, "transition"), "reload");
  EXPECT_EQ(time(second, "time"), std::nullopt);
  EXPECT_EQ(reference(second, "from_visit"), first.id);
  EXPECT_EQ(reference(first, "from_visit"), std::nullopt);
  expect_count(found, "visits", 2, 2);
  expect_count(found, "urls", 1, 0, 1);
}

TEST(ChromiumHistory, KeepsVisitsWhoseAddressIsGone) {
  const Harness found = run(kAll + "INSERT INTO visits VALUES(1,99," + kTime + ",0,0,0);");
  ASSERT_EQ(found.of("web_visit").size(), 1u);
  EXPECT_EQ(text(*found.of("web_visit")[0], "url"), std::nullopt);
  EXPECT_EQ(time(*found.of("web_visit")[0], "time")->utc_us, kTimeUs);
  EXPECT_EQ(found.anomalies(), (Strings{"url_row_missing"}));
  expect_count(found, "visits", 1, 1);
}

TEST(ChromiumHistory, KeepsAddressesWithoutVisits) {
  const Harness found =
      run(kAll + "INSERT INTO urls VALUES(3,'https://gone.example/','',1,0," + kTime + ",0);");
  ASSERT_EQ(found.of("web_visit").size(), 1u);
  const base::Record& visit = *visit_at(found, "urls", 3);
  EXPECT_EQ(text(visit, "url"), "https://gone.example/");
  EXPECT_EQ(text(visit, "title"), std::nullopt);
  EXPECT_EQ(time(visit, "time")->utc_us, kTimeUs);
  EXPECT_EQ(text(visit, "transition"), std::nullopt);
  expect_count(found, "urls", 1, 1);
}

TEST(ChromiumHistory, PutsTheChainOfADownloadInOrder) {
  const Harness found =
      run(kAll + "INSERT INTO downloads VALUES(7,'C:\\part','C:\\a.exe'," + kTime + ",10,20,4,9," + kTime +
          ",1,'https://from.example/','https://tab.example/','application/x-msdownload');" +
          "INSERT INTO downloads_url_chains VALUES(7,1,'https://b.example/'),(7,0,'https://a.example/'),"
          "(8,0,'https://orphan.example/');");
  ASSERT_EQ(found.of("download").size(), 2u);
  for (const base::Record* download : found.of("download")) {
    const auto& urls = std::get<base::TextList>(*download->find("urls"));
    if (std::get<base::Row>(download->place.position).table == "downloads") {
      EXPECT_EQ(urls, (base::TextList{{"https://a.example/"}, {"https://b.example/"}}));
      EXPECT_EQ(text(*download, "target_path"), "C:\\a.exe");
      EXPECT_EQ(text(*download, "result"), "interrupted");
      EXPECT_EQ(integer(*download, "danger_code"), 9);
      EXPECT_EQ(flag(*download, "opened"), true);
      EXPECT_EQ(time(*download, "started")->utc_us, kTimeUs);
    } else {
      EXPECT_EQ(urls, (base::TextList{{"https://orphan.example/"}}));
    }
  }
  expect_count(found, "downloads", 1, 1);
  expect_count(found, "downloads_url_chains", 3, 1, 2);
}

TEST(ChromiumHistory, TellsSearchWordsWithTheirAddress) {
  const Harness found =
      run(kAll + "INSERT INTO urls VALUES(1,'https://s.example/?q=x','',1,0," + kTime + ",0);" +
          "INSERT INTO keyword_search_terms VALUES(2,1,'如何转账 usdt'),(2,9,'no address');");
  ASSERT_EQ(found.of("search_term").size(), 2u);
  EXPECT_EQ(text(*found.of("search_term")[0], "term"), "如何转账 usdt");
  EXPECT_EQ(text(*found.of("search_term")[0], "url"), "https://s.example/?q=x");
  EXPECT_EQ(time(*found.of("search_term")[0], "time")->utc_us, kTimeUs);
  EXPECT_EQ(text(*found.of("search_term")[1], "url"), std::nullopt);
  expect_count(found, "keyword_search_terms", 2, 2);
}

TEST(ChromiumHistory, LosesOneRowToOneBadValue) {
  const Harness found = run(kAll + "INSERT INTO urls VALUES(1,'https://a.example/','',1,0," + kTime + ",0)," +
                            "(2,NULL,'',1,0,0,0);" + "INSERT INTO visits VALUES(1,1,'soon',0,0,0),(2,1," +
                            kTime + ",0,'x',0);");
  expect_count(found, "visits", 2, 1, 0, 1);
  expect_count(found, "urls", 2, 0, 1, 1);
  ASSERT_EQ(found.of("web_visit").size(), 1u);
  EXPECT_EQ(integer(*found.of("web_visit")[0], "transition_code"), std::nullopt);
  EXPECT_EQ(found.outcome, PairOutcome::parsed_with_anomalies);
}

TEST(ChromiumHistory, TellsTablesThatAreMissing) {
  const Harness found = run(kVisits + "INSERT INTO visits VALUES(1,5," + kTime + ",0,0,0);");
  EXPECT_EQ(found.of("web_visit").size(), 1u);
  EXPECT_EQ(found.anomalies(), (Strings(4, "table_missing")));
  EXPECT_EQ(found.count("urls"), nullptr);
}

TEST(ChromiumHistory, ReadsNoViewInPlaceOfATable) {
  const Harness found =
      run(kUrls + kDownloads + kTerms + "INSERT INTO urls VALUES(1,'https://a.example/','',1,0," + kTime +
          ",0);" + "CREATE VIEW visits AS SELECT id, id AS url, last_visit_time AS visit_time FROM urls;");
  EXPECT_EQ(found.anomalies(), (Strings{"view_in_place_of_table"}));
  EXPECT_EQ(found.of("web_visit").size(), 1u);  // the address, told on its own
  EXPECT_EQ(found.count("visits"), nullptr);
}

TEST(ChromiumHistory, LeavesOtherFilesOfThatNameAlone) {
  EXPECT_EQ(run("CREATE TABLE moves(x);").anomalies(), (Strings{"not_a_browser_history"}));
  base::Buffer words = base::to_buffer(base::as_bytes(std::string(5000, 'x')));
  const Harness found = run_extractor(kChromiumHistory, {{kPath, words}}, kPath);
  EXPECT_EQ(found.anomalies(), (Strings{"not_a_database"}));
  EXPECT_EQ(found.outcome, PairOutcome::failed);
}

Harness run_corpus(const char* name) {
  const auto path = support::shared("corpora/log2timeline+plaso/test_data/chrome") / name;
  return run_extractor(kChromiumHistory, {{kPath, bytes_of_file(path)}}, kPath);
}

// 71 events there: 69 visits and 2 downloads.
TEST(ChromiumCorpora, HoldAsManyVisitsAndDownloadsAsAnotherToolFinds) {
  SKIP_WITHOUT_SHARED("corpora/log2timeline+plaso");
  const Harness found = run_corpus("History");
  EXPECT_EQ(found.outcome, PairOutcome::parsed);
  expect_count(found, "visits", 69, 69);
  expect_count(found, "urls", 55, 0, 55);
  expect_count(found, "downloads", 2, 2);
  expect_count(found, "keyword_search_terms", 3, 3);
  const base::Record& download = *found.of("download")[0];
  EXPECT_EQ(time(download, "started")->unit, "unix_s");
  EXPECT_EQ(time(download, "started")->utc_us, 1'306'139'730'000'000);
  EXPECT_EQ(text(download, "target_path"), "/home/john/Downloads/funcats_scr.exe");
}

TEST(ChromiumCorpora, OfALaterSchemaAreReadToo) {
  SKIP_WITHOUT_SHARED("corpora/log2timeline+plaso");
  const Harness found = run_corpus("History-57.0.2987.133");
  EXPECT_EQ(found.outcome, PairOutcome::parsed);
  expect_count(found, "visits", 1, 1);
  expect_count(found, "downloads", 1, 1);
  expect_count(found, "downloads_url_chains", 1, 0, 1);
  ASSERT_EQ(found.of("download").size(), 1u);
  EXPECT_EQ(time(*found.of("download")[0], "started")->raw, "13161017393900399");
  EXPECT_EQ(integer(*found.of("download")[0], "total_bytes"), 3'080'192);
}

}  // namespace
}  // namespace parse
