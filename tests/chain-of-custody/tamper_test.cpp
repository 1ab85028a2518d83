// SPDX-License-Identifier: Apache-2.0
// What somebody may do to a ledger's bytes, by the numbers of docs/verification.md, and the check that sees
// it.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "base/sqlite.h"
#include "base/time.h"
#include "chain-of-custody/leaf.h"
#include "forge.h"
#include "other_voices.h"
#include "programs.h"
#include "stations.h"

namespace custody::test {
namespace {

using base::Json;

Checkpoint checkpoint_of(const LedgerContent& content) {
  return parse_checkpoint(parse_note(content.checkpoint).text);
}

TEST(Tamper, NothingIsSeenWhereNothingWasDone) {
  const auto ledger = genuine();
  EXPECT_EQ(ledger->verify().verdict(), Verdict::verified);
  // Resealing what is genuine changes nothing: the forging tool itself does no damage.
  const base::Buffer checkpoint = ledger->content.checkpoint;
  ledger->reseal_it();
  EXPECT_EQ(ledger->content.checkpoint, checkpoint);
  EXPECT_EQ(ledger->verify().verdict(), Verdict::verified);
}

TEST(Tamper, T01_LastEntryDeleted) {
  const auto ledger = genuine();
  ledger->content.entries.pop_back();
  EXPECT_EQ(ledger->failed(), "tree.size");
}
TEST(Tamper, T02_LastEntriesDeleted) {
  const auto ledger = genuine();
  ledger->content.entries.resize(4);
  EXPECT_EQ(ledger->failed(), "tree.size");
}
TEST(Tamper, T03_OnlyGenesisLeft) {
  const auto ledger = genuine();
  ledger->content.entries.resize(1);
  EXPECT_EQ(ledger->failed(), "tree.size");
}
// A leaf that cannot be read says nothing of its body: no act follows it, nor the leaf before it.
TEST(Tamper, T07_EntryTwiceWithALeafThatCannotBeRead) {
  const auto ledger = genuine();
  std::vector<Entry>& entries = ledger->content.entries;
  Entry twice = entries[3];
  twice.leaf = base::to_buffer(base::as_bytes("x"));
  entries.insert(entries.begin() + 4, twice);
  EXPECT_TRUE(says(ledger->verify(), "exhibit.prev", "entry 5"));
}
TEST(Tamper, T04_EmptyLedger) {
  const auto ledger = genuine();
  ledger->content.entries.clear();
  EXPECT_EQ(ledger->verify().verdict(), Verdict::damaged);
  ledger->content.checkpoint.clear();
  EXPECT_EQ(ledger->verify().verdict(), Verdict::damaged);
}

// The log key's holder leaves out the acquisition of the phone and renumbers: the counters are in signed
// bodies.
TEST(Tamper, T05_MiddleEntryDeletedAndRenumbered) {
  const auto ledger = genuine();
  ledger->content.entries.erase(ledger->content.entries.begin() + 3);
  EXPECT_EQ(ledger->failed(), "exhibit.n exhibit.prev leaf.prev leaf.seq leaf.state tree.size");
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "exhibit.n exhibit.prev");
  if (has_stock_tools()) EXPECT_EQ(ledger->stock(), kStockToolsNoticeNothing);
}
TEST(Tamper, T06_TwoEntriesSwapped) {
  const auto ledger = genuine();
  std::swap(ledger->content.entries[3], ledger->content.entries[4]);
  EXPECT_NE(ledger->failed().find("leaf.seq"), std::string::npos);
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "exhibit.n exhibit.prev time.monotonic");
}
TEST(Tamper, T07_EntryDuplicated) {
  const auto ledger = genuine();
  ledger->content.entries.push_back(ledger->content.entries.back());
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "exhibit.n exhibit.prev");
}
TEST(Tamper, T08_OldBodyInsertedAgain) {
  const auto ledger = genuine();
  ledger->content.entries.push_back(ledger->content.entries[3]);
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "exhibit.n exhibit.prev time.monotonic");
  if (has_stock_tools()) EXPECT_EQ(ledger->stock(), kStockToolsNoticeNothing);
}
TEST(Tamper, T09_BodyOfAnotherLedger) {
  const auto ledger = genuine();
  const auto other = another_genuine();  // same names, another genesis
  ledger->content.entries[6] = other->content.entries[6];
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "body.ledger exhibit.prev");
  if (has_stock_tools()) EXPECT_EQ(ledger->stock(), kStockToolsNoticeNothing);
}
TEST(Tamper, T10_EveryByteOfABody) {
  const auto ledger = genuine();
  const base::Buffer body = *ledger->content.entries[3].body;
  for (std::size_t i = 0; i < body.size(); i += 7) {
    flip(*ledger->content.entries[3].body, i);
    const VerifyReport report = ledger->verify();
    EXPECT_EQ(report.verdict(), Verdict::damaged) << "byte " << i;
    EXPECT_NE(failed_codes(report).find("leaf.body"), std::string::npos) << "byte " << i;
    ledger->content.entries[3].body = body;
  }
}
TEST(Tamper, T11_EveryByteOfASignature) {
  const auto ledger = genuine();
  const base::Buffer signature = ledger->content.entries[3].signatures[0];
  for (std::size_t i = 0; i < signature.size(); i += 11) {
    flip(ledger->content.entries[3].signatures[0], i);
    EXPECT_NE(ledger->failed().find("leaf.signatures"), std::string::npos) << "byte " << i;
    ledger->content.entries[3].signatures[0] = signature;
  }
}
TEST(Tamper, T12_EveryByteOfALeaf) {
  const auto ledger = genuine();
  const base::Buffer leaf = ledger->content.entries[3].leaf;
  for (std::size_t i = 0; i < leaf.size(); i += 5) {
    flip(ledger->content.entries[3].leaf, i);
    EXPECT_NE(ledger->failed().find("tree.root"), std::string::npos) << "byte " << i;
    ledger->content.entries[3].leaf = leaf;
  }
}

