// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/anchoring.h"

#include <system_error>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/merkle.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/identity.h"

namespace custody {
namespace {

using base::Json;

constexpr std::string_view kVersion = "holdfast-timestamp-query/1";
constexpr std::size_t kMaximalNonce = 32;
constexpr std::size_t kMaximalFile = 256 * 1024;

base::Error damaged(const std::filesystem::path& file, const base::Said& why) {
  return base::Error(base::ErrorKind::format, base::say("{} cannot be read: {}", file.string(), why),
                     base::say("The ledger is untouched. Delete this file and ask the authority anew."));
}

}  // namespace

base::Buffer quoted_checkpoint(const LedgerContent& content) {
  std::string why = "no entry names a key";
  for (std::size_t i = content.entries.size(); i-- > 0;) {
    try {
      const Json body = base::parse_profile(content.entries[i].body.value_or(base::Buffer{}));
      const std::string& act = body.at("act").text();
      if (act != "genesis" && act != "log.replace") continue;
      const NoteKey key = parse_vkey(body.at("log_key").text());
      return base::to_buffer(base::as_bytes(checkpoint_min(parse_note(content.checkpoint), key)));
    } catch (const base::JsonError& error) {
      why = error.what();
    } catch (const NoteError& error) {
      why = error.what();
    }
  }
  throw base::Error(base::ErrorKind::format,
                    base::say("the ledger has no checkpoint that its own key signed: {}", why),
                    base::say("Nothing was changed. `holdfast verify` says what is wrong with it."));
}

std::uint64_t size_of_quoted(base::Bytes quoted) {
  return parse_checkpoint(parse_note(quoted).text).size;
}

bool is_earlier_state(base::Bytes quoted, const LedgerContent& content) {
  const Checkpoint checkpoint = parse_checkpoint(parse_note(quoted).text);
  if (checkpoint.size > content.entries.size()) return false;
  base::CompactRange tree;
  for (std::uint64_t i = 0; i < checkpoint.size; ++i) tree.append(base::leaf_hash(content.entries[i].leaf));
  return tree.root() == checkpoint.root;
}

std::optional<std::uint64_t> anchor_with(const TimeToken& token, const LedgerContent& content) {
  const Json wanted(base::to_base64(token.der));
  for (const Entry& entry : content.entries) {
    const Json body = open_body(entry).body;
    const Json* held = body.find("token");
    if (body.at("act").text() == "anchor" && held && *held == wanted) return entry.index;
  }
  return {};
}

std::optional<std::int64_t> latest_claim(std::uint64_t size, const LedgerContent& content) {
  std::optional<std::int64_t> latest;
  for (std::uint64_t i = 0; i < size && i < content.entries.size(); ++i) {
    const auto claimed = base::parse_utc(open_body(content.entries[i]).body.at("time").at("utc").text());
    if (claimed && (!latest || *claimed > *latest)) latest = claimed;
  }
  return latest;
}

base::Event anchor_event(base::Bytes quoted, const TimeToken& token) {
  const Checkpoint checkpoint = parse_checkpoint(parse_note(quoted).text);
  base::Event event{"anchor", {}, Json::object(), true};
  event.members.set("size", std::to_string(checkpoint.size));
  event.members.set("root", base::to_base64(checkpoint.root.bytes));
  event.members.set("checkpoint", base::to_base64(quoted));
  event.members.set("token", base::to_base64(token.der));
  event.members.set("authority", subject_of(token.certificate));
  event.members.set("stamped", base::format_utc(token.time_us));
  return event;
}

Json not_before_member(base::Bytes value, const TimeToken& token) {
  return Json::object({{"token", base::to_base64(token.der)}, {"value", base::to_base64(value)}});
}

std::filesystem::path PendingQueries::file_of(base::Bytes nonce) const {
  return folder_ / (base::to_hex(nonce) + ".json");
}

TimeQuery PendingQueries::ask(base::Bytes about) const {
  TimeQuery query = make_query(base::sha256(about));
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed)
    throw base::io_error(
        base::say("cannot make {}", folder_.string()), failed.value(),
        base::say("Nothing was asked; the ledger is as it was. Check who may write there, then repeat."));
  const Json json = Json::object({{"about", base::to_base64(about)},
                                  {"asked", base::format_utc(base::now_utc_us())},
                                  {"nonce", base::to_hex(query.nonce)},
                                  {"v", kVersion}});
  base::write_new_durably(file_of(query.nonce), base::as_bytes(json.canonical()), 0600);
  return query;
}

std::optional<PendingQuery> PendingQueries::find(const TimeToken& token) const {
  if (token.nonce.empty() || token.nonce.size() > kMaximalNonce) return {};
  const std::filesystem::path file = file_of(token.nonce);
  if (!std::filesystem::exists(std::filesystem::symlink_status(file))) return {};
  try {
    const Json json = base::parse_profile(base::read_file(file, kMaximalFile));
    if (json.at("v").text() != kVersion) throw damaged(file, base::say("it is of another version"));
    PendingQuery pending;
    pending.about = base::from_base64(json.at("about").text());
    pending.query.imprint = base::sha256(pending.about);
    pending.query.nonce = base::from_hex(json.at("nonce").text());
    pending.asked_us = base::parse_utc(json.at("asked").text()).value_or(0);
    return pending;
  } catch (const base::JsonError& error) {
    throw damaged(file, error.what());
  } catch (const std::invalid_argument& error) {
    throw damaged(file, error.what());
  }
}

void PendingQueries::forget(const TimeQuery& query) const {
  std::error_code failed;
  std::filesystem::remove(file_of(query.nonce), failed);
  if (failed)
    throw base::io_error(base::say("cannot remove {}", file_of(query.nonce).string()), failed.value(),
                         base::say("The answer is recorded. Delete this file by hand."));
}

}  // namespace custody
