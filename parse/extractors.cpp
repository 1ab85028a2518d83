// SPDX-License-Identifier: Apache-2.0
// The ordered list of extractors. An extractor is added with two lines: its declaration and its place in the
// list, both in the order of names. Nothing of a run depends on this order: pairs are sorted.
#include <array>

#include "parse/extractor.h"

namespace parse {

extern const Extractor kAndroidMessages;
extern const Extractor kChromiumHistory;
extern const Extractor kMetamask;

std::span<const Extractor* const> extractors() {
  static constexpr std::array kExtractors{&kAndroidMessages, &kChromiumHistory, &kMetamask};
  return kExtractors;
}

}  // namespace parse
