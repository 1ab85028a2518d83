// SPDX-License-Identifier: Apache-2.0
// Texts as search sees them: normalised and cut into tokens. The relation between a query and a text is
// written down in docs/search.md. Thread rule: each thread has its own tools.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace store {

enum class TokenKind {
  sign,  // one code point of a script written without spaces: Han, Kana, Thai, Lao, Khmer, Burmese
  word,  // a run of letters, marks and digits of the other scripts
};

struct Token {
  std::string text;  // normalised UTF-8
  TokenKind kind;
  bool has_digit = false;
  std::size_t length = 0;  // code points
};

// NFKC with case folding; Traditional Chinese to Simplified; controls, zero-width and bidi characters
// dropped; digits of every script to ASCII; then cut. Bytes that are no UTF-8 separate tokens.
std::vector<Token> tokens_of(std::string_view text);

// Terms under which a text is filed: signs, pairs of neighbouring signs, words, and for words with a digit
// each run of three characters (marked by a leading '#').
std::vector<std::string> index_terms(const std::vector<Token>& tokens);

// Terms that every text matching the query is filed under. `prefix` means: begins with.
struct QueryTerm {
  std::string text;
  bool prefix = false;
};
std::vector<QueryTerm> query_terms(const std::vector<Token>& query);

// The relation: the tokens of the query stand one after another in the text; signs and words equal, the last
// word as the beginning of a word, and a word of three or more characters with a digit anywhere within a
// word.
bool matches(const std::vector<Token>& query, const std::vector<Token>& text);

}  // namespace store
