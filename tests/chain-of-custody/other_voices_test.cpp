// SPDX-License-Identifier: Apache-2.0
#include "other_voices.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/merkle.h"
#include "chain-of-custody/note.h"
#include "programs.h"
#include "support.h"

namespace custody::test {
namespace {

constexpr char kProgram[] = R"(package main

import (
	"encoding/hex"
	"os"
	"strconv"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func hash(text string) (h tlog.Hash) {
	bytes, _ := hex.DecodeString(text)
	if len(bytes) != len(h) {
		os.Exit(1) // the type has room for 32 bytes and no others
	}
	copy(h[:], bytes)
	return
}

func number(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

func hashes(texts []string) (all []tlog.Hash) {
	for _, text := range texts {
		all = append(all, hash(text))
	}
	return
}

func end(err error) {
	if err != nil {
		os.Exit(1)
	}
}

func main() {
	a := os.Args[2:]
	switch os.Args[1] {
	case "note":
		text, _ := os.ReadFile(a[0])
		verifier, err := note.NewVerifier(a[1])
		if err != nil {
			os.Exit(2)
		}
		_, err = note.Open(text, note.VerifierList(verifier))
		end(err)
	case "tree":
		end(tlog.CheckTree(tlog.TreeProof(hashes(a[4:])), number(a[2]), hash(a[3]), number(a[0]), hash(a[1])))
	case "record":
		end(tlog.CheckRecord(tlog.RecordProof(hashes(a[4:])), number(a[2]), hash(a[3]), number(a[0]), hash(a[1])))
	}
}
)";

int run(const std::string& command) {
  const int status = std::system((command + " >/dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const TestFolder& folder() {
  static const TestFolder kFolder;
  return kFolder;
}

std::string written(const char* name, base::Bytes bytes) {
  base::write_durably(folder() / name, bytes);
  return (folder() / name).string();
}

// Built once per program.
const std::string& go_program() {
  static const std::string kProgramFile = [] {
    written("voice.go", base::as_bytes(kProgram));
    const std::string path = folder().path().string();
    EXPECT_EQ(run("cd " + path + " && GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode GOCACHE=" + path +
                  "/cache go build -o voice voice.go"),
              0);
    return path + "/voice ";
  }();
  return kProgramFile;
}

std::string arguments(const std::vector<base::Digest>& proof) {
  std::string text;
  for (const base::Digest& hash : proof) text += ' ' + hash.hex();
  return text;
}

}  // namespace

bool has_go() {
  static const bool kModule = std::filesystem::exists("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog");
  return has_program("go") && support::is_there(kModule, "golang-golang-x-mod-dev");
}
bool has_openssl() {
  return has_program("openssl");
}

std::string go_note(const std::string& note, const std::string& vkey) {
  const int code = run(go_program() + "note " + written("note", base::as_bytes(note)) + " '" + vkey + "'");
  return code == 0 ? "good" : code == 1 ? "bad" : "no key";
}

bool go_continues(std::uint64_t first, const base::Digest& first_root, std::uint64_t second,
                  const base::Digest& second_root, const std::vector<base::Digest>& proof) {
  return run(go_program() + "tree " + std::to_string(first) + ' ' + first_root.hex() + ' ' +
             std::to_string(second) + ' ' + second_root.hex() + arguments(proof)) == 0;
}

bool go_includes(std::uint64_t index, const base::Digest& leaf, std::uint64_t size, const base::Digest& root,
                 const std::vector<base::Digest>& proof) {
  return run(go_program() + "record " + std::to_string(index) + ' ' + leaf.hex() + ' ' +
             std::to_string(size) + ' ' + root.hex() + arguments(proof)) == 0;
}

bool openssl_verifies(const Ed25519PublicKey& key, const std::string& message, base::Bytes signature) {
  // SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 §4): twelve constant bytes and the key.
  base::Buffer der = base::from_hex("302a300506032b6570032100");
  der.insert(der.end(), key.begin(), key.end());
  return run("openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey " + written("key.der", der) +
             " -sigfile " + written("signature", signature) + " -in " +
             written("message", base::as_bytes(message))) == 0;
}

bool openssl_cms_accepts(base::Bytes signature, base::Bytes content, const TrustAnchors& trusted,
                         const std::string& lists, const std::string& options) {
  std::string pem = lists;
  for (const base::Buffer& der : trusted.certificates) pem += certificate_to_pem(der);
  return run("openssl cms -verify -cades -binary -inform DER -in " + written("x.p7s", signature) +
             " -content " + written("content", content) + " -CAfile " +
             written("trust.pem", base::as_bytes(pem)) + " -out /dev/null " + options) == 0;
}

bool has_stock_tools() {
  return has_go() && has_openssl();
}

std::string stock_tools(const LedgerContent& content, const TrustAnchors& trusted,
                        const Ed25519PublicKey& log_key) {
  std::vector<base::Digest> hashes;
  std::string cms = "accepts";
  for (std::size_t i = 0; i < content.entries.size(); ++i) {
    const Entry& entry = content.entries[i];
    hashes.push_back(base::leaf_hash(entry.leaf));
    for (const base::Buffer& signature : entry.signatures)
      if (!openssl_cms_accepts(signature, *entry.body, trusted)) cms = "refuses entry " + std::to_string(i);
  }
  const std::string note(base::as_text(content.checkpoint));
  const Checkpoint checkpoint = parse_checkpoint(parse_note(content.checkpoint).text);
  const bool good_note = go_note(note, NoteKey{checkpoint.origin, log_key}.vkey()) == "good";
  const std::size_t last = hashes.size() - 1;
  const bool in_tree =
      go_includes(last, hashes[last], checkpoint.size, checkpoint.root, base::inclusion_path(hashes, last));
  return "openssl cms " + cms + ", sumdb/note " + (good_note ? "accepts" : "refuses") + ", sumdb/tlog " +
         (in_tree ? "accepts" : "refuses");
}

bool has_second_verifier() {
  static const bool kModule = run("python3 -c 'import sqlite3'") == 0;
  return has_openssl() && support::is_there(kModule, "python3 with sqlite3");
}

std::string second_verifier(const std::filesystem::path& at, const TrustAnchors& trusted) {
  std::string options;
  for (std::size_t i = 0; i < trusted.certificates.size(); ++i) {
    const std::string name = "anchor" + std::to_string(i) + ".pem";
    options +=
        " --trust " + written(name.c_str(), base::as_bytes(certificate_to_pem(trusted.certificates[i])));
  }
  std::string said =
      ask("python3 -B " HOLDFAST_SOURCE_DIR "/tests/second/verify.py" + options + " '" + at.string() + "'")
          .said;
  while (said.ends_with('\n')) said.pop_back();
  for (std::size_t end = said.find('\n'); end != said.npos; end = said.find('\n')) said.replace(end, 1, "; ");
  return said;
}

// The other voices speak at all: what is right they call right, and what is wrong wrong.
TEST(OtherVoices, AreHeard) {
  if (!has_go()) GTEST_SKIP() << "needs golang-go and golang-golang-x-mod-dev";
  const base::Digest one = base::leaf_hash(base::as_bytes("1")), two = base::leaf_hash(base::as_bytes("2"));
  const base::Digest root = base::node_hash(one, two);
  EXPECT_TRUE(go_includes(0, one, 2, root, {two}));
  EXPECT_FALSE(go_includes(0, one, 2, root, {one}));
  EXPECT_TRUE(go_continues(1, one, 2, root, {two}));
  EXPECT_FALSE(go_continues(1, two, 2, root, {two}));
}
TEST(OtherVoices, OfAWholeLedger) {
  const TestFolder place;
  small_ledger(place);
  LedgerContent content = read_ledger(places_in(place).folder);
  if (has_second_verifier()) {
    EXPECT_EQ(second_verifier(places_in(place).folder, trusting(anna())), "VERIFIED");
    EXPECT_EQ(second_verifier(places_in(place).folder, {}), "NOT PROVEN; not possible: signature.chain");
  }
  if (!has_stock_tools()) GTEST_SKIP() << "needs openssl, golang-go and golang-golang-x-mod-dev";
  const Ed25519PublicKey key = Ed25519PrivateKey::read(places_in(place).log_key).public_key();
  EXPECT_EQ(stock_tools(content, trusting(anna()), key), kStockToolsNoticeNothing);
  content.entries[2].signatures = content.entries[3].signatures;
  std::byte& digit = content.checkpoint[content.checkpoint.size() - 20];  // it stays base64
  digit = digit == std::byte{'A'} ? std::byte{'B'} : std::byte{'A'};
  content.entries[6].leaf = content.entries[5].leaf;
  EXPECT_EQ(stock_tools(content, trusting(anna()), key),
            "openssl cms refuses entry 2, sumdb/note refuses, sumdb/tlog refuses");
}

}  // namespace custody::test
