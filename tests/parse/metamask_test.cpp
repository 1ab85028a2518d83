// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <gtest/gtest.h>

#include "base/file.h"
#include "parse/apps/metamask_state.h"
#include "tests/support/extractor_harness.h"
#include "tests/support/leveldb_writer.h"
#include "tests/support/shared_folder.h"

namespace parse {

extern const Extractor kMetamask;

namespace {

using support::batch;
using support::LevelDbLog;
using support::LevelDbTable;
using support::put;
using support::tombstone;
using Strings = std::vector<std::string>;

const std::string kFolder =
    "/Users/a/AppData/Local/Google/Chrome/User Data/Profile 1/Local Extension Settings/"
    "nkbihfbeogaeaoehlefnkodbefgpgknn/";
constexpr std::string_view kMine = "0x00000000000000000000000000000000000000aa";
constexpr std::string_view kOther = "0x00000000000000000000000000000000000000bb";

base::Buffer buffer(const std::string& bytes) {
  return base::to_buffer(base::as_bytes(bytes));
}

Harness run_log(const LevelDbLog& log) {
  return run_extractor(kMetamask, {{kFolder + "000003.log", log.buffer()}}, kFolder + "000003.log");
}
// A log with one version of the state after the other, from sequence number 1.
LevelDbLog log_of(const Strings& states) {
  LevelDbLog log;
  std::uint64_t sequence = 1;
  for (const std::string& state : states) log.add(batch(sequence++, {put("data", state)}));
  return log;
}
Harness run_states(const Strings& states) {
  return run_log(log_of(states));
}

std::string identities(std::string_view address, std::string_view name) {
  return R"({"PreferencesController":{"identities":{")" + std::string(address) + R"(":{"name":")" +
         std::string(name) + R"("}},"selectedAddress":")" + std::string(address) + R"("}})";
}
// A vault of `size` bytes, all of one value, as its JSON in a JSON string.
std::string vault(char fill, std::size_t size, const std::string& metadata = "") {
  const std::string data = base::to_base64(base::as_bytes(std::string(size, fill)));
  const std::string salt = base::to_base64(base::as_bytes(std::string(32, fill)));
  const base::Json text(R"({"data":")" + data + R"(","iv":"AAAA","salt":")" + salt + '"' + metadata + "}");
  return R"({"KeyringController":{"vault":)" + text.canonical() + "}}";
}

TEST(Metamask, ClaimsTheStoreFilesOfChromeAndEdge) {
  EXPECT_TRUE(claims(kMetamask, kFolder + "000003.log"));
  EXPECT_TRUE(claims(kMetamask, kFolder + "000005.ldb"));
  EXPECT_TRUE(claims(kMetamask, "/x/Local Extension Settings/ejbalbakoplchlghecdalmeeeajnimhm/1.ldb"));
  EXPECT_FALSE(claims(kMetamask, kFolder + "LOG"));
  EXPECT_FALSE(claims(kMetamask, kFolder + "CURRENT"));
  EXPECT_FALSE(claims(kMetamask, "/x/Local Extension Settings/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/1.log"));
}

TEST(Metamask, TellsAccountsOfTheNewestVersionAsLive) {
  const Harness found = run_states({identities(kMine, "Account 1")});
  ASSERT_EQ(found.of("wallet").size(), 1u);
  const base::Record& wallet = *found.of("wallet")[0];
  EXPECT_EQ(text(wallet, "address"), kMine);
  EXPECT_EQ(text(wallet, "name"), "Account 1");
  EXPECT_EQ(text(wallet, "profile"), "Profile 1");
  EXPECT_EQ(flag(wallet, "selected"), true);
  EXPECT_EQ(wallet.place.state, base::State::live);
  EXPECT_EQ(wallet.place.position, base::Position(base::StoreKey{"64617461", 1, 19}));
  EXPECT_EQ(found.outcome, PairOutcome::parsed);
}

TEST(Metamask, RecoversWhatOnlyOlderVersionsHold) {
  const Harness found = run_states({identities(kOther, "Removed"), identities(kMine, "Kept"),
                                    identities(kMine, "Kept"), identities(kMine, "Renamed")});
  const auto wallets = found.of("wallet");
  ASSERT_EQ(wallets.size(), 3u);
  std::map<std::string, const base::Record*> by_name;
  for (const base::Record* wallet : wallets) by_name[*text(*wallet, "name")] = wallet;
  EXPECT_EQ(by_name["Renamed"]->place.state, base::State::live);
  EXPECT_EQ(by_name["Kept"]->place.state, base::State::recovered);
  EXPECT_EQ(std::get<base::StoreKey>(by_name["Kept"]->place.position).sequence,
            3u);  // the newest that holds it
  EXPECT_EQ(std::get<base::StoreKey>(by_name["Removed"]->place.position).sequence, 1u);
  EXPECT_EQ(integer(*found.count("data"), "rows"), 4);
  EXPECT_EQ(integer(*found.count("data"), "emitted"), 4);
}

