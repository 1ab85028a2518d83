// SPDX-License-Identifier: Apache-2.0
#include "export/request.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "support.h"

namespace exporter::test {
namespace {

using base::Json;

std::string refusal(const Json& json) {
  try {
    request_of(json);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::usage);
    return error.what();
  }
  return "";
}

TEST(Request, ReadsWhatItObeys) {
  const std::string id(26, 'a');
  Json json = plain_request().set("pseudonymise_people", true).set("types", Json::array({"message", "call"}));
  json.set("decisions", Json::array({decision(id, {"text"}, "PRIVILEGE")}));
  const Request request = request_of(json);
  EXPECT_EQ(request.exhibits, (std::vector<std::string>{"KK-A-0001", "KK-A-0002"}));
  EXPECT_TRUE(request.pseudonymise_people);
  ASSERT_EQ(request.decisions.size(), 1u);
  EXPECT_EQ(request.decisions[0].cause.reason, "PRIVILEGE");
  EXPECT_EQ(request.released_form.canonical().find(id), std::string::npos) << "decisions do not travel";
}

TEST(Request, NamesWhatIsMissing) {
  for (const char* name : {"schema", "id", "title", "recipient", "requesting_authority",
                           "requested_authority", "legal_basis", "exhibits"}) {
    Json json = plain_request();
    std::erase_if(json.members(), [&](const auto& member) { return member.first == name; });
    EXPECT_NE(refusal(json).find(name), std::string::npos) << refusal(json);
  }
}

TEST(Request, NamesWhatIsWrong) {
  EXPECT_NE(refusal(plain_request().set("exhibit", "KK-A-0001")).find("\"exhibit\""), std::string::npos);
  EXPECT_NE(refusal(plain_request().set("types", Json::array({"massage"}))).find("massage"),
            std::string::npos);
  EXPECT_NE(refusal(plain_request().set("pseudonymise_people", "yes")).find("pseudonymise_people"),
            std::string::npos);
  EXPECT_NE(refusal(plain_request().set("id", "")).find("id"), std::string::npos);
  const auto wrong = [](Json entry) {
    return refusal(plain_request().set("decisions", Json::array({std::move(entry)})));
  };
  EXPECT_NE(wrong(decision(std::string(26, 'a'), {}, "SHAME")).find("decisions[0].reason"),
            std::string::npos);
  EXPECT_NE(wrong(decision("short", {})).find("decisions[0].record"), std::string::npos);
  EXPECT_NE(wrong(decision(std::string(26, 'a'), {"id"})).find("decisions[0].fields"), std::string::npos);
  EXPECT_NE(wrong(decision(std::string(26, 'a'), {}).set("decided_by", 4)).find("decisions[0].decided_by"),
            std::string::npos);
}

TEST(Request, RefusesWhatIsNotJson) {
  EXPECT_THROW(read_request(base::as_bytes("{")), base::Error);
  EXPECT_THROW(read_request(base::as_bytes("[]")), base::Error);
  EXPECT_THROW(read_request(base::as_bytes("{\"id\":\"a\",\"id\":\"b\"}")), base::Error);
}

// The page shows the example in a fenced block; what is printed must be what is read.
TEST(Request, ExampleInTheDocumentationIsRead) {
  const base::Buffer page = base::read_file(HOLDFAST_SOURCE_DIR "/docs/request.md");
  const std::string_view text = base::as_text(page);
  const std::size_t start = text.find("```json\n") + 8;
  const Request request = read_request(base::as_bytes(text.substr(start, text.find("\n```", start) - start)));
  EXPECT_FALSE(request.decisions.empty());
  for (const std::string_view code : reason_codes())
    EXPECT_NE(text.find(code), std::string_view::npos) << code;
}

}  // namespace
}  // namespace exporter::test
