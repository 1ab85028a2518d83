// SPDX-License-Identifier: Apache-2.0
#include "acquire/identity.h"

#include <algorithm>

#include "acquire/json_text.h"
#include "acquire/read_window.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/words.h"

namespace acquire {
namespace {

constexpr std::uint64_t kEdge = 1 << 20;
constexpr std::size_t kPiece = 128 << 10;
constexpr std::string_view kZeros = "zeros", kUnreadable = "unreadable";

bool is_blank(base::Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

std::string word_for(Source& source, std::uint64_t offset, std::uint64_t end) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, end - offset));
  const Window window = read_window(source, offset, count);
  if (window.read == Source::Read::gone) {
    throw base::Error(base::ErrorKind::io, base::say("{} does not answer any more", source.facts().path),
                      base::say("What was imaged stays. Check the cable and the power, then go on."));
  }
  if (window.read == Source::Read::medium_error) return std::string(kUnreadable);
  return is_blank(window.bytes) ? std::string(kZeros) : base::sha256(window.bytes).hex();
}

void add_words(Source& source, std::uint64_t offset, std::uint64_t end, std::string& words) {
  for (; offset < end; offset += kPiece) {
    if (!words.empty()) words += ' ';
    words += word_for(source, offset, end);
  }
}

std::string port_path_of(const SourceFacts& facts) {
  if (facts.block_device) return facts.port.empty() ? facts.path : facts.port;
  return facts.path.find("://") == std::string::npos ? "file:" + facts.path : facts.path;
}

std::string_view first_word(std::string_view& words) {
  const std::size_t end = std::min(words.find(' '), words.size());
  const std::string_view word = words.substr(0, end);
  words.remove_prefix(std::min(end + 1, words.size()));
  return word;
}

// What the pieces that both could read say.
enum class Content { different, equal, blank, nothing };
Content compare_content(std::string_view known, std::string_view found) {
  Content content = Content::nothing;
  while (!known.empty() && !found.empty()) {
    const auto one = first_word(known), other = first_word(found);
    if (one == kUnreadable || other == kUnreadable) continue;
    if (one != other) return Content::different;
    if (one != kZeros) content = Content::equal;
    if (content == Content::nothing) content = Content::blank;
  }
  return known.empty() == found.empty() ? content : Content::different;
}

}  // namespace

base::Json Identity::to_json() const {
  return base::Json::object({{"port_path", text(port_path)},
                             {"serial", text(serial)},
                             {"bytes", number(bytes)},
                             {"head_tail_sha256", head_tail_sha256}});
}

Identity Identity::from_json(const base::Json& json) {
  Identity identity;
  identity.port_path = text_from(json.at("port_path"));
  identity.serial = text_from(json.at("serial"));
  identity.bytes = number_from(json.at("bytes"));
  identity.head_tail_sha256 = json.at("head_tail_sha256").text();
  return identity;
}

Identity identity_of(Source& source) {
  const SourceFacts& facts = source.facts();
  Identity identity{port_path_of(facts), serial_of(facts), facts.bytes, {}};
  add_words(source, 0, std::min(kEdge, facts.bytes), identity.head_tail_sha256);
  if (facts.bytes > kEdge)
    add_words(source, std::max(kEdge, facts.bytes - kEdge), facts.bytes, identity.head_tail_sha256);
  return identity;
}

Match compare(const Identity& known, const Identity& found) {
  if (known.bytes != found.bytes) return Match::other;
  const bool both_state = !known.serial.empty() && !found.serial.empty();
  const bool serials_differ = both_state && known.serial != found.serial;
  const bool place_agrees = (both_state && !serials_differ) || known.port_path == found.port_path;
  switch (compare_content(known.head_tail_sha256, found.head_tail_sha256)) {
    case Content::different:
      return Match::other;
    case Content::equal:
      return serials_differ ? Match::cannot_tell : Match::same;
    case Content::blank:
      return place_agrees && !serials_differ ? Match::same : Match::cannot_tell;
    case Content::nothing:
      break;
  }
  return serials_differ ? Match::other : Match::cannot_tell;
}

}  // namespace acquire
