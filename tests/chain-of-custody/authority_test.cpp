// SPDX-License-Identifier: Apache-2.0
#include "authority.h"

#include <stdexcept>

#include "base/file.h"

namespace custody::test {
namespace {

std::string config_text(const AuthorityShape& shape) {
  return "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=root\n"
         "[dn]\nO=Test Time\nCN=" +
         shape.name +
         "\n"
         "[root]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
         "subjectKeyIdentifier=hash\n"
         "[leaf]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n" +
         (shape.usage.empty() ? "" : "extendedKeyUsage=" + shape.usage + "\n") +
         "[tsa]\ndefault_tsa=here\n[here]\nserial=serial\ncrypto_device=builtin\nsigner_digest=sha256\n"
         "default_policy=1.2.3.4.1\ndigests=" +
         shape.digests +
         "\naccuracy=secs:1\nordering=yes\n"
         "ess_cert_id_alg=" +
         shape.certificate_id +
         "\n"
         "[ca]\ndefault_ca=lists\n[lists]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=30\n"
         "crlnumber=crlnumber\n";
}

base::Buffer der_of_pem(const std::filesystem::path& file) {
  return certificate_from_pem(base::as_text(base::read_file(file)));
}

void put(const std::filesystem::path& file, base::Bytes bytes) {
  base::write_durably(file, bytes);
}

}  // namespace

bool runs(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

Authority::Authority(const AuthorityShape& shape) : shape_(shape) {
  put(folder_ / "config", base::as_bytes(config_text(shape)));
  put(folder_ / "serial", base::as_bytes("01\n"));
  put(folder_ / "crlnumber", base::as_bytes("01\n"));
  put(folder_ / "index.txt", {});
  run("req -x509 -new -config config -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key"
      " -out root.pem -subj '/O=Test Time/CN=" +
      shape.name + " Root' -days " + std::to_string(shape.root_days));
  run("req -new -config config -newkey " + shape.key + " -nodes -keyout leaf.key -out leaf.csr");
  run("x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile config -extensions leaf"
      " -out leaf.pem -days " +
      std::to_string(shape.days));
}

void Authority::run(const std::string& openssl_arguments) const {
  const std::string at = "cd " + folder_.path().string() + " && openssl ";
  if (!runs(at + openssl_arguments)) throw std::runtime_error("openssl failed: " + openssl_arguments);
}

base::Buffer Authority::reply(base::Bytes query) const {
  put(folder_ / "q.tsq", query);
  run("ts -reply -config config -section here -queryfile q.tsq -signer leaf.pem -inkey leaf.key -out r.tsr");
  return base::read_file(folder_ / "r.tsr");
}

base::Buffer Authority::sign_info(base::Bytes info) const {
  put(folder_ / "info", info);
  run("cms -sign -binary -nodetach -cades -md sha256 -econtent_type 1.2.840.113549.1.9.16.1.4 -in info"
      " -signer leaf.pem -inkey leaf.key -outform DER -out made.tst");
  return base::read_file(folder_ / "made.tst");
}

base::Buffer Authority::root() const {
  return der_of_pem(folder_ / "root.pem");
}
base::Buffer Authority::certificate() const {
  return der_of_pem(folder_ / "leaf.pem");
}

base::Buffer Authority::revoking(const std::string& reason) const {
  const std::string ca = "ca -config config -name lists -cert root.pem -keyfile root.key ";
  run(ca + "-revoke leaf.pem" + (reason.empty() ? "" : " -crl_reason " + reason));
  run(ca + "-gencrl -out list.pem");
  run("crl -in list.pem -outform DER -out list.crl");
  return base::read_file(folder_ / "list.crl");
}

bool openssl_accepts(base::Bytes token, base::Bytes data, const Authority& authority) {
  const TestFolder folder;
  put(folder / "token", token);
  put(folder / "data", data);
  return runs("cd " + folder.path().string() +
              " && openssl ts -verify -token_in -in token -data data -CAfile " +
              authority.root_pem().string());
}

}  // namespace custody::test
