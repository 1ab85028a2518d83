// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/stamps.h"

#include <algorithm>

#include "base/time.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/prefix_roots.h"

namespace custody {
namespace {

using base::Json;

class StampReader {
 public:
  StampReader(const LedgerContent& content, const TimeAuthorities& authorities, Findings& findings)
      : authorities_(authorities), findings_(findings), roots_(content.entries) {}

  void entry(const Entry& entry) {
    object_ = "entry " + std::to_string(times_.entries);
    const std::string_view act = entry.body ? act_at_first_sight(*entry.body) : std::string_view();
    if (act == "genesis" || act == "log.replace" || act == "anchor") body(*entry.body);
    ++times_.entries;
  }
  LedgerTimes take() { return std::move(times_); }

 private:
  void body(base::Bytes bytes) {
    try {
      const Json body = base::parse_profile(bytes);
      const std::string& act = body.at("act").text();
      if (act == "genesis") ledger_ = body.at("ledger").text();
      if (act == "genesis" || act == "log.replace") keys_.push_back(parse_vkey(body.at("log_key").text()));
      if (act == "genesis" && body.find("not_before")) not_before(body.at("not_before"));
      if (act == "anchor") anchor(body);
    } catch (const base::JsonError&) {
      return;  // `body.form` and `act.table` report it
    } catch (const NoteError&) {
      return;  // `genesis.log_key` reports it
    }
  }

  // A token, read and judged; nothing where it is unfit, which is reported here.
  std::optional<TimeToken> token(const Json& base64, const base::Digest& imprint, Stamp& into) {
    std::string why;
    try {
      TimeToken read = read_token(base::from_base64(base64.text()));
      into.judgement = authorities_.judge(read, imprint);
      into.earliest_us = read.earliest_us();
      into.latest_us = read.latest_us();
      if (into.judgement.outcome != TokenOutcome::unfit) return read;
      why = into.judgement.why;
    } catch (const TimeStampError& error) {
      why = error.what();
    } catch (const std::invalid_argument&) {
      why = "it is not base64";
    }
    findings_.fail("time.token", object_, "The time-stamp token proves nothing: " + why + ".");
    return {};
  }

  void not_before(const Json& member) {
    Stamp stamp{times_.entries, 0, {}, 0, 0};
    try {
      const base::Digest imprint = base::sha256(base::from_base64(member.at("value").text()));
      if (token(member.at("token"), imprint, stamp)) times_.stamps.push_back(std::move(stamp));
    } catch (const std::invalid_argument&) {
      findings_.fail("time.token", object_, "The value before which the ledger was not made is not base64.");
    }
  }

  void anchor(const Json& body) {
    try {
      const base::Buffer quoted = base::from_base64(body.at("checkpoint").text());
      const std::optional<Checkpoint> checkpoint = own_checkpoint(quoted, body);
      Stamp stamp{times_.entries, checkpoint ? checkpoint->size : 0, {}, 0, 0};
      const std::optional<TimeToken> read = token(body.at("token"), base::sha256(quoted), stamp);
      if (!read) return;
      const bool as_stated = base::parse_utc(body.at("stamped").text()) == read->time_us &&
                             body.at("authority").text() == stamp.judgement.authority;
      if (findings_.check(as_stated, "time.anchor", object_,
                          "The entry states another time or authority than its token.") &&
          checkpoint)
        times_.stamps.push_back(std::move(stamp));
    } catch (const std::invalid_argument&) {
      findings_.fail("time.anchor", object_, "The checkpoint that the entry quotes is not base64.");
    }
  }

  // The checkpoint that an anchor quotes, if it is one that this ledger had before the anchor was made.
  std::optional<Checkpoint> own_checkpoint(base::Bytes quoted, const Json& body) {
    try {
      const SignedNote note = parse_note(quoted);
      const Checkpoint checkpoint = parse_checkpoint(note.text);
      const bool by_the_ledger =
          note.signatures.size() == 1 && std::ranges::any_of(keys_, [&](const NoteKey& key) {
            return check_note(note, key) == NoteOutcome::good;
          });
      const auto holds = [&](bool what, const char* otherwise) {
        return findings_.check(what, "time.anchor", object_, otherwise);
      };
      const bool good =
          holds(checkpoint.origin == ledger_ && by_the_ledger,
                "What the token is over is no checkpoint of this ledger, signed with its own key alone.") &&
          holds(body.at("size").text() == std::to_string(checkpoint.size) &&
                    body.at("root").text() == base::to_base64(checkpoint.root.bytes),
                "The entry states another size or root than the checkpoint that it quotes.") &&
          holds(checkpoint.size >= 1 && checkpoint.size <= times_.entries,
                "The entry quotes a checkpoint that is newer than itself, or of nothing.") &&
          holds(roots_.had(checkpoint.size, checkpoint.root),
                "The checkpoint that the token is over is of another history.");
      return good ? std::optional(checkpoint) : std::nullopt;
    } catch (const NoteError& error) {
      findings_.fail(
          "time.anchor", object_,
          std::string("The checkpoint that the entry quotes cannot be read: ") + error.what() + ".");
      return {};
    }
  }

  const TimeAuthorities& authorities_;
  Findings& findings_;
  std::string object_, ledger_;
  std::vector<NoteKey> keys_;
  PrefixRoots roots_;
  LedgerTimes times_;
};

}  // namespace

LedgerTimes read_times(const LedgerContent& content, const TimeAuthorities& authorities, Findings& findings) {
  StampReader reader(content, authorities, findings);
  for (const Entry& entry : content.entries) reader.entry(entry);
  return reader.take();
}

}  // namespace custody
