// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/revocation.h"

#include <algorithm>
#include <charconv>

#include "base/counted.h"
#include "base/error.h"
#include "base/merkle.h"
#include "base/time.h"
#include "chain-of-custody/revocation_lists.h"

namespace custody {
namespace {

using base::Json;

std::string text_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

// The checkpoint that an act quotes as the last good one: of this ledger, and not of a time to come (a thief
// could else date his own entries into the good past). Returns its size.
std::optional<std::uint64_t> quoted_size(const Json& body, std::span<const base::Digest> leaf_hashes) {
  const std::string text = text_of(body, "last_good_size");
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size() || std::to_string(size) != text) return {};
  if (size == 0 || size > leaf_hashes.size()) return {};
  const base::Digest root = base::merkle_root(leaf_hashes.first(size));
  if (text_of(body, "last_good_root") != base::to_base64(root.bytes)) return {};
  return size;
}

bool is_party(const Json& body, const std::string& certificate) {
  const Json::Array& parties = body.at("parties").items();
  return std::ranges::any_of(parties,
                             [&](const Json& party) { return text_of(party, "cert_sha256") == certificate; });
}

constexpr char kBadQuote[] =
    "The last good checkpoint that it quotes is none of this ledger's up to then: its size must not exceed "
    "the "
    "ledger's, and its root must be that of the entries.";

}  // namespace

void KeyHistory::follow(const Json& body, std::span<const base::Digest> leaf_hashes,
                        const std::string& object, Findings& findings) {
  const std::string& act = body.at("act").text();
  if (act == "key.add") add_key(body, object, findings);
  if (act == "key.retire" || act == "key.revoke") end_key(body, leaf_hashes, object, findings);
  if (act == "log.replace") replace_log_key(body, leaf_hashes, object, findings);
  if (act == "crl.add") add_list(body, object, findings);
}

void KeyHistory::add_key(const Json& body, const std::string& object, Findings& findings) {
  base::Digest digest;
  try {
    digest = base::sha256(base::from_base64(text_of(body, "certificate")));
  } catch (const std::invalid_argument&) {
    findings.fail("act.table", object, "The certificate that is added is not base64.");
    return;
  }
  if (!findings.check(digest.hex() == text_of(body, "cert_sha256"), "act.table", object,
                      "The certificate that is added does not have the digest that stands beside it."))
    return;
  Standing& standing = standings_[digest];
  findings.check(!standing.revoked_by, "key.act", object, "A certificate that is revoked is added again.");
  standing.subject = text_of(body, "subject");
  standing.retired_by.reset();  // somebody who may sign wants it back
}

void KeyHistory::end_key(const Json& body, std::span<const base::Digest> leaf_hashes,
                         const std::string& object, Findings& findings) {
  const std::string hex = text_of(body, "cert_sha256");
  const auto found =
      std::ranges::find_if(standings_, [&](const auto& one) { return one.first.hex() == hex; });
  if (!findings.check(found != standings_.end(), "key.act", object,
                      "It is about a certificate that this ledger never admitted."))
    return;
  Standing& standing = found->second;
  if (body.at("act").text() == "key.retire") {
    standing.retired_by = leaf_hashes.size();
    return;
  }
  const auto size = quoted_size(body, leaf_hashes);
  const bool by_others =
      findings.check(!is_party(body, hex), "key.act", object,
                     "The key that is revoked signs its own revocation: whoever stole it could.");
  const bool sound = findings.check(size.has_value(), "key.act", object, kBadQuote) && by_others;
  // Whatever is wrong with the act, somebody warned of the key; only what it quotes is not believed.
  const std::uint64_t stands = sound ? *size : 0;
  standing.last_good_size = standing.revoked_by ? std::min(standing.last_good_size, stands) : stands;
  if (!standing.revoked_by) standing.revoked_by = leaf_hashes.size();
}

// Nothing where it is absent, or names what cannot be lost.
std::optional<std::vector<std::string>> losses_in(const Json& body) {
  std::vector<std::string> losses;
  const Json* stated = body.find("lost");
  if (!stated) return losses;
  if (!stated->is_array() || stated->items().empty()) return {};
  for (const Json& one : stated->items()) {
    if (!one.is_text() || (one.text() != kLostKey && one.text() != kLostMark)) return {};
    if (std::ranges::find(losses, one.text()) != losses.end()) return {};
    losses.push_back(one.text());
  }
  return losses;
}

