// SPDX-License-Identifier: Apache-2.0
// Half of the changes to a note are made in its text, and are signed again by the keys that stood below it.
#include <algorithm>

#include "fixed_keys.h"
#include "promise.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

std::string changed(std::string text, std::size_t most) {
  const std::size_t size = text.size();
  text.resize(std::max(size, most));
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
  return text;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, most);
  try {
    custody::SignedNote note = custody::parse_note(fuzz::bytes_of(data, size));
    note = fuzz::signed_note(changed(note.text, 200), seed % 3 == 0 ? seed : 0);
    const std::string text = custody::format_note(note);
    if (text.size() > most) return size;
    std::ranges::copy(text, data);
    return text.size();
  } catch (const custody::NoteError&) {
    return LLVMFuzzerMutate(data, size, most);
  }
}
