// SPDX-License-Identifier: Apache-2.0
// The ordered list of extractors. An extractor is added with two lines: its declaration and its place in the
// list, both in the order of names. Nothing of a run depends on this order: pairs are sorted.
#include <array>

#include "parse/extractor.h"

namespace parse {

extern const Extractor kAndroidCalls;
extern const Extractor kAndroidContacts;
extern const Extractor kAndroidMessages;
extern const Extractor kChromiumHistory;
extern const Extractor kMetamask;
extern const Extractor kWhatsAppAndroid;

std::span<const Extractor* const> extractors() {
  static constexpr std::array kExtractors{&kAndroidCalls,    &kAndroidContacts, &kAndroidMessages,
                                          &kChromiumHistory, &kMetamask,        &kWhatsAppAndroid};
  return kExtractors;
}

}  // namespace parse
