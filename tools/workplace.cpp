// SPDX-License-Identifier: Apache-2.0
#include "tools/workplace.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/session_key.h"
#include "chain-of-custody/time_archive.h"
#include "tools/scanned_label.h"

namespace tools {
namespace {

std::filesystem::path home() {
  if (const char* home_folder = std::getenv("HOME"); home_folder != nullptr && *home_folder != 0)
    return home_folder;
  const passwd* entry = getpwuid(getuid());
  return entry == nullptr ? "/" : entry->pw_dir;
}

std::filesystem::path xdg(const char* variable, const char* otherwise) {
  const char* value = std::getenv(variable);
  const std::filesystem::path base_folder =
      value != nullptr && *value == '/' ? std::filesystem::path(value) : home() / otherwise;
  return base_folder / "holdfast";
}

std::filesystem::path settings_file() {
  return config_folder() / "settings.json";
}

}  // namespace

std::filesystem::path config_folder() {
  return xdg("XDG_CONFIG_HOME", ".config");
}
std::filesystem::path state_folder() {
  return xdg("XDG_STATE_HOME", ".local/state");
}
std::filesystem::path identities_folder() {
  return config_folder() / "identities";
}

std::string identity_name(const Arguments& arguments) {
  if (const auto named = arguments.value("identity")) return *named;
  if (std::filesystem::exists(settings_file())) {
    const base::Json settings = read_json_file(settings_file());
    if (const base::Json* chosen = settings.find("identity")) return chosen->text();
  }
  auto all = custody::list_identities(identities_folder());
  std::erase_if(all, [](const custody::IdentityFacts& one) { return one.retired.has_value(); });
  if (all.size() == 1) return all.front().name;
  throw base::Error(
      base::ErrorKind::not_found,
      all.empty() ? base::say("there is no identity to sign with")
                  : base::say("there are several identities"),
      all.empty()
          ? base::say("Nothing was changed. Make one: holdfast identity new NAME")
          : base::say("Nothing was changed. Choose one: holdfast identity use NAME, or --identity NAME"));
}

void choose_identity(const std::string& name) {
  std::filesystem::create_directories(config_folder());
  base::write_durably(settings_file(), base::as_bytes(base::Json::object({{"identity", name}}).pretty()),
                      0600);
}

store::CaseFolder the_case(const Arguments& arguments) {
  const char* variable = std::getenv("HOLDFAST_CASE");
  const std::filesystem::path start = arguments.value("case").value_or(variable != nullptr ? variable : ".");
  auto found = store::CaseFolder::find(std::filesystem::absolute(start));
  if (!found) {
    throw base::Error(base::ErrorKind::not_found, base::say("no case in {} or above it", start.string()),
                      base::say("Nothing was changed. Go into the case folder, or name it with --case DIR."));
  }
  return *found;
}

std::string station_of(const store::CaseFolder& folder) {
  std::exception_ptr unreadable;  // another station's copy that is damaged stops nobody
  for (const std::string& station : folder.stations()) {
    try {
      const auto content = custody::read_ledger(folder.ledger(station));
      if (custody::holds_log_key(ledger_places(folder, case_id_of(content), station))) return station;
    } catch (const std::exception&) {
      if (!unreadable) unreadable = std::current_exception();
    }
  }
  if (unreadable) std::rethrow_exception(unreadable);
  throw base::Error(base::ErrorKind::not_found, base::say("no ledger in this case was made on this station"),
                    base::say("Nothing was changed. Read with `verify` and `show`; write on the station that "
                              "made it. If it lost its keys: `ledger replace-log-key --station NAME`."));
}

custody::LedgerPlaces ledger_places(const store::CaseFolder& folder, const std::string& case_id,
                                    const std::string& station) {
  const std::string name = case_id + "-" + station;
  return {folder.ledger(station), config_folder() / "log-keys" / (name + ".key"),
          state_folder() / "high-water" / name};
}

std::filesystem::path session_keys_folder(const std::string& case_id, const std::string& station) {
  return config_folder() / "sessions" / (case_id + "-" + station);
}

namespace {

// Who signs, and by which of this station's identities.
struct WhoSigns {
  std::string identity;
  std::unique_ptr<custody::Signer> signer;
  std::optional<custody::Session> session;
};

std::optional<std::string> identity_of(const std::string& certificate_sha256) {
  for (const custody::IdentityFacts& one : custody::list_identities(identities_folder()))
    if (one.fingerprint == certificate_sha256 && !one.retired) return one.name;
  return std::nullopt;
}

// The session that was opened last of those that may sign all of these acts here and now.
std::optional<custody::Session> session_for(std::initializer_list<std::string_view> acts,
                                            const custody::Sessions& sessions,
                                            const std::filesystem::path& keys) {
  std::optional<custody::Session> best;
  for (const auto& known : sessions.all()) {
    const custody::Session& session = known.second;
    const auto may = [&](std::string_view act) {
      return std::ranges::find(session.acts, act) != session.acts.end();
    };
    if (custody::is_open(session, base::now_utc_us()) && std::ranges::all_of(acts, may) &&
        custody::has_session_key(keys, session) && identity_of(session.opener) &&
        (!best || session.opened_by > best->opened_by))
      best = session;
  }
  return best;
}

WhoSigns who_signs(const Arguments& arguments, Console& console, std::initializer_list<std::string_view> acts,
                   const custody::LedgerContent& ledger) {
  const std::filesystem::path keys = session_keys_folder(case_id_of(ledger), ledger.station);
  const custody::Sessions sessions = custody::sessions_of(ledger);
  custody::drop_ended_keys(keys, sessions, base::now_utc_us());
  if (acts.size() > 0 && !arguments.has("identity"))
    if (auto session = session_for(acts, sessions, keys)) {
      WhoSigns who{*identity_of(session->opener), custody::session_signer(keys, *session), session};
      console.note(base::say("signed by the session of {} that entry {} opened, until {}", who.identity,
                             session->opened_by, base::format_utc_for_people(session->until_us)));
      return who;
    }
  const std::string identity = identity_name(arguments);
  return {identity,
          custody::unlock_signer(identities_folder(), identity, [&] { return console.passphrase(identity); }),
          std::nullopt};
}

}  // namespace

OpenCase open_case(const Arguments& arguments, Console& console,
                   std::initializer_list<std::string_view> acts) {
  store::CaseFolder folder = the_case(arguments);
  auto lock = folder.lock();
  const std::string station = station_of(folder);
  const custody::LedgerContent content = custody::read_ledger(folder.ledger(station));
  WhoSigns who = who_signs(arguments, console, acts, content);
  auto ledger = custody::Ledger::open(ledger_places(folder, case_id_of(content), station), *who.signer);
  return {std::move(folder), std::move(lock),       station, std::move(who.identity), std::move(who.signer),
          std::move(ledger), std::move(who.session)};
}

void require_not_closed(const custody::LedgerContent& ledger) {
  if (!custody::is_closed(ledger)) return;
  throw base::Error(base::ErrorKind::usage, base::say("the ledger of station {} is closed", ledger.station),
                    base::say("Nothing was done, for it could not be recorded. `holdfast verify` records "
                              "nothing; for new work make a new case, and `holdfast import` into it."));
}

base::Error no_ledger(const store::CaseFolder& folder) {
  return {base::ErrorKind::format, base::say("{} has no ledger", folder.root().string()),
          base::say("The evidence is untouched. Restore the folder ledgers/ from a copy.")};
}

custody::LedgerContent ledger_of(const store::CaseFolder& folder) {
  const auto stations = folder.stations();
  if (stations.empty()) throw no_ledger(folder);
  return custody::read_ledger(folder.ledger(stations.size() == 1 ? stations.front() : station_of(folder)));
}

base::Json genesis_of(const custody::LedgerContent& ledger) {
  if (ledger.entries.empty())
    throw base::Error(
        base::ErrorKind::format, base::say("the ledger of station {} has no entry", ledger.station),
        base::say("The evidence is untouched. Put a sound copy of it below ledgers/; its station has one."));
  return custody::open_body(ledger.entries.front()).body;
}
std::string case_id_of(const custody::LedgerContent& ledger) {
  return genesis_of(ledger).at("case").text();
}

std::vector<base::Buffer> sealing_certificates(const custody::LedgerContent& ledger,
                                               const std::string& identity) {
  std::vector<base::Buffer> certificates{
      custody::identity_facts(identities_folder(), identity).seal_certificate};
  const base::Json genesis = genesis_of(ledger);
  if (const base::Json* officers = genesis.find("officers")) {
    for (const base::Json& officer : officers->items())
      certificates.push_back(base::from_base64(officer.at("certificate").text()));
  }
  return certificates;
}

custody::ExhibitView exhibit_by_label(const std::vector<custody::ExhibitView>& exhibits,
                                      const std::string& label) {
  if (is_scanned(label)) {
    const ScannedLabel scanned = read_scanned(label);
    const auto found = std::ranges::find(exhibits, scanned.uid, &custody::ExhibitView::uid);
    if (found == exhibits.end()) throw not_of_this_case(scanned);
    require_same(scanned, *found);
    return *found;
  }
  for (const auto& exhibit : exhibits) {
    if (exhibit.label == label) return exhibit;
  }
  for (const auto& exhibit : exhibits) {
    if (std::find(exhibit.labels.begin(), exhibit.labels.end(), label) != exhibit.labels.end())
      return exhibit;
  }
  throw no_such_label(label);
}

base::Error no_such_label(const std::string& label) {
  return {
      base::ErrorKind::not_found, base::say("no exhibit has the label {}", label),
      base::say(
          "Nothing was changed. `holdfast exhibit list` shows all; `holdfast exhibit add` registers one.")};
}

std::string label_of(const std::vector<custody::ExhibitView>& exhibits, const std::string& uid) {
  for (const auto& exhibit : exhibits) {
    if (exhibit.uid == uid) return exhibit.label;
  }
  return uid;
}

namespace {

constexpr std::array<const char*, 3> kFilesOfLedger{"ledger.db", "disclosures.db", "checkpoint"};

// What is ours in it; whatever somebody put beside it stays, and with it the folder.
void remove_copy(const std::filesystem::path& folder) {
  for (const char* name : kFilesOfLedger) std::filesystem::remove(folder / name);
  std::error_code not_empty;
  std::filesystem::remove(folder, not_empty);
}

// A file system that cannot exchange two folders leaves, for a moment, none in the place; `case continue`
// then takes the one beside it.
void put_in_place(const std::filesystem::path& fresh, const std::filesystem::path& place) {
  std::filesystem::path old = fresh;
  if (!std::filesystem::exists(place)) {
    std::filesystem::rename(fresh, place);
    old.clear();
  } else if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) != 0) {
    old = place.string() + ".old";
    std::filesystem::rename(place, old);
    std::filesystem::rename(fresh, place);
  }
  base::sync_folder(place.parent_path());
  if (!old.empty()) remove_copy(old);
}