void KeyHistory::replace_log_key(const Json& body, std::span<const base::Digest> leaf_hashes,
                                 const std::string& object, Findings& findings) {
  const std::optional<std::uint64_t> good = quoted_size(body, leaf_hashes);
  findings.check(good.has_value(), "key.act", object, kBadQuote);
  const auto losses = losses_in(body);
  findings.check(
      losses.has_value(), "key.act", object,
      "What it states as lost is neither the log key nor the high-water mark, or stands there twice.");
  try {
    NoteKey fresh = parse_vkey(text_of(body, "log_key"));
    const bool known = std::ranges::any_of(log_keys_, [&](const LogKey& one) { return one.key == fresh; });
    if (findings.check(!known && fresh.name == text_of(body, "ledger"), "key.act", object,
                       "The ledger's new key has another name, or it is not new."))
      log_keys_.push_back({leaf_hashes.size(), std::move(fresh), losses.value_or(std::vector<std::string>()),
                           good.value_or(0)});
  } catch (const NoteError& error) {
    findings.fail("key.act", object,
                  std::string("The ledger's new key cannot be used: ") + error.what() + ".");
  }
}

void KeyHistory::add_list(const Json& body, const std::string& object, Findings& findings) {
  try {
    base::Buffer list = base::from_base64(text_of(body, "crl"));
    const ListFacts facts = facts_of_list(list);
    const bool same = text_of(body, "issuer") == facts.issuer &&
                      text_of(body, "this_update") == base::format_utc(facts.this_update_us) &&
                      text_of(body, "next_update") ==
                          (facts.next_update_us ? base::format_utc(*facts.next_update_us) : std::string());
    if (findings.check(same, "crl.form", object, "The list is another than the entry says."))
      lists_.push_back(std::move(list));
  } catch (const std::invalid_argument&) {
    findings.fail("crl.form", object, "The list is not base64.");
  } catch (const base::Error&) {
    findings.fail("crl.form", object, "The list cannot be read.");
  }
}

void KeyHistory::check_signer(const base::Digest& certificate, const std::string& object,
                              Findings& findings) const {
  const Standing* known = standing(certificate);
  if (!findings.check(known != nullptr, "signature.known", object,
                      "The signer was not admitted by an earlier entry."))
    return;
  const auto by = [](const std::optional<std::uint64_t>& entry) {
    return " by entry " + std::to_string(entry.value_or(0)) + ", before it signed this.";
  };
  findings.check(!known->retired_by, "signature.retired", object,
                 "The signer's certificate was retired" + by(known->retired_by));
  if (known->revoked_by)
    findings.fail("signature.revoked", object,
                  "The signer's certificate was revoked" + by(known->revoked_by));
}

bool KeyHistory::may_sign(const base::Digest& certificate) const {
  const Standing* known = standing(certificate);
  return known != nullptr && !known->retired_by && !known->revoked_by;
}

const KeyHistory::Standing* KeyHistory::standing(const base::Digest& certificate) const {
  const auto found = standings_.find(certificate);
  return found == standings_.end() ? nullptr : &found->second;
}

std::optional<NoteKey> KeyHistory::log_key_at(std::uint64_t size) const {
  std::optional<NoteKey> key;
  for (const LogKey& one : log_keys_)
    if (one.from < std::max<std::uint64_t>(size, 1)) key = one.key;
  return key;
}

std::optional<NoteKey> KeyHistory::log_key() const {
  return log_keys_.empty() ? std::nullopt : std::optional(log_keys_.back().key);
}

bool KeyHistory::names_log_key(std::uint64_t entry) const {
  return std::ranges::any_of(log_keys_, [&](const LogKey& one) { return one.from == entry; });
}

std::vector<std::string> KeyHistory::remarks() const {
  std::vector<std::string> sentences;
  for (const LogKey& one : log_keys_) {
    if (one.lost.empty()) continue;
    std::string what = one.lost.front();
    for (std::size_t i = 1; i < one.lost.size(); ++i) what += " and the " + one.lost[i];
    const std::string entry = std::to_string(one.from);
    const bool without_mark = std::ranges::find(one.lost, kLostMark) != one.lost.end();
    sentences.push_back(
        "Entry " + entry + " gave the ledger a new key after its station had lost the " + what +
        ". The two people who signed it compared the first " + std::to_string(one.last_good_size) +
        " of the " + base::counted(one.from, "entry", "entries") +
        " before it with a checkpoint that somebody else kept." +
        (without_mark ? " Whether more entries had stood there, only a later checkpoint in other "
                        "hands can show."
                      : ""));
  }
  return sentences;
}

std::string log_vkey_of(std::span<const Entry> entries) {
  std::string vkey;
  for (const Entry& entry : entries) {
    if (!entry.body) continue;
    // Only what is in clear is read: disclosures may be missing or wrong here.
    const Json body = base::parse_profile(*entry.body);
    const std::string act = text_of(body, "act");
    if (act == "genesis" || act == "log.replace") vkey = text_of(body, "log_key");
  }
  return vkey;
}

std::string log_vkey_of(const LedgerContent& content) {
  const std::uint64_t size = parse_checkpoint(parse_note(content.checkpoint).text).size;
  const std::span<const Entry> entries(content.entries);
  // An entry that awaits its checkpoint may name the next key.
  return log_vkey_of(entries.first(std::min<std::size_t>(size, entries.size())));
}

}  // namespace custody
