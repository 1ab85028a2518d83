// SPDX-License-Identifier: Apache-2.0
#include "store/search_text.h"

#include <memory>
#include <stdexcept>

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/error.h"
#include "base/words.h"

namespace store {
namespace {

constexpr std::size_t kGram = 3;  // characters of the runs under which words with digits are filed

base::Error icu_failed() {
  return {base::ErrorKind::io, base::say("the Unicode library lacks its data"),
          base::say("The evidence is untouched. Install the package libicu72 whole.")};
}

const icu::Normalizer2& normaliser() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* found = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) throw icu_failed();
  return *found;
}

icu::Transliterator& to_simplified() {
  thread_local const std::unique_ptr<icu::Transliterator> made = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> out(
        icu::Transliterator::createInstance("Hant-Hans", UTRANS_FORWARD, status));
    if (U_FAILURE(status) || out == nullptr) throw icu_failed();
    return out;
  }();
  return *made;
}

bool is_ascii(std::string_view text) {
  for (char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

icu::UnicodeString normalised(std::string_view text) {
  icu::UnicodeString raw =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString out = normaliser().normalize(raw, status);
  if (U_FAILURE(status)) throw icu_failed();
  if (!is_ascii(text)) to_simplified().transliterate(out);
  return out;
}

bool is_unspaced(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

bool is_word(UChar32 c) {
  const int8_t type = u_charType(c);
  return u_isalnum(c) || type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
}

class Cutter {
 public:
  void feed(UChar32 c) {
    const int32_t digit = u_charDigitValue(c);
    if (digit >= 0 && u_isdigit(c)) {
      c = '0' + digit;
      has_digit_ = true;
      append(c);
    } else if (is_unspaced(c)) {
      end_word();
      out_.push_back({utf8(c), TokenKind::sign, false, 1});
    } else if (is_word(c)) {
      append(c);
    } else {
      end_word();
    }
  }
  std::vector<Token> take() {
    end_word();
    return std::move(out_);
  }

 private:
  static std::string utf8(UChar32 c) {
    std::string text;
    icu::UnicodeString(c).toUTF8String(text);
    return text;
  }
  void append(UChar32 c) {
    word_ += utf8(c);
    ++length_;
  }
  void end_word() {
    if (!word_.empty()) out_.push_back({std::move(word_), TokenKind::word, has_digit_, length_});
    word_.clear();
    has_digit_ = false;
    length_ = 0;
  }
  std::vector<Token> out_;
  std::string word_;
  bool has_digit_ = false;
  std::size_t length_ = 0;
};

// Runs of kGram characters of a word, marked.
std::vector<std::string> grams(const std::string& word) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if ((static_cast<unsigned char>(word[i]) & 0xc0) != 0x80) starts.push_back(i);
  }
  starts.push_back(word.size());
  std::vector<std::string> out;
  for (std::size_t i = 0; i + kGram < starts.size(); ++i) {
    out.push_back("#" + word.substr(starts[i], starts[i + kGram] - starts[i]));
  }
  return out;
}

bool within(const Token& query) {
  return query.kind == TokenKind::word && query.has_digit && query.length >= kGram;
}

bool token_matches(const Token& query, bool last, const Token& text) {
  if (query.kind != text.kind) return false;
  if (within(query)) return text.text.find(query.text) != text.text.npos;
  if (last && query.kind == TokenKind::word) return text.text.starts_with(query.text);
  return text.text == query.text;
}

}  // namespace

std::vector<Token> tokens_of(std::string_view text) {
  const icu::UnicodeString normal = normalised(text);
  Cutter cutter;
  for (int32_t i = 0; i < normal.length(); i = normal.moveIndex32(i, 1)) cutter.feed(normal.char32At(i));
  return cutter.take();
}

std::vector<std::string> index_terms(const std::vector<Token>& tokens) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    out.push_back(tokens[i].text);
    const bool pair =
        tokens[i].kind == TokenKind::sign && i + 1 < tokens.size() && tokens[i + 1].kind == TokenKind::sign;
    if (pair) out.push_back(tokens[i].text + tokens[i + 1].text);
    if (tokens[i].has_digit) {
      for (std::string& gram : grams(tokens[i].text)) out.push_back(std::move(gram));
    }
  }
  return out;
}

std::vector<QueryTerm> query_terms(const std::vector<Token>& query) {
  std::vector<QueryTerm> out;
  for (std::size_t i = 0; i < query.size(); ++i) {
    const bool last = i + 1 == query.size();
    if (within(query[i])) {
      for (std::string& gram : grams(query[i].text)) out.push_back({std::move(gram), false});
    } else if (query[i].kind == TokenKind::word) {
      out.push_back({query[i].text, last});
    } else if (!last && query[i + 1].kind == TokenKind::sign) {
      out.push_back({query[i].text + query[i + 1].text, false});
    } else {
      out.push_back({query[i].text, false});
    }
  }
  return out;
}

bool matches(const std::vector<Token>& query, const std::vector<Token>& text) {
  if (query.empty() || query.size() > text.size()) return false;
  for (std::size_t start = 0; start + query.size() <= text.size(); ++start) {
    std::size_t k = 0;
    while (k < query.size() && token_matches(query[k], k + 1 == query.size(), text[start + k])) ++k;
    if (k == query.size()) return true;
  }
  return false;
}

}  // namespace store
