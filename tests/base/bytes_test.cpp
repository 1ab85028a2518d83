// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

#include <map>

#include <gtest/gtest.h>

#include "base/digest.h"

namespace base {
namespace {

TEST(Encodings, follow_rfc_4648) {
  EXPECT_EQ(to_base64(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(to_base64(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(to_base32(as_bytes("fooba")), "mzxw6ytb");
  EXPECT_EQ(to_base64url(from_hex("fbff")), "-_8");
  EXPECT_EQ(as_text(from_base64("Zm9v")), "foo");
  EXPECT_TRUE(from_base64("").empty());
}

TEST(Encodings, refuse_what_is_not_canonical) {
  for (const char* bad : {"Zm8", "Zm9=", "Zm8==", "Zm\n8=", "Z===", "Zm-_", "===="}) {
    EXPECT_THROW(from_base64(bad), std::invalid_argument) << bad;
  }
  EXPECT_THROW(from_base64url("_x"), std::invalid_argument) << "stray bits";
  EXPECT_THROW(from_base64url("a"), std::invalid_argument) << "a single digit";
  EXPECT_THROW(from_hex("AB"), std::invalid_argument) << "upper case";
  EXPECT_THROW(from_hex("abc"), std::invalid_argument) << "odd length";
}

TEST(ByteReader, reads_both_orders_and_never_past_the_end) {
  const Buffer bytes = from_hex("0102030405060708ff");
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u16le(), 0x0201);
  EXPECT_EQ(reader.u16be(), 0x0304);
  EXPECT_EQ(reader.u32le(), 0x08070605U);
  EXPECT_EQ(reader.offset(), 8U);
  EXPECT_THROW(reader.u16le(), Truncated);
  EXPECT_EQ(reader.u8(), 0xff);
  EXPECT_THROW(reader.take(1), Truncated);
  EXPECT_THROW(ByteReader(bytes).take(UINT64_MAX), Truncated);
}

TEST(ByteReader, varints_end_and_fit_in_64_bits) {
  EXPECT_EQ(ByteReader(from_hex("ac02")).varint(), 300U);
  EXPECT_EQ(ByteReader(from_hex("ffffffffffffffffff01")).varint(), UINT64_MAX);
  EXPECT_THROW(ByteReader(from_hex("ffffffffffffffffff02")).varint(), Truncated) << "beyond 64 bits";
  EXPECT_THROW(ByteReader(from_hex("8080808080808080808080")).varint(), Truncated) << "does not end";
}

TEST(Slice, ends_where_its_source_ends) {
  const auto source = in_memory(to_buffer(as_bytes("0123456789")));
  const auto window = slice(source, 8, 5);
  EXPECT_EQ(window->size(), 2U);
  Buffer into(4);
  EXPECT_EQ(window->read_at(1, into), 1U);
  EXPECT_EQ(slice(source, 11, 1)->size(), 0U);
  EXPECT_EQ(slice(source, 3, UINT64_MAX)->size(), 7U);
  EXPECT_THROW(read_all(*source, 9), ReadError);
}

TEST(Utf8, is_judged_as_rfc_3629_says) {
  for (const char* good : {"", "a", "护照", "ที่", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xc0\x80", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xf8\x88\x80\x80\x80", "\xe0\x80\x80"}) {
    EXPECT_FALSE(is_utf8(bad)) << to_hex(as_bytes(bad));
  }
}

TEST(Hasher, gives_the_published_digests) {
  // RFC 1321 §A.5, FIPS 180-4 examples for "abc".
  const std::map<Algorithm, std::string> expected{
      {Algorithm::md5, "900150983cd24fb0d6963f7d28e17f72"},
      {Algorithm::sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {Algorithm::sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}};
  for (const auto& [algorithm, hex] : expected) {
    Hasher hasher(algorithm);
    hasher.update(as_bytes("a"));
    hasher.update(as_bytes("bc"));
    EXPECT_EQ(to_hex(hasher.finish()), hex);
    hasher.update(as_bytes("abc"));
    EXPECT_EQ(to_hex(hasher.finish()), hex) << "and again after finish";
  }
  EXPECT_EQ(sha256({as_bytes("a"), as_bytes("bc")}).hex(), expected.at(Algorithm::sha256));
  EXPECT_EQ(sha256(*in_memory(to_buffer(as_bytes("abc")))).hex(), expected.at(Algorithm::sha256));
}

}  // namespace
}  // namespace base
