// SPDX-License-Identifier: Apache-2.0
// Files of keys that somebody else made: how much work they may ask for before a passphrase can be tried.
// Written here byte by byte (RFC 5958, RFC 8018, RFC 7914), for nobody else writes such numbers.
#include "chain-of-custody/key_file.h"

#include <chrono>

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/der_write.h"
#include "support.h"

namespace custody::test {
namespace {

using base::Buffer;
namespace der = custody::der;

Buffer object(const char* hex) {
  return der::element(der::kObjectIdentifier, {base::from_hex(hex)});
}
Buffer number(const char* hex) {
  return der::element(der::kInteger, {base::from_hex(hex)});
}
Buffer octets(std::size_t size) {
  return der::element(der::kOctetString, std::string(size, 'x'));
}
Buffer sequence(std::initializer_list<base::Bytes> parts) {
  return der::element(der::kSequence, parts);
}

Buffer scrypt(const char* n, const char* r, const char* p) {
  return sequence({object("2b06010401da47040b"), sequence({octets(16), number(n), number(r), number(p)})});
}
Buffer pbkdf2(const char* iterations) {
  return sequence({object("2a864886f70d01050c"), sequence({octets(16), number(iterations)})});
}
// PBES2 with AES-256-CBC.
Buffer key_derived_by(const Buffer& function) {
  const Buffer cipher = sequence({object("60864801650304012a"), octets(16)});
  return sequence({sequence({object("2a864886f70d01050d"), sequence({function, cipher})}), octets(64)});
}
// pbeWithSHAAnd3-KeyTripleDES-CBC of PKCS#12.
Buffer old_key(const char* iterations) {
  return sequence(
      {sequence({object("2a864886f70d010c0103"), sequence({octets(8), number(iterations)})}), octets(64)});
}

// What is said of such a file, and after how many seconds.
std::pair<std::string, double> reading(const std::string& before, const Buffer& key) {
  const TestFolder folder;
  const std::string pem = before + "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + base::to_base64(key) +
                          "\n-----END ENCRYPTED PRIVATE KEY-----\n";
  base::write_durably(folder / "key", base::as_bytes(pem));
  const auto start = std::chrono::steady_clock::now();
  std::string said;
  try {
    read_key(folder / "key", [] { return std::string("passphrase"); });
  } catch (const base::Error& error) {
    said = error.what();
  }
  return {said, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()};
}
void expect_refused_at_once(const Buffer& key, const std::string& before = {}) {
  const auto [said, seconds] = reading(before, key);
  EXPECT_NE(said.find("asks for hours of work"), said.npos) << said;
  EXPECT_LT(seconds, 1);
}
void expect_tried(const Buffer& key) {
  EXPECT_NE(reading({}, key).first.find("cannot be unlocked with this passphrase"), std::string::npos);
}

TEST(KeyFile, UsualNumbersAreTried) {
  expect_tried(key_derived_by(scrypt("4000", "08", "05")));  // ours
  expect_tried(key_derived_by(pbkdf2("0927c0")));            // 600 000
  expect_tried(old_key("0800"));
}
TEST(KeyFile, HoursOfWorkAreNotBegun) {
  expect_refused_at_once(key_derived_by(pbkdf2("7fffffff")));
  expect_refused_at_once(old_key("7fffffff"));
  // OpenSSL limits scrypt's memory, not its time: each of these it would compute.
  expect_refused_at_once(key_derived_by(scrypt("4000", "08", "7fff")));
  expect_refused_at_once(key_derived_by(scrypt("020000", "01", "01ffff")));
}
TEST(KeyFile, NorWhereAnotherBlockStandsBeforeTheKey) {
  expect_refused_at_once(key_derived_by(pbkdf2("7fffffff")),
                         "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
}
TEST(KeyFile, NumbersThatAreNoneAreNotComputedWith) {
  for (const char* strange : {"ff", "00", "7fffffffffffffffff"}) {
    EXPECT_NE(reading({}, key_derived_by(pbkdf2(strange))).first, "") << strange;
    EXPECT_LT(reading({}, key_derived_by(scrypt(strange, strange, strange))).second, 1) << strange;
  }
}

}  // namespace
}  // namespace custody::test
