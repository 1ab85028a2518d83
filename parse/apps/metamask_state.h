// SPDX-License-Identifier: Apache-2.0
// The state that MetaMask keeps as JSON, read into records without their places. Pure functions; for use by
// any thread. What is encrypted stays so: of a vault only the lengths and the key derivation are read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/records.h"

namespace parse {

// One thing of a state. `identity` tells it from others of its type, in this version and in older ones; it
// stays in memory. `controller` is the member of the state in which it stands.
template <typename Record>
struct MetamaskItem {
  std::string identity;
  std::string_view controller;
  Record record;
};

struct MetamaskState {
  std::vector<MetamaskItem<base::Account>> installations;
  std::vector<MetamaskItem<base::Wallet>> wallets;
  std::vector<MetamaskItem<base::WalletVault>> vaults;
  std::vector<MetamaskItem<base::Contact>> contacts;
  std::vector<MetamaskItem<base::WalletTransaction>> transactions;
  std::vector<MetamaskItem<base::SiteGrant>> grants;
  // What should be one of the above and is not, by the member of the state it stands in.
  std::vector<std::string_view> undecodable;
};

// Members of the state that are read. A store that is split has a key of this name for each; an older store
// has them all in the value of the key "data".
std::span<const std::string_view> metamask_controllers();

// REQUIRES: `state` is an object whose members are named as in metamask_controllers(); others are passed
// over.
MetamaskState read_metamask_state(const base::Json& state);

}  // namespace parse
