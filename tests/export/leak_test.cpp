// SPDX-License-Identifier: Apache-2.0
// Withheld texts in every form; the scan that stops a bundle; and what a guesser can do with one (T98, T144).
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/error.h"
#include "export/leak_scan.h"
#include "export/markup.h"
#include "support.h"

namespace exporter::test {
namespace {

using base::Json;

Needles needles_for(std::string_view text) {
  Needles needles;
  needles.add(text, 7);
  return needles;
}

TEST(Needles, FindEveryForm) {
  const std::string secret = "Somchai <R> \"x\" \xE0\xB8\xA2\xE0\xB8\xB6\xE0\xB8\x94";
  const Needles needles = needles_for(secret);
  std::string utf16, json;
  for (const char c : std::string("Somchai")) utf16 += std::string(1, c) + std::string(1, '\0');
  base::append_json_text(json, secret);
  const std::vector<std::string> places{
      "a " + secret + " b",
      "<p>" + escaped_evidence(secret) + "</p>",
      "{\"t\":" + json + "}",
      base::to_hex(base::as_bytes("xx" + secret)),
      base::to_base64(base::as_bytes(secret + "yy")),
      base::to_base64(base::as_bytes("x" + secret + "yy")),
      base::to_base64(base::as_bytes("xx" + secret)),
      base::to_base64url(base::as_bytes("xxx" + secret)),
      "\\u0e22\\u0e36\\u0e14",
  };
  for (std::size_t i = 0; i + 1 < places.size(); ++i) EXPECT_EQ(needles.find(places[i]), 7u) << i;
  EXPECT_EQ(needles_for("Somchai").find("\xff" + utf16), 7u);
  EXPECT_EQ(needles_for("\xE0\xB8\xA2\xE0\xB8\xB6\xE0\xB8\x94\xE0\xB8\xA2")
                .find("\"\\u0e22\\u0e36\\u0e14\\u0e22\""),
            7u);
  EXPECT_EQ(needles_for("+66 81-234 5678").find("jid 66812345678@s"), 7u);
  EXPECT_EQ(needles_for("a b&c").find("a%20b"), std::nullopt);
  EXPECT_EQ(needles_for("u/Some Body").find("p2:/Users/u/Some%20Body/x"), 7u);
}

TEST(Needles, ShortOnesAreWords) {
  const Needles needles = needles_for("Anna");
  EXPECT_EQ(needles.find("to Anna, today"), 7u);
  EXPECT_EQ(needles.find("Annabel went"), std::nullopt);
  EXPECT_EQ(needles.find("Joanna"), std::nullopt);
  EXPECT_TRUE(is_searchable("Anna"));
  EXPECT_FALSE(is_searchable("Li"));
  EXPECT_TRUE(is_searchable("王伟"));
  EXPECT_FALSE(is_searchable("王"));
}

TEST(Needles, NumbersInRowsOfDigits) {
  Needles needles;
  needles.add_number("66812345678");
  EXPECT_TRUE(needles.find_number("call 081-234-5678."));
  EXPECT_TRUE(needles.find_number("(+66) 81 234 5678"));
  EXPECT_FALSE(needles.find_number("081-234-5679"));
  EXPECT_FALSE(needles.find_number("12345678901"));
}

TEST(LeakScan, FindsShortTextsInEncodedRuns) {
  EXPECT_NE(decoded_runs("{\"k\":\"" + base::to_base64(base::as_bytes("say Anna 1")) + "\"}").find("Anna"),
            std::string::npos);
  EXPECT_NE(decoded_runs(base::to_hex(base::as_bytes("Anna!"))).find("Anna"), std::string::npos);
}

std::string export_failure(SampleCase& sample, const Json& request) {
  try {
    sample.write(request, "ed1");
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

TEST(LeakScan, T96NameInTheRequestStopsTheExport) {
  SampleCase sample;
  const std::uint64_t before = sample.ledger->size();
  const std::string failure = export_failure(
      sample,
      plain_request().set("pseudonymise_people", true).set("title", std::string("Case of ") + kVictimName));
  EXPECT_NE(failure.find("data/cover/request.json"), std::string::npos) << failure;
  EXPECT_NE(failure.find("field name"), std::string::npos) << failure;
  EXPECT_EQ(failure.find("Somchai"), std::string::npos) << "an error never says the text";
  EXPECT_FALSE(std::filesystem::exists(sample.bundle("ed1")));
  EXPECT_EQ(sample.ledger->size(), before) << "nothing was disclosed";
  for (const auto& entry : std::filesystem::directory_iterator(sample.folder.path())) {
    EXPECT_EQ(entry.path().filename().string().find("staging"), std::string::npos)
        << "the staging folder is gone";
  }
}

TEST(LeakScan, APersonMayDecideThatATextTellsNothing) {
  SampleCase sample;
  Json request =
      plain_request().set("pseudonymise_people", true).set("title", std::string("Case of ") + kVictimName);
  Json list = Json::array();
  for (const char* record : {"victim", "contact"}) {
    list.push(Json::object({{"record", sample.sample.ids[record]}, {"field", "name"}}));
  }
  EXPECT_EQ(export_failure(sample, request.set("not_searched", std::move(list))), "");
}

TEST(LeakScan, ShortNamesAreListedForAPerson) {
  Sample made = make_sample();
  for (base::Record& record : made.phone.records) {
    if (record.id == made.ids["dense"]) record.set("name", base::Text{"Li"});
  }
  SampleCase sample(std::move(made));
  const BundleFacts facts = sample.write(plain_request().set("pseudonymise_people", true), "ed1");
  const auto listed =
      std::any_of(facts.unsearched.begin(), facts.unsearched.end(), [&](const Unsearched& entry) {
        return entry.record == sample.sample.ids["dense"] && entry.field == "name" &&
               entry.why == "too short";
      });
  EXPECT_TRUE(listed);
}

// All strings of digits and letters that could be a digest or a part of one.
std::set<std::string> tokens_of(const std::map<std::string, base::Buffer, std::less<>>& files) {
  std::set<std::string> out;
  for (const auto& [name, content] : files) {
    std::string token;
    for (const char c : std::string(base::as_text(content)) + "\n") {
      const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         c == '+' || c == '/' || c == '-' || c == '_' || c == '=';
      if (digit) {
        token += c;
      } else {
        if (token.size() >= 16) out.insert(token);
        token.clear();
      }
    }
  }
  return out;
}

// Forms in which a digest could stand: hexadecimal, base64, base64url, base32, and the first 128 and 80 bits.
std::vector<std::string> forms_of(const base::Digest& digest) {
  const base::Bytes all = digest.bytes;
  return {digest.hex(),
          base::to_base64(all),
          base::to_base64url(all),
          base::to_base32(all),
          base::to_hex(all.first(16)),
          base::to_base32(all.first(16)),
          base::to_base64(all.first(16)),
          base::to_base32(all.first(10))};
}

struct Guesser {
  std::set<std::string> tokens;
  std::vector<base::Buffer> salts;  // every 16 bytes that the bundle shows as salt, and none

  bool knows(const base::Digest& digest) const {
    for (const std::string& form : forms_of(digest)) {
      if (tokens.count(form) != 0) return true;
    }
    return false;
  }
  // Tries the value with every salt under its field name, as a commitment and as a plain digest.
  bool recovers(const base::LineMember& member) const {
    const std::string pair =
        base::Json::array({member.name, base::parse_json(base::as_bytes(member.json))}).canonical();
    for (const base::Buffer& salt : salts) {
      static constexpr std::byte kZero[] = {std::byte{0}};
      for (const std::string& content : {member.json, pair, member.json.substr(1, member.json.size() - 2)}) {
        if (knows(base::sha256({salt, base::as_bytes(content)}))) return true;
        if (knows(base::sha256({kZero, salt, base::as_bytes(content)}))) return true;
      }
    }
    return false;
  }
};

Guesser guesser_for(const std::map<std::string, base::Buffer, std::less<>>& files) {
  Guesser out{tokens_of(files), {{}}};
  for (const std::string& token : out.tokens) {
    if (token.size() == 24 && token.ends_with("==")) out.salts.push_back(base::from_base64(token));
  }
  return out;
}

TEST(Guessing, T98ADictionaryOfTheWholeOriginalRecoversNothing) {
  SampleCase sample;
  Json request = plain_request().set("pseudonymise_people", true);
  request.set("decisions", Json::array({decision(sample.sample.ids["thai"], {}),
                                        decision(sample.sample.ids["plan"], {"text"})}));
  sample.write(request, "ed1");
  const auto files = sample.files("ed1");
  const Guesser guesser = guesser_for(files);
  EXPECT_GT(guesser.salts.size(), 10u);
  const Edition edition = build_edition(request_of(request), sample.segments, sample.sight);
  std::set<std::string> shown;  // values that the edition releases anyway
  for (const EditionRecord& record : edition.records) {
    const base::Json line = base::parse_line(base::as_bytes(record.line));
    for (const auto& [name, value] : line.members()) shown.insert(name + value.canonical());
  }
  std::size_t tried = 0;
  for (const base::Record& record : sample.sample.phone.records) {
    for (const base::LineMember& member : base::members_of(record)) {
      if (shown.count(member.name + member.json) != 0) continue;
      ++tried;
      EXPECT_FALSE(guesser.recovers(member)) << record.type->name << " " << member.name;
    }
  }
  EXPECT_GT(tried, 15u);
}

TEST(Guessing, TheGuesserWouldFindAPlainDigest) {
  const std::string value = "\"66812345678\"";
  std::map<std::string, base::Buffer, std::less<>> files;
  files["x"] = base::to_buffer(base::as_bytes("sum " + base::sha256(base::as_bytes(value)).hex() + "\n"));
  EXPECT_TRUE(guesser_for(files).recovers({"number", value}));
  const base::Buffer salt(16, std::byte{9});
  base::FieldSalt fixed;
  std::copy(salt.begin(), salt.end(), fixed.begin());
  files["x"] = base::to_buffer(
      base::as_bytes(base::to_base64(salt) + " " + base::field_commitment(fixed, "number", value).hex()));
  EXPECT_TRUE(guesser_for(files).recovers({"number", value}));
}

}  // namespace
}  // namespace exporter::test
