// SPDX-License-Identifier: Apache-2.0
// A time authority in a temporary folder: a root, a certificate and `openssl ts`. Tests that need one skip in
// words where the program openssl is absent.
#pragma once

#include <string>

#include "base/bytes.h"
#include "support.h"

#define SKIP_WITHOUT_OPENSSL() \
  if (!::custody::test::runs("command -v openssl")) GTEST_SKIP() << "the program openssl is not installed"

namespace custody::test {

bool runs(const std::string& command);  // true where it returns 0; its output is lost

struct AuthorityShape {
  std::string name = "Alpha";
  std::string usage = "critical,timeStamping";  // extendedKeyUsage; empty: none
  std::string certificate_id = "sha256";        // sha1: ESSCertID of RFC 2634
  std::string digests = "sha256";               // that it accepts
  std::string key = "ec -pkeyopt ec_paramgen_curve:P-256";
  int days = 3650;       // of the authority's certificate
  int root_days = 7300;  // of the root
};

class Authority {
 public:
  explicit Authority(const AuthorityShape& shape = {});
  // `openssl ts -reply`: a TimeStampResp, also where it is a rejection. Its exit code is 0 either way.
  base::Buffer reply(base::Bytes query) const;
  // A token around any TSTInfo, signed with this certificate whatever that is for: `openssl ts` would refuse
  // to sign with a certificate that is not for time-stamping, and an attacker would not.
  base::Buffer sign_info(base::Bytes info) const;
  base::Buffer root() const;         // DER
  base::Buffer certificate() const;  // DER
  // A list by the root that revokes the authority's certificate now; `reason` as openssl names it, or empty.
  base::Buffer revoking(const std::string& reason) const;  // DER
  std::filesystem::path root_pem() const { return folder_ / "root.pem"; }

 private:
  void run(const std::string& openssl_arguments) const;
  AuthorityShape shape_;
  TestFolder folder_;
};

// What `openssl ts -verify` says of a token (not a reply) over these bytes: true for "Verification: OK".
bool openssl_accepts(base::Bytes token, base::Bytes data, const Authority& authority);

}  // namespace custody::test
