// SPDX-License-Identifier: Apache-2.0
// Structure: RFC 3161 §2.4.1 (TimeStampReq), §2.4.2 (TimeStampResp, PKIStatusInfo).
#include "chain-of-custody/timestamp.h"

#include <algorithm>
#include <array>
#include <utility>

#include "chain-of-custody/der.h"

namespace custody {
namespace {

using base::Bytes;
using der::Reader;

constexpr std::uint8_t kBitString = 0x03;
constexpr std::uint8_t kUtf8String = 0x0c;
constexpr std::size_t kMaximalWords = 300;
// 2.16.840.1.101.3.4.2.1, SHA-256, as the content of its DER.
constexpr std::string_view kSha256 = "\x60\x86\x48\x01\x65\x03\x04\x02\x01";

base::Buffer element(std::uint8_t tag, std::initializer_list<Bytes> parts) {
  std::size_t size = 0;
  for (const Bytes part : parts) size += part.size();
  base::Buffer out{std::byte{tag}, static_cast<std::byte>(size)};  // a query is far shorter than 128 bytes
  for (const Bytes part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

// 64 random bits; drawn again where the first byte is zero, for DER would shorten the number.
base::Buffer random_nonce() {
  base::Buffer nonce = base::random_bytes(8);
  while (nonce[0] == std::byte{0}) nonce = base::random_bytes(8);
  if ((nonce[0] & std::byte{0x80}) != std::byte{0}) nonce.insert(nonce.begin(), std::byte{0});
  return nonce;
}

// Words of a stranger, to be shown in one line.
std::string harmless(Bytes bytes) {
  std::string words(base::as_text(bytes).substr(0, kMaximalWords));
  std::ranges::replace_if(
      words, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '"'; }, ' ');
  return base::is_utf8(words) ? words : "(not UTF-8)";
}

// PKIFailureInfo, RFC 3161 §2.4.2.
constexpr std::array kFailures{
    std::pair{0, "it does not know the digest algorithm"},
    std::pair{2, "it does not serve such requests"},
    std::pair{5, "it could not read the request"},
    std::pair{14, "its clock is not available"},
    std::pair{15, "it does not serve the policy that was asked for"},
    std::pair{16, "it does not know an extension of the request"},
    std::pair{17, "it lacks something that was asked for"},
    std::pair{25, "it has a fault of its own"},
};

std::string failure_words(Bytes bit_string) {
  std::string words;
  for (const auto& [bit, meaning] : kFailures) {
    const std::size_t at = 1 + static_cast<std::size_t>(bit) / 8;  // the first byte counts unused bits
    const bool set =
        at < bit_string.size() && (std::to_integer<unsigned>(bit_string[at]) & (0x80u >> (bit % 8))) != 0;
    if (set) words += (words.empty() ? "" : "; ") + std::string(meaning);
  }
  return words;
}

// Reads PKIStatusInfo; throws the authority's words where it did not grant a token.
void check_status(Bytes content) {
  Reader status(content);
  const Bytes number = status.expect(der::kInteger, "the reply's status").content;
  if (number.size() == 1 && std::to_integer<unsigned>(number[0]) <= 1) return;  // granted (with changes)
  std::string words;
  if (status.next_is(der::kSequence)) {
    Reader texts(status.next().content);
    while (!texts.at_end())
      words +=
          (words.empty() ? "\"" : " ") + harmless(texts.expect(kUtf8String, "the reply's words").content);
    if (!words.empty()) words += '"';
  }
  if (status.next_is(kBitString)) {
    const std::string why = failure_words(status.next().content);
    if (!why.empty()) words += (words.empty() ? "" : ": ") + why;
  }
  throw TimeStampError(
      "the authority refused, with status " +
      (number.size() == 1 ? std::to_string(std::to_integer<unsigned>(number[0])) : "unknown") +
      (words.empty() ? ", and does not say why" : ": " + words));
}

}  // namespace

std::string checkpoint_min(const SignedNote& note, const NoteKey& key) {
  for (const NoteSignature& line : note.signatures) {
    const SignedNote alone{note.text, {line}};
    if (check_note(alone, key) == NoteOutcome::good) return format_note(alone);
  }
  throw NoteError("the checkpoint is not signed with the ledger's own key");
}

TimeQuery make_query(const base::Digest& imprint) {
  constexpr std::array kVersion{std::byte{1}}, kTrue{std::byte{0xff}};
  TimeQuery query{imprint, random_nonce(), {}};
  const base::Buffer algorithm = element(
      der::kSequence, {element(der::kObjectIdentifier, {base::as_bytes(kSha256)}), element(der::kNull, {})});
  query.der = element(der::kSequence,
                      {element(der::kInteger, {kVersion}),
                       element(der::kSequence, {algorithm, element(der::kOctetString, {imprint.bytes})}),
                       element(der::kInteger, {query.nonce}), element(der::kBoolean, {kTrue})});
  return query;
}

TimeToken read_reply(Bytes der) {
  if (der.size() > kMaximalTimeStamp) throw TimeStampError("the reply is larger than 64 KiB");
  try {
    der::check_strict(der);
    Reader outer(der);
    Reader reply(outer.expect(der::kSequence, "the reply").content);
    if (reply.next_is(der::kObjectIdentifier)) return read_token(der);  // a bare token
    check_status(reply.expect(der::kSequence, "the reply's status").content);
    if (reply.at_end()) throw TimeStampError("the reply says that it grants a token, and holds none");
    const Bytes token = reply.expect(der::kSequence, "the reply's token").whole;
    reply.end("the reply's token");
    return read_token(token);
  } catch (const der::DerError& error) {
    throw TimeStampError(std::string("this is no reply of a time authority: ") + error.what());
  }
}

}  // namespace custody