TEST(Metamask, KnowsNothingLiveAfterATombstone) {
  LevelDbLog log = log_of({identities(kMine, "Account 1")});
  log.add(batch(2, {tombstone("data")}));
  const Harness found = run_log(log);
  ASSERT_EQ(found.of("wallet").size(), 1u);
  EXPECT_EQ(found.of("wallet")[0]->place.state, base::State::recovered);
  EXPECT_EQ(integer(*found.count("data"), "rows"), 2);
  EXPECT_EQ(integer(*found.count("data"), "emitted"), 1);
  EXPECT_EQ(integer(*found.count("data"), "excluded"), 1);
}

TEST(Metamask, ReadsAllFilesOfAFolderOnceWithoutManifest) {
  LevelDbTable table;
  table.add("data", 1, true, identities(kOther, "Old")).end_block(leveldb::Compression::snappy);
  const std::map<std::string, base::Buffer> files{
      {kFolder + "000003.log", log_of({identities(kOther, "Old"), identities(kMine, "New")}).buffer()},
      {kFolder + "000005.ldb", buffer(table.finish())},
      {kFolder + "LOG", buffer("text")}};
  const Harness first = run_extractor(kMetamask, files, kFolder + "000003.log");
  EXPECT_EQ(first.of("wallet").size(), 2u);
  EXPECT_EQ(first.sources.size(), 2u);
  EXPECT_EQ(integer(*first.count("data"), "rows"), 3);
  EXPECT_EQ(integer(*first.count("data"), "emitted"), 2);
  EXPECT_EQ(integer(*first.count("data"), "excluded"), 1);  // the copy that compaction left in the log
  const Harness second = run_extractor(kMetamask, files, kFolder + "000005.ldb");
  EXPECT_TRUE(second.records.empty());
  EXPECT_EQ(second.sources.size(), 1u);
}

TEST(Metamask, ReadsASplitStoreAsOneState) {
  LevelDbLog log;
  log.add(batch(
      1,
      {put("AccountsController",
           R"({"internalAccounts":{"selectedAccount":"u1","accounts":{"u1":{"address":")" +
               std::string(kMine) +
               R"(","metadata":{"name":"Main","importTime":1700000000123,"keyring":{"type":"HD Key Tree"}}}}}})"),
       put("PreferencesController", R"({"identities":{")" + std::string(kMine) + R"(":{"name":"Main"}}})"),
       put("manifest", R"(["meta","AccountsController","PreferencesController"])")}));
  log.add(batch(4, {put("AccountTracker", R"({"accountsByChainId":{"0x1":{")" + std::string(kMine) +
                                              R"(":{"balance":"0x0de0b6b3a7640000"}}}})")}));
  const Harness found = run_log(log);
  ASSERT_EQ(found.of("wallet").size(), 1u);
  const base::Record& wallet = *found.of("wallet")[0];
  EXPECT_EQ(text(wallet, "keyring"), "HD Key Tree");
  EXPECT_EQ(time(wallet, "imported")->utc_us, 1700000000123000);
  EXPECT_EQ(flag(wallet, "selected"), true);
  EXPECT_EQ(text(wallet, "balance"), "0x0de0b6b3a7640000");
  EXPECT_EQ(std::get<base::StoreKey>(wallet.place.position).key,
            base::to_hex(base::as_bytes("AccountsController")));
}

TEST(Metamask, ListsEachVaultByLengthsAndNeverByContent) {
  const std::string stated = R"(,"keyMetadata":{"algorithm":"PBKDF2","params":{"iterations":900000}})";
  const Harness found = run_states({vault('o', 100), vault('o', 100), vault('n', 160, stated)});
  ASSERT_EQ(found.of("wallet_vault").size(), 2u);
  for (const base::Record* record : found.of("wallet_vault")) {
    const bool is_current = flag(*record, "current").value();
    EXPECT_EQ(integer(*record, "iterations"), is_current ? 900'000 : 10'000);
    EXPECT_EQ(flag(*record, "iterations_stated"), is_current);
    EXPECT_EQ(integer(*record, "data_bytes"), is_current ? 160 : 100);
    EXPECT_EQ(integer(*record, "salt_bytes"), 32);
    EXPECT_EQ(text(*record, "kdf"), "pbkdf2-hmac-sha256");
    EXPECT_EQ(record->place.state, is_current ? base::State::live : base::State::recovered);
  }
  for (const std::string& line : found.lines) {
    EXPECT_EQ(line.find(base::to_base64(base::as_bytes("ooooooooo"))), std::string::npos);
    EXPECT_EQ(line.find(base::to_base64(base::as_bytes("nnnnnnnnn"))), std::string::npos);
  }
}

