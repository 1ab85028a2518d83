// SPDX-License-Identifier: Apache-2.0
// DER as a tree that can be changed: lengths are put right when it is written. For mutators and repairs.
#pragma once

#include <optional>
#include <random>
#include <vector>

#include "base/bytes.h"

namespace fuzz {

struct DerNode {
  std::uint8_t tag = 0;
  base::Buffer content;  // where there are no children; of a BIT STRING that holds DER, its first byte
  std::vector<DerNode> children;  // of what is constructed, and of strings that hold DER

  base::Buffer encoded() const;
  // The descendant by its place at each step; nullptr where there is none.
  DerNode* at(std::initializer_list<std::size_t> path);
};

// Nothing where the bytes are not one element of DER. What is inside and is not DER is content.
std::optional<DerNode> der_tree(base::Bytes der);

// One change somewhere: to a content, or to the order and number of elements.
void change_der(DerNode& root, std::mt19937& random);

}  // namespace fuzz
