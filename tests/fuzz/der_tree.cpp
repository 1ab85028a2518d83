// SPDX-License-Identifier: Apache-2.0
#include "der_tree.h"

#include "chain-of-custody/der_write.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace fuzz {
namespace {

namespace der = custody::der;
constexpr std::uint8_t kConstructed = 0x20;
constexpr int kMaximalDepth = 30;

bool read_all(base::Bytes bytes, int depth, std::vector<DerNode>& into);

DerNode node_of(const der::Element& element, int depth) {
  DerNode node{element.tag, {}, {}};
  base::Bytes inside = element.content;
  const bool bits = element.tag == der::kBitString && !inside.empty();
  if (bits) inside = inside.subspan(1);
  const bool may_hold =
      (element.tag & kConstructed) != 0 || ((bits || element.tag == der::kOctetString) && inside.size() > 2 &&
                                            inside[0] == std::byte{der::kSequence});
  if (may_hold && depth < kMaximalDepth && read_all(inside, depth + 1, node.children)) {
    if (bits) node.content = base::to_buffer(element.content.first(1));
    return node;
  }
  node.children.clear();
  node.content = base::to_buffer(element.content);
  return node;
}

bool read_all(base::Bytes bytes, int depth, std::vector<DerNode>& into) {
  try {
    der::Reader reader(bytes);
    while (!reader.at_end()) into.push_back(node_of(reader.next(), depth));
    return true;
  } catch (const der::DerError&) {
    return false;
  }
}

void collect(DerNode& node, std::vector<DerNode*>& all) {
  all.push_back(&node);
  for (DerNode& child : node.children) collect(child, all);
}

void change_content(DerNode& node) {
  const std::size_t size = node.content.size();
  node.content.resize(size + 8);
  auto* bytes = reinterpret_cast<std::uint8_t*>(node.content.data());
  node.content.resize(LLVMFuzzerMutate(bytes, size, node.content.size()));
}

void change_children(DerNode& node, const DerNode& another, std::mt19937& random) {
  auto& children = node.children;
  const auto place = [&] {
    return children.begin() + static_cast<std::ptrdiff_t>(random() % children.size());
  };
  const unsigned what = static_cast<unsigned>(random() % 5);
  if (what == 0) {
    children.erase(place());
  } else if (what == 1) {
    const DerNode copy = *place();
    children.insert(place(), copy);
  } else if (what == 2) {
    std::iter_swap(place(), place());
  } else if (what == 3) {
    children.insert(place(), another);
  } else {
    *place() = another;
  }
}

}  // namespace

base::Buffer DerNode::encoded() const {
  base::Buffer inside = content;
  for (const DerNode& child : children) {
    const base::Buffer bytes = child.encoded();
    inside.insert(inside.end(), bytes.begin(), bytes.end());
  }
  return der::element(tag, {inside});
}

DerNode* DerNode::at(std::initializer_list<std::size_t> path) {
  DerNode* node = this;
  for (const std::size_t step : path) {
    if (step >= node->children.size()) return nullptr;
    node = &node->children[step];
  }
  return node;
}

std::optional<DerNode> der_tree(base::Bytes bytes) {
  try {
    der::Reader reader(bytes);
    DerNode node = node_of(reader.next(), 0);
    if (!reader.at_end()) return std::nullopt;
    return node;
  } catch (const der::DerError&) {
    return std::nullopt;
  }
}

void change_der(DerNode& root, std::mt19937& random) {
  std::vector<DerNode*> all;
  collect(root, all);
  DerNode& node = *all[random() % all.size()];
  constexpr std::uint8_t kTags[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13,
                                    0x17, 0x18, 0x30, 0x31, 0x80, 0x81, 0xa0, 0xa1, 0xa3};
  if (random() % 12 == 0) {
    node.tag = kTags[random() % std::size(kTags)];
  } else if (node.children.empty()) {
    change_content(node);
  } else {
    const DerNode another = *all[random() % all.size()];
    change_children(node, another, random);
  }
}

}  // namespace fuzz