TEST(Metamask, TellsAnUnreadableVaultAndGoesOn) {
  const Harness found = run_states(
      {R"({"KeyringController":{"vault":"{\"data\":"},"firstTimeInfo":{"date":1575697234195.0,"version":"7.7.0"}})"});
  EXPECT_EQ(found.anomalies(), (Strings{"metamask_entry_undecodable"}));
  ASSERT_EQ(found.of("account").size(), 1u);
  EXPECT_EQ(text(*found.of("account")[0], "app_version"), "7.7.0");
  EXPECT_EQ(time(*found.of("account")[0], "created")->raw, "1575697234195");
  EXPECT_EQ(time(*found.of("account")[0], "created")->unit, "unix_ms");
}

TEST(Metamask, TellsContactsTransactionsAndPagesWithAccess) {
  const std::string mine(kMine), other(kOther);
  const Harness found = run_states(
      {R"({"AddressBookController":{"addressBook":{"0x1":{")" + other + R"(":{"address":")" + other +
       R"(","name":"老板","memo":"weekly"}},"0x38":{")" + other + R"(":{"address":")" + other +
       R"(","name":"BSC","memo":""}}}},"TransactionController":{"transactions":[{"id":"t1","chainId":"0x1",)"
       R"("hash":"0xabc","status":"confirmed","time":1617228030067,"origin":"https://swap.example","txParams":{"from":")" +
       mine + R"(","to":")" + other +
       R"(","value":"0xde0b6b3a7640000"}},7]},"PermissionController":{"subjects":{)"
       R"("https://trade.example":{"permissions":{"eth_accounts":{"date":1617228030068,"caveats":[{"type":)"
       R"("restrictReturnedAccounts","value":[")" +
       mine +
       R"("]}]},"endowment:caip25":{"date":1617228030069,"caveats":)"
       R"([{"type":"authorizedScopes","value":{"optionalScopes":{"eip155:1":{"accounts":["eip155:1:)" +
       mine +
       R"("]}}}}]}}}}},"PermissionLogController":{"permissionHistory":{"https://trade.example":{"eth_accounts":)"
       R"({"lastApproved":1617228030070}},"https://gone.example":{"eth_accounts":{"accounts":{")" +
       mine + R"(":1600000000000},"lastApproved":1600000000001}}}}})"});

  ASSERT_EQ(found.of("contact").size(), 2u);
  EXPECT_EQ(text(*found.of("contact")[0], "name"), "老板");
  EXPECT_EQ(text(*found.of("contact")[0], "note"), "weekly");
  EXPECT_EQ(text(*found.of("contact")[1], "note"), std::nullopt);

  ASSERT_EQ(found.of("transaction").size(), 1u);
  const base::Record& transaction = *found.of("transaction")[0];
  EXPECT_EQ(text(transaction, "to"), kOther);
  EXPECT_EQ(text(transaction, "value"), "0xde0b6b3a7640000");
  EXPECT_EQ(text(transaction, "chain"), "0x1");
  EXPECT_EQ(time(transaction, "time")->utc_us, 1617228030067000);
  EXPECT_EQ(found.anomalies(), (Strings{"metamask_entry_undecodable"}));  // the transaction that is a number

  std::set<std::string> grants;
  for (const base::Record* grant : found.of("site_grant"))
    grants.insert(*text(*grant, "origin") + " " + *text(*grant, "permission") + " " +
                  time(*grant, "time")->raw);
  EXPECT_EQ(grants, (std::set<std::string>{"https://trade.example eth_accounts 1617228030068",
                                           "https://trade.example endowment:caip25 1617228030069",
                                           "https://gone.example eth_accounts 1600000000001"}));
}

