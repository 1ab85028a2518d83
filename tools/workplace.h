// SPDX-License-Identifier: Apache-2.0
// What verbs share: the case at hand, the person who signs, the ledger of this station, exhibits by label.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chain-of-custody/identity.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/sessions.h"
#include "store/case_folder.h"
#include "store/record_store.h"
#include "tools/console.h"
#include "tools/gathered.h"
#include "tools/verb.h"

namespace tools {

// $XDG_CONFIG_HOME/holdfast (else ~/.config/holdfast): identities, log keys, settings.
// $XDG_STATE_HOME/holdfast (else
// ~/.local/state/holdfast): high-water marks. Private keys never lie in a case.
std::filesystem::path config_folder();
std::filesystem::path state_folder();
std::filesystem::path identities_folder();

// The identity that signs: --identity, else the one chosen with `identity use`, else the only one there is.
std::string identity_name(const Arguments& arguments);
void choose_identity(const std::string& name);

// The case that the arguments mean. Throws Error(not_found) where there is none.
store::CaseFolder the_case(const Arguments& arguments);
std::string station_of(const store::CaseFolder& folder);  // this station's ledger in the case

// A case opened for writing: locked, with the signer unlocked and the ledger open.
struct OpenCase {
  store::CaseFolder folder;
  store::CaseFolder::Lock lock;
  std::string station;
  std::string identity;
  std::unique_ptr<custody::Signer> signer;
  std::unique_ptr<custody::Ledger> ledger;
  std::optional<custody::Session> session = {};  // that signs; else the person does
};
// `acts`: all that the verb will record. Where a session of this station is open for all of them, and no
// --identity is given, it signs, and no passphrase is asked for; `identity` is then that of the person who
// opened it.
OpenCase open_case(const Arguments& arguments, Console& console,
                   std::initializer_list<std::string_view> acts = {});
// Where the keys of this ledger's sessions lie.
std::filesystem::path session_keys_folder(const std::string& case_id, const std::string& station);
custody::LedgerPlaces ledger_places(const store::CaseFolder& folder, const std::string& case_id,
                                    const std::string& station);

// Throws Error(usage) where the ledger is closed: before long work whose end could not be recorded.
void require_not_closed(const custody::LedgerContent& ledger);

base::Error no_ledger(const store::CaseFolder& folder);
// That of this station, or the only one.
custody::LedgerContent ledger_of(const store::CaseFolder& folder);
std::string case_id_of(const custody::LedgerContent& ledger);
base::Json genesis_of(const custody::LedgerContent& ledger);
// Certificates for which secrets and record keys of this case are sealed: the signer's own and the recovery
// officers'.
std::vector<base::Buffer> sealing_certificates(const custody::LedgerContent& ledger,
                                               const std::string& identity);

// The exhibit with this label, present or former; or of this scanned label, which must be its present one.
// Throws Error(not_found); conflict, usage (a scanned label: scanned_label.h).
custody::ExhibitView exhibit_by_label(const std::vector<custody::ExhibitView>& exhibits,
                                      const std::string& label);
base::Error no_such_label(const std::string& label);
std::string label_of(const std::vector<custody::ExhibitView>& exhibits, const std::string& uid);
// Copies this station's ledger, as it is now, into `folder`/CASE.ledger/STATION of each folder: what was done
// to the image travels with it. Returns a sentence for each folder that it cannot be copied to: what was
// acquired and told stands, whether or not the copy finds room.
std::vector<std::string> mirror_ledger(const OpenCase& open,
                                       const std::vector<std::filesystem::path>& folders);
inline constexpr std::string_view kFreshCopy = ".new";  // while it is not in its place: STATION.new

// Throws Error(format) where it is no JSON.
base::Json read_json_file(const std::filesystem::path& path);

std::filesystem::path this_program();
std::string new_uid();  // 128 random bits, hexadecimal

}  // namespace tools
