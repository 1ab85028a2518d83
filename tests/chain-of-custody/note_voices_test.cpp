// SPDX-License-Identifier: Apache-2.0
// Notes that were tampered with, and what sumdb says of each: it takes some that we refuse.
#include <algorithm>

#include <gtest/gtest.h>

#include "other_voices.h"
#include "support.h"

namespace custody::test {
namespace {

struct Author {
  Ed25519PrivateKey secret = Ed25519PrivateKey::generate();
  NoteKey key{"evidence.example/case/A", secret.public_key()};
  std::string note(const std::string& text) const {
    return format_note({text, {sign_note(text, key, secret)}});
  }
};

const Author& author() {
  static const Author kAuthor;
  return kAuthor;
}
std::string good_text() {
  return Checkpoint{author().key.name, 7, base::sha256(base::as_bytes("root"))}.text();
}
std::string good_note() {
  return author().note(good_text());
}
std::string with(std::string note, const std::string& from, const std::string& to) {
  return note.replace(note.find(from), from.size(), to);
}

// "good" where it is a checkpoint that verifies, else "bad".
std::string ours(const std::string& note, const NoteKey& key) {
  try {
    const SignedNote parsed = parse_note(base::as_bytes(note));
    parse_checkpoint(parsed.text);
    return check_note(parsed, key) == NoteOutcome::good ? "good" : "bad";
  } catch (const NoteError&) {
    return "bad";
  }
}
// Ours, then sumdb's.
std::string voices(const std::string& note, const NoteKey& key = author().key) {
  return ours(note, key) + " " + go_note(note, key.vkey());
}

class TamperVoices : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_go()) GTEST_SKIP() << "needs golang-go and golang-golang-x-mod-dev";
  }
};

TEST_F(TamperVoices, T30_AlmostNotes) {
  EXPECT_EQ(voices(good_note()), "good good");
  EXPECT_EQ(voices(with(good_note(), "\xe2\x80\x94 ", "- ")), "bad bad");
  EXPECT_EQ(voices(with(good_note(), "\n7\n", "\r\n7\r\n")), "bad bad");
  EXPECT_EQ(voices(good_note().substr(0, good_note().size() - 1)), "bad bad");
  EXPECT_EQ(voices(with(good_note(), "\n7\n", "\n\n7\n")), "bad bad");
  EXPECT_EQ(voices(with(good_note(), "\n7\n",
                        "\n\x01"
                        "7\n")),
            "bad bad");
  std::string many = good_note();
  const std::string line = many.substr(many.find("\xe2\x80\x94"));
  for (int i = 0; i < 120; ++i) many += line;
  EXPECT_EQ(voices(many), "bad bad");
}
// Signed by the right key, and still no checkpoint: sumdb asks only whether it is a note.
TEST_F(TamperVoices, T30_SignedTextsThatAreNoCheckpoint) {
  for (const std::string& text : {good_text() + "extension\n", with(good_text(), "\n7\n", "\n07\n"),
                                  with(good_text(), "\n7\n", "\n\n7\n"), std::string("hello\n")})
    EXPECT_EQ(voices(author().note(text)), "bad good") << text;
}
// sumdb reads a note and no checkpoint: what its second line says is for others to judge.
TEST_F(TamperVoices, T18_SizesInOtherForms) {
  for (const char* size : {"07", "+7", "0x7", "18446744073709551616", "-7", "7 ", ""})
    EXPECT_EQ(voices(author().note(with(good_text(), "\n7\n", std::string("\n") + size + "\n"))), "bad good")
        << size;
}
// Of a signature line and of the root: padding, the other alphabet, bits behind the end, a broken line.
TEST_F(TamperVoices, T81_Base64WithTwoForms) {
  const std::string note = good_note();
  const std::size_t signature = note.rfind(' ') + 1;
  EXPECT_EQ(voices(note.substr(0, note.size() - 1) + "=\n"), "bad bad");
  EXPECT_EQ(voices(note.substr(0, note.size() - 20) + "\n" + note.substr(note.size() - 20)), "bad bad");
  for (const auto& [standard, other] : {std::pair{'+', '-'}, std::pair{'/', '_'}}) {
    std::string text = good_text();
    while (author().note(text).find(standard, author().note(text).rfind(' ')) == std::string::npos)
      text = Checkpoint{author().key.name, 7, base::sha256(base::as_bytes(text))}.text();
    std::string altered = author().note(text);
    altered[altered.find(standard, altered.rfind(' '))] = other;
    EXPECT_EQ(voices(altered), "bad bad") << other;
  }
  // 68 bytes: two bits of the last digit belong to nothing. sumdb drops them.
  std::string trailing = note;
  const std::size_t last = trailing.find('=', signature) - 1;
  ++trailing[last];
  EXPECT_EQ(voices(trailing), "bad good") << trailing.substr(last);
  std::string root = good_text();
  ++root[root.find('=') - 1];
  EXPECT_EQ(voices(author().note(root)), "bad good") << root;
}
TEST_F(TamperVoices, T31_RightIdentifierWrongKey) {
  SignedNote note = parse_note(base::as_bytes(good_note()));
  note.signatures[0].signature =
      base::to_buffer(Ed25519PrivateKey::generate().sign(base::as_bytes(note.text)));
  EXPECT_EQ(voices(format_note(note)), "bad bad");
}
TEST_F(TamperVoices, T32_UnknownIdentifierOnly) {
  EXPECT_EQ(voices(good_note(), {author().key.name, Ed25519PrivateKey::generate().public_key()}), "bad bad");
}
// sumdb looks at the first of two lines of one key and drops the other unread.
TEST_F(TamperVoices, T33_OneGoodLineOneBroken) {
  SignedNote note = parse_note(base::as_bytes(good_note()));
  note.signatures.push_back(note.signatures[0]);
  note.signatures[1].signature[5] ^= std::byte{1};
  EXPECT_EQ(voices(format_note(note)), "bad good");
  std::swap(note.signatures[0], note.signatures[1]);
  EXPECT_EQ(voices(format_note(note)), "bad bad");
}

}  // namespace
}  // namespace custody::test
