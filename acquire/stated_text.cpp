// SPDX-License-Identifier: Apache-2.0
// Reading what others state. The text comes with the evidence and is as hostile: nothing in it is more than
// a digest and a name to compare with.
#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "acquire/stated.h"
#include "base/provenance.h"

namespace acquire {
namespace {

using base::Algorithm;

constexpr std::array kAlgorithms{
    std::pair{Algorithm::md5, std::size_t{32}}, std::pair{Algorithm::sha1, std::size_t{40}},
    std::pair{Algorithm::sha256, std::size_t{64}}, std::pair{Algorithm::sha512, std::size_t{128}}};

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::optional<Algorithm> algorithm_of_length(std::size_t digits) {
  const auto found = std::ranges::find(kAlgorithms, digits, &std::pair<Algorithm, std::size_t>::second);
  return found == kAlgorithms.end() ? std::nullopt : std::optional(found->first);
}

// "sha-256", "SHA256" and "SHA_256" are one name.
std::optional<Algorithm> algorithm_named(std::string_view name) {
  std::string plain = lower(name);
  std::erase_if(plain, [](char c) { return c == '-' || c == '_'; });
  for (const auto& known : kAlgorithms)
    if (base::name_of(known.first) == plain) return known.first;
  return std::nullopt;
}

// Whether the line names the algorithm as a word of its own: "SHA1 checksum:", "(md5)", "SHA-256 hash".
bool names(std::string_view line, Algorithm algorithm) {
  const std::string text = lower(line);
  const std::string name(base::name_of(algorithm));
  const std::string dashed = name.starts_with("sha") ? "sha-" + name.substr(3) : name;
  for (const std::string& one : {name, dashed})
    for (std::size_t at = text.find(one); at != text.npos; at = text.find(one, at + 1)) {
      const std::size_t end = at + one.size();
      const bool begins = at == 0 || !is_word(text[at - 1]);
      if (begins && (end == text.size() || !is_word(text[end]))) return true;
    }
  return false;
}

struct Token {
  std::size_t at = 0, size = 0;
  Algorithm algorithm = Algorithm::sha256;
};
// Runs of hexadecimal digits that are as long as a digest.
std::vector<Token> digests_in(std::string_view line) {
  std::vector<Token> found;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at;
    bool hex = true;
    for (; end < line.size() && is_word(line[end]); ++end) hex = hex && is_hex(line[end]);
    const auto algorithm = algorithm_of_length(end - at);
    if (hex && algorithm) found.push_back({at, end - at, *algorithm});
    at = end == at ? at + 1 : end;
  }
  return found;
}

std::string_view trimmed(std::string_view line) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\0'; };
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  return line;
}

// GNU coreutils, "Digest: md5 utilities": where a name has a newline, a return or a backslash the line begins
// with a backslash and these are written \n, \r and \\.
std::string unescaped(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '\\' || i + 1 == name.size()) {
      out += name[i];
      continue;
    }
    const char next = name[++i];
    out += next == 'n' ? '\n' : next == 'r' ? '\r' : next;
  }
  return out;
}

// "DIGEST  NAME" and "DIGEST *NAME".
std::optional<std::string> named_after(std::string_view line, const Token& token) {
  const bool escaped = line.starts_with('\\');
  if (token.at != (escaped ? 1u : 0u)) return std::nullopt;
  const std::string_view rest = line.substr(token.at + token.size);
  if (rest.size() < 3 || rest[0] != ' ' || (rest[1] != ' ' && rest[1] != '*')) return std::nullopt;
  const std::string_view name = trimmed(rest.substr(2));
  if (name.empty()) return std::nullopt;
  return escaped ? unescaped(name) : std::string(name);
}

// "SHA256 (NAME) = DIGEST"
std::optional<std::string> named_before(std::string_view line, const Token& token) {
  const std::string_view before = line.substr(0, token.at);
  const std::size_t open = before.find(" ("), close = before.rfind(") = ");
  if (open == before.npos || close == before.npos || close + 4 != before.size() || close <= open + 2)
    return std::nullopt;
  if (algorithm_named(before.substr(0, open)) != token.algorithm) return std::nullopt;
  return std::string(before.substr(open + 2, close - open - 2));
}

