// SPDX-License-Identifier: Apache-2.0
#include "base/catalogue.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"

namespace base {
namespace {

constexpr std::uint32_t kMagic = 0x950412de;  // of a file in little-endian order, as msgfmt writes it here
constexpr std::uint64_t kMostBytes = 8 << 20;

// The texts of a table: number × (length, offset).
std::vector<std::string_view> texts_at(Bytes file, std::uint32_t table, std::uint32_t number) {
  ByteReader reader(file);
  reader.skip(table);
  std::vector<std::string_view> texts;
  for (std::uint32_t i = 0; i < number; ++i) {
    const std::uint32_t length = reader.u32le(), offset = reader.u32le();
    ByteReader text(file);
    text.skip(offset);
    texts.push_back(as_text(text.take(length)));
    if (!is_utf8(texts.back())) throw std::invalid_argument("a text that is not UTF-8");
  }
  return texts;
}

std::vector<std::string_view> split(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(between);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string without_blanks(std::string_view text) {
  std::string out(text);
  std::erase(out, ' ');
  return out;
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// A name becomes part of a path.
bool is_language(std::string_view name) {
  return !name.empty() && name.size() <= 16 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@';
  });
}

// "zh_CN.UTF-8" asks for zh_CN, then zh. False where English is meant, and so no other language after it.
bool add_language(std::string_view locale, std::vector<std::string>& languages) {
  locale = locale.substr(0, locale.find('.'));
  if (locale == "C" || locale == "POSIX") return false;
  if (!is_language(locale)) return true;
  const std::string_view language = locale.substr(0, locale.find_first_of("_@"));
  languages.emplace_back(locale);
  if (language == "en") return false;  // en_XA may have a catalogue; plain English needs none
  if (language != locale) languages.emplace_back(language);
  return true;
}

std::unique_ptr<const Catalogue> spoken_catalogue;

}  // namespace

Catalogue::Catalogue(Buffer file) : file_(std::move(file)) {
  ByteReader reader(file_);
  if (reader.u32le() != kMagic) throw std::invalid_argument("no catalogue");
  const std::uint32_t revision = reader.u32le();
  if (revision >> 16 > 1) throw std::invalid_argument("a catalogue of an unknown kind");
  const std::uint32_t number = reader.u32le(), english = reader.u32le(), translated = reader.u32le();
  const auto from = texts_at(file_, english, number), into = texts_at(file_, translated, number);
  for (std::uint32_t i = 0; i < number; ++i) take(from[i], into[i]);
  take_rule();
}

void Catalogue::take(std::string_view english, std::string_view translation) {
  const auto forms_of_english = split(english, '\0');
  const auto forms = split(translation, '\0');
  const bool is_header = english.empty();
  const bool fit = is_header || std::ranges::all_of(forms, [&](std::string_view form) {
                     return !form.empty() && fits(forms_of_english.front(), form);
                   });
  if (fit)
    texts_[forms_of_english.front()] = forms;
  else
    unfit_.emplace_back(forms_of_english.front());
}

// The rules of the languages that there are (CLDR, plural rules): one form, or one and many. A language with
// other rules needs them here.
void Catalogue::take_rule() {
  const std::string rule = without_blanks(header("Plural-Forms"));
  if (rule.empty() || rule.starts_with("nplurals=1;"))
    plural_ = Plural::none;
  else if (rule == "nplurals=2;plural=(n!=1);" || rule == "nplurals=2;plural=n!=1;")
    plural_ = Plural::not_one;
  else if (rule == "nplurals=2;plural=(n>1);" || rule == "nplurals=2;plural=n>1;")
    plural_ = Plural::above_one;
  else
    throw std::invalid_argument("a rule of plurals that is not known: " + rule);
}

std::string_view Catalogue::find(std::string_view english) const {
  const auto found = texts_.find(english);
  return found == texts_.end() || english.empty() ? std::string_view() : found->second.front();
}

std::string_view Catalogue::find(std::string_view english, std::uint64_t count) const {
  const auto found = texts_.find(english);
  if (found == texts_.end() || english.empty()) return {};
  const bool second = plural_ == Plural::not_one ? count != 1 : plural_ == Plural::above_one && count > 1;
  const std::size_t form = second ? 1 : 0;
  return form < found->second.size() ? found->second[form] : std::string_view();
}

std::string_view Catalogue::header(std::string_view name) const {
  const auto found = texts_.find("");
  if (found == texts_.end()) return {};
  for (std::string_view line : split(found->second.front(), '\n')) {
    if (!line.starts_with(name) || !line.substr(name.size()).starts_with(": ")) continue;
    return line.substr(name.size() + 2);
  }
  return {};
}

std::vector<std::string> languages_wished() {
  std::string_view locale;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (locale.empty()) locale = variable(name);
  std::vector<std::string> languages;
  if (locale == "C" || locale == "POSIX") return languages;  // somebody asked for it, as scripts do
  const std::string_view list = variable("LANGUAGE");
  for (const std::string_view name : split(list.empty() ? locale : list, ':'))
    if (!name.empty() && !add_language(name, languages)) break;
  return languages;
}

std::string speak(const std::vector<std::string>& languages, const std::filesystem::path& folder) {
  spoken_catalogue.reset();
  for (const std::string& language : languages) {
    const auto file = folder / language / "LC_MESSAGES" / "holdfast.mo";
    std::error_code none;
    if (!is_language(language) || !std::filesystem::exists(file, none)) continue;
    try {
      spoken_catalogue = std::make_unique<Catalogue>(read_file(file, kMostBytes));
    } catch (const std::exception& error) {  // a bad translation is no reason not to work
      return "the translation " + language + " cannot be used: " + error.what() +
             "\nThe program speaks English, and works as ever. Install it anew.";
    }
    if (spoken_catalogue->header("X-Reviewed") == "yes") return {};
    constexpr auto kUnreviewed =
        phrase("This translation was not reviewed by a speaker. What counts is the English text: LC_ALL=C");
    return language + ": " + std::string(kUnreviewed);
  }
  return {};
}

std::filesystem::path catalogue_folder() {
  std::error_code none;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", none);
  return program.parent_path().parent_path() / "share" / "locale";
}

const Catalogue* spoken() {
  return spoken_catalogue.get();
}

}  // namespace base
