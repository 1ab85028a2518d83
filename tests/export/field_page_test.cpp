// SPDX-License-Identifier: Apache-2.0
// The pages for paper: what stands in them, in which order, and what never does.
#include <cstdlib>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/time.h"
#include "export/evening.h"
#include "export/memo.h"

namespace exporter::test {
namespace {

using base::Json;
using custody::AcquisitionStory;
using custody::ExhibitStory;

const std::int64_t kNow = *base::parse_utc("2026-11-22T18:05:00Z");

ExhibitStory exhibit(const std::string& label, const std::string& kind, Json members = Json::object()) {
  ExhibitStory story;
  story.uid = "uid-" + label;
  story.label = label;
  story.kind = kind;
  story.registered = {"police.example/KK-2026/a", 1, kNow};
  story.seized_us = *base::parse_utc("2026-11-22T06:10:00Z");
  story.found = members;
  story.now = std::move(members);
  story.parent_uid = story.text("parent");
  return story;
}
ExhibitStory in_room(const std::string& label, const std::string& room) {
  return exhibit(label, "phone", Json::object({{"room", room}}));
}
AcquisitionStory imaged(std::uint64_t bad_bytes = 0) {
  AcquisitionStory one;
  one.name = "a1";
  one.ended = one.whole = custody::ToldAt{"police.example/KK-2026/a", 2, kNow};
  one.outcome = bad_bytes == 0 ? "complete" : "complete_with_bad_ranges";
  one.bad_bytes = bad_bytes;
  one.read_back = "equal";
  return one;
}
PaperCheckpoint checkpoint() {
  return {"police.example/KK-2026/a", 7, "0123 4567 89ab", "M4 4h7v1h-7z", 65};
}
EveningInputs evening() {
  EveningInputs inputs;
  inputs.case_id = "KK-2026";
  inputs.title = "Compound north of the river";
  inputs.now_us = kNow;
  inputs.checkpoints = {checkpoint()};
  return inputs;
}
MemoInputs memo() {
  MemoInputs inputs;
  inputs.case_id = "KK-2026";
  inputs.title = "Compound north of the river";
  inputs.authority = "warrant 12/2026";
  inputs.now_us = kNow;
  inputs.checkpoints = {checkpoint()};
  return inputs;
}
bool holds(const std::string& page, std::string_view part) {
  return page.find(part) != std::string::npos;
}
// Each after the one before.
bool in_order(const std::string& page, std::initializer_list<const char*> parts) {
  std::size_t at = 0;
  for (const char* part : parts) {
    at = page.find(part, at);
    if (at == std::string::npos) return false;
    ++at;
  }
  return true;
}

TEST(FieldPage, LabelsThatFollowEachOtherAreOneRun) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(runs_of_labels({}), Texts());
  EXPECT_EQ(runs_of_labels({"K-01", "K-02", "K-03", "K-05", "K-06", "L-07"}),
            (Texts{"K-01 to K-03", "K-05", "K-06", "L-07"}));
  EXPECT_EQ(runs_of_labels({"K-9", "K-10", "K-11"}), (Texts{"K-9", "K-10", "K-11"})) << "not of one length";
  EXPECT_EQ(runs_of_labels({"A", "B", "C"}), (Texts{"A", "B", "C"}));
  EXPECT_EQ(runs_of_labels({"K-98", "K-99", "K-100"}), (Texts{"K-98", "K-99", "K-100"}));
}

TEST(FieldPage, RoomsAreInTheOrderInWhichPeopleCount) {
  const std::vector<ExhibitStory> all{in_room("A", "10"),    in_room("B", ""),    in_room("C", "2"),
                                      in_room("D", "2-11"),  in_room("E", "2-9"), in_room("F", "10"),
                                      in_room("G", "\u0e2b")};
  std::string names;
  for (const Room& room : rooms_of(all))
    names += room.name + ":" + std::to_string(room.exhibits.size()) + " ";
  EXPECT_EQ(names, "2:1 2-9:1 2-11:1 10:2 \u0e2b:1 :1 ");
}

TEST(Evening, SaysRoomByRoomWhatIsDone) {
  EveningInputs inputs = evening();
  for (int i = 1; i <= 4; ++i) inputs.exhibits.push_back(in_room("K-0" + std::to_string(i), "7"));
  for (ExhibitStory& one : inputs.exhibits) one.acquisitions = {imaged()};
  inputs.exhibits[3].standing = custody::Standing::left;
  inputs.exhibits.push_back(in_room("K-05", "7"));
  inputs.exhibits.back().acquisitions = {imaged(512)};
  inputs.exhibits.push_back(in_room("K-06", "8"));
  inputs.exhibits.push_back(exhibit("K-07", "document"));
  const std::string page = evening_page(inputs);
  EXPECT_TRUE(in_order(
      page, {">7<", "Done: 4", "K-04 (left)", "K-01 to K-03", "Partly: 1", "K-05 (512 bytes not read)", ">8<",
             "Not done: 1", "K-06", "No room stated", "Nothing to image: 1", "K-07"}))
      << page;
  EXPECT_TRUE(in_order(page, {"<b>7</b>", "exhibits", "<b>4</b>", "done", "<b>1</b>", "partly", "<b>1</b>",
                              "not done", "<b>1</b>", "nothing to image", "<b>0</b>", "gaps"}));
}
TEST(Evening, ListsGapsHoursAndDisks) {
  EveningInputs inputs = evening();
  EXPECT_TRUE(holds(evening_page(inputs), "no entry leaves anything open"));
  EXPECT_TRUE(holds(evening_page(inputs), "somebody else vouches for every entry"));
  const custody::ToldAt at{"police.example/KK-2026/a", 3, kNow};
  inputs.gaps.push_back({"image.none", "uid", "K-01", at, kNow, "No image of it is whole."});
  inputs.gaps.push_back(
      {"ledger.unwitnessed", "", "", at, kNow - std::int64_t{7'500} * 1'000'000, "Nobody."});
  inputs.disks = {{"case folder", "/media/case", 120'500'000'000, 500'000'000'000, true},
                  {"images", "/media/disk2", 0, 0, false}};
  const std::string page = evening_page(inputs);
  EXPECT_TRUE(in_order(page, {"K-01", "2026-11-22 18:05Z", "No image of it is whole.", "a, entry 3",
                              "police.example/KK-2026/a</bdi>: 2 h 5 min, since 2026-11-22 16:00Z",
                              "120.5 GB", "500.0 GB", "/media/disk2", "not attached", "0123 4567 89ab"}))
      << page;
}

TEST(Memo, ListsWhatWasTakenAndNoMore) {
  MemoInputs inputs = memo();
  inputs.exhibits = {
      exhibit("K-01", "phone",
              Json::object({{"room", "7"},
                            {"serial", "358<b>"},
                            {"seal", "Z-1"},
                            {"site", "Compound 3"},
                            {"first_reason", "rang all the time"},
                            {"description", "black"},
                            {"authority", "warrant 12/2026"}})),
      exhibit("K-02", "sim",
              Json::object({{"room", "7"}, {"parent", "uid-K-01"}, {"serial_reason", "worn off"}}))};
  inputs.exhibits[1].seized_us += std::int64_t{600} * 1'000'000;
  inputs.all = inputs.exhibits;
  const std::string page = memo_page(inputs);
  EXPECT_TRUE(in_order(page, {"KK-2026 · Compound north of the river", "warrant 12/2026", "Compound 3",
                              "2026-11-22 06:10Z to 2026-11-22 06:20Z", "2 things were taken from here",
                              "K-01", "phone", "358&lt;b&gt;", "Z-1", "K-02", "sim</bdi>, part of ", "K-01",
                              "none read", "worn off", "0123 4567 89ab", "Officer", "Occupant"}))
      << page;
  EXPECT_FALSE(holds(page, "rang all the time")) << "why it comes first is not for the occupant";
  EXPECT_EQ(page.find("warrant 12/2026"), page.rfind("warrant 12/2026"));
}

TEST(FieldPage, RunsAndLoadsNothing) {
  EveningInputs inputs = evening();
  inputs.exhibits = {in_room("K-01", "<script>alert(1)</script>\u202e7"), in_room("K\u202e<b>", "7")};
  inputs.gaps.push_back({"image.none", "uid", "K\u202e<b>", {"x\u202e/y", 1, kNow}, kNow, "\u202e<b>"});
  inputs.checkpoints[0].ledger = "x\u202e<b>";
  MemoInputs of_memo = memo();
  of_memo.exhibits = of_memo.all = inputs.exhibits;
  of_memo.checkpoints = inputs.checkpoints;
  for (const std::string& page : {evening_page(inputs), memo_page(of_memo)}) {
    EXPECT_FALSE(holds(page, "<script")) << page;
    EXPECT_FALSE(holds(page, "\u202e"));
    EXPECT_FALSE(holds(page, "src=") || holds(page, "http:") || holds(page, "https:") || holds(page, "url("));
    EXPECT_TRUE(holds(page, "default-src &#39;none&#39;; style-src &#39;sha256-"));
    EXPECT_TRUE(holds(page, "U+202E"));
    EXPECT_TRUE(holds(page, "viewBox=\"0 0 65 65\"") && holds(page, "d=\"M4 4h7v1h-7z\""));
  }
}

// Writes sample pages to the folder that HOLDFAST_LOOK names, for a person to look at in a browser.
TEST(Look, WriteFieldPages) {
  const char* folder = std::getenv("HOLDFAST_LOOK");
  if (folder == nullptr) GTEST_SKIP() << "HOLDFAST_LOOK names no folder";
  EveningInputs inputs = evening();
  std::string squares;
  for (int y = 4; y < 61; ++y)
    for (int x = 4 + y % 2; x < 61; x += 2 + x * y % 3)
      squares += "M" + std::to_string(x) + " " + std::to_string(y) + "h1v1h-1z";
  inputs.checkpoints = {
      {"police.example/KK-2026/a", 212, "8f3c 11d0 9b7e 4a52 60fe c0aa 93d1 7be4 05c2 6d18", squares, 65}};
  const custody::ToldAt at{"police.example/KK-2026/a", 17, kNow};
  for (int i = 1; i <= 40; ++i) {
    const std::string label = "KK-A-00" + std::string(i < 10 ? "0" : "") + std::to_string(i);
    Json members = Json::object({{"room", i > 38       ? ""
                                          : i % 5 == 0 ? "ห้อง 12 ชั้นสอง"
                                                       : "2-0" + std::to_string(i / 9)},
                                 {"site", "Compound 3"},
                                 {"floor", "2"},
                                 {"authority", "warrant 12/2026"}});
    if (i % 6 == 0)
      members.set("serial_reason", "label worn off");
    else
      members.set("serial", "35" + std::to_string(8'800'000'000'017 + i * 7919))
          .set("seal", "TE-0044" + std::to_string(i));
    inputs.exhibits.push_back(exhibit(label,
                                      i % 7 == 0   ? "document"
                                      : i % 4 == 0 ? "sim"
                                                   : "phone",
                                      members));
    if (i % 3 != 0) inputs.exhibits.back().acquisitions = {imaged(i % 11 == 0 ? 4096u : 0u)};
    if (i % 13 == 0)
      inputs.gaps.push_back({"image.none", "uid", label, at, kNow - std::int64_t{i} * 3'600'000'000,
                             "No image of it is whole 11 h 55 min after it was seized."});
  }
  inputs.gaps.push_back({"ledger.unwitnessed", "", "", at, kNow - std::int64_t{7'500'000'000},
                         "Nobody else vouches for entries 17 to 211; the last word was that of the witness "
                         "partner.example/w1, 2 h 5 min ago."});
  inputs.disks = {{"case folder", "/media/evidence-1/KK-2026", 120'500'000'000, 500'000'000'000, true},
                  {"images", "/media/disk2", 0, 0, false}};
  MemoInputs of_memo = memo();
  of_memo.exhibits = of_memo.all = inputs.exhibits;
  of_memo.checkpoints = inputs.checkpoints;
  const std::filesystem::path to(folder);
  base::write_durably(to / "evening.html", base::as_bytes(evening_page(inputs)));
  base::write_durably(to / "memo.html", base::as_bytes(memo_page(of_memo)));
}

}  // namespace
}  // namespace exporter::test