// A stranger can make a whole ledger; that it is whole is not yet that it is theirs whom the verifier trusts.
TEST(Tamper, T14_WholeLedgerRebuiltByAStranger) {
  const TestFolder folder;
  Ledger::create(places_in(folder), genesis_facts(), boris());
  const VerifyReport report = verify_whole(read_ledger(places_in(folder).folder), trusting(anna()));
  EXPECT_EQ(failed_codes(report), "");
  EXPECT_EQ(impossible_codes(report), "signature.chain");
  EXPECT_EQ(report.verdict(), Verdict::not_proven);
}
// The genuine bodies under a key that genesis does not name.
TEST(Tamper, T14_NewLogKeyUnderOldEntries) {
  const auto ledger = genuine();
  reseal(ledger->content, Ed25519PrivateKey::generate());
  EXPECT_EQ(ledger->failed(), "note.signature");
}
TEST(Tamper, T15_TwoCheckpointsOfOneSize) {
  const auto ledger = genuine();
  const base::Buffer first = ledger->content.checkpoint;
  sign_again(ledger->content.entries[6], anna(),
             [](Json& body) { body.set("nonce", "AAAAAAAAAAAAAAAAAAAAAA"); });
  ledger->reseal_it();
  EXPECT_EQ(ledger->verify().verdict(), Verdict::verified);  // alone it is a good ledger
  if (has_stock_tools()) EXPECT_EQ(ledger->stock(), kStockToolsNoticeNothing);
  ledger->content.checkpoint = first;  // but not the one that others hold
  EXPECT_EQ(ledger->failed(), "tree.root");
}
TEST(Tamper, T16_RootOfAnotherTree) {
  const auto ledger = genuine();
  Checkpoint checkpoint = checkpoint_of(ledger->content);
  checkpoint.root = base::sha256(base::as_bytes("another"));
  ledger->content.checkpoint = signed_checkpoint(checkpoint, ledger->key);
  EXPECT_EQ(ledger->failed(), "tree.root");
}
TEST(Tamper, T17_LargerSizeSameRoot) {
  const auto ledger = genuine();
  Checkpoint checkpoint = checkpoint_of(ledger->content);
  ++checkpoint.size;
  ledger->content.checkpoint = signed_checkpoint(checkpoint, ledger->key);
  EXPECT_EQ(ledger->failed(), "tree.size");
}
TEST(Tamper, T21_CheckpointOfAnotherLedger) {
  const auto ledger = genuine();
  ledger->content.checkpoint = another_genuine()->content.checkpoint;
  EXPECT_EQ(ledger->failed(), "note.signature tree.root");
}
TEST(Tamper, T22_NumberAndLinkOfALeaf) {
  const auto ledger = genuine();
  Leaf leaf = parse_leaf(ledger->content.entries[6].leaf);
  leaf.seq = 9;
  ledger->content.entries[6].leaf = base::to_buffer(base::as_bytes(leaf.canonical()));
  EXPECT_EQ(ledger->failed(), "leaf.seq tree.root");
  leaf.seq = 6;
  leaf.prev = base::sha256(base::as_bytes("another"));
  ledger->content.entries[6].leaf = base::to_buffer(base::as_bytes(leaf.canonical()));
  EXPECT_EQ(ledger->failed(), "leaf.prev tree.root");
}
TEST(Tamper, T26_OneBitInAnyPlaceOfTheDatabase) {
  const TestFolder place;
  small_ledger(place);
  const std::filesystem::path folder = places_in(place).folder;
  const LedgerContent genuine_content = read_ledger(folder);
  const base::Buffer database = base::read_file(folder / "ledger.db");
  std::size_t seen = 0, harmless = 0, sqlite_is_content = 0;
  for (std::size_t i = 0; i < database.size(); i += 613) {
    base::Buffer damaged = database;
    flip(damaged, i);
    base::write_durably(folder / "ledger.db", damaged);
    try {
      const LedgerContent content = read_ledger(folder);
      const bool same =
          content.entries.size() == genuine_content.entries.size() &&
          std::equal(content.entries.begin(), content.entries.end(), genuine_content.entries.begin(),
                     [](const Entry& a, const Entry& b) {
                       return a.leaf == b.leaf && a.body == b.body && a.signatures == b.signatures;
                     });
      // Free space and SQLite's own counters carry nothing of the ledger; whatever changes an entry is seen.
      if (same) {
        ++harmless;
        continue;
      }
      EXPECT_EQ(verify_whole(content, trusting(anna())).verdict(), Verdict::damaged) << "byte " << i;
      ++seen;
      const Answer sqlite =
          ask("sqlite3 -readonly " + (folder / "ledger.db").string() + " 'PRAGMA integrity_check'");
      sqlite_is_content += sqlite.said == "ok\n";
    } catch (const base::Error&) {
      ++seen;
    }
  }
  EXPECT_GT(seen, 10u);
  EXPECT_GT(harmless, 0u);
  if (has_program("sqlite3"))
    EXPECT_GT(sqlite_is_content, seen / 2) << "sqlite3 has no checksums of contents";
}
// A bit flips between what was signed and what lies on the disk: a trigger stands for the faulty memory. The
// entry is read again before the checkpoint vouches for it.
TEST(Tamper, T26_WhatIsStoredIsNotWhatWasSigned) {
  const TestFolder place;
  const auto ledger = small_ledger(place);
  const LedgerPlaces places = places_in(place);
  base::Database::open(places.folder / "ledger.db", base::OpenMode::read_write)
      .execute(
          "DROP TRIGGER entries_stay; CREATE TRIGGER flip AFTER INSERT ON entries BEGIN "
          "UPDATE entries SET body=CAST(replace(CAST(body AS TEXT), 'KK-2026', 'KK-2027') AS BLOB) "
          "WHERE seq=new.seq; END");
  const base::Buffer checkpoint = base::read_file(places.folder / "checkpoint");
  try {
    ledger->append(check_image(kPhone));
    ADD_FAILURE() << "it was acknowledged";
  } catch (const base::Error& error) {
    EXPECT_NE(std::string(error.what()).find("was not stored as it was written"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(base::read_file(places.folder / "checkpoint"), checkpoint);
  if (has_program("sqlite3"))
    EXPECT_EQ(
        ask("sqlite3 -readonly " + (places.folder / "ledger.db").string() + " 'PRAGMA integrity_check'").said,
        "ok\n");
}

TEST(Tamper, T40_SignatureStripped) {
  const auto ledger = genuine();
  ledger->content.entries[3].signatures.clear();
  EXPECT_EQ(ledger->failed(), "leaf.signatures");
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "leaf.signatures");
}
TEST(Tamper, T41_SignatureOfAnotherOfficer) {
  const auto ledger = genuine();
  Entry& entry = ledger->content.entries[3];
  entry.signatures = {boris().sign_detached(*entry.body)};
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "signature.known signature.party");
}
TEST(Tamper, T43_LookAlikeCertificate) {
  const TestFolder folder;
  make_identity(folder.path(), {"anna", "Officer A", "Test Agency", "KH", 30}, "");
  const auto look_alike = unlock_signer(folder.path(), "anna", [] { return std::string(); });
  ASSERT_EQ(look_alike->subject(), anna().subject());
  const auto ledger = genuine();
  sign_again(ledger->content.entries[3], *look_alike, [&](Json& body) {
    body.set("parties", Json::array({Json::object({{"cert_sha256", fingerprint_of(look_alike->certificate())},
                                                   {"kind", "person"},
                                                   {"role", "acting"}})}));
  });
  ledger->reseal_it();
  const VerifyReport report = ledger->verify();
  EXPECT_NE(failed_codes(report).find("signature.known"), std::string::npos);
  EXPECT_EQ(impossible_codes(report), "signature.chain");
}
TEST(Tamper, T50_SignatureOverOtherContent) {
  const auto ledger = genuine();
  ledger->content.entries[3].signatures = ledger->content.entries[4].signatures;
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "signature.value");
}
TEST(Tamper, T53_CertificateNotYetValidAtTheClaimedTime) {
  const auto ledger = genuine();
  sign_again(ledger->content.entries[6], anna(), [](Json& body) {
    Json time = body.at("time");
    body.set("time", time.set("utc", "2019-01-01T00:00:00Z"));
  });
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "signature.validity");
}
TEST(Tamper, T67_WallClockSetBackIsSaid) {
  const auto ledger = genuine();
  sign_again(ledger->content.entries[6], anna(), [](Json& body) {
    Json time = body.at("time");
    body.set("time", time.set("utc", "2019-01-01T00:00:00Z"));
  });
  ledger->reseal_it();
  std::string said;
  for (const std::string& statement : ledger->verify().statements) said += statement;
  EXPECT_NE(said.find("The wall clock was set back"), std::string::npos) << said;
  if (has_stock_tools()) EXPECT_EQ(ledger->stock(), kStockToolsNoticeNothing);
}
TEST(Tamper, T68_MonotonicClockWentBack) {
  const auto ledger = genuine();
  sign_again(ledger->content.entries[6], anna(), [](Json& body) {
    Json time = body.at("time");
    body.set("time", time.set("mono_ms", "1"));
  });
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "time.monotonic");
  if (has_stock_tools()) EXPECT_EQ(ledger->stock(), kStockToolsNoticeNothing);
}
TEST(Tamper, SignatureOlderThanItsBody) {
  const auto ledger = genuine();
  sign_again(ledger->content.entries[6], anna(), [](Json& body) {
    Json time = body.at("time");
    body.set("time", time.set("utc", base::format_utc(base::now_utc_us() + 5'000'000)));
  });
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "time.order");
}

