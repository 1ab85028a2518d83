// SPDX-License-Identifier: Apache-2.0
// Lists of revoked certificates (RFC 5280 §5), from a verifier's folder or from evidence. A list counts only
// where the authority that issued the certificate in question signed it: so it does not matter who brought
// it. Not for use by two threads at once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"

namespace custody {

struct ListFacts {
  std::string issuer;
  std::int64_t this_update_us = 0;
  std::optional<std::int64_t> next_update_us;
};
ListFacts facts_of_list(base::Bytes der);       // Error(crypto) where it is no list
base::Buffer list_from_file(base::Bytes file);  // PEM or DER, the first: DER; Error(crypto)

// What all lists say of a chain of certificates.
struct ChainStatus {
  // The earliest time from which on one of the chain is not trusted: when it was revoked, or its invalidity
  // date, where that is earlier.
  std::optional<std::int64_t> revoked_since_us;
  std::string why;  // in words, where it is revoked, or where a list is missing
  bool any_list = false;
  bool every_list = true;          // for every link there is one
  std::int64_t good_until_us = 0;  // next update of the lists, the earliest of all links
};

class RevocationLists {
 public:
  RevocationLists();
  ~RevocationLists();
  // What cannot be read is passed over: it helps nobody.
  void add(const std::vector<base::Buffer>& lists);
  // `links`: from the signer's certificate to the anchor, each issued by the next (DER). The anchor is not
  // asked about: the verifier himself vouches for it.
  const ChainStatus& status_of(const std::vector<base::Buffer>& links);

 private:
  struct List;
  void ask(const base::Buffer& certificate, const base::Buffer& issuer, ChainStatus& status);
  std::vector<std::unique_ptr<List>> lists_;
  std::map<base::Digest, ChainStatus> known_;  // by the first link
};

}  // namespace custody
