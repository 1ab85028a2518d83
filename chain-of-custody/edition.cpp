// SPDX-License-Identifier: Apache-2.0
// What an edition carries of a ledger: all leaves, the bodies that it may show, and the proof that no act on
// what it shows is missing.
#include <algorithm>

#include "base/error.h"
#include "base/words.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/custody_files.h"
#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/leaf.h"
#include "chain-of-custody/note.h"
#include "chain-of-custody/revocation.h"

namespace custody {
namespace {

using base::Json;
using Files = std::map<std::string, base::Buffer>;
using Openings = std::map<std::string, Opening>;

constexpr auto kAdvice = base::phrase(
    "No edition was made; the ledger is as it was. Make it from the ledger itself, after opening it once for "
    "writing.");

base::Buffer text_file(std::string_view text) {
  return base::to_buffer(base::as_bytes(text));
}

// The texts that open these exhibits' statements, as far as they may be opened.
std::vector<std::string> selected(const Entry& entry, const Openings& exhibits) {
  std::vector<std::string> chosen;
  std::vector<std::string> digests;
  for (const std::string& text : entry.disclosures) {
    const Disclosure disclosure = read_disclosure(text);
    if (disclosure.name) continue;
    const auto opening = exhibits.find(disclosure.value.at("uid").text());
    if (opening == exhibits.end()) continue;
    chosen.push_back(text);
    const Json* hidden = disclosure.value.find("_sd");
    if (hidden && opening->second == Opening::whole)
      for (const Json& digest : hidden->items()) digests.push_back(digest.text());
  }
  for (const std::string& text : entry.disclosures)
    if (std::ranges::find(digests, disclosure_digest(text)) != digests.end()) chosen.push_back(text);
  return chosen;
}

bool concerns(const OpenedBody& opened, const Openings& exhibits) {
  if (opened.body.find("scope")) return true;
  return std::ranges::any_of(
      opened.exhibits, [&](const OpenedBody::Exhibit& exhibit) { return exhibits.contains(exhibit.uid); });
}

// A signer's certificate, and those that lead from it towards a root which the recipient may know.
void add_certificate(const base::Buffer& der, const std::vector<base::Buffer>& among, Files& files) {
  const auto name = [](const base::Buffer& one) { return "certificates/" + fingerprint_of(one) + ".pem"; };
  if (files.contains(name(der))) return;
  files[name(der)] = text_file(certificate_to_pem(der));
  for (const base::Buffer& issuer : issuers_between(der, among))
    files[name(issuer)] = text_file(certificate_to_pem(issuer));
}

void add_entry(const Entry& entry, const Openings& exhibits, const std::vector<base::Buffer>& certificates,
               Files& files) {
  const std::string name = entry_name(entry.index);
  files["bodies/" + name + ".json"] = *entry.body;
  for (std::size_t i = 0; i < entry.signatures.size(); ++i) {
    files["signatures/" + name + "." + std::to_string(i) + ".p7s"] = entry.signatures[i];
    add_certificate(read_actor_signature(entry.signatures[i]).certificate, certificates, files);
  }
  std::string lines;
  for (const std::string& text : selected(entry, exhibits)) lines += text + '\n';
  if (!lines.empty()) files["disclosures/" + name + ".txt"] = text_file(lines);
}

void advance(CaseState& state, const OpenedBody& opened, const base::Digest& body_sha256) {
  if (opened.touched.size() < opened.body.at("exhibits").items().size())
    throw base::Error(base::ErrorKind::usage, base::say("the ledger hides exhibits: it is an edition itself"),
                      kAdvice);
  if (opened.body.find("scope")) state.advance(kCaseUid, body_sha256);
  for (const OpenedBody::Touched& touched : opened.touched) state.advance(touched.uid, body_sha256);
}

void add_slots(const CaseState& state, const Openings& exhibits, Files& files) {
  const auto add = [&](std::string_view uid, const std::string& name) {
    if (!state.find(uid))
      throw base::Error(base::ErrorKind::usage, base::say("the exhibit {} is not in this ledger", uid),
                        kAdvice);
    files["state/" + name + ".json"] = text_file(to_json(state.proof(uid)).canonical());
  };
  add(kCaseUid, "case");
  for (const auto& [uid, opening] : exhibits) add(uid, uid);
}

}  // namespace

Files edition_files(const LedgerContent& content, const Openings& exhibits) {
  const SignedNote note = parse_note(content.checkpoint);
  const Checkpoint checkpoint = parse_checkpoint(note.text);
  if (checkpoint.size == 0 || checkpoint.size > content.entries.size())
    throw base::Error(base::ErrorKind::format,
                      base::say("the ledger has fewer entries than its checkpoint says"), kAdvice);
  // An entry that awaits its checkpoint is not in an edition: nothing vouches for it yet.
  const std::span<const Entry> entries(content.entries.data(), checkpoint.size);
  Files files = tiles_of(entries);
  CaseState state;
  for (const Entry& entry : entries) {
    const OpenedBody opened = open_body(entry);
    advance(state, opened, base::sha256(*entry.body));
    files["leaves/" + entry_name(entry.index) + ".json"] = entry.leaf;
    if (concerns(opened, exhibits)) add_entry(entry, exhibits, content.certificates, files);
  }
  add_slots(state, exhibits, files);
  files["checkpoint"] = content.checkpoint;
  files["log.vkey"] = text_file(log_vkey_of(entries) + '\n');
  return files;
}

}  // namespace custody