TEST(Metamask, LosesOneVersionToJsonThatDoesNotParse) {
  const Harness found = run_states({identities(kMine, "Good"), "{\"Preferences", "[]"});
  EXPECT_EQ(found.anomalies(), (Strings{"metamask_state_undecodable", "metamask_state_undecodable"}));
  ASSERT_EQ(found.of("wallet").size(), 1u);
  EXPECT_EQ(found.of("wallet")[0]->place.state, base::State::recovered);
  EXPECT_EQ(integer(*found.count("data"), "undecodable"), 2);
  EXPECT_EQ(integer(*found.count("data"), "rows"), 3);
}

TEST(Metamask, SurvivesAStateOfWrongKinds) {
  for (const char* wrong : {"null", "7", "\"x\"", "[]", "[[1]]", "{}", R"({"a":7})", R"({"a":[7]})"})
    for (const std::string_view controller : metamask_controllers())
      for (const char* member :
           {"identities", "internalAccounts", "vault", "addressBook", "transactions", "subjects", "domains",
            "accounts", "permissionHistory", "date", "cachedBalances"}) {
        const std::string state =
            R"({")" + std::string(controller) + R"(":{")" + member + R"(":)" + wrong + "}}";
        const Harness found = run_states({state});
        EXPECT_NE(found.outcome, PairOutcome::failed) << state;
      }
}

TEST(Metamask, TellsDamageOfTheStoreWithItsPlace) {
  LevelDbLog log = log_of({identities(kMine, "Account 1")});
  const std::size_t second = log.bytes().size();
  log.add(batch(2, {put("data", identities(kMine, "Lost"))}));
  log.bytes()[second + 30] ^= 1;
  const Harness found = run_log(log);
  EXPECT_EQ(found.anomalies(), (Strings{"leveldb_checksum"}));
  EXPECT_EQ(std::get<base::Range>(found.of("anomaly")[0]->place.position).offset, second);
  EXPECT_EQ(found.of("wallet").size(), 1u);
}

constexpr std::string_view kBtcrecover =
    "corpora/3rdIteration+btcrecover/btcrecover/test/test-wallets/metamask/nkbihfbeogaeaoehlefnkodbefgpgknn";

TEST(MetamaskCorpora, HoldTheVaultOfTheOldPasswordBesideTheNewOne) {
  SKIP_WITHOUT_SHARED(kBtcrecover);
  const base::Buffer log = bytes_of_file(support::shared(kBtcrecover) / "000003.log");
  const Harness found = run_extractor(kMetamask, {{kFolder + "000003.log", log}}, kFolder + "000003.log");
  EXPECT_EQ(found.outcome, PairOutcome::parsed);
  EXPECT_EQ(integer(*found.count("data"), "rows"), 21);
  ASSERT_EQ(found.of("wallet").size(), 1u);
  EXPECT_EQ(text(*found.of("wallet")[0], "address"), "0x66f9c09118b1c726bc24811a611baf60af42070a");
  EXPECT_EQ(found.of("wallet")[0]->place.state, base::State::live);
  ASSERT_EQ(found.of("wallet_vault").size(), 2u);
  EXPECT_NE(flag(*found.of("wallet_vault")[0], "current"), flag(*found.of("wallet_vault")[1], "current"));
  ASSERT_EQ(found.of("account").size(), 1u);
  EXPECT_EQ(text(*found.of("account")[0], "app_version"), "10.0.3");
  EXPECT_EQ(time(*found.of("account")[0], "created")->utc_us, 1630373712368000);
}

TEST(MetamaskCorpora, OfOtherGenerationsAreReadToo) {
  SKIP_WITHOUT_SHARED("corpora/MetaMask+vault-decryptor");
  const auto fixtures = support::shared("corpora/MetaMask+vault-decryptor/test/fixtures");
  struct Expected {
    const char* file;
    const char* name;
    std::int64_t versions;
    const char* address;
  };
  for (const auto& [file, name, versions, address] :
       {Expected{"chrome-windows-1/000005.ldb", "000005.ldb", 40,
                 "0x199320969f735fd3cfaaf95e534cd9fa6ab3e9dd"},
        Expected{"chromium-108.0_5359.98_4.10.24.2/000003.log", "000003.log", 15,
                 "0x1aece8ddbbc4cc2dcdfa47fc78750a6e9910e80a"}}) {
    const Harness found =
        run_extractor(kMetamask, {{kFolder + name, bytes_of_file(fixtures / file)}}, kFolder + name);
    EXPECT_EQ(found.outcome, PairOutcome::parsed) << file;
    EXPECT_EQ(integer(*found.count("data"), "rows"), versions) << file;
    ASSERT_FALSE(found.of("wallet").empty()) << file;
    EXPECT_EQ(text(*found.of("wallet")[0], "address"), address);
  }
}

}  // namespace
}  // namespace parse