std::optional<Stated> stated_on(std::string_view line) {
  const std::vector<Token> tokens = digests_in(line);
  if (tokens.size() != 1) return std::nullopt;
  const Token& token = tokens.front();
  Stated stated{token.algorithm, base::from_hex(lower(line.substr(token.at, token.size))), {}, {}};
  auto name = named_after(line, token);
  if (!name) name = named_before(line, token);
  if (name) {
    stated.of = std::move(*name);
    return stated;
  }
  const std::string around =
      std::string(line.substr(0, token.at)) + "\n" + std::string(line.substr(token.at + token.size));
  if (token.size != line.size() && !names(around, token.algorithm)) return std::nullopt;
  return stated;
}

// What one text states, each once.
class Statements {
 public:
  explicit Statements(std::string by) : by_(std::move(by)) {}
  void add(Stated stated) {
    if (!known_.emplace(stated.algorithm, stated.digest, stated.of).second) return;
    stated.by = by_;
    all_.push_back(std::move(stated));
  }
  std::vector<Stated> take() { return std::move(all_); }

 private:
  std::string by_;
  std::set<std::tuple<Algorithm, base::Buffer, std::string>> known_;
  std::vector<Stated> all_;
};

// Programs of Windows write UTF-16; what is not ASCII can be in a name only.
std::string as_bytes_of_text(base::Bytes bytes) {
  const std::string_view text = base::as_text(bytes);
  const bool little = text.starts_with("\xff\xfe"), big = text.starts_with("\xfe\xff");
  if (!little && !big) return std::string(text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text);
  std::string out;
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    const char low = text[little ? i : i + 1], high = text[little ? i + 1 : i];
    out += high == 0 ? low : '?';
  }
  return out;
}

void add_digest(const std::string& name, const base::Json& value, const std::string& of,
                Statements& statements) {
  const auto algorithm = algorithm_named(name);
  if (!algorithm || !value.is_text()) return;
  const std::vector<Token> tokens = digests_in(value.text());
  if (tokens.size() != 1 || tokens[0].size != value.text().size() || tokens[0].algorithm != *algorithm)
    return;
  statements.add({*algorithm, base::from_hex(lower(value.text())), of, {}});
}

// acquisition.json of another case: of the media in `digests`, of each file its own.
std::vector<Stated> stated_by_report(const base::Json& report, const std::string& by) {
  Statements statements(by);
  const base::Json *digests = report.find("digests"), *files = report.find("files");
  const base::Json* format = report.find("format");
  const bool encoded = format && format->is_text() && format->text() == "folder";
  if (digests && digests->is_object())
    for (const auto& [name, value] : digests->members()) add_digest(name, value, {}, statements);
  if (!files || !files->is_array()) return statements.take();
  for (const base::Json& file : files->items()) {
    const base::Json *name = file.is_object() ? file.find("name") : nullptr,
                     *sha256 = file.is_object() ? file.find("sha256") : nullptr;
    if (!name || !name->is_text() || !sha256) continue;
    add_digest("sha256", *sha256, encoded ? base::percent_decode(name->text()) : name->text(), statements);
  }
  return statements.take();
}

std::optional<base::Json> as_json(base::Bytes bytes) {
  try {
    base::Json json = base::parse_json(bytes);
    return json.is_object() ? std::optional(std::move(json)) : std::nullopt;
  } catch (const base::JsonError&) {
    return std::nullopt;  // then it is text
  }
}

}  // namespace

std::optional<Stated> stated_as(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) return std::nullopt;
  const auto algorithm = algorithm_named(text.substr(0, equals));
  const std::string_view digits = text.substr(equals + 1);
  if (!algorithm || algorithm_of_length(digits.size()) != algorithm || !std::ranges::all_of(digits, is_hex))
    return std::nullopt;
  return Stated{*algorithm, base::from_hex(lower(digits)), {}, "command line"};
}

std::vector<Stated> stated_in(base::Bytes bytes, const std::string& by) {
  if (const auto report = as_json(bytes)) return stated_by_report(*report, by);
  Statements statements(by);
  const std::string text = as_bytes_of_text(bytes);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (auto stated = stated_on(trimmed(std::string_view(text).substr(at, end - at))))
      statements.add(std::move(*stated));
    at = end + 1;
  }
  return statements.take();
}

}  // namespace acquire
