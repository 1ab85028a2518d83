// SPDX-License-Identifier: Apache-2.0
// What of the records of a case may be seen. The authority judges each record by itself; here falls with a
// record what says something of it: a picture with its message, an address with the text that it stands in.
// The store and the export judge with this, and nobody else does. docs/authority.md says the rules in words.
// Thread rule: one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/record.h"
#include "chain-of-custody/authority.h"

namespace store {

// Records that say something of another, which the member names, and fall with it.
struct Dependence {
  std::string_view type, member;
};
inline constexpr std::array<Dependence, 8> kDependences{{{"media", "message"},
                                                         {"message_location", "message"},
                                                         {"reaction", "message"},
                                                         {"receipt", "message"},
                                                         {"message_change", "message"},
                                                         {"contact", "participant"},
                                                         {"membership", "participant"},
                                                         {"membership", "conversation"}}};

// How many records are not shown, by reason.
using NotShown = std::map<custody::Barrier, std::uint64_t>;
std::uint64_t sum_of(const NotShown& counts);
void add(NotShown& to, const NotShown& more);

// The judgement over the records of one exhibit: look at all of them once, settle, then ask.
class Judgement {
 public:
  explicit Judgement(custody::Cover cover);

  // Nothing of the exhibit is barred; or all of it is. Then no record needs to be looked at.
  bool is_open() const { return open_; }
  bool is_closed() const { return closed_; }

  void look(const base::Record& record);
  void settle();  // after the last

  // REQUIRES: settled, or open, or closed.
  custody::Barrier of(const base::RecordId& id) const;
  // Why the words of another message that this one repeats, in `quoted_text`, may not be seen.
  custody::Barrier quoted(const base::Record& record) const;
  // Whether a record that stands in this source, or in the one that it belongs to, is barred.
  bool bars_in(const base::RecordId& source) const;
  // By type, of what was looked at.
  const std::map<std::string, NotShown, std::less<>>& counts() const { return counts_; }
  const custody::Cover& cover() const { return cover_; }

 private:
  // A record that is seen so far and says something of others.
  struct Pending {
    base::RecordId id, source;
    std::string_view type;
    std::vector<base::RecordId> targets;
  };
  void bar(const base::RecordId& id, std::string_view type, const base::RecordId& source,
           custody::Barrier barrier);
  void show_sources_of_what_is_seen();

  custody::Cover cover_;
  bool open_ = false, closed_ = false;
  custody::Barrier any_message_ = custody::Barrier::none;  // of some message that is barred
  std::unordered_map<base::RecordId, custody::Barrier> barred_;
  std::unordered_map<std::string, custody::Barrier> barred_keys_;  // of messages
  std::unordered_set<base::RecordId> sources_;                     // that hold something barred
  std::unordered_map<base::RecordId, base::RecordId> belongs_to_;
  std::vector<Pending> pending_;
  std::unordered_set<base::RecordId> seen_sources_;  // of what is seen although the whole is barred
  std::map<std::string, NotShown, std::less<>> counts_;
};

// What the ledgers of a case let be seen at one moment. There is none without them, so that nobody reads the
// store or makes an edition without having asked.
class Sight {
 public:
  Sight(std::shared_ptr<const custody::Authorities> authorities, std::int64_t now_utc_us)
      : authorities_(std::move(authorities)), now_utc_us_(now_utc_us) {}
  Judgement judgement_of(const std::string& exhibit_uid) const {
    return Judgement(authorities_->cover_of(exhibit_uid, now_utc_us_));
  }
  custody::Cover cover_of(const std::string& exhibit_uid) const {
    return authorities_->cover_of(exhibit_uid, now_utc_us_);
  }
  // Number of the authority that limits the exhibit; empty where none is stated.
  std::string authority_of(const std::string& exhibit_uid) const;

 private:
  std::shared_ptr<const custody::Authorities> authorities_;
  std::int64_t now_utc_us_;
};

}  // namespace store
