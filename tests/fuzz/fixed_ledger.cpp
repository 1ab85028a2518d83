// SPDX-License-Identifier: Apache-2.0
// Format: docs/ledger-format.md, docs/bundle-format.md.
#include "fixed_ledger.h"

#include <algorithm>

#include "base/merkle.h"
#include "base/proof.h"
#include "base/time.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/anchoring.h"
#include "chain-of-custody/bagit.h"
#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/revocation_lists.h"
#include "chain-of-custody/witness_check.h"
#include "fixed_keys.h"

namespace fuzz {
namespace {

using base::Json;
using custody::Entry;

const std::string kNoDigest(64, '0');

std::string two_digits(std::size_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}
std::string hex_of_sha256(base::Bytes bytes) {
  return base::sha256(bytes).hex();
}
base::Buffer buffer(std::string_view text) {
  return base::to_buffer(base::as_bytes(text));
}
std::string text(std::uint64_t number) {
  return std::to_string(number);
}

}  // namespace

std::string FixedLedger::fresh_salt() {
  const base::Digest digest = base::sha256(base::as_bytes("salt " + std::to_string(++salts_)));
  return base::to_base64url(base::Bytes(digest.bytes).first(16));
}

std::string FixedLedger::hide(const Json& disclosure, Entry& entry) {
  entry.disclosures.push_back(base::to_base64url(base::as_bytes(disclosure.canonical())));
  return custody::disclosure_digest(entry.disclosures.back());
}

Json FixedLedger::link_of(std::string_view uid, Json object, const std::string& prefix) const {
  const custody::StateSlot* slot = state_.find(uid);
  object.set(prefix + "n", slot ? static_cast<std::int64_t>(slot->n) + 1 : std::int64_t{1});
  return object.set(prefix + "prev_body_sha256", slot ? slot->head_body_sha256.hex() : kNoDigest);
}

std::string FixedLedger::hide_statement(const base::ExhibitStatement& statement, Entry& entry) {
  Json value = link_of(statement.uid, statement.members, "").set("uid", statement.uid);
  Json digests = Json::array();
  for (const auto& [name, hidden] : statement.hidden.members())
    digests.push(hide(Json::array({fresh_salt(), name, hidden}), entry));
  std::ranges::sort(digests.items(), {}, [](const Json& digest) { return digest.text(); });
  if (!digests.items().empty()) value.set("_sd", digests);
  return hide(Json::array({fresh_salt(), value}), entry);
}

Json FixedLedger::body_of(const Act& act, Entry& entry) {
  const custody::ActRule& rule = *custody::find_act(act.name);
  const std::size_t index = content_.entries.size();
  Json body = act.clear;
  body.set("v", "holdfast-body/1").set("_sd_alg", "sha-256").set("act", act.name).set("case", "KK-2026");
  body.set("ledger", kOrigin).set("ledger_genesis", hashes_.empty() ? kNoDigest : hashes_[0].hex());
  body.set("nonce", fresh_salt());
  Json parties = Json::array(), exhibits = Json::array();
  for (std::size_t i = 0; i < act.signers.size(); ++i)
    parties.push(Json::object({{"cert_sha256", hex_of_sha256(act.signers[i]->certificate)},
                               {"kind", "person"},
                               {"role", i < rule.roles.size() ? rule.roles[i] : rule.further_role}}));
  for (const base::ExhibitStatement& statement : act.exhibits)
    exhibits.push(Json::object({{"...", hide_statement(statement, entry)}}));
  body.set("parties", parties).set("exhibits", exhibits);
  body.set("time", Json::object({{"boot", "00000000-0000-0000-0000-000000000001"},
                                 {"mono_ms", text(1000 * index)},
                                 {"source", "system clock"},
                                 {"utc", "2026-01-01T00:" + two_digits(index) + ":00.000000Z"}}));
  body.set("tool", Json::object({{"name", "holdfast"}, {"sha256", kNoDigest}, {"version", "0.1.0"}}));
  if (rule.scope == custody::Scope::all)
    body = link_of(custody::kCaseUid, body, "scope_").set("scope", "all");
  return body;
}

void FixedLedger::add(const Act& act) {
  Entry entry;
  entry.index = content_.entries.size();
  entry.body = buffer(body_of(act, entry).canonical());
  for (const Person* signer : act.signers)
    entry.signatures.push_back(cms_by(*signer, *entry.body, "26010100" + two_digits(entry.index) + "00Z"));
  const base::Digest digest = base::sha256(*entry.body);
  if (custody::find_act(act.name)->scope == custody::Scope::all) state_.advance(custody::kCaseUid, digest);
  for (const base::ExhibitStatement& statement : act.exhibits) state_.advance(statement.uid, digest);
  const custody::Leaf leaf{digest, hashes_.empty() ? base::Digest{} : hashes_.back(), entry.index,
                           custody::digest_of_signatures(entry.signatures), state_.root()};
  entry.leaf = buffer(leaf.canonical());
  hashes_.push_back(base::leaf_hash(entry.leaf));
  content_.entries.push_back(std::move(entry));
  const custody::Checkpoint checkpoint{kOrigin, hashes_.size(), base::merkle_root(hashes_)};
  content_.checkpoint = buffer(custody::format_note(signed_note(checkpoint.text(), 1'767'229'200)));
}

FixedLedger::FixedLedger() {
  content_.station = "station-a";
  content_.certificates = {officer().certificate, second_officer().certificate};
  add({"genesis", Json::object({{"log_key", ledger_key().vkey()}, {"title", "A case"}})});
}

namespace {

base::ExhibitStatement statement(const char* uid, Json members, Json hidden = Json::object()) {
  return {uid, std::move(members), std::move(hidden)};
}

Json exhibit(const char* label) {
  return Json::object({{"label", label}, {"kind", "phone"}, {"serial", "123"}});
}

// The records of the extraction: calls, by their lengths.
struct FixedRecord {
  base::RecordKey key;
  std::vector<base::LineMember> members;
  base::Digest commitment() const { return base::record_commitment(key, members); }
};
FixedRecord record(const char* seconds) {
  return {base::sha256(base::as_bytes(seconds)).bytes,
          {{"type", "\"call\""}, {"duration_s", '"' + std::string(seconds) + '"'}}};
}
std::vector<FixedRecord> records() {
  return {record("184"), record("20"), record("7")};
}
std::vector<base::Digest> commitments() {
  std::vector<base::Digest> digests;
  for (const FixedRecord& one : records()) digests.push_back(one.commitment());
  std::ranges::sort(digests);
  return digests;
}

Json key_add() {
  return Json::object({{"cert_sha256", hex_of_sha256(second_officer().certificate)},
                       {"certificate", base::to_base64(second_officer().certificate)},
                       {"subject", "CN=Second officer"}});
}

}  // namespace

namespace {

// A token over the checkpoint as it stands, half a minute after its last entry.
Act anchor_of(const custody::LedgerContent& content) {
  const std::string quoted = custody::checkpoint_min(custody::parse_note(content.checkpoint), ledger_key());
  const std::string time = "2026010100" + two_digits(content.entries.size() - 1) + "30Z";
  const base::Digest digest = base::sha256(base::as_bytes(quoted));
  const custody::TimeToken token = custody::read_token(token_over(digest.bytes, time));
  return {"anchor", custody::anchor_event(base::as_bytes(quoted), token).members};
}

Act witness_of(const custody::LedgerContent& content) {
  constexpr std::uint64_t kTime = 1'767'226'200;
  const std::string text = custody::parse_note(content.checkpoint).text;
  const auto line = custody::cosign(text, witness_key(), witness_secret(), kTime);
  return {"witness", custody::witness_members(witness_key(), line, {custody::parse_checkpoint(text), kTime})};
}

Act list_act() {
  const base::Buffer list = list_of_revoked("");
  const custody::ListFacts facts = custody::facts_of_list(list);
  return {"crl.add", Json::object({{"crl", base::to_base64(list)},
                                   {"issuer", facts.issuer},
                                   {"this_update", base::format_utc(facts.this_update_us)},
                                   {"next_update", base::format_utc(*facts.next_update_us)}})};
}

}  // namespace

namespace {

Act phone_added() {
  return {"exhibit.add", Json::object(), {statement(kPhone, exhibit("KK-A-0001"))}};
}

Act phone_extracted(const Person& signer) {
  return {"extract",
          Json::object(),
          {statement(kPhone, Json::object({{"acquisition", "a1"},
                                           {"lines", "3"},
                                           {"record_root", base::merkle_root(commitments()).hex()}}))},
          {&signer}};
}

FixedLedger least_ledger() {
  FixedLedger ledger;
  ledger.add(phone_added());
  ledger.add(phone_extracted(officer()));
  return ledger;
}

}  // namespace

FixedLedger small_ledger() {
  FixedLedger ledger;
  ledger.add({"key.add", key_add()});
  ledger.add(phone_added());
  ledger.add({"exhibit.add", Json::object(), {statement(kDisk, exhibit("KK-A-0002"))}});
  ledger.add({"acquire.end",
              Json::object(),
              {statement(kPhone, Json::object({{"acquisition", "a1"}, {"outcome", "complete"}}),
                         Json::object({{"sha256", kNoDigest}, {"md5", kNoDigest.substr(32)}}))}});
  ledger.add(phone_extracted(second_officer()));
  ledger.add(anchor_of(ledger.content()));
  ledger.add(witness_of(ledger.content()));
  ledger.add(list_act());
  ledger.add({"handover",
              Json::object({{"purpose", "storage"}}),
              {statement(kPhone, Json::object({{"seal", "S-1"}}))},
              {&officer(), &second_officer()}});
  return ledger;
}

const custody::HandoverFile& fixed_offer() {
  static const custody::HandoverFile kFile = [] {
    FixedLedger ledger = small_ledger();
    const Json to = Json::object(
        {{"name", "CN=Investigator"}, {"cert_sha256", hex_of_sha256(investigator().certificate)}});
    ledger.add({"handover.offer",
                Json::object({{"purpose", "examination"}, {"to", to}}),
                {statement(kPhone, Json::object({{"seal", "S-1"}}))},
                {&second_officer()}});
    return custody::handover_file(ledger.content(), ledger.content().entries.size() - 1,
                                  custody::HandoverKind::offer);
  }();
  return kFile;
}

namespace {

std::string record_lines() {
  return "{\"duration_s\":\"184\",\"type\":\"call\"}\n{\"type\":\"call\"}\n";
}

std::string proof_lines() {
  const std::vector<FixedRecord> all = records();
  const Json whole = Json::object(
      {{"citation", "KK-A-0001-CL000001"}, {"key", base::to_base64(all[0].key)}, {"segment", 1}});
  const FixedRecord& part = all[1];
  const std::string type_salt = base::to_base64(base::field_salt(part.key, 0));
  const base::Digest withheld =
      base::field_commitment(base::field_salt(part.key, 1), part.members[1].name, part.members[1].json);
  const Json fields = Json::array({Json::object({{"name", "type"}, {"salt", type_salt}}),
                                   Json::object({{"commitment", withheld.hex()}})});
  const Json redacted =
      Json::object({{"citation", "KK-A-0001-CL000002"}, {"fields", fields}, {"segment", 1}});
  return whole.canonical() + '\n' + redacted.canonical() + '\n';
}

std::string tree_lines() {
  std::string lines;
  for (const base::Digest& commitment : commitments()) lines += commitment.hex() + '\n';
  return lines;
}

std::string schedule() {
  const Json segment = Json::object({{"exhibit_uid", kPhone},
                                     {"exhibit", "KK-A-0001"},
                                     {"acquisition", "a1"},
                                     {"records", "3"},
                                     {"released", "1"},
                                     {"redacted", "1"},
                                     {"withheld", "1"}});
  return Json::object(
             {{"schema", "holdfast-schedule/1"},
              {"segments", Json::array({segment})},
              {"causes", Json::array({Json::object({{"cause", "1"}, {"reason", "VICTIM"}})})},
              {"withheld",
               Json::array({Json::object({{"cause", "1"}, {"handle", "W000001"}, {"segment", "1"}})})},
              {"withheld_by_reason", Json::object({{"VICTIM", "1"}})},
              {"released", "1"},
              {"redacted", "1"},
              {"withheld_records", "1"}})
      .canonical();
}

bool is_payload(std::string_view name) {
  return name.starts_with("data/");
}
bool is_tag(std::string_view name) {
  return !is_payload(name) && !name.starts_with("signatures/") && !name.starts_with("tagmanifest-");
}

custody::bagit::FileDigests digests_of(const base::Buffer& bytes) {
  return custody::bagit::digests_of(*base::in_memory(bytes));
}

// Both manifests of one kind. A file's own digest is never in its own list.
template <typename Belongs>
void write_manifests(Files& bundle, const std::string& name, Belongs belongs) {
  custody::bagit::Manifest sha256, sha512;
  for (const auto& [file, bytes] : bundle) {
    if (!belongs(file)) continue;
    const auto digests = digests_of(bytes);
    sha256[file] = digests.sha256;
    sha512[file] = digests.sha512;
  }
  bundle[name + "-sha256.txt"] = buffer(custody::bagit::manifest_text(sha256));
  bundle[name + "-sha512.txt"] = buffer(custody::bagit::manifest_text(sha512));
}

Files payload() {
  return {{"data/export/records.jsonl", buffer(record_lines())},
          {"data/disclosure/proofs.jsonl", buffer(proof_lines())},
          {"data/disclosure/redactions.jsonl",
           buffer("{\"citation\":\"KK-A-0001-CL000002\",\"withheld\":[\"duration_s\"]}\n")},
          {"data/disclosure/schedule.json", buffer(schedule())},
          {"data/disclosure/record-tree-1.txt", buffer(tree_lines())}};
}

Act disclosure_of(const Files& files) {
  custody::bagit::Manifest manifest;
  for (const auto& [name, bytes] : files) manifest[name] = digests_of(bytes).sha256;
  const Json counts = Json::object({{"released", "1"}, {"redacted", "1"}, {"withheld", "1"}});
  return {"disclose",
          Json::object({{"recipient", "A court"},
                        {"request", "R-1"},
                        {"edition", "ed1"},
                        {"data_manifest_sha256", custody::bagit::disclosed_digest(manifest)},
                        {"withheld", Json::object({{"victim", "1"}})},
                        {"released", "1"},
                        {"redacted", "1"}}),
          {statement(kPhone, counts)}};
}

Files make_bundle(Extent extent) {
  Files files = payload();
  FixedLedger ledger = extent == Extent::all ? small_ledger() : least_ledger();
  ledger.add(disclosure_of(files));
  for (auto& [name, bytes] : custody::edition_files(ledger.content(), {{kPhone, custody::Opening::whole}}))
    files[kLedgerPrefix + name] = std::move(bytes);
  files["bagit.txt"] = buffer(custody::bagit::kDeclaration);
  files["bag-info.txt"] = buffer("Source-Organization: Police\nExternal-Identifier: ed1\n");
  put_manifests_right(files);
  sign_bundle(files);
  return files;
}

// RFC 8493 §2.2.2.
std::string oxum_of(const Files& bundle) {
  std::size_t bytes = 0, count = 0;
  for (const auto& [name, content] : bundle) {
    if (!is_payload(name)) continue;
    bytes += content.size();
    ++count;
  }
  return "Payload-Oxum: " + text(bytes) + "." + text(count) + "\n";
}

}  // namespace

void put_manifests_right(Files& bundle) {
  if (const auto info = bundle.find("bag-info.txt"); info != bundle.end()) {
    std::string lines(base::as_text(info->second));
    lines.resize(std::min(lines.size(), lines.find("Payload-Oxum: ")));
    info->second = buffer(lines + oxum_of(bundle));
  }
  write_manifests(bundle, "manifest", is_payload);
  write_manifests(bundle, "tagmanifest", is_tag);
}

void sign_bundle(Files& bundle) {
  bundle["signatures/tagmanifest-sha256.officer.p7s"] =
      cms_by(officer(), bundle[std::string(custody::bagit::kTagManifest)]);
}

const Files& fixed_bundle(Extent extent) {
  static const Files kLeast = make_bundle(Extent::least), kAll = make_bundle(Extent::all);
  return extent == Extent::all ? kAll : kLeast;
}

custody::TrustAnchors fixed_trust() {
  custody::TrustAnchors trust;
  trust.certificates = {officer().certificate, second_officer().certificate};
  trust.time_authorities = {authority().certificate};
  trust.policy = custody::parse_policy("witness one " + witness_key().vkey() + "\nquorum one\n");
  return trust;
}

}  // namespace fuzz
