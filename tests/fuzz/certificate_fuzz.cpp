// SPDX-License-Identifier: Apache-2.0
// Certificates and lists of revoked ones. The first byte says which, and whether the authority signs what
// stands there. What can be read can be judged; nobody is trusted and no list counts that the authority did
// not sign as it is.
#include <optional>

#include <openssl/x509v3.h>

#include "base/error.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/der.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/openssl.h"
#include "chain-of-custody/revocation_lists.h"
#include "fixed_people.h"
#include "promise.h"

namespace {

using base::Buffer;
using base::Bytes;
using custody::der::Reader;
using fuzz::must;

// What is signed in a certificate or a list; nothing where it is neither.
std::optional<Buffer> to_be_signed(Bytes der) {
  try {
    Reader outer(der);
    Reader parts(outer.expect(custody::der::kSequence, "").content);
    return base::to_buffer(parts.expect(custody::der::kSequence, "").whole);
  } catch (const custody::der::DerError&) {
    return std::nullopt;
  }
}

template <typename Read>
bool reads(Read read) {
  try {
    read();
    return true;
  } catch (const base::Error& error) {
    must(error.kind == base::ErrorKind::crypto);
    return false;
  }
}

bool is_harmless(const std::string& words) {
  for (const char c : words)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return true;
}

void certificate(const Buffer& der, bool signed_anew) {
  std::string subject;
  if (!reads([&] { subject = custody::subject_of(der); })) return;
  must(is_harmless(subject));
  // OpenSSL writes what nobody signed, such as unused bits of the signature, in its own way; then it stays.
  const Buffer written = custody::certificate_from_pem(custody::certificate_to_pem(der));
  must(custody::certificate_from_pem(custody::certificate_to_pem(written)) == written);
  must(to_be_signed(written) == to_be_signed(der));
  custody::can_be_sealed_for(der);
  reads([&] { custody::validity_of(der); });
  custody::Chains chains({fuzz::authority().certificate}, {});
  const auto& chain = chains.judge(der);
  must(chain.outcome == custody::ChainOutcome::trusted || !chain.why.empty());
  if (chain.outcome != custody::ChainOutcome::trusted) return;
  must(chain.links.size() == 2 && chain.links[0] == der && chain.links[1] == fuzz::authority().certificate);
  must(X509_check_ca(custody::parse_certificate(der).get()) == 0);
  must(signed_anew || to_be_signed(der) == to_be_signed(fuzz::investigator().certificate));
}

void list(const Buffer& der, bool signed_anew) {
  static const auto kKnown = {to_be_signed(fuzz::list_of_revoked("\x15\x44")),
                              to_be_signed(fuzz::list_of_revoked(""))};
  reads([&] { must(is_harmless(custody::facts_of_list(der).issuer)); });
  reads([&] { must(!custody::list_from_file(der).empty()); });
  custody::RevocationLists lists;
  lists.add({der});
  const auto& status = lists.status_of({fuzz::investigator().certificate, fuzz::authority().certificate});
  must(status.any_list == status.every_list && (!status.revoked_since_us || status.any_list));
  must(status.revoked_since_us.has_value() || status.any_list || !status.why.empty());
  if (!status.any_list || signed_anew) return;
  bool known = false;
  for (const auto& one : kKnown) known = known || one == to_be_signed(der);
  must(known);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool is_list = (data[0] & 1) != 0, sign_anew = (data[0] & 2) != 0;
  Buffer der = base::to_buffer(fuzz::bytes_of(data + 1, size - 1));
  const auto content = to_be_signed(der);
  if (sign_anew && content) der = fuzz::signed_by(fuzz::authority(), *content);
  if (is_list) list(der, sign_anew);
  if (!is_list) certificate(der, sign_anew);
  return 0;
}
