// SPDX-License-Identifier: Apache-2.0
// Inclusion proofs as files: a golden one, almost proofs, and what the Go library says of them.
#include "chain-of-custody/tlog_proof.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/merkle.h"
#include "forge.h"
#include "other_voices.h"
#include "tests/support/shared_folder.h"

namespace custody::test {
namespace {

// The ledger of seven leaves {"seq":i} whose proof other implementations have checked: key seed 00..1f.
class SevenLeaves : public testing::Test {
 protected:
  SevenLeaves() : secret(Ed25519PrivateKey::from_seed(seed())) {
    for (int i = 0; i < 7; ++i)
      hashes.push_back(base::leaf_hash(base::as_bytes("{\"seq\":" + std::to_string(i) + "}")));
    const Checkpoint checkpoint{key().name, 7, base::merkle_root(hashes)};
    proof = prove_leaf(hashes, 4, signed_checkpoint(checkpoint, secret));
  }
  static base::Buffer seed() {
    base::Buffer bytes;
    for (int i = 0; i < 32; ++i) bytes.push_back(static_cast<std::byte>(i));
    return bytes;
  }
  NoteKey key() const { return {"evidence.example/case/RTP-2026-0142", secret.public_key()}; }
  std::string text() const { return format_tlog_proof(proof); }
  // "good", or why not.
  std::string judged(const std::string& file, std::size_t leaf = 4) const {
    try {
      const std::vector<NoteKey> keys{key()};
      check_tlog_proof(parse_tlog_proof(base::as_bytes(file)), hashes.at(leaf), keys);
      return "good";
    } catch (const NoteError& error) {
      return error.what();
    }
  }
  std::string with(const std::string& from, const std::string& to) const {
    std::string file = text();
    const std::size_t at = file.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? file : file.replace(at, from.size(), to);
  }
  Ed25519PrivateKey secret;
  std::vector<base::Digest> hashes;
  TlogProof proof;
};

TEST_F(SevenLeaves, AgreesWithTheGoldenProof) {
  EXPECT_EQ(
      text(),
      R"(c2sp.org/tlog-proof@v1
index 4
38LhdN1cG0ep/LFe/M+PnQqOFLaRE/SPEm5qnXmlrYg=
tUBokgpLYoMn/Ez8vlghCn13dKxFd1KoWciBoLoxkoc=
nUE/WaAlKD+d/QXFztonaVKmd6GkwH3OFKaIiP53asY=

evidence.example/case/RTP-2026-0142
7
EvKAi8pMShoFMXCjvEsCuz6D/gv4VOQsdbNQL7mqlaI=

)"
      "\xe2\x80\x94"
      R"( evidence.example/case/RTP-2026-0142 J0mYx6q4JIrjjwfgryWL6UiEjKPsCihJRDTiEiNe/KYMfd5T807rCBryHD6ClUbYpiAo9wmF8VMvskxrm664CZyiCQs=
)");
  EXPECT_EQ(judged(text()), "good");
  EXPECT_EQ(format_tlog_proof(parse_tlog_proof(base::as_bytes(text()))), text());
}
TEST_F(SevenLeaves, AgreesWithTheSharedVector) {
  SKIP_WITHOUT_SHARED("vectors/golden-ledger.json");
  const base::Json golden = base::parse_json(base::read_file(support::shared("vectors/golden-ledger.json")));
  ASSERT_EQ(proof.path.size(), golden.at("incl").items().size());
  for (std::size_t i = 0; i < proof.path.size(); ++i)
    EXPECT_EQ(base::to_base64(proof.path[i].bytes), golden.at("incl").items()[i].text());
}
TEST_F(SevenLeaves, ExtraIsRefused) {
  EXPECT_EQ(judged(with("index 4", "extra aGVsbG8=\nindex 4")),
            "the proof has a line `extra`, which nobody signs");
}
TEST_F(SevenLeaves, T19_AlmostProofs) {
  const std::string first = "38LhdN1cG0ep/LFe/M+PnQqOFLaRE/SPEm5qnXmlrYg=\n";
  const std::string second = "tUBokgpLYoMn/Ez8vlghCn13dKxFd1KoWciBoLoxkoc=\n";
  const std::string outside = "the leaf is not in the tree that the checkpoint speaks of";
  EXPECT_EQ(judged(with(first, "")), outside);
  EXPECT_EQ(judged(with(first, first + first)), outside);
  EXPECT_EQ(judged(with(first + second, second + first)), outside);
  EXPECT_EQ(judged(text(), 5), outside) << "a sibling's";
  EXPECT_EQ(judged(with("index 4", "index 5")), outside);
  EXPECT_EQ(judged(with("index 4", "index 7")), outside);
  EXPECT_EQ(judged(with(first, "38LhdN1cG0ep/LFe/M+PnQqOFLaRE/SPEm5qnXmlrQ==\n")),
            "a hash of the proof does not have 32 bytes");
  EXPECT_EQ(judged(with(first, "38LhdN1cG0ep/LFe/M+PnQqOFLaRE/SPEm5qnXmlrYh=\n")),
            "a hash of the proof is not base64");
  for (const char* index :
       {"index 04", "index +4", "index 0x4", "index ", "index 18446744073709551616", "Index 4"})
    EXPECT_NE(judged(with("index 4", index)), "good") << index;
  if (has_go()) {
    const base::Digest root = base::merkle_root(hashes);
    const std::vector<base::Digest>& p = proof.path;
    EXPECT_TRUE(go_includes(4, hashes[4], 7, root, p));
    EXPECT_FALSE(go_includes(4, hashes[4], 7, root, {p[1], p[2]}));
    EXPECT_FALSE(go_includes(4, hashes[4], 7, root, {p[0], p[0], p[1], p[2]}));
    EXPECT_FALSE(go_includes(4, hashes[4], 7, root, {p[1], p[0], p[2]}));
    EXPECT_FALSE(go_includes(5, hashes[4], 7, root, p));
    EXPECT_FALSE(go_includes(7, hashes[4], 7, root, p));
    EXPECT_FALSE(go_includes(4, hashes[5], 7, root, p));
  }
  EXPECT_EQ(judged(with("@v1", "@v2")), "it is no proof of tlog-proof@v1");
  EXPECT_EQ(judged(with("\n\nevidence", "\n")), "a hash of the proof is not base64");
  EXPECT_EQ(judged(text().substr(0, 60)), "a line of the proof does not end");
  EXPECT_EQ(judged(""), "a line of the proof does not end");
}
TEST_F(SevenLeaves, T21_ProofTakenFromAnotherCheckpoint) {
  const std::span<const base::Digest> six(hashes.data(), 6);
  TlogProof other = proof;
  other.checkpoint = signed_checkpoint({key().name, 6, base::merkle_root(six)}, secret);
  EXPECT_NE(judged(format_tlog_proof(other)), "good");
  if (has_go()) EXPECT_FALSE(go_includes(4, hashes[4], 6, base::merkle_root(six), other.path));
  other.checkpoint =
      signed_checkpoint({key().name, 7, base::merkle_root(hashes)}, Ed25519PrivateKey::generate());
  EXPECT_EQ(judged(format_tlog_proof(other)),
            "the checkpoint is not signed with the key of evidence.example/case/RTP-2026-0142");
}

// Another project's reading of the same files: golang.org/x/mod/sumdb, which Debian ships.
TEST_F(SevenLeaves, AnotherProgramAgrees) {
  const auto run = [](const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str());
  };
  if (!has_go()) GTEST_SKIP() << "needs golang-go and golang-golang-x-mod-dev";
  const TestFolder folder;
  base::write_durably(folder / "check.go", base::as_bytes(R"(package main

import (
	"encoding/base64"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"os"
	"strconv"
	"strings"
)

func main() {
	file, _ := os.ReadFile(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		os.Exit(2)
	}
	head, checkpoint, _ := strings.Cut(string(file), "\n\n")
	lines := strings.Split(head, "\n")
	opened, err := note.Open([]byte(checkpoint), note.VerifierList(verifier))
	if err != nil {
		os.Exit(3)
	}
	texts := strings.Split(opened.Text, "\n")
	size, _ := strconv.ParseInt(texts[1], 10, 64)
	var root tlog.Hash
	decoded, _ := base64.StdEncoding.DecodeString(texts[2])
	copy(root[:], decoded)
	index, _ := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		var hash tlog.Hash
		decoded, _ := base64.StdEncoding.DecodeString(line)
		copy(hash[:], decoded)
		proof = append(proof, hash)
	}
	if tlog.CheckRecord(proof, size, root, index, tlog.RecordHash([]byte(os.Args[3]))) != nil {
		os.Exit(1)
	}
}
)"));
  ASSERT_EQ(
      run("cd " + folder.path().string() + " && GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode GOCACHE=" +
          (folder / "cache").string() + " go build -o check check.go"),
      0);
  const auto judged_by_go = [&](const std::string& file, const std::string& leaf) {
    base::write_durably(folder / "proof", base::as_bytes(file));
    return WEXITSTATUS(run((folder / "check").string() + " " + (folder / "proof").string() + " '" +
                           key().vkey() + "' '" + leaf + "'"));
  };
  EXPECT_EQ(judged_by_go(text(), "{\"seq\":4}"), 0);
  EXPECT_EQ(judged_by_go(text(), "{\"seq\":5}"), 1);
  EXPECT_EQ(judged_by_go(with("index 4", "index 5"), "{\"seq\":4}"), 1);
  EXPECT_EQ(judged_by_go(with("\n7\n", "\n8\n"), "{\"seq\":4}"), 3);
}

}  // namespace
}  // namespace custody::test
