// SPDX-License-Identifier: Apache-2.0
// MetaMask, the browser extension, in Chrome, Edge and their kin: the LevelDB store of its
// chrome.storage.local. Versions 7 to 13: the whole state in the key "data", or one key per controller. Not
// read: Firefox (SQLite), the mobile app, and versions before 3, which kept their state, a mnemonic among it,
// in Local Storage.
//
// The log and table files of a store hold older versions of the state; all of them are read. What stands in
// the newest version is live; what stands only in older ones is recovered. Of a vault only lengths and key
// derivation are told.
//
// Sources: Chrome Web Store and Edge Add-ons (the two ids); see metamask_state.cpp and leveldb.h for the
// formats.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "parse/apps/metamask_state.h"
#include "parse/extractor.h"
#include "parse/leveldb.h"

namespace parse {
namespace {

using base::State;

constexpr std::array<std::string_view, 6> kPaths{
    "Local Extension Settings/nkbihfbeogaeaoehlefnkodbefgpgknn/*.ldb",
    "Local Extension Settings/nkbihfbeogaeaoehlefnkodbefgpgknn/*.log",
    "Local Extension Settings/nkbihfbeogaeaoehlefnkodbefgpgknn/*.sst",
    "Local Extension Settings/ejbalbakoplchlghecdalmeeeajnimhm/*.ldb",
    "Local Extension Settings/ejbalbakoplchlghecdalmeeeajnimhm/*.log",
    "Local Extension Settings/ejbalbakoplchlghecdalmeeeajnimhm/*.sst"};
constexpr std::array<std::string_view, 8> kEmits{"account",     "wallet",     "wallet_vault", "contact",
                                                 "transaction", "site_grant", "count",        "anomaly"};

constexpr std::string_view kWholeState = "data";
constexpr std::uint64_t kWindow = 64u << 20;  // bytes of values held at once; at least one value
constexpr base::JsonLimits kStateLimits{32u << 20, 64};

// One operation on a key that is read.
struct Version {
  std::string key;
  std::uint64_t sequence, offset, size;
  std::size_t file;
  LevelDbOperation::Kind kind;
  base::Digest value;
};

bool same_operation(const Version& a, const Version& b) {
  return a.key == b.key && a.sequence == b.sequence && a.kind == b.kind && a.value == b.value;
}

bool newest_first(const Version& a, const Version& b) {
  if (a.sequence != b.sequence) return a.sequence > b.sequence;
  return std::tie(a.key, a.file, a.offset) < std::tie(b.key, b.file, b.offset);
}

bool is_read(std::string_view key) {
  const auto controllers = metamask_controllers();
  return key == kWholeState || std::find(controllers.begin(), controllers.end(), key) != controllers.end();
}

// The name of the folder that is `steps` above the file.
std::string folder_above(const base::Locator& locator, std::size_t steps) {
  std::string path = locator.last_path();
  for (std::size_t i = 0; i < steps; ++i) path.resize(std::min(path.rfind('/'), path.size()));
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// One store folder.
class Store {
 public:
  Store(EvidenceFile& leader, base::RecordSink& sink) : sink_(sink) {
    profile_ = base::Text{folder_above(leader.facts().locator, 3)};
    try {
      add_file(leader.facts().locator, leader.source(), leader.bytes());
    } catch (const base::ReadError&) {
      sink.anomaly("leveldb_unreadable", {leader.source(), base::Whole{}, State::live, 0},
                   "file cannot be opened");
    }
  }

  void add_file(const base::Locator& locator, base::RecordId source,
                std::shared_ptr<base::ByteSource> bytes) {
    const auto kind = leveldb_file_kind(locator.last_path());
    if (!kind) return;
    sources_.push_back(std::move(source));
    files_.push_back({*kind, std::move(bytes)});
  }

  void read() {
    find_versions();
    mark_live();
    emit_live();
    emit_older();
    for (auto& [key, counter] : counters_) counter.finish();
  }

 private:
  base::Place place_in_file(std::size_t file, std::uint64_t offset, std::uint64_t size) const {
    return {sources_[file], base::Range{offset, size}, State::live, 0};
  }
  base::Place place_of(const Version& version, State state, std::uint32_t ordinal) const {
    const std::string key = base::to_hex(base::as_bytes(version.key));
    return {sources_[version.file], base::StoreKey{key, version.sequence, version.offset}, state, ordinal};
  }

  // ---- First pass: where the versions stand.

  void find_versions() {
    const LevelDbReceiver receiver{
        [this](const LevelDbOperation& operation) {
          const std::string key(base::as_text(operation.key));
          if (!is_read(key)) return;
          versions_.push_back({key, operation.sequence, operation.offset, operation.value.size(),
                               operation.file, operation.kind, base::sha256(operation.value)});
        },
        [this](const LevelDbDamage& damage) {
          sink_.anomaly(damage.code, place_in_file(damage.file, damage.offset, damage.length), damage.detail);
        }};
    read_leveldb(files_, receiver);
    std::sort(versions_.begin(), versions_.end(), newest_first);
    count_versions();
  }

  // A compaction copies operations from logs into tables; where both files are left, each is there twice.
  void count_versions() {
    std::map<std::string, std::int64_t> rows;
    for (const Version& version : versions_) ++rows[version.key];
    for (const auto& [key, count] : rows) {
      const auto counter = counters_.try_emplace(key, sink_, sources_.front(), key).first;
      counter->second.rows(count);
    }
    const auto copies =
        std::unique(versions_.begin(), versions_.end(), [this](const Version& a, const Version& b) {
          if (!same_operation(a, b)) return false;
          counters_.at(b.key).excluded("copy_in_another_file");
          return true;
        });
    versions_.erase(copies, versions_.end());
  }

  // The newest operation of each key is live, unless it is a tombstone.
  void mark_live() {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < versions_.size(); ++i) {
      const Version& version = versions_[i];
      const bool is_newest = seen.insert(version.key).second;
      if (version.kind == LevelDbOperation::Kind::tombstone)
        counters_.at(version.key).excluded("tombstone");
      else
        (is_newest ? live_ : older_).push_back(i);
    }
  }

  // ---- Later passes: their values, as many at once as fit into the window.

  using Values = std::map<std::size_t, base::Buffer>;  // by index into versions_

  Values load(std::span<const std::size_t> wanted) {
    std::map<std::tuple<std::size_t, std::uint64_t, std::uint64_t, std::string>, std::size_t> places;
    for (const std::size_t i : wanted)
      places[{versions_[i].file, versions_[i].offset, versions_[i].sequence, versions_[i].key}] = i;
    Values values;
    const LevelDbReceiver receiver{[&](const LevelDbOperation& operation) {
                                     const auto at =
                                         places.find({operation.file, operation.offset, operation.sequence,
                                                      std::string(base::as_text(operation.key))});
                                     if (at != places.end())
                                       values[at->second] = base::to_buffer(operation.value);
                                   },
                                   [](const LevelDbDamage&) {}};  // told by the first pass
    read_leveldb(files_, receiver);
    return values;
  }

  template <typename Use>
  void for_each_value(std::span<const std::size_t> wanted, const Use& use) {
    while (!wanted.empty()) {
      std::size_t count = 0;
      for (std::uint64_t bytes = 0; count < wanted.size() && (count == 0 || bytes < kWindow); ++count)
        bytes += versions_[wanted[count]].size;
      const Values values = load(wanted.first(count));
      for (const std::size_t i : wanted.first(count)) {
        const auto value = values.find(i);
        if (value != values.end()) use(i, value->second);
      }
      wanted = wanted.subspan(count);
    }
  }

  std::optional<base::Json> parsed(const Version& version, State state, base::Bytes value) {
    try {
      base::Json json = base::parse_json(value, kStateLimits);
      if (!json.is_object()) throw base::JsonError("not an object");
      counters_.at(version.key).emitted();
      return json;
    } catch (const base::JsonError&) {
      // The words of the error may quote the state, so they stay here.
      counters_.at(version.key).undecodable();
      sink_.anomaly("metamask_state_undecodable", place_of(version, state, 0), "value is no JSON object");
      return std::nullopt;
    }
  }

  // ---- Records.

  // The version that holds a member of the state: its own key's, or that of the whole state.
  using Holders = std::map<std::string, const Version*, std::less<>>;

  // A split store is one state of several keys; a state in "data" that was left behind is another.
  void emit_live() {
    Holders holders;
    base::Json split = base::Json::object();
    for_each_value(live_, [&](std::size_t i, base::Bytes value) {
      const Version& version = versions_[i];
      auto json = parsed(version, State::live, value);
      if (!json) return;
      if (version.key == kWholeState)
        return emit_state(*json, {{std::string(kWholeState), &version}}, State::live);
      holders[version.key] = &version;
      split.set(version.key, std::move(*json));
    });
    if (!holders.empty()) emit_state(split, holders, State::live);
  }

  void emit_older() {
    for_each_value(older_, [&](std::size_t i, base::Bytes value) {
      const Version& version = versions_[i];
      auto json = parsed(version, State::recovered, value);
      if (!json) return;
      if (version.key != kWholeState) json = base::Json::object({{version.key, std::move(*json)}});
      emit_state(*json, {{version.key, &version}}, State::recovered);
    });
  }

  void emit_state(const base::Json& json, const Holders& holders, State state) {
    const MetamaskState found = read_metamask_state(json);
    emit_items(found.installations, holders, state);
    emit_items(found.wallets, holders, state);
    emit_items(found.vaults, holders, state);
    emit_items(found.contacts, holders, state);
    emit_items(found.transactions, holders, state);
    emit_items(found.grants, holders, state);
    std::uint32_t ordinal = 0;
    for (const std::string_view controller : found.undecodable)
      sink_.anomaly("metamask_entry_undecodable", place_of(holder_of(holders, controller), state, ordinal++),
                    controller);
  }

  static const Version& holder_of(const Holders& holders, std::string_view controller) {
    const auto own = holders.find(controller);
    return own != holders.end() ? *own->second : *holders.begin()->second;
  }

  // What a newer version told is not told again. The ordinal counts all items, told or not, so that it does
  // not depend on other versions.
  template <typename Record>
  void emit_items(const std::vector<MetamaskItem<Record>>& items, const Holders& holders, State state) {
    std::uint32_t ordinal = 0;
    for (const MetamaskItem<Record>& item : items) {
      const auto place = place_of(holder_of(holders, item.controller), state, ordinal++);
      if (!told_.insert(fmt::format("{}/{}", Record::kName, item.identity)).second) continue;
      Record record = item.record;
      complete(record, state);
      base::emit(sink_, record, place);
    }
  }

  void complete(base::WalletVault& vault, State state) const {
    vault.current = state == State::live;
    complete_common(vault);
  }
  template <typename Record>
  void complete(Record& record, State) const {
    complete_common(record);
  }
  template <typename Record>
  void complete_common(Record& record) const {
    record.app = base::Word{"metamask"};
    if constexpr (requires { record.profile; }) record.profile = profile_;
  }

  base::RecordSink& sink_;
  base::Text profile_;
  std::vector<base::RecordId> sources_;  // of files_
  std::vector<LevelDbFile> files_;
  std::vector<Version> versions_;          // newest first, each once
  std::vector<std::size_t> live_, older_;  // puts, as indices into versions_
  std::map<std::string, TableCounter> counters_;
  std::set<std::string> told_;
};

// All log and table files of a folder are claimed, so that a store without CURRENT or MANIFEST is read too;
// the first of them in the order of bytes stands for the folder, the others are its companions.
void extract(EvidenceFile& file, base::RecordSink& sink) {
  const std::string path = file.facts().locator.last_path();
  const std::string own_name = path.substr(path.rfind('/') + 1);
  std::vector<std::string> companions;
  for (const std::string& name : file.sibling_names()) {
    if (!leveldb_file_kind(name)) continue;
    if (name < own_name) return;  // that one reads the folder
    if (name != own_name) companions.push_back(name);
  }
  Store store(file, sink);
  for (const std::string& name : companions)
    if (const auto companion = file.sibling(name))
      store.add_file(companion->facts.locator, companion->source, companion->bytes);
  store.read();
}

}  // namespace

extern const Extractor kMetamask;
const Extractor kMetamask{
    "metamask", 1,
    "metamask", "Accounts, contacts, transactions, permissions and vaults of the MetaMask browser extension.",
    kPaths,     kEmits,
    extract};

}  // namespace parse
