// SPDX-License-Identifier: Apache-2.0
// Changes elements of a token, and then puts right what stands before the deeper checks: the digest over its
// content, the order of attributes, the signature over them.
#include <algorithm>

#include "base/digest.h"
#include "chain-of-custody/der_write.h"
#include "chain-of-custody/oids.h"
#include "der_tree.h"
#include "fixed_people.h"
#include "promise.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using fuzz::DerNode;

bool is_oid(DerNode* node, std::string_view oid) {
  return node && base::as_text(node->content) == oid;
}

// REQUIRES: of a bare token.
void put_right(DerNode& root, bool names) {
  DerNode* const info = root.at({1, 0, 2, 1, 0, 0});
  DerNode* const attributes = root.at({1, 0, 4, 0, 3});
  DerNode* const signature = root.at({1, 0, 4, 0, 5});
  DerNode* const certificate = root.at({1, 0, 3, 0});
  if (!info || !attributes || !signature || !certificate) return;
  for (DerNode& attribute : attributes->children) {
    if (is_oid(attribute.at({0}), custody::oid::kMessageDigest) && attribute.at({1, 0}))
      *attribute.at({1, 0}) = {
          custody::der::kOctetString, base::to_buffer(base::sha256(info->encoded()).bytes), {}};
    if (names && is_oid(attribute.at({0}), custody::oid::kSigningCertificateV2) &&
        attribute.at({1, 0, 0, 0, 0}))
      *attribute.at({1, 0, 0, 0, 0}) = {
          custody::der::kOctetString, base::to_buffer(base::sha256(certificate->encoded()).bytes), {}};
  }
  std::ranges::sort(attributes->children, {}, &DerNode::encoded);
  base::Buffer set = attributes->encoded();
  set[0] = std::byte{custody::der::kSet};
  *signature = {custody::der::kOctetString, fuzz::time_authority().sign(set), {}};
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  std::mt19937 random(seed);
  auto root = random() % 8 == 0 ? std::nullopt : fuzz::der_tree(fuzz::bytes_of(data, size));
  if (!root) return LLVMFuzzerMutate(data, size, most);
  for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) fuzz::change_der(*root, random);
  if (random() % 4 != 0) {
    DerNode* const token =
        root->at({0}) && root->at({0})->tag == custody::der::kSequence ? root->at({1}) : &*root;
    if (token) put_right(*token, random() % 2 == 0);
  }
  const base::Buffer der = root->encoded();
  if (der.size() > most) return size;
  std::ranges::copy(base::as_text(der), data);
  return der.size();
}
