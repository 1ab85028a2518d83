// SPDX-License-Identifier: Apache-2.0
// An authority's index. What is read is written and read the same, and the list of what is revoked, made of
// it, holds as many certificates as the index says, or none is made and the index stays as it was.
#include <openssl/x509.h>

#include "base/error.h"
#include "chain-of-custody/agency.h"
#include "chain-of-custody/agency_index.h"
#include "chain-of-custody/openssl.h"
#include "chain-of-custody/revocation_lists.h"
#include "place.h"

namespace {

using base::Buffer;
using fuzz::must;
using fuzz::Place;

std::string no_passphrase() {
  return {};
}

const Place& place() {
  static const Place kPlace;
  static const bool kMade = [] {
    custody::make_agency(kPlace.path(), {"x", "Authority", "Police", "KH", 3650, custody::KeyKind::p256}, "");
    return true;
  }();
  must(kMade);
  return kPlace;
}

void make_list(const std::filesystem::path& home, const custody::AgencyIndex& index) {
  std::size_t revoked = 0;
  for (const custody::IssuedCertificate& one : index.issued) revoked += one.revoked.has_value();
  Buffer der;
  try {
    der = custody::Agency(place().path(), "x").make_list(30, no_passphrase);
  } catch (const base::Error&) {
    must(custody::read_agency_index(home).last_list == index.last_list);
    return;
  }
  must(custody::read_agency_index(home).last_list == index.last_list + 1);
  custody::facts_of_list(der);
  const unsigned char* at = custody::data_of(der);
  X509_CRL* list = d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size()));
  must(list != nullptr);
  const int held = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(list));
  must(static_cast<std::size_t>(held < 0 ? 0 : held) == revoked);
  X509_CRL_free(list);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto home = place() / "x";
  Place::put(home / "index.json", fuzz::bytes_of(data, size));
  custody::AgencyIndex index;
  try {
    index = custody::read_agency_index(home);
  } catch (const base::Error& error) {
    must(error.kind == base::ErrorKind::format);
    return 0;
  }
  custody::write_agency_index(home, index);
  const Buffer written = base::read_file(home / "index.json");
  custody::write_agency_index(home, custody::read_agency_index(home));
  must(base::read_file(home / "index.json") == written);
  make_list(home, index);
  return 0;
}
