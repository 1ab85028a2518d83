// SPDX-License-Identifier: Apache-2.0
// Signed notes: a published example, vectors, and notes that are almost right.
#include "chain-of-custody/note.h"

#include <set>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "base/merkle.h"
#include "support.h"
#include "tests/support/shared_folder.h"

namespace custody::test {
namespace {

Ed25519PrivateKey key_of_seed(int first) {
  base::Buffer seed;
  for (int i = 0; i < 32; ++i) seed.push_back(static_cast<std::byte>(first + i));
  return Ed25519PrivateKey::from_seed(seed);
}
const Ed25519PrivateKey& secret() {
  static const Ed25519PrivateKey key = key_of_seed(0);
  return key;
}
const NoteKey& public_key() {
  static const NoteKey key{"evidence.example/case/A", secret().public_key()};
  return key;
}
std::string good_note() {
  const Checkpoint checkpoint{public_key().name, 7, base::sha256(base::as_bytes("root"))};
  return format_note({checkpoint.text(), {sign_note(checkpoint.text(), public_key(), secret())}});
}

// "good", "bad", "other keys", or why it is no note.
std::string judged(const std::string& note, const NoteKey& key = public_key()) {
  try {
    const SignedNote parsed = parse_note(base::as_bytes(note));
    parse_checkpoint(parsed.text);
    const NoteOutcome outcome = check_note(parsed, key);
    return outcome == NoteOutcome::good ? "good" : outcome == NoteOutcome::bad ? "bad" : "other keys";
  } catch (const NoteError& error) {
    return error.what();
  }
}
std::string with(const std::string& from, const std::string& to) {
  std::string note = good_note();
  note.replace(note.find(from), from.size(), to);
  return note;
}

TEST(Note, VerifiesAndComesBackTheSame) {
  EXPECT_EQ(judged(good_note()), "good");
  EXPECT_EQ(format_note(parse_note(base::as_bytes(good_note()))), good_note());
}

// Keys, tree and checkpoint of a ledger that other implementations have checked.
TEST(Note, AgreesWithTheGoldenLedger) {
  SKIP_WITHOUT_SHARED("vectors/golden-ledger.json");
  const base::Json golden = base::parse_json(base::read_file(support::shared("vectors/golden-ledger.json")));
  const NoteKey key{golden.at("ln").text(), secret().public_key()};
  EXPECT_EQ(key.vkey(), golden.at("lv").text());
  EXPECT_EQ(parse_vkey(golden.at("lv").text()), key);
  EXPECT_THROW(parse_vkey(golden.at("wv").text()), NoteError);  // a witness's key is of another type
  std::vector<base::Digest> leaves;
  for (int i = 0; i < 7; ++i)
    leaves.push_back(base::leaf_hash(base::as_bytes("{\"seq\":" + std::to_string(i) + "}")));
  const auto root = [&](std::size_t size) { return base::merkle_root(std::span(leaves).first(size)); };
  EXPECT_EQ(base::to_base64(root(7).bytes), golden.at("r7").text());
  EXPECT_EQ(base::to_base64(root(3).bytes), golden.at("r3").text());
  EXPECT_EQ(base::to_base64(base::as_bytes("{\"seq\":4}")), golden.at("leaf4").text());
  const auto paths_agree = [](const std::vector<base::Digest>& path, const base::Json& expected) {
    std::vector<std::string> ours, theirs;
    for (const base::Digest& digest : path) ours.push_back(base::to_base64(digest.bytes));
    for (const base::Json& digest : expected.items()) theirs.push_back(digest.text());
    EXPECT_EQ(ours, theirs);
  };
  paths_agree(base::inclusion_path(leaves, 4), golden.at("incl"));
  paths_agree(base::consistency_path(leaves, 3), golden.at("cons"));
  // Ed25519 is deterministic, so the signature of the published checkpoint comes out again, byte for byte.
  const Checkpoint checkpoint{key.name, 7, root(7)};
  EXPECT_NE(format_note({checkpoint.text(), {sign_note(checkpoint.text(), key, secret())}})
                .find("J0mYx6q4JIrjjwfgryWL6UiEjKPsCihJRDTiEiNe/"
                      "KYMfd5T807rCBryHD6ClUbYpiAo9wmF8VMvskxrm664CZyiCQs=\n"),
            std::string::npos);
}

TEST(Note, T18_SizesInOtherForms) {
  for (const char* size : {"07", "+7", "0x7", "18446744073709551616", "-7", "7 ", ""})
    EXPECT_NE(judged(with("\n7\n", std::string("\n") + size + "\n")), "good") << size;
}
TEST(Note, T30_AlmostNotes) {
  EXPECT_EQ(judged(with("\xe2\x80\x94 ", "- ")), "a signature line does not begin with a dash and a space");
  EXPECT_NE(judged(with("\n7\n", "\r\n7\r\n")), "good");
  std::string cut = good_note();
  cut.pop_back();
  EXPECT_EQ(judged(cut), "a line does not end");
  EXPECT_EQ(judged(with("\n7\n", "\n\n7\n")), "a checkpoint's size is not a number");
  EXPECT_EQ(judged(with("\n7\n", "\n7\n\n")), "a checkpoint's root does not have 32 bytes");
  EXPECT_EQ(judged(with("\n7\n",
                        "\n\x01"
                        "7\n")),
            "a note holds a control character");
  std::string many = good_note();
  const std::string line = many.substr(many.find("\xe2\x80\x94"));
  for (int i = 0; i < 100; ++i) many += line;
  EXPECT_EQ(judged(many), "a note has too many signatures");
  EXPECT_EQ(judged(with("\n\n", "\nextension\n\n")), "a checkpoint has extension lines");
}
TEST(Note, T31_RightIdentifierWrongKey) {
  SignedNote note = parse_note(base::as_bytes(good_note()));
  note.signatures[0].signature = base::to_buffer(key_of_seed(32).sign(base::as_bytes(note.text)));
  EXPECT_EQ(judged(format_note(note)), "bad");
}
TEST(Note, T32_UnknownKeysOnly) {
  EXPECT_EQ(judged(good_note(), {public_key().name, key_of_seed(32).public_key()}), "other keys");
  EXPECT_EQ(judged(good_note(), {"evidence.example/case/B", public_key().key}), "other keys");
}
TEST(Note, T33_OneGoodLineOneBroken) {
  SignedNote note = parse_note(base::as_bytes(good_note()));
  note.signatures.push_back(note.signatures[0]);
  EXPECT_EQ(judged(format_note(note)), "good");
  note.signatures[1].signature[5] ^= std::byte{1};
  EXPECT_EQ(judged(format_note(note)), "bad");
  std::swap(note.signatures[0], note.signatures[1]);
  EXPECT_EQ(judged(format_note(note)), "bad");
}
TEST(Note, T81_Base64WithTwoForms) {
  const std::string note = good_note();
  EXPECT_NE(judged(note.substr(0, note.size() - 1) + "=\n"), "good");
  EXPECT_NE(judged(note.substr(0, note.size() - 20) + "\n" + note.substr(note.size() - 20)), "good");
}
TEST(Note, VerifierKeysInOneFormOnly) {
  const std::string vkey = public_key().vkey();
  EXPECT_EQ(parse_vkey(vkey), public_key());
  EXPECT_THROW(parse_vkey("other" + vkey), NoteError);  // the identifier is no longer that of name and key
  EXPECT_THROW(parse_vkey(vkey + "="), NoteError);
  EXPECT_THROW(parse_vkey(""), NoteError);
  const NoteKey unsound{"evidence.example/case/A", {}};
  EXPECT_THROW(parse_vkey(unsound.vkey()), NoteError);
}

TEST(Ed25519, T55_Wycheproof) {
  SKIP_WITHOUT_SHARED("vectors/wycheproof/ed25519_test.json");
  const base::Json vectors =
      base::parse_json(base::read_file(support::shared("vectors/wycheproof/ed25519_test.json")));
  int judged_count = 0;
  for (const base::Json& group : vectors.at("testGroups").items()) {
    Ed25519PublicKey key{};
    std::ranges::copy(base::from_hex(group.at("publicKey").at("pk").text()), key.begin());
    for (const base::Json& test : group.at("tests").items()) {
      const bool good =
          ed25519_verifies(key, base::from_hex(test.at("msg").text()), base::from_hex(test.at("sig").text()));
      EXPECT_EQ(good, test.at("result").text() == "valid") << "tcId " << test.at("tcId").integer();
      ++judged_count;
    }
  }
  EXPECT_EQ(judged_count, vectors.at("numberOfTests").integer());
}

// Points of low order, encodings that are not canonical, and residues of low order. The rule, for each vector
// by its flags: refused where the key is of low order (and so wherever it is not canonical), where R is not
// canonical, and where the equation holds only with the cofactor; accepted else: a low order of R alone, or a
// component of low order in A or R that cancels out, lets nobody sign without the key.
TEST(Ed25519, T55_PointsOfLowOrder) {
  SKIP_WITHOUT_SHARED("vectors/cctv-ed25519/ed25519vectors.json");
  const base::Json vectors =
      base::parse_json(base::read_file(support::shared("vectors/cctv-ed25519/ed25519vectors.json")));
  int accepted = 0;
  for (const base::Json& vector : vectors.items()) {
    std::set<std::string> flags;
    if (const base::Json* list = vector.find("flags"); list && list->is_array())
      for (const base::Json& flag : list->items()) flags.insert(flag.text());
    Ed25519PublicKey key{};
    std::ranges::copy(base::from_hex(vector.at("key").text()), key.begin());
    const bool expected = !flags.contains("low_order_A") && !flags.contains("non_canonical_A") &&
                          !flags.contains("non_canonical_R") && !flags.contains("low_order_residue");
    EXPECT_EQ(is_sound_public_key(key), !flags.contains("low_order_A")) << vector.at("number").integer();
    EXPECT_EQ(ed25519_verifies(key, base::as_bytes(vector.at("msg").text()),
                               base::from_hex(vector.at("sig").text())),
              expected)
        << vector.at("number").integer();
    accepted += expected;
  }
  EXPECT_EQ(vectors.items().size(), 914u);
  EXPECT_GT(accepted, 0);
}

// A verifier of another project: golang.org/x/mod/sumdb, which Debian ships.
TEST(Note, AnotherProgramAgrees) {
  const auto run = [](const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str());
  };
  if (run("command -v go") != 0 ||
      !std::filesystem::exists("/usr/share/gocode/src/golang.org/x/mod/sumdb/note"))
    GTEST_SKIP() << "needs golang-go and golang-golang-x-mod-dev";
  const TestFolder folder;
  base::write_durably(folder / "check.go", base::as_bytes(R"(package main

import (
	"golang.org/x/mod/sumdb/note"
	"os"
)

func main() {
	text, _ := os.ReadFile(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		os.Exit(2)
	}
	if _, err = note.Open(text, note.VerifierList(verifier)); err != nil {
		os.Exit(1)
	}
}
)"));
  const std::string go =
      "cd " + folder.path().string() +
      " && GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode GOCACHE=" + (folder / "cache").string() +
      " go build -o check check.go";
  ASSERT_EQ(run(go), 0);
  base::write_durably(folder / "good", base::as_bytes(good_note()));
  base::write_durably(folder / "bad", base::as_bytes(with("\n7\n", "\n8\n")));
  const std::string check = (folder / "check").string() + " ";
  EXPECT_EQ(run(check + (folder / "good").string() + " '" + public_key().vkey() + "'"), 0);
  EXPECT_EQ(WEXITSTATUS(run(check + (folder / "bad").string() + " '" + public_key().vkey() + "'")), 1);
}

}  // namespace
}  // namespace custody::test
