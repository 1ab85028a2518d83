// SPDX-License-Identifier: Apache-2.0
// Translations as GNU gettext compiles them (.mo files; GNU gettext manual, "The Format of GNU MO Files"),
// read by ourselves: a live system often has no locale but C, where the C library's gettext says nothing, and
// it would load character converters at moments when nothing may be opened any more. Texts are UTF-8.
// Thread rule: `speak` before there is a second thread; the rest from any thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace base {

class Catalogue {
 public:
  // Throws Truncated or std::invalid_argument where the bytes are no such file, its text is not UTF-8 or its
  // rule of plurals is none that is known.
  explicit Catalogue(Buffer file);
  Catalogue(const Catalogue&) = delete;

  // Empty where there is none. `count` chooses the form.
  std::string_view find(std::string_view english) const;
  std::string_view find(std::string_view english, std::uint64_t count) const;

  // A line of the header: "Language", "X-Reviewed".
  std::string_view header(std::string_view name) const;
  std::size_t size() const { return texts_.size(); }
  // English of those left out because their places are not those of the English.
  const std::vector<std::string>& unfit() const { return unfit_; }

 private:
  enum class Plural { none, not_one, above_one };
  void take(std::string_view english, std::string_view translation);
  void take_rule();

  Buffer file_;
  std::map<std::string_view, std::vector<std::string_view>> texts_;
  std::vector<std::string> unfit_;
  Plural plural_ = Plural::none;
};

// Languages in the order in which they are wished, by LANGUAGE, LC_ALL, LC_MESSAGES and LANG: "th_TH", "th".
// English and the locale C end the list.
std::vector<std::string> languages_wished();

// Speaks the first of these languages that `folder` has a catalogue of (<language>/LC_MESSAGES/holdfast.mo);
// English where there is none. Returns what a person should know of the translation; empty where all is well.
std::string speak(const std::vector<std::string>& languages, const std::filesystem::path& folder);
// The folder of the catalogues that belong to this program: ../share/locale from where it lies.
std::filesystem::path catalogue_folder();

// What is spoken; nullptr: English.
const Catalogue* spoken();

}  // namespace base
