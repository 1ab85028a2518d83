// SPDX-License-Identifier: Apache-2.0
// Pages and tables: hostile text stays text, nothing points outside, pages stay small.
#include "export/report.h"

#include <set>

#include <gtest/gtest.h>

#include "export/code_points.h"
#include "export/csv.h"
#include "export/markup.h"
#include "support.h"

namespace exporter::test {
namespace {

using base::Json;
using Pages = std::map<std::string, std::string>;

Pages pages_of(const Edition& edition) {
  Pages out;
  write_report(report_inputs(edition), [&](const std::string& name, const std::string& html) {
    EXPECT_TRUE(out.emplace(name, html).second) << name << " is written twice";
  });
  return out;
}

Edition edition_of(const Sample& sample, const Json& request, const TestFolder& folder) {
  std::filesystem::create_directories(folder / "segments");
  return build_edition(request_of(request),
                       {sample.phone.finish(folder / "segments"), sample.laptop.finish(folder / "segments")},
                       support::sight_of_all());
}

// Every tag of the page, with its attributes.
std::vector<std::string> tags_of(const std::string& html) {
  std::vector<std::string> out;
  for (std::size_t at = html.find('<'); at != html.npos; at = html.find('<', at + 1))
    out.push_back(html.substr(at, html.find('>', at) - at + 1));
  return out;
}

TEST(Markup, EscapesAtTheSink) {
  std::string out;
  Markup markup(out);
  markup.evidence(
      "<b>&\"'\xE2\x80\xAE"
      "x\x1b[0m\xff");
  EXPECT_EQ(out,
            "<bdi dir=\"auto\" lang=\"\">&lt;b&gt;&amp;&quot;&#39;<span class=\"cc\">U+202E</span>x<span "
            "class=\"cc\">U+001B</span>[0m"
            "<span class=\"cc\">0xFF</span></bdi>");
}

TEST(Markup, KeepsJoinersAndLines) {
  EXPECT_EQ(escaped_evidence("a\r\nb\tc"), "a\nb\tc");
  EXPECT_EQ(escaped_evidence("\xE2\x80\x8D"), "\xE2\x80\x8D") << "zero width joiner";
  EXPECT_EQ(visible_text("a\rb"), "a[U+000D]b");
}

TEST(Report, HostileTextMakesNoElementAndNoLink) {
  TestFolder folder;
  const Sample sample = make_sample();
  const Edition edition = edition_of(sample, plain_request(), folder);
  static const std::set<std::string> kKnown{
      "html", "head",    "meta", "title",   "style",      "body",  "a",       "header", "div",
      "p",    "nav",     "ul",   "li",      "main",       "h1",    "h2",      "h3",     "b",
      "span", "section", "dl",   "dt",      "dd",         "table", "caption", "thead",  "tbody",
      "tr",   "th",      "td",   "article", "blockquote", "bdi",   "code",    "time",   "footer"};
  for (const auto& [name, html] : pages_of(edition)) {
    EXPECT_EQ(html.find("<script"), std::string::npos) << name;
    for (const std::string& tag : tags_of(html)) {
      std::string word = tag.substr(tag[1] == '/' ? 2 : 1);
      word = word.substr(0, word.find_first_of(" >"));
      EXPECT_TRUE(word == "!DOCTYPE" || kKnown.count(word)) << name << ": " << tag;
      for (const char* bad : {"http:", "https:", "javascript:", "src=", "onerror", "onclick", "url("}) {
        if (word != "style") {
          EXPECT_EQ(tag.find(bad), std::string::npos) << name << ": " << tag;
        }
      }
    }
  }
}

TEST(Report, EveryPageHasThePolicyAndALanguage) {
  TestFolder folder;
  const Edition edition = edition_of(make_sample(), plain_request(), folder);
  for (const auto& [name, html] : pages_of(edition)) {
    EXPECT_NE(html.find("<html lang=\"en\""), std::string::npos) << name;
    const std::size_t start = html.find("<style>") + 7;
    const std::string css = html.substr(start, html.find("</style>") - start);
    const std::string policy = "default-src &#39;none&#39;; style-src &#39;sha256-" +
                               base::to_base64(base::sha256(base::as_bytes(css)).bytes) + "&#39;";
    EXPECT_NE(html.find(policy), std::string::npos) << name;
    EXPECT_EQ(css.find("url("), std::string::npos);
    EXPECT_EQ(css.find("@import"), std::string::npos);
  }
}

TEST(Report, EveryLinkLeadsSomewhere) {
  TestFolder folder;
  const Pages pages =
      pages_of(edition_of(make_sample(), plain_request().set("pseudonymise_people", true), folder));
  for (const auto& [name, html] : pages) {
    for (std::size_t at = html.find("href=\""); at != html.npos; at = html.find("href=\"", at + 1)) {
      const std::string target = html.substr(at + 6, html.find('"', at + 6) - at - 6);
      if (target.starts_with("../")) continue;
      const std::size_t hash = target.find('#');
      const std::string page = hash == 0 ? name : target.substr(0, hash);
      ASSERT_TRUE(pages.count(page)) << name << " -> " << target;
      if (hash == target.npos) continue;
      EXPECT_NE(pages.at(page).find(" id=\"" + target.substr(hash + 1) + "\""), std::string::npos)
          << name << " -> " << target;
    }
  }
}

TEST(Report, NoAnchorStandsTwiceOnAPage) {
  TestFolder folder;
  for (const auto& [name, html] : pages_of(edition_of(make_sample(), plain_request(), folder))) {
    std::set<std::string> seen;
    for (std::size_t at = html.find(" id=\""); at != html.npos; at = html.find(" id=\"", at + 1)) {
      EXPECT_TRUE(seen.insert(html.substr(at, html.find('"', at + 5) - at)).second)
          << name << html.substr(at, 30);
    }
  }
}

TEST(Report, WithheldWordsAreOnNoPage) {
  TestFolder folder;
  Json request = plain_request().set("pseudonymise_people", true);
  request.set("decisions", Json::array({decision(make_sample().ids["thai"], {"text"})}));
  for (const auto& [name, html] : pages_of(edition_of(make_sample(), request, folder))) {
    for (const char* text : {kVictimName, kVictimNumber, kThai, kDenseName})
      EXPECT_EQ(html.find(text), std::string::npos) << name;
  }
}

TEST(Report, PagesStaySmallWhateverTheTextHolds) {
  Sample sample = make_sample();
  const auto& ids = sample.ids;
  for (base::Record& record : sample.phone.records) {
    if (record.id == ids.at("dense")) record.set("name", base::Text{std::string(2000, '\x02')});
  }
  for (int i = 0; i < 2500; ++i) {
    base::Message message;
    message.app = base::Word{"whatsapp"};
    message.conversation = ids.at("group");
    message.sender = ids.at("dense");
    message.direction = base::Word{"incoming"};
    message.time = base::time_from_unix_s(1773478800 + i);
    message.text = base::Text{i % 50 == 0 ? std::string(20000, '\x01') : std::string(200, '"')};
    sample.phone.row(message, "message", 1000 + i);
  }
  TestFolder folder;
  std::size_t chat_pages = 0;
  for (const auto& [name, html] : pages_of(edition_of(sample, plain_request(), folder))) {
    EXPECT_LE(html.size(), 1'500'000u) << name;
    if (!name.starts_with("chat-0002")) continue;
    ++chat_pages;
    std::size_t messages = 0;
    for (std::size_t at = html.find("<article"); at != html.npos; at = html.find("<article", at + 1))
      ++messages;
    EXPECT_LE(messages, 1000u);
  }
  EXPECT_GE(chat_pages, 3u);
}

TEST(Csv, CellsCalculateNothing) {
  EXPECT_EQ(csv_cell("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(csv_cell("+66812345678"), "\"'+66812345678\"");
  EXPECT_EQ(csv_cell("\t=1"), "\"'\t=1\"");
  EXPECT_EQ(csv_cell("＝1"), "\"'＝1\"");
  EXPECT_EQ(csv_cell("say \"x\", then\ny"), "\"say \"\"x\"\", then\ny\"");
  EXPECT_EQ(csv_cell("a\rb"), "\"a[U+000D]b\"");
}

TEST(Csv, TablesHaveEveryRecordAndSayWhatIsWithheld) {
  TestFolder folder;
  const Edition edition = edition_of(make_sample(), plain_request().set("pseudonymise_people", true), folder);
  const std::string table = csv_text(edition, base::type_of<base::Participant>());
  EXPECT_TRUE(table.starts_with("\xef\xbb\xbf\"citation\","));
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 4);
  EXPECT_NE(table.find("\"P-0002\",\"whatsapp\",\"[withheld]\""), std::string::npos) << table;
}

}  // namespace
}  // namespace exporter::test
