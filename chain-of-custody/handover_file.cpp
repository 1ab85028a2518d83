// SPDX-License-Identifier: Apache-2.0
// Handover files written and read: the bytes, and that they have the form.
#include <algorithm>

#include "base/error.h"
#include "base/merkle.h"
#include "base/words.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/handover.h"

namespace custody {
namespace {

using base::Json;

constexpr std::size_t kMaximalEntries = 4096;
constexpr auto kAdvice = base::phrase(
    "Nothing was changed. Ask for the file again by another way; where it comes the same, accept nothing.");

std::string_view name_of(HandoverKind kind) {
  return kind == HandoverKind::offer ? "offer" : "acceptance";
}

Json base64_of(base::Bytes bytes) {
  return base::to_base64(bytes);
}
base::Buffer bytes_of(const Json& json) {
  try {
    return base::from_base64(json.text());
  } catch (const std::invalid_argument&) {
    throw base::JsonError("something in it is not base64");
  }
}

void require_members(const Json& object, std::size_t count) {
  if (object.members().size() != count) throw base::JsonError("it has a member that no such file has");
}

HandoverEntry read_entry(const Json& json) {
  require_members(json, 5);
  HandoverEntry entry;
  entry.body = bytes_of(json.at("body"));
  entry.leaf = bytes_of(json.at("leaf"));
  entry.proof = std::string(base::as_text(bytes_of(json.at("proof"))));
  for (const Json& signature : json.at("signatures").items()) entry.signatures.push_back(bytes_of(signature));
  for (const Json& text : json.at("disclosures").items()) entry.disclosures.push_back(text.text());
  return entry;
}

Json to_json(const HandoverEntry& entry) {
  Json signatures = Json::array(), disclosures = Json::array();
  for (const base::Buffer& signature : entry.signatures) signatures.push(base64_of(signature));
  for (const std::string& text : entry.disclosures) disclosures.push(text);
  return Json::object({{"body", base64_of(entry.body)},
                       {"disclosures", disclosures},
                       {"leaf", base64_of(entry.leaf)},
                       {"proof", base64_of(base::as_bytes(entry.proof))},
                       {"signatures", signatures}});
}

bool names(const OpenedBody::Exhibit& exhibit, const OpenedBody& act) {
  return std::ranges::find(act.exhibits, exhibit.uid, &OpenedBody::Exhibit::uid) != act.exhibits.end();
}

// What the other side needs to know of the exhibits, and what binds the key.
bool belongs(const OpenedBody& opened, const OpenedBody& act) {
  const std::string kind = opened.body.at("act").text();
  if (kind == "genesis" || kind == "log.replace") return true;
  const bool describes =
      kind == "exhibit.add" || kind == "exhibit.continue" || kind == "handover.accept" || kind == "amend";
  return describes &&
         std::ranges::any_of(opened.exhibits, [&](const auto& exhibit) { return names(exhibit, act); });
}

std::vector<std::string> of_these_exhibits(const Entry& entry, const OpenedBody& act) {
  std::vector<std::string> chosen;
  for (const std::string& text : entry.disclosures) {
    const Disclosure disclosure = read_disclosure(text);
    if (disclosure.name) continue;
    const std::string uid = disclosure.value.at("uid").text();
    if (std::ranges::find(act.exhibits, uid, &OpenedBody::Exhibit::uid) != act.exhibits.end())
      chosen.push_back(text);
  }
  return chosen;
}

}  // namespace

std::string write_handover(const HandoverFile& file) {
  Json entries = Json::array();
  for (const HandoverEntry& entry : file.entries) entries.push(to_json(entry));
  return Json::object({{"entries", entries}, {"kind", name_of(file.kind)}, {"v", kHandoverVersion}})
      .canonical();
}

HandoverFile read_handover(base::Bytes bytes) {
  try {
    const Json json = base::parse_profile(bytes, {kMaximalHandoverFile, 8});
    require_members(json, 3);
    if (json.at("v").text() != kHandoverVersion) throw base::JsonError("it is of another version");
    HandoverFile file;
    const std::string kind = json.at("kind").text();
    if (kind != "offer" && kind != "acceptance") throw base::JsonError("it is neither offer nor acceptance");
    file.kind = kind == "offer" ? HandoverKind::offer : HandoverKind::acceptance;
    const Json::Array& entries = json.at("entries").items();
    if (entries.size() < 2 || entries.size() > kMaximalEntries)
      throw base::JsonError("it has too few entries, or too many");
    for (const Json& entry : entries) file.entries.push_back(read_entry(entry));
    return file;
  } catch (const base::JsonError& error) {
    throw base::Error(base::ErrorKind::format, base::say("it is no handover file: {}", error.what()),
                      kAdvice);
  }
}

HandoverFile handover_file(const LedgerContent& content, std::uint64_t index, HandoverKind kind) {
  HandoverFile file{kind, {}};
  try {
    std::vector<base::Digest> hashes;
    for (const Entry& entry : content.entries) hashes.push_back(base::leaf_hash(entry.leaf));
    const Checkpoint covered = parse_checkpoint(parse_note(content.checkpoint).text);
    if (index >= covered.size || covered.size > hashes.size())
      throw NoteError("the entry is not covered by the checkpoint");
    const OpenedBody act = open_body(content.entries[index]);
    for (std::uint64_t at = 0; at <= index; ++at) {
      const Entry& entry = content.entries[at];
      if (at != index && !belongs(open_body(entry), act)) continue;
      file.entries.push_back({*entry.body, entry.signatures, of_these_exhibits(entry, act), entry.leaf,
                              format_tlog_proof(prove_leaf(hashes, at, content.checkpoint))});
    }
    return file;
  } catch (const NoteError& error) {
    throw base::Error(base::ErrorKind::format, base::say("no file can be made: {}", error.what()),
                      base::say("The entry stands. Verify the ledger, then write the file again."));
  } catch (const base::JsonError& error) {
    throw base::Error(base::ErrorKind::format, base::say("no file can be made: {}", error.what()),
                      base::say("The entry stands. Verify the ledger, then write the file again."));
  }
}

}  // namespace custody
