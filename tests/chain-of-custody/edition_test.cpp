// SPDX-License-Identifier: Apache-2.0
// Editions: what they show verifies, what they withhold is counted, and what they leave out is seen.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/merkle.h"
#include "chain-of-custody/custody_files.h"
#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/leaf.h"
#include "forge.h"
#include "other_voices.h"
#include "programs.h"

namespace custody::test {
namespace {

using Files = std::map<std::string, base::Buffer>;

constexpr char kPrefix[] = "data/custody/station-a/";

Files phone_edition(Opening opening = Opening::whole) {
  return edition_files(genuine()->content, {{kPhone, opening}});
}
VerifyReport verify(const Files& files) {
  std::map<std::string, base::Buffer, std::less<>> placed;
  for (const auto& [name, bytes] : files) placed.emplace(kPrefix + name, bytes);
  VerifyReport report;
  const LedgerContent content = ledger_from_files(*base::files_in_memory(std::move(placed)), kPrefix, report);
  verify_ledger(content, Coverage::edition, trusting(anna()), report);
  return report;
}
std::string failed(const Files& files) {
  return failed_codes(verify(files));
}

TEST(Edition, VerifiesInPart) {
  const VerifyReport report = verify(phone_edition());
  for (const Check& check : report.checks)
    EXPECT_EQ(check.outcome, Outcome::passed) << check.code << " " << check.object << ": " << check.what;
  EXPECT_EQ(report.verdict(), Verdict::verified_in_part);
  std::string said;
  for (const std::string& statement : report.statements) said += statement + "\n";
  EXPECT_NE(said.find("2 entries are withheld."), std::string::npos) << said;
}
TEST(Edition, OfAllExhibitsWithholdsNothing) {
  const auto ledger = genuine();
  const VerifyReport report =
      verify(edition_files(ledger->content, {{kPhone, Opening::whole}, {kDisk, Opening::whole}}));
  EXPECT_EQ(failed_codes(report), "");
  EXPECT_EQ(report.verdict(), Verdict::verified);
}
TEST(Edition, KeepsDigestsOfWithheldContentClosed) {
  const Files files = phone_edition(Opening::without_digests);
  const VerifyReport report = verify(files);
  EXPECT_EQ(failed_codes(report), "");
  EXPECT_EQ(report.verdict(), Verdict::verified_in_part);
  for (const auto& [name, bytes] : files)
    if (name.starts_with("disclosures/"))
      EXPECT_FALSE(read_disclosure(base::as_text(base::Bytes(bytes).first(bytes.size() - 1))).name) << name;
}
// T96 and T98, as far as the ledger goes: nothing of the other exhibit is in any file, in clear or in base64.
TEST(Edition, T96_NothingOfOtherExhibits) {
  const OpenedBody hidden = open_body(genuine()->content.entries[2]);
  const std::string label = hidden.exhibits.at(0).members.at("label").text();
  ASSERT_EQ(label, "KK-A-0002");
  for (const auto& [name, bytes] : phone_edition()) {
    std::string text(base::as_text(bytes));
    if (name.starts_with("disclosures/")) {
      std::string decoded;
      for (std::size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1)
        decoded += base::as_text(base::from_base64url(text.substr(at, end - at)));
      text += decoded;
    }
    EXPECT_EQ(text.find(label), text.npos) << name;
    EXPECT_EQ((name + text).find(kDisk), text.npos) << name;
  }
  // grep and sha256sum over the files: neither the words nor the digest of the statement that hides them.
  const TestFolder shown, all;
  const auto write = [](const TestFolder& folder, const Files& files) {
    for (const auto& [name, bytes] : files) {
      std::filesystem::create_directories((folder / name).parent_path());
      base::write_durably(folder / name, bytes);
    }
  };
  write(shown, phone_edition());
  write(all, edition_files(genuine()->content, {{kPhone, Opening::whole}, {kDisk, Opening::whole}}));
  const std::string statement = genuine()->content.entries[2].disclosures.back();
  for (const std::string& secret : {statement.substr(0, 60), std::string(kDisk)}) {
    EXPECT_NE(ask("grep -raqF -- '" + secret + "' " + shown.path().string()).code, 0) << secret;
    EXPECT_NE(ask("find " + shown.path().string() + " | grep -qF -- '" + secret + "'").code, 0) << secret;
    EXPECT_EQ(ask("{ cd " + all.path().string() + " && grep -raF -- '" + secret +
                  "' . ; find . ; } | grep -qaF -- '" + secret + "'")
                  .code,
              0)
        << secret;
  }
}

TEST(Edition, T13_TileAltered) {
  Files files = phone_edition();
  flip(files.at("tile/0/000.p/7"), 40);
  EXPECT_EQ(failed(files), "custody.tiles");
}
TEST(Edition, T93_OneActLeftOut) {
  Files files = phone_edition();
  for (const char* name : {"bodies/000003.json", "signatures/000003.0.p7s", "disclosures/000003.txt"})
    ASSERT_EQ(files.erase(name), 1u);
  EXPECT_EQ(failed(files), "exhibit.n exhibit.prev");
}
TEST(Edition, T93_OneStatementKeptClosed) {
  Files files = phone_edition();
  ASSERT_EQ(files.erase("disclosures/000003.txt"), 1u);
  EXPECT_EQ(failed(files), "exhibit.n exhibit.prev");
}
TEST(Edition, T94_T154_LastActLeftOut) {
  Files files = phone_edition();
  for (const char* name : {"bodies/000006.json", "signatures/000006.0.p7s", "disclosures/000006.txt"})
    ASSERT_EQ(files.erase(name), 1u);
  EXPECT_EQ(failed(files), "state.slot");
}
TEST(Edition, T154_SlotOfAnEarlierState) {
  Files files = phone_edition();
  for (const char* name : {"bodies/000006.json", "signatures/000006.0.p7s", "disclosures/000006.txt"})
    files.erase(name);
  // The exporter offers the slot as it was before the last act.
  auto before = genuine();
  before->content.entries.pop_back();
  before->reseal_it();
  const std::string slot = "state/" + std::string(kPhone) + ".json";
  files[slot] = edition_files(before->content, {{kPhone, Opening::whole}}).at(slot);
  EXPECT_EQ(failed(files), "state.slot");
}
TEST(Edition, T154_SlotLeftOut) {
  Files files = phone_edition();
  files.erase("state/" + std::string(kPhone) + ".json");
  EXPECT_EQ(failed(files), "state.slot");
}
// Proofs of slots are RFC 6962 audit paths; each of these is a path that proves nothing.
TEST(Edition, T19_PathsThatAreNotTheSlots) {
  CaseState state;
  for (const char* uid : {"00000000000000000000000000000000", kPhone, kDisk})
    state.advance(uid, base::sha256(base::as_bytes(uid)));
  const SlotProof good = state.proof(kPhone);
  ASSERT_TRUE(check_slot(good, state.root()));
  const auto refused = [&](const std::function<void(SlotProof&)>& change) {
    SlotProof proof = good;
    change(proof);
    return !check_slot(proof, state.root());
  };
  EXPECT_TRUE(refused([](SlotProof& proof) { proof.path.pop_back(); }));
  EXPECT_TRUE(refused([](SlotProof& proof) { proof.path.push_back({}); }));
  EXPECT_TRUE(refused([](SlotProof& proof) { std::swap(proof.path[0], proof.path[1]); }));
  EXPECT_TRUE(refused([](SlotProof& proof) { proof.index ^= 1; }));
  EXPECT_TRUE(refused([](SlotProof& proof) { proof.index = proof.slots; }));
  EXPECT_TRUE(refused([](SlotProof& proof) { proof.slots = 3; }));
  EXPECT_TRUE(refused([](SlotProof& proof) { proof.slots *= 2; }));
  EXPECT_TRUE(refused([](SlotProof& proof) { ++proof.slot.n; }));
  // The same paths before sumdb/tlog, where they have a meaning in it.
  if (has_go()) {
    const auto go = [&](std::uint64_t index, std::uint64_t slots, const std::vector<base::Digest>& path) {
      return go_includes(index, base::leaf_hash(base::as_bytes(canonical(good.slot))), slots, state.root(),
                         path);
    };
    EXPECT_TRUE(go(good.index, good.slots, good.path));
    EXPECT_FALSE(go(good.index, good.slots, {good.path[0]}));
    EXPECT_FALSE(go(good.index, good.slots, {good.path[0], good.path[1], {}}));
    EXPECT_FALSE(go(good.index, good.slots, {good.path[1], good.path[0]}));
    EXPECT_FALSE(go(good.index ^ 1, good.slots, good.path));
    EXPECT_FALSE(go(good.slots, good.slots, good.path));
  }
  base::Json json = to_json(good);
  json.set("path", base::Json::array({good.path[0].hex().substr(2), good.path[1].hex()}));  // 31 bytes
  EXPECT_THROW(slot_proof_from_json(json), base::JsonError);
}
TEST(Edition, T155_ActOnTheWholeCaseLeftOut) {
  const TestFolder folder;
  const auto writer = small_ledger(folder);
  base::Event event{"key.add", {}, base::Json::object(), true};
  event.members.set("cert_sha256", fingerprint_of(boris().certificate()))
      .set("certificate", base::to_base64(boris().certificate()))
      .set("subject", boris().subject());
  writer->append(event);
  Files files = edition_files(read_ledger(places_in(folder).folder), {{kPhone, Opening::whole}});
  EXPECT_EQ(failed(files), "");
  for (const char* name : {"bodies/000007.json", "signatures/000007.0.p7s"}) ASSERT_EQ(files.erase(name), 1u);
  EXPECT_EQ(failed(files), "state.slot");
  ASSERT_EQ(files.erase("state/case.json"), 1u);
  EXPECT_EQ(failed(files), "state.slot");
}
TEST(Edition, GenesisLeftOut) {
  Files files = phone_edition();
  files.erase("bodies/000000.json");
  files.erase("signatures/000000.0.p7s");
  EXPECT_NE(failed(files).find("body.present"), std::string::npos);
}
TEST(Edition, LeafLeftOut) {
  Files files = phone_edition();
  files.erase("leaves/000002.json");
  EXPECT_NE(failed(files).find("tree.size"), std::string::npos);
}
TEST(Edition, FilesThatHaveNoPlace) {
  Files files = phone_edition();
  files["leaves/7.json"] = files.at("leaves/000006.json");
  EXPECT_EQ(failed(files), "custody.file");
  files = phone_edition();
  files["bodies/000002.json.bak"] = {};
  EXPECT_EQ(failed(files), "custody.file");
}
TEST(Edition, CertificateUnderAnotherName) {
  Files files = phone_edition();
  files["certificates/" + fingerprint_of(boris().certificate()) + ".pem"] =
      base::to_buffer(base::as_bytes(certificate_to_pem(anna().certificate())));
  EXPECT_EQ(failed(files), "custody.file");
}
TEST(Edition, EmptyFiles) {
  const Files genuine_files = phone_edition();
  for (const auto& [name, bytes] : genuine_files) {
    Files files = genuine_files;
    files.at(name).clear();
    EXPECT_NE(failed(files), "") << name;
  }
}
TEST(Edition, EveryFileMatters) {
  const Files genuine_files = phone_edition();
  for (const auto& [name, bytes] : genuine_files) {
    Files files = genuine_files;
    flip(files.at(name), bytes.size() / 2);
    EXPECT_NE(failed(files), "") << name;
  }
}
TEST(Edition, OfAnUnknownExhibitIsRefused) {
  EXPECT_THROW(edition_files(genuine()->content, {{"a9000000000000000000000000000009", Opening::whole}}),
               base::Error);
}

}  // namespace
}  // namespace custody::test
