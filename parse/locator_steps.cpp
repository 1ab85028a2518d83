// SPDX-License-Identifier: Apache-2.0
#include "parse/locator_steps.h"

#include <charconv>

namespace parse {
namespace {

std::optional<Step> step_from(std::string_view encoded) {
  Step step;
  const auto hash = encoded.find('#');
  if (hash != encoded.npos) {
    const std::string_view digits = encoded.substr(hash + 1);
    std::uint64_t inode = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), inode);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    step.inode = inode;
    encoded = encoded.substr(0, hash);
  }
  step.name = base::percent_decode(encoded);
  return step;
}

}  // namespace

std::string encode_step(std::string_view name_bytes) {
  if (name_bytes == ".") return "%2E";
  if (name_bytes == "..") return "%2E%2E";
  std::string encoded;
  for (const char character : base::percent_encode_path(name_bytes)) {
    if (character == '/') {
      encoded += "%2F";
    } else {
      encoded += character;
    }
  }
  return encoded;
}

std::string partition_prefix(unsigned partition) {
  return partition == 0 ? "" : "p" + std::to_string(partition) + ":";
}

std::optional<PathSteps> steps_of(const base::Locator& locator) {
  std::string_view left = locator.encoded();
  if (left.find('!') != left.npos) return std::nullopt;
  PathSteps path;
  path.partition = locator.partition();
  left.remove_prefix(partition_prefix(path.partition).size());
  if (!left.starts_with('/')) return std::nullopt;
  if (const auto colon = left.find(':'); colon != left.npos) {
    path.stream = base::percent_decode(left.substr(colon + 1));
    left = left.substr(0, colon);
  }
  while (!left.empty()) {
    left.remove_prefix(1);  // the slash
    const auto end = std::min(left.find('/'), left.size());
    const std::string_view encoded = left.substr(0, end);
    left.remove_prefix(end);
    if (encoded.empty() && left.empty()) break;  // "/" itself, or a folder with a slash at its end
    auto step = step_from(encoded);
    if (!step) return std::nullopt;
    path.steps.push_back(std::move(*step));
  }
  return path;
}

}  // namespace parse
