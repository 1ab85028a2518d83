// SPDX-License-Identifier: Apache-2.0
// Changes elements of a signature, and then puts right what stands before the deeper checks: names, digests,
// the order of attributes, the signature over them.
#include <algorithm>

#include "base/digest.h"
#include "chain-of-custody/der_write.h"
#include "chain-of-custody/oids.h"
#include "cms_input.h"
#include "der_tree.h"
#include "fixed_people.h"
#include "promise.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using fuzz::DerNode;

bool is_oid(DerNode* node, std::string_view oid) {
  return node && base::as_text(node->content) == oid;
}

// version, certificates and signer where they stand in a signature of the profile.
struct Parts {
  DerNode *certificate, *signer, *attributes, *signature;
};
std::optional<Parts> parts_of(DerNode& root) {
  DerNode* const certificate = root.at({1, 0, 3, 0});
  DerNode* const signer = root.at({1, 0, 4, 0});
  if (!certificate || !signer || signer->children.size() < 6 || !certificate->at({0, 3})) return std::nullopt;
  return Parts{certificate, signer, signer->at({3}), signer->at({5})};
}

void put_names_right(const Parts& parts) {
  DerNode* const names = parts.signer->at({1});
  if (names->children.size() != 2) return;
  names->children[0] = *parts.certificate->at({0, 3});
  names->children[1] = *parts.certificate->at({0, 1});
}

void put_attributes_right(const Parts& parts) {
  const base::Digest digest = base::sha256(base::as_bytes(fuzz::kSignedContent));
  const base::Digest certificate = base::sha256(parts.certificate->encoded());
  for (DerNode& attribute : parts.attributes->children) {
    if (is_oid(attribute.at({0}), custody::oid::kMessageDigest) && attribute.at({1, 0}))
      *attribute.at({1, 0}) = {custody::der::kOctetString, base::to_buffer(digest.bytes), {}};
    DerNode* const id = attribute.at({1, 0, 0, 0, 0});
    if (!is_oid(attribute.at({0}), custody::oid::kSigningCertificateV2) || !id) continue;
    *id = {custody::der::kOctetString, base::to_buffer(certificate.bytes), {}};
    if (DerNode* const issuer = attribute.at({1, 0, 0, 0, 1, 0, 0, 0}))
      *issuer = *parts.certificate->at({0, 3});
    if (DerNode* const serial = attribute.at({1, 0, 0, 0, 1, 1})) *serial = *parts.certificate->at({0, 1});
  }
  std::ranges::sort(parts.attributes->children, {}, &DerNode::encoded);
}

void sign_again(const Parts& parts) {
  base::Buffer set = parts.attributes->encoded();
  set[0] = std::byte{custody::der::kSet};
  const bool rsa = is_oid(parts.signer->at({4, 0}), custody::oid::kRsaEncryption) ||
                   is_oid(parts.signer->at({4, 0}), custody::oid::kSha256WithRsa);
  const fuzz::Person& signer = rsa ? fuzz::second_officer() : fuzz::officer();
  *parts.signature = {custody::der::kOctetString, signer.sign(set), {}};
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  std::mt19937 random(seed);
  auto root = random() % 8 == 0 ? std::nullopt : fuzz::der_tree(fuzz::bytes_of(data, size));
  if (!root) return LLVMFuzzerMutate(data, size, most);
  // What is outside the certificate is the smaller part, and the one that this profile is about.
  DerNode* const signer = random() % 2 == 0 ? root->at({1, 0, 4, 0}) : nullptr;
  for (std::size_t changes = random() % 3 == 0 ? 3 : 1; changes > 0; --changes)
    fuzz::change_der(signer ? *signer : *root, random);
  if (const auto parts = parts_of(*root)) {
    if (random() % 4 != 0) put_names_right(*parts);
    if (random() % 4 != 0) put_attributes_right(*parts);
    if (random() % 4 != 0) sign_again(*parts);
  }
  const base::Buffer der = root->encoded();
  if (der.size() > most) return size;
  std::ranges::copy(base::as_text(der), data);
  return der.size();
}
