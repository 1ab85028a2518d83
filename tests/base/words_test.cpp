// SPDX-License-Identifier: Apache-2.0
#include "base/words.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "base/catalogue.h"
#include "base/error.h"

namespace base {
namespace {

namespace fs = std::filesystem;

void put(std::string& out, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift & 0xff);
}

// A catalogue as msgfmt writes it, without its hash table; sorted, as std::map is.
std::string catalogue_of(const std::map<std::string, std::string>& texts) {
  const auto count = static_cast<std::uint32_t>(texts.size());
  std::string head, table, strings;
  for (const std::uint32_t number : {0x950412deu, 0u, count, 28u, 28 + 8 * count, 0u, 28 + 16 * count})
    put(head, number);
  const std::uint32_t begin = 28 + 16 * count;
  const auto add = [&](const std::string& text) {
    put(table, static_cast<std::uint32_t>(text.size()));
    put(table, begin + static_cast<std::uint32_t>(strings.size()));
    strings += text + '\0';
  };
  for (const auto& [english, translated] : texts) add(english);
  for (const auto& [english, translated] : texts) add(translated);
  return head + table + strings;
}

const std::string kHeader = "Language: xx\nX-Reviewed: no\nPlural-Forms: nplurals=2; plural=(n != 1);\n";

class Words : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}) unsetenv(name);
  }
  void TearDown() override {
    speak({}, folder_);
    fs::remove_all(folder_);
  }
  std::string speak_with(const std::map<std::string, std::string>& texts) {
    return speak_bytes(catalogue_of(texts));
  }
  std::string speak_bytes(const std::string& bytes) {
    fs::create_directories(folder_ / "xx/LC_MESSAGES");
    std::ofstream(folder_ / "xx/LC_MESSAGES/holdfast.mo", std::ios::binary) << bytes;
    return speak({"xx"}, folder_);
  }
  fs::path folder_ = fs::temp_directory_path() / ("holdfast-words-" + std::to_string(getpid()));
};

TEST_F(Words, WithoutACatalogueItIsEnglish) {
  EXPECT_EQ(say("{} of {} is {{here}}", 3, "four").here, "3 of four is {here}");
  EXPECT_EQ(say("plain").english, "plain");
  EXPECT_EQ(say_counted(1, "entry", "entries").here, "1 entry");
  EXPECT_EQ(say_counted(0, "entry", "entries").here, "0 entries");
}

TEST_F(Words, ATranslationMayTurnTheArgumentsAround) {
  speak_with({{"", kHeader}, {"{} of {}", "{1} <- {0}"}});
  const Said said = say("{} of {}", "a", "b");
  EXPECT_EQ(said.here, "b <- a");
  EXPECT_EQ(said.english, "a of b");
}

TEST_F(Words, WhatIsSaidWithinIsEnglishWithinTheEnglish) {
  speak_with({{"", kHeader}, {"inner", "INNER"}, {"outer {}", "OUTER {}"}});
  const Said said = say("outer {}", say("inner"));
  EXPECT_EQ(said.here, "OUTER INNER");
  EXPECT_EQ(said.english, "outer inner");
  constexpr auto kInner = phrase("inner");
  EXPECT_EQ(say("outer {}", kInner).here, "OUTER INNER");
  EXPECT_EQ((Said(said) + ": " + said).english, "outer inner: outer inner");
}

TEST_F(Words, ATranslationWithOtherPlacesIsNotUsed) {
  speak_with({{"", kHeader},
              {"lost {}", "LOST"},
              {"made {}", "MADE {} {}"},
              {"bad {}", "BAD {}{"},
              {"good {}", "GOOD {}"}});
  EXPECT_EQ(say("lost {}", 1).here, "lost 1");
  EXPECT_EQ(say("made {}", 1).here, "made 1");
  EXPECT_EQ(say("bad {}", 1).here, "bad 1");
  EXPECT_EQ(say("good {}", 1).here, "GOOD 1");
  EXPECT_EQ(spoken()->unfit().size(), 3u);
}

TEST_F(Words, WhatAnErrorKeepsIsEnglish) {
  speak_with({{"", kHeader}, {"cannot open {}", "KANN {} NICHT OEFFNEN"}, {"Permission denied", "VERBOTEN"}});
  const Error error = io_error(say("cannot open {}", "/x"), EACCES, say("Nothing was changed."));
  EXPECT_STREQ(error.what(), "cannot open /x: Permission denied");
  EXPECT_EQ(error.happened.here, "KANN /x NICHT OEFFNEN: VERBOTEN");
}

TEST_F(Words, NumbersChooseTheirForm) {
  speak_with({{"", kHeader}, {std::string("entry\0entries", 13), std::string("one\0more", 8)}});
  EXPECT_EQ(say_counted(1, "entry", "entries").here, "1 one");
  EXPECT_EQ(say_counted(2, "entry", "entries").here, "2 more");
}

TEST_F(Words, AnUnreviewedTranslationSaysSo) {
  EXPECT_NE(speak_with({{"", kHeader}}).find("not reviewed"), std::string::npos);
  EXPECT_EQ(speak_with({{"", "X-Reviewed: yes\n"}}), "");
}

// Every cut of a catalogue, and every byte of it changed, ends in English or in a text, and in nothing worse.
TEST_F(Words, ADamagedCatalogueIsEnglishAndSaysSo) {
  const std::string whole = catalogue_of({{"", kHeader}, {"cannot open {}", "NO {}"}});
  for (std::size_t length = 0; length + 1 < whole.size(); ++length) {  // the last byte ends the last text
    EXPECT_NE(speak_bytes(whole.substr(0, length)).find("cannot be used"), std::string::npos) << length;
    EXPECT_EQ(say("cannot open {}", 1).here, "cannot open 1");
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0xff);
    speak_bytes(changed);
    EXPECT_FALSE(say("cannot open {}", 1).here.empty());
  }
}

TEST_F(Words, TheEnvironmentChooses) {
  using List = std::vector<std::string>;
  EXPECT_EQ(languages_wished(), List{});
  setenv("LANG", "zh_CN.UTF-8", 1);
  EXPECT_EQ(languages_wished(), (List{"zh_CN", "zh"}));
  setenv("LANGUAGE", "th:en:vi", 1);
  EXPECT_EQ(languages_wished(), (List{"th", "en"}));
  setenv("LC_ALL", "C.UTF-8", 1);  // what a bare system has
  EXPECT_EQ(languages_wished(), (List{"th", "en"}));
  setenv("LC_ALL", "C", 1);
  EXPECT_EQ(languages_wished(), List{});
  unsetenv("LC_ALL");
  setenv("LANGUAGE", "../../etc:km", 1);
  EXPECT_EQ(languages_wished(), List{"km"});
}

// The translations that are built with the program: each may be used whole.
TEST_F(Words, TheProgramsOwnTranslationsFit) {
  const fs::path locale = fs::path(HOLDFAST_BINARY_DIR) / "share/locale";
  if (!fs::exists(locale)) GTEST_SKIP() << "the translations are not built: ninja translations";
  int number = 0;
  for (const auto& language : fs::directory_iterator(locale)) {
    const std::string remark = speak({language.path().filename().string()}, locale);
    ASSERT_NE(spoken(), nullptr) << language.path() << ": " << remark;
    EXPECT_TRUE(spoken()->unfit().empty()) << language.path() << ": " << spoken()->unfit().front();
    EXPECT_GT(spoken()->size(), 50u) << language.path();
    ++number;
  }
  EXPECT_GE(number, 7);
}

}  // namespace
}  // namespace base
