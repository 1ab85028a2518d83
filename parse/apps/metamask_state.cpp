// SPDX-License-Identifier: Apache-2.0
// Sources: MetaMask/metamask-extension test/e2e/fixtures (states of versions 7 to 13),
// app/scripts/lib/stores/ extension-store.ts (one key, or one key per controller);
// MetaMask/browser-passworder src/index.ts (vault: AES-GCM under PBKDF2-HMAC-SHA-256, 10 000 iterations where
// none are stated).
#include "parse/apps/metamask_state.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "base/digest.h"

namespace parse {
namespace {

using base::Json;

constexpr std::string_view kAccounts = "AccountsController";
constexpr std::string_view kAccountTracker = "AccountTracker";
constexpr std::string_view kAddressBook = "AddressBookController";
constexpr std::string_view kCachedBalances = "CachedBalancesController";
constexpr std::string_view kIncoming = "IncomingTransactionsController";
constexpr std::string_view kKeyring = "KeyringController";
constexpr std::string_view kPermissions = "PermissionController";
constexpr std::string_view kPermissionLog = "PermissionLogController";
constexpr std::string_view kOldPermissions = "PermissionsController";
constexpr std::string_view kOldPermissionLog = "PermissionsMetadata";
constexpr std::string_view kPreferences = "PreferencesController";
constexpr std::string_view kTransactions = "TransactionController";
constexpr std::string_view kFirstTime = "firstTimeInfo";
constexpr std::array kControllers{kAccounts,       kAccountTracker,   kAddressBook, kCachedBalances,
                                  kIncoming,       kKeyring,          kPermissions, kPermissionLog,
                                  kOldPermissions, kOldPermissionLog, kPreferences, kTransactions,
                                  kFirstTime};

constexpr std::int64_t kDefaultIterations = 10'000;
constexpr double kLargestExact = 9007199254740992.0;  // 2^53

// ---- Reading JSON that may be anything.

const Json* find(const Json& from, std::initializer_list<std::string_view> path) {
  const Json* at = &from;
  for (const std::string_view name : path) {
    at = at->find(name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

const Json::Object& members(const Json* json) {
  static const Json::Object kNone;
  return json != nullptr && json->is_object() ? json->members() : kNone;
}

const Json::Array& items(const Json* json) {
  static const Json::Array kNone;
  return json != nullptr && json->is_array() ? json->items() : kNone;
}

// Text, and numbers in decimal: an id or a chain stands as either.
base::OptionalText text(const Json* json) {
  if (json == nullptr) return std::nullopt;
  if (json->is_text()) return base::Text{json->text()};
  if (json->is_integer()) return base::Text{fmt::format("{}", json->integer())};
  if (json->is_real() && std::isfinite(json->real())) return base::Text{fmt::format("{}", json->real())};
  return std::nullopt;
}

base::OptionalText text_of(const Json& from, std::initializer_list<std::string_view> path) {
  return text(find(from, path));
}

// Milliseconds since 1970. Some versions write them with a fraction of zero; 0 stands for "not known".
base::OptionalTime time_of(const Json* json) {
  if (json == nullptr || !(json->is_integer() || json->is_real())) return std::nullopt;
  if (json->is_integer() && json->integer() != 0) return base::time_from_unix_ms(json->integer());
  const double milliseconds = json->real();
  if (milliseconds == 0 || !(std::abs(milliseconds) < kLargestExact)) return std::nullopt;
  base::Time time = base::time_from_unix_ms(static_cast<std::int64_t>(std::floor(milliseconds)));
  if (milliseconds != std::floor(milliseconds)) time.raw = fmt::format("{}", milliseconds);
  return time;
}

// What tells records apart; absent parts are empty.
std::string identity_of(std::initializer_list<base::OptionalText> parts) {
  std::string identity;
  for (const auto& part : parts) {
    const std::string bytes = part ? part->bytes : std::string();
    identity += fmt::format("{}:{},", bytes.size(), bytes);
  }
  return identity;
}

// Hexadecimal addresses are the same in any case; those of other chains are not.
std::string address_key(std::string_view address) {
  std::string key(address);
  if (!key.starts_with("0x")) return key;
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return key;
}

// ---- Installation.

void read_installation(const Json& state, MetamaskState& found) {
  const Json* first = state.find(kFirstTime);
  if (first == nullptr || !first->is_object()) return;
  base::Account account;
  account.created = time_of(first->find("date"));
  account.app_version = text(first->find("version"));
  if (!account.created && !account.app_version) return found.undecodable.push_back(kFirstTime);
  found.installations.push_back(
      {identity_of({text(first->find("date")), account.app_version}), kFirstTime, account});
}

// ---- Accounts: identities by address (to version 11), internal accounts by id (from version 11 on).

class Wallets {
 public:
  Wallets(const Json& state, MetamaskState& found) : state_(state), found_(found) {}

  void read() {
    selected_address_ = text_of(state_, {kPreferences, "selectedAddress"});
    selected_id_ = text_of(state_, {kAccounts, "internalAccounts", "selectedAccount"});
    for (const auto& [id, account] : members(find(state_, {kAccounts, "internalAccounts", "accounts"})))
      add_internal_account(id, account);
    for (const std::string_view list : {"identities", "lostIdentities"})
      for (const auto& [address, identity] : members(find(state_, {kPreferences, list})))
        add_identity(address, identity);
    add_balances(kAccountTracker, find(state_, {kAccountTracker, "accounts"}));
    for (const std::string_view chain : {"0x1", "1"}) {
      add_balances(kCachedBalances, find(state_, {kCachedBalances, "cachedBalances", chain}));
      add_balances(kAccountTracker, find(state_, {kAccountTracker, "accountsByChainId", chain}));
    }
    for (auto& item : found_.wallets) item.identity = identity_of({text_key(item.record), item.record.name});
  }

 private:
  static base::OptionalText text_key(const base::Wallet& wallet) {
    return base::Text{address_key(wallet.address->bytes)};
  }

  base::Wallet& wallet_at(std::string_view address, std::string_view controller) {
    const auto [at, is_new] = index_.try_emplace(address_key(address), found_.wallets.size());
    if (is_new) {
      found_.wallets.push_back({{}, controller, {}});
      found_.wallets.back().record.address = base::Text{std::string(address)};
    }
    return found_.wallets[at->second].record;
  }

  void add_internal_account(const std::string& id, const Json& account) {
    const Json* address = account.find("address");
    if (address == nullptr || !address->is_text()) return found_.undecodable.push_back(kAccounts);
    base::Wallet& wallet = wallet_at(address->text(), kAccounts);
    wallet.name = text_of(account, {"metadata", "name"});
    wallet.keyring = text_of(account, {"metadata", "keyring", "type"});
    wallet.imported = time_of(find(account, {"metadata", "importTime"}));
    if (selected_id_) wallet.selected = selected_id_->bytes == id;
  }

  void add_identity(const std::string& address, const Json& identity) {
    if (!identity.is_object()) return found_.undecodable.push_back(kPreferences);
    base::Wallet& wallet = wallet_at(address, kPreferences);
    if (!wallet.name) wallet.name = text(identity.find("name"));
    if (!wallet.selected && selected_address_)
      wallet.selected = address_key(selected_address_->bytes) == address_key(address);
  }

  // A balance is the text itself, or the member of that name.
  void add_balances(std::string_view controller, const Json* balances) {
    for (const auto& [address, entry] : members(balances)) {
      const auto balance = entry.is_object() ? text(entry.find("balance")) : text(&entry);
      if (!balance) continue;
      base::Wallet& wallet = wallet_at(address, controller);
      if (!wallet.balance) wallet.balance = balance;
    }
  }

  const Json& state_;
  MetamaskState& found_;
  base::OptionalText selected_address_, selected_id_;
  std::map<std::string, std::size_t> index_;  // by address
};

// ---- Vault.

base::OptionalInteger decoded_bytes(const Json* base64) {
  if (base64 == nullptr || !base64->is_text()) return std::nullopt;
  try {
    return static_cast<std::int64_t>(base::from_base64(base64->text()).size());
  } catch (const std::invalid_argument&) {
    return std::nullopt;  // lengths are all that is reported, and this one is not known
  }
}

void describe_key_derivation(const Json& vault, base::WalletVault& record) {
  const Json* metadata = vault.find("keyMetadata");
  record.iterations_stated = false;
  if (metadata == nullptr) {
    record.kdf = base::Word{"pbkdf2-hmac-sha256"};
    record.iterations = kDefaultIterations;
    return;
  }
  const auto algorithm = text(metadata->find("algorithm"));
  if (algorithm && algorithm->bytes == "PBKDF2") record.kdf = base::Word{"pbkdf2-hmac-sha256"};
  const Json* iterations = find(*metadata, {"params", "iterations"});
  if (iterations == nullptr || !iterations->is_integer()) return;
  record.iterations = iterations->integer();
  record.iterations_stated = true;
}

void read_vault(const Json& state, MetamaskState& found) {
  const Json* stored = find(state, {kKeyring, "vault"});
  if (stored == nullptr || stored->is_null()) return;
  try {
    const Json vault = base::parse_json(base::as_bytes(stored->text()));
    base::WalletVault record;
    record.data_bytes = decoded_bytes(&vault.at("data"));
    record.salt_bytes = decoded_bytes(vault.find("salt"));
    record.cipher = base::Word{"aes-256-gcm"};
    describe_key_derivation(vault, record);
    found.vaults.push_back({base::sha256(base::as_bytes(stored->text())).hex(), kKeyring, record});
  } catch (const base::JsonError&) {
    found.undecodable.push_back(kKeyring);
  }
}

// ---- Address book: by chain, then by address.

void read_contacts(const Json& state, MetamaskState& found) {
  for (const auto& [chain, book] : members(find(state, {kAddressBook, "addressBook"})))
    for (const auto& [key, entry] : members(&book)) {
      if (!entry.is_object()) {
        found.undecodable.push_back(kAddressBook);
        continue;
      }
      base::Contact contact;
      contact.name = text(entry.find("name"));
      const auto address = text(entry.find("address"));
      contact.identifiers.push_back(address ? *address : base::Text{key});
      const auto memo = text(entry.find("memo"));
      if (memo && !memo->bytes.empty()) contact.note = memo;
      found.contacts.push_back({identity_of({base::Text{chain}, base::Text{address_key(key)}, contact.name}),
                                kAddressBook, contact});
    }
}

// ---- Transactions: a list, or members by id or hash.

void read_transaction(const Json& entry, std::string_view controller, MetamaskState& found) {
  if (!entry.is_object()) return found.undecodable.push_back(controller);
  base::WalletTransaction transaction;
  transaction.hash = text(entry.find("hash"));
  transaction.chain = text(entry.find("chainId"));
  if (!transaction.chain) transaction.chain = text(entry.find("metamaskNetworkId"));
  transaction.from = text_of(entry, {"txParams", "from"});
  transaction.to = text_of(entry, {"txParams", "to"});
  transaction.value = text_of(entry, {"txParams", "value"});
  transaction.status = text(entry.find("status"));
  transaction.origin = text(entry.find("origin"));
  transaction.time = time_of(entry.find("time"));
  if (!transaction.time) transaction.time = time_of(entry.find("submittedTime"));
  const auto id = text(entry.find("id"));
  found.transactions.push_back(
      {identity_of({transaction.chain, id ? id : transaction.hash}), controller, transaction});
}

void read_transactions(const Json* list, std::string_view controller, MetamaskState& found) {
  for (const Json& entry : items(list)) read_transaction(entry, controller, found);
  for (const auto& [key, entry] : members(list)) read_transaction(entry, controller, found);
}

// ---- Pages with access.

// Accounts as stored, each once.
class AccountList {
 public:
  void add(const Json& account) {
    if (account.is_text() && seen_.insert(account.text()).second) accounts_.push_back({account.text()});
  }
  base::TextList take() { return std::move(accounts_); }

 private:
  base::TextList accounts_;
  std::set<std::string> seen_;
};

// A caveat's value is the list of accounts, or scopes that hold such lists (CAIP-25).
base::TextList accounts_in(const Json* caveats) {
  AccountList accounts;
  for (const Json& caveat : items(caveats)) {
    const Json* value = caveat.find("value");
    for (const Json& account : items(value)) accounts.add(account);
    if (value == nullptr) continue;
    for (const std::string_view scopes : {"requiredScopes", "optionalScopes"})
      for (const auto& [scope, content] : members(value->find(scopes)))
        for (const Json& account : items(content.find("accounts"))) accounts.add(account);
  }
  return accounts.take();
}

void add_grant(base::SiteGrant grant, const Json* date, std::string_view controller, MetamaskState& found) {
  grant.time = time_of(date);
  found.grants.push_back({identity_of({grant.origin, grant.permission, text(date)}), controller, grant});
}

void read_permission(const std::string& origin, const std::string& name, const Json& permission,
                     std::string_view controller, MetamaskState& found) {
  if (!permission.is_object()) return found.undecodable.push_back(controller);
  base::SiteGrant grant;
  grant.origin = base::Text{origin};
  const auto capability = text(permission.find("parentCapability"));
  grant.permission = capability ? *capability : base::Text{name};
  grant.accounts = accounts_in(permission.find("caveats"));
  add_grant(grant, permission.find("date"), controller, found);
}

// What was granted once, whether or not it still is. What is granted now is not said twice.
void read_permission_history(const Json* history, std::string_view controller, MetamaskState& found) {
  std::set<std::string> granted;
  for (const auto& item : found.grants)
    granted.insert(identity_of({item.record.origin, item.record.permission}));
  for (const auto& [origin, permissions] : members(history))
    for (const auto& [name, past] : members(&permissions)) {
      base::SiteGrant grant;
      grant.origin = base::Text{origin};
      grant.permission = base::Text{name};
      if (granted.contains(identity_of({grant.origin, grant.permission}))) continue;
      for (const auto& [account, when] : members(past.find("accounts"))) grant.accounts.push_back({account});
      add_grant(grant, past.find("lastApproved"), controller, found);
    }
}

void read_grants(const Json& state, MetamaskState& found) {
  for (const auto& [origin, subject] : members(find(state, {kPermissions, "subjects"})))
    for (const auto& [name, permission] : members(subject.find("permissions")))
      read_permission(origin, name, permission, kPermissions, found);
  for (const auto& [origin, domain] : members(find(state, {kOldPermissions, "domains"})))
    for (const Json& permission : items(domain.find("permissions")))
      read_permission(origin, "", permission, kOldPermissions, found);
  read_permission_history(find(state, {kPermissionLog, "permissionHistory"}), kPermissionLog, found);
  read_permission_history(find(state, {kOldPermissionLog, "permissionsHistory"}), kOldPermissionLog, found);
}

}  // namespace

std::span<const std::string_view> metamask_controllers() {
  return kControllers;
}

MetamaskState read_metamask_state(const Json& state) {
  MetamaskState found;
  read_installation(state, found);
  Wallets(state, found).read();
  read_vault(state, found);
  read_contacts(state, found);
  read_transactions(find(state, {kTransactions, "transactions"}), kTransactions, found);
  read_transactions(find(state, {kIncoming, "incomingTransactions"}), kIncoming, found);
  read_grants(state, found);
  return found;
}

}  // namespace parse