// The files belong together: whoever finds the copy after this station died in the middle must find all of
// the same moment. So they are written beside the copy of before, and then take its place.
void copy_ledger(const std::filesystem::path& ledger, const std::filesystem::path& place) {
  const std::filesystem::path fresh = place.string() + std::string(kFreshCopy);
  remove_copy(fresh);
  std::filesystem::create_directories(fresh);
  // The case is locked by us and nothing is being appended, so the files are whole.
  for (const char* name : kFilesOfLedger)
    if (std::filesystem::exists(ledger / name))
      base::write_durably(fresh / name, base::read_file(ledger / name, 4ull << 30));
  put_in_place(fresh, place);
}

}  // namespace

std::vector<std::string> mirror_ledger(const OpenCase& open,
                                       const std::vector<std::filesystem::path>& folders) {
  const std::filesystem::path ledger = open.folder.ledger(open.station);
  std::vector<std::string> without;
  for (const auto& folder : folders) {
    try {
      const auto mirror = folder / (case_id_of(ledger_of(open.folder)) + ".ledger") / open.station;
      copy_ledger(ledger, mirror);
    } catch (const base::Error& error) {
      without.push_back(base::say("no copy of the ledger: {}", error.happened.here));
    } catch (const std::filesystem::filesystem_error& error) {
      without.push_back(
          base::say("no copy of the ledger in {}: {}", folder.string(), error.code().message()));
    }
  }
  return without;
}

base::Json read_json_file(const std::filesystem::path& path) {
  try {
    return base::parse_json(base::read_file(path));
  } catch (const base::JsonError& error) {
    throw base::Error(base::ErrorKind::format, path.string() + ": " + error.what(),
                      base::say("The evidence is untouched. Restore this file from a copy."));
  }
}

std::filesystem::path this_program() {
  return std::filesystem::read_symlink("/proc/self/exe");
}
std::string new_uid() {
  return base::to_hex(base::random_bytes(16));
}

}  // namespace tools
