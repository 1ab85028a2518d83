// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/policy.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace custody {
namespace {

constexpr std::size_t kMaximalPolicy = 256 * 1024;
constexpr std::string_view kNone = "none";

void require(bool holds, const std::string& otherwise) {
  if (!holds) throw NoteError(otherwise);
}

// Items stand between spaces and tabs; nothing else is white space here.
std::vector<std::string> items_of(std::string_view line) {
  std::vector<std::string> items;
  for (std::size_t at = line.find_first_not_of(" \t"); at != line.npos;
       at = line.find_first_not_of(" \t", at)) {
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    items.emplace_back(line.substr(at, end - at));
    at = end;
  }
  return items;
}

class PolicyReader {
 public:
  Policy read(std::string_view text) {
    require(text.size() <= kMaximalPolicy, "the policy is too long");
    require(text.empty() || text.ends_with('\n'), "the last line of the policy does not end");
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = text.find('\n');
      try {
        line(text.substr(0, end));
      } catch (const NoteError& error) {
        throw NoteError("line " + std::to_string(number) + " of the policy: " + error.what());
      }
      text.remove_prefix(end + 1);
    }
    require(has_quorum_, "the policy has no quorum line");
    return std::move(policy_);
  }

 private:
  void line(std::string_view text) {
    require(std::ranges::all_of(text,
                                [](char c) {
                                  const auto byte = static_cast<unsigned char>(c);
                                  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
                                }),
            "there is a control character");
    const std::vector<std::string> items = items_of(text);
    if (items.empty() || items[0].starts_with('#')) return;
    if (items[0] == "log")
      log(items);
    else if (items[0] == "witness")
      witness(items);
    else if (items[0] == "group")
      group(items);
    else if (items[0] == "quorum")
      quorum(items);
    else
      throw NoteError("it begins with none of log, witness, group and quorum");
  }

  // A URL may follow a key; nothing is ever fetched from it.
  void log(const std::vector<std::string>& items) {
    require(items.size() == 2 || items.size() == 3, "a log has a key, perhaps a URL, and nothing else");
    policy_.logs.push_back(parse_vkey(items[1]));
    take_key(policy_.logs.back().key);
  }

  void witness(const std::vector<std::string>& items) {
    require(items.size() == 3 || items.size() == 4,
            "a witness has a name, a key, perhaps a URL, and nothing else");
    define(items[1]);
    policy_.witnesses.push_back({items[1], parse_witness_vkey(items[2])});
    take_key(policy_.witnesses.back().key.key);
  }

  void group(const std::vector<std::string>& items) {
    require(items.size() >= 4, "a group has a name, a number and at least one member");
    Policy::Group made{items[1], 0, {items.begin() + 3, items.end()}};
    for (const std::string& member : made.members) {
      require(names_.contains(member), "the member " + member + " is not defined above");
      require(counted_.insert(member).second, "the member " + member + " is counted a second time");
    }
    made.needed = threshold(items[2], made.members.size());
    define(made.name);
    policy_.groups.push_back(std::move(made));
  }

  static std::size_t threshold(const std::string& text, std::size_t members) {
    if (text == "any") return 1;
    if (text == "all") return members;
    std::size_t needed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), needed);
    require(error == std::errc() && end == text.data() + text.size() && std::to_string(needed) == text,
            "the number of a group is neither any, all nor a decimal number");
    require(needed >= 1 && needed <= members, "the number of a group is not between 1 and its members");
    return needed;
  }

  void quorum(const std::vector<std::string>& items) {
    require(!has_quorum_, "there is a second quorum");
    require(items.size() == 2, "a quorum has one name");
    has_quorum_ = true;
    if (items[1] == kNone) return;
    require(names_.contains(items[1]), "the quorum " + items[1] + " is not defined above");
    policy_.quorum = items[1];
  }

  // Witnesses and groups share their names.
  void define(const std::string& name) {
    require(name != kNone, "the name none is taken");
    require(names_.insert(name).second, "the name " + name + " is defined a second time");
  }

  // Under a second name a key would be counted twice; and a ledger does not witness itself.
  void take_key(const Ed25519PublicKey& key) {
    require(keys_.insert(key).second, "its key stands in the policy already");
  }

  Policy policy_;
  std::set<std::string, std::less<>> names_, counted_;
  std::set<Ed25519PublicKey> keys_;
  bool has_quorum_ = false;
};

}  // namespace

bool Policy::is_met_by(const std::set<Ed25519PublicKey>& keys) const {
  if (quorum.empty()) return true;
  std::map<std::string_view, bool> witnessed;
  for (const Witness& witness : witnesses) witnessed[witness.name] = keys.contains(witness.key.key);
  for (const Group& group : groups) {
    const auto met =
        std::ranges::count_if(group.members, [&](const std::string& member) { return witnessed[member]; });
    witnessed[group.name] = static_cast<std::size_t>(met) >= group.needed;
  }
  return witnessed[quorum];
}

Policy parse_policy(std::string_view text) {
  return PolicyReader().read(text);
}

}  // namespace custody