// The root of the leaf's hash is 256 bits wherever it stands: a root that agrees in 40 bits is another root.
TEST(Tamper, T149_ShortRootEqualFullRootDifferent) {
  const auto ledger = genuine();
  Checkpoint checkpoint = checkpoint_of(ledger->content);
  checkpoint.root.bytes[31] ^= std::byte{1};
  ledger->content.checkpoint = signed_checkpoint(checkpoint, ledger->key);
  EXPECT_EQ(ledger->failed(), "tree.root");
  if (has_stock_tools())
    EXPECT_EQ(ledger->stock(), "openssl cms accepts, sumdb/note accepts, sumdb/tlog refuses");
}
TEST(Tamper, T153_TwoGenesesOfOneName) {
  const auto ledger = genuine();
  const auto other = another_genuine();
  ledger->content.entries.push_back(other->content.entries[0]);
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "body.ledger exhibit.registered genesis.first scope.chain");
  if (has_stock_tools()) EXPECT_EQ(ledger->stock(), kStockToolsNoticeNothing);
}
TEST(Tamper, T156_ActThatMustNameAnExhibitAndDoesNot) {
  const auto ledger = genuine();
  Entry& entry = ledger->content.entries[6];
  entry.disclosures.clear();
  sign_again(entry, anna(), [](Json& body) { body.set("exhibits", Json::array()); });
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "act.table");
  if (has_stock_tools()) EXPECT_EQ(ledger->stock(), kStockToolsNoticeNothing);
}
TEST(Tamper, StateThatDoesNotFollow) {
  const auto ledger = genuine();
  Leaf leaf = parse_leaf(ledger->content.entries[6].leaf);
  leaf.state = parse_leaf(ledger->content.entries[5].leaf).state;
  ledger->content.entries[6].leaf = base::to_buffer(base::as_bytes(leaf.canonical()));
  EXPECT_EQ(ledger->failed(), "leaf.state tree.root");
}
TEST(Tamper, UnknownActAndUnknownMember) {
  const auto ledger = genuine();
  sign_again(ledger->content.entries[6], anna(), [](Json& body) { body.set("act", "burn"); });
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "act.table");
  sign_again(ledger->content.entries[6], anna(),
             [](Json& body) { body.set("act", "verify").set("mood", "good"); });
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "act.table");
}

}  // namespace
}  // namespace custody::test
