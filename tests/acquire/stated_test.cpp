// SPDX-License-Identifier: Apache-2.0
// What agencies state of what they send, as their programs write it, and how it compares.
#include "acquire/stated.h"

#include <gtest/gtest.h>

namespace {

using acquire::Stated;
using acquire::StatedResult;
using base::Algorithm;

constexpr char kMd5[] = "0123456789abcdef0123456789abcdef";
constexpr char kSha1[] = "0123456789abcdef0123456789abcdef01234567";
constexpr char kSha256[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// "md5 of NAME; sha256", in the order found.
std::string found(const std::string& text) {
  std::string out;
  for (const Stated& one : acquire::stated_in(base::as_bytes(text), "x")) {
    const std::string digits = base::to_hex(one.digest);
    EXPECT_TRUE(std::string(kSha256).starts_with(digits.substr(0, 32))) << digits;
    out += (out.empty() ? "" : "; ") + std::string(base::name_of(one.algorithm));
    if (!one.of.empty()) out += " of " + one.of;
  }
  return out;
}

TEST(Stated, LinesOfSumPrograms) {
  const std::string sha256 = kSha256, md5 = kMd5;
  EXPECT_EQ(found(sha256 + "  disk.E01\n" + md5 + " *C:\\out\\disk.E02\r\n"),
            "sha256 of disk.E01; md5 of C:\\out\\disk.E02");
  EXPECT_EQ(found("SHA256 (a (b).zip) = " + sha256 + "\nMD5 (x) = " + md5 + "\n"),
            "sha256 of a (b).zip; md5 of x");
  EXPECT_EQ(found("\\" + md5 + "  a\\nb\\\\c\n"), "md5 of a\nb\\c");
  EXPECT_EQ(found(md5), "md5");
  EXPECT_EQ(found("SHA1 (x) = " + md5 + "\n"), "") << "as long as an MD5 is, and called SHA-1";
}
// Forms as FTK Imager, Guymager, dc3dd 7 and ewfacquire write them.
TEST(Stated, LogsOfOtherPrograms) {
  const std::string md5 = kMd5, sha1 = kSha1, sha256 = kSha256;
  EXPECT_EQ(found("[Computed Hashes]\r\n MD5 checksum:    " + md5 + "\r\n SHA1 checksum:   " + sha1 +
                  "\r\n\r\nImage Verification Results:\r\n MD5 checksum:    " + md5 + " : verified\r\n"),
            "md5; sha1")
      << "what is stated twice is stated";
  EXPECT_EQ(found("MD5 hash                   : " + md5 + "\nSHA256 hash                : " + sha256 +
                  "\nSHA1 hash                  : --\n"),
            "md5; sha256");
  EXPECT_EQ(found("input results for device `/dev/sdb':\n   1024 sectors in\n   " + md5 + " (md5)\n   " +
                  sha256 + " (sha256)\n"),
            "md5; sha256");
  EXPECT_EQ(found("MD5 hash calculated over data:\t\t" + md5 + "\n"), "md5");
}
TEST(Stated, WhatIsNoStatementStatesNothing) {
  const std::string md5 = kMd5, sha1 = kSha1;
  EXPECT_EQ(found("serial number " + md5 + "\n"), "") << "no algorithm is named";
  EXPECT_EQ(found("0 - 524288: " + md5 + "\n"), "") << "a part of the media, as dcfldd writes it";
  EXPECT_EQ(found("MD5: " + md5.substr(1) + "\n"), "");
  EXPECT_EQ(found("MD5: " + md5 + " SHA1: " + sha1 + "\n"), "") << "two on one line are not guessed at";
  EXPECT_EQ(found("md5sum" + md5 + "\n"), "");
  EXPECT_EQ(found(""), "");
  EXPECT_EQ(found(std::string(100'000, 'a')), "");
}
TEST(Stated, TextOfWindows) {
  std::string wide = "\xff\xfe";
  for (const char c : "MD5: " + std::string(kMd5) + "\r\n") (wide += c) += '\0';
  EXPECT_EQ(found(wide), "md5");
}
TEST(Stated, AnAcquisitionReport) {
  EXPECT_EQ(found("{\"digests\":{\"md5\":\"" + std::string(kMd5) +
                  "\",\"crc\":\"1\"},\"files\":[{\"name\":\"a%20b\",\"sha256\":\"" + std::string(kSha256) +
                  "\"}],\"format\":\"folder\"}"),
            "md5; sha256 of a b");
  EXPECT_EQ(found("{\"digests\":[1],\"files\":[{\"name\":{\"hex\":\"00\"}},7]}"), "");
}
TEST(Stated, OnTheCommandLine) {
  const auto stated = acquire::stated_as("SHA-256=" + std::string(kSha256));
  ASSERT_TRUE(stated);
  EXPECT_EQ(stated->algorithm, Algorithm::sha256);
  EXPECT_TRUE(acquire::stated_as("md5=0123456789ABCDEF0123456789ABCDEF"));
  for (const std::string& wrong :
       {std::string("sha256=") + kMd5, std::string(kSha256), std::string("md4=") + kMd5,
        std::string("md5=0123456789abcdeg0123456789abcdef"), std::string("=")})
    EXPECT_FALSE(acquire::stated_as(wrong)) << wrong;
}

class Compared : public testing::Test {
 protected:
  static base::Buffer digest(Algorithm algorithm, const std::string& of) {
    base::Hasher hasher(algorithm);
    hasher.update(base::as_bytes(of));
    return hasher.finish();
  }
  static acquire::Digests digests(const std::string& of) {
    return {{Algorithm::md5, digest(Algorithm::md5, of)},
            {Algorithm::sha1, digest(Algorithm::sha1, of)},
            {Algorithm::sha256, digest(Algorithm::sha256, of)}};
  }
  void came(const std::string& name, const std::string& content) {
    received.files.push_back({name, content.size(), digests(content)});
  }
  void states(Algorithm algorithm, const std::string& content, const std::string& of = {}) {
    stated.push_back({algorithm, digest(algorithm, content), of, "x"});
  }
  StatedResult result(const acquire::Digests& media = {}) {
    received.comparisons.clear();
    received.not_compared = 0;
    acquire::compare_with_stated(stated, media, received);
    return received.result;
  }
  acquire::Received received;
  std::vector<Stated> stated;
};
TEST_F(Compared, OneFile) {
  came("a.zip", "A");
  EXPECT_EQ(result(), StatedResult::none);
  states(Algorithm::md5, "A");
  EXPECT_EQ(result(), StatedResult::weak);
  states(Algorithm::sha256, "A", "/mnt/out/A.ZIP");
  EXPECT_EQ(result(), StatedResult::equal);
  states(Algorithm::sha1, "B");
  EXPECT_EQ(result(), StatedResult::different);
  EXPECT_EQ(received.comparisons.size(), 3u);
}
TEST_F(Compared, EachFileMustBeStated) {
  came("a", "A");
  came("b", "B");
  states(Algorithm::sha256, "A", "a");
  EXPECT_EQ(result(), StatedResult::weak) << "of b nothing is stated";
  states(Algorithm::sha256, "B", "b");
  EXPECT_EQ(result(), StatedResult::equal);
  states(Algorithm::sha256, "A", "b");
  EXPECT_EQ(result(), StatedResult::different) << "one for the other";
}
TEST_F(Compared, TheMediaOfAnImageStandForItsFiles) {
  came("d.E01", "packed 1");
  came("d.E02", "packed 2");
  states(Algorithm::sha256, "media");
  EXPECT_EQ(result(digests("media")), StatedResult::equal);
  EXPECT_EQ(received.comparisons[0].with, "media");
  stated.clear();
  states(Algorithm::md5, "packed 2");
  EXPECT_EQ(result(digests("media")), StatedResult::weak) << "of a file, and its name was left out";
  EXPECT_EQ(received.comparisons[0].with, "file 2");
}
TEST_F(Compared, WhatIsStatedOfOthersIsCounted) {
  came("a", "A");
  states(Algorithm::sha256, "Z", "z");
  EXPECT_EQ(result(), StatedResult::none);
  EXPECT_EQ(received.not_compared, 1u);
  came("sub/a", "A");
  states(Algorithm::sha256, "A", "other/a");
  EXPECT_EQ(result(), StatedResult::none) << "two of that name came, and it is not said which is meant";
}

}  // namespace
