// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/ledger_store.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/words.h"

namespace custody {
namespace {

// "HFLG" and "HFDI", so that file(1) and a hurried reader can tell the databases apart.
constexpr char kLedgerSchema[] = R"(
  PRAGMA application_id=0x48464c47;
  PRAGMA user_version=1;
  CREATE TABLE entries(seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, body BLOB NOT NULL) STRICT;
  CREATE TABLE signatures(seq INTEGER NOT NULL REFERENCES entries(seq), party INTEGER NOT NULL,
                          der BLOB NOT NULL, PRIMARY KEY(seq, party)) STRICT;
  CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
  CREATE TRIGGER entries_last BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
  CREATE TRIGGER signatures_stay BEFORE UPDATE ON signatures
    BEGIN SELECT RAISE(ABORT, 'signatures are never changed'); END;
  CREATE TRIGGER signatures_last BEFORE DELETE ON signatures
    BEGIN SELECT RAISE(ABORT, 'signatures are never deleted'); END;
)";
constexpr char kDisclosuresSchema[] = R"(
  PRAGMA application_id=0x48464449;
  PRAGMA user_version=1;
  CREATE TABLE disclosures(body_sha256 TEXT NOT NULL, ordinal INTEGER NOT NULL, text TEXT NOT NULL,
                           PRIMARY KEY(body_sha256, ordinal)) STRICT;
)";

constexpr char kErasedSchema[] = R"(
  CREATE TABLE IF NOT EXISTS erased(body_sha256 TEXT NOT NULL, digest TEXT NOT NULL, uid TEXT NOT NULL,
                                    PRIMARY KEY(body_sha256, digest)) STRICT;
)";

constexpr char kIssuersSchema[] = R"(
  CREATE TABLE IF NOT EXISTS issuers(sha256 TEXT PRIMARY KEY, der BLOB NOT NULL) STRICT;
)";

bool has_table(base::Database& database, std::string_view table) {
  // Not a virtual one, and no column that is computed: a row of ten bytes could ask for gigabytes.
  base::Statement found = database.prepare(
      "SELECT 1 FROM pragma_table_list WHERE schema='main' AND type='table' AND name=?1 AND NOT EXISTS "
      "(SELECT 1 FROM pragma_table_xinfo(?1) WHERE hidden<>0)");
  return found.bind(1, table).step();
}

base::Database database_with(const std::filesystem::path& file, std::string_view table, const char* schema) {
  base::Database database = base::Database::open(file, base::OpenMode::create);
  base::Transaction transaction(database);
  if (!has_table(database, table)) database.execute(schema);
  transaction.commit();
  return database;
}

base::Error not_a_ledger(const std::filesystem::path& folder) {
  return base::Error(base::ErrorKind::format,
                     base::say("{} holds no ledger of this program", folder.string()),
                     base::say("Nothing was changed. Check that this is the right folder, or use its copy."));
}

base::Buffer blob_of(const base::Statement& row, int column) {
  return row.blob(column).value_or(base::Buffer());
}

// A damaged or hostile file may give the same rows for ever; in order they cannot come twice.
class Rising {
 public:
  bool next(std::optional<std::int64_t> number) {
    const bool rises = number && *number > last_;
    last_ = number.value_or(last_);
    return rises;
  }

 private:
  std::int64_t last_ = -1;
};

constexpr std::int64_t kNewest = std::int64_t{1} << 40;  // an entry's index; nobody signs as many

base::Error gap(std::uint64_t index) {
  return base::Error(base::ErrorKind::format, base::say("entry {} is not in the ledger", index),
                     base::say("The ledger's file has a gap, or more than its entries. Nothing was changed; "
                               "keep it, and use a copy."));
}

}  // namespace

LedgerLock::LedgerLock(const std::filesystem::path& folder, Mode mode) {
  const std::filesystem::path file = folder / kLockFile;
  const int flags = mode == Mode::exclusive ? O_RDWR | O_CREAT : O_RDONLY;
  fd_ = base::Fd(::open(file.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!fd_ && mode == Mode::shared && errno == ENOENT) return;
  constexpr auto kAdvice = base::phrase(
      "No entry was made; what was acknowledged before stands. Check who may write there, then repeat.");
  if (!fd_) throw base::io_error(base::say("cannot open {}", file.string()), errno, kAdvice);
  while (flock(fd_.get(), mode == Mode::exclusive ? LOCK_EX : LOCK_SH) != 0)
    if (errno != EINTR) throw base::io_error(base::say("cannot lock {}", file.string()), errno, kAdvice);
}

LedgerStore::LedgerStore(base::Database ledger, base::Database disclosures)
    : ledger_(std::move(ledger)), disclosures_(std::move(disclosures)) {
  has_erased_ = has_table(disclosures_, "erased");
  has_issuers_ = has_table(ledger_, "issuers");
}

LedgerStore LedgerStore::create(const std::filesystem::path& folder) {
  base::Database ledger = database_with(folder / kLedgerFile, "entries", kLedgerSchema);
  base::Database disclosures = database_with(folder / kDisclosuresFile, "disclosures", kDisclosuresSchema);
  disclosures.execute("PRAGMA secure_delete=ON");
  return LedgerStore(std::move(ledger), std::move(disclosures));
}

LedgerStore LedgerStore::open(const std::filesystem::path& folder, base::OpenMode mode) {
  for (const std::string_view name : {kLedgerFile, kDisclosuresFile})
    if (!std::filesystem::is_regular_file(folder / name)) throw not_a_ledger(folder);
  try {
    LedgerStore store(base::Database::open(folder / kLedgerFile, mode),
                      base::Database::open(folder / kDisclosuresFile, mode));
    if (!has_table(store.ledger_, "entries") || !has_table(store.ledger_, "signatures") ||
        !has_table(store.disclosures_, "disclosures"))
      throw not_a_ledger(folder);
    if (mode == base::OpenMode::read_write) store.disclosures_.execute("PRAGMA secure_delete=ON");
    return store;
  } catch (const base::SqliteError&) {
    throw not_a_ledger(folder);
  }
}

std::uint64_t LedgerStore::size() {
  // Found at the edges of the tables, however long they are.
  base::Statement last = ledger_.prepare("SELECT max(seq) FROM entries");
  last.step();
  const std::int64_t newest = last.integer(0).value_or(-1);
  if (newest > kNewest) throw gap(0);
  const std::int64_t size = newest + 1;
  base::Statement stray = ledger_.prepare(
      "SELECT 1 FROM entries WHERE seq < 0 UNION ALL "
      "SELECT 1 FROM signatures WHERE seq < 0 UNION ALL SELECT 1 FROM signatures WHERE seq >= ?1");
  if (stray.bind(1, size).step()) throw gap(static_cast<std::uint64_t>(size));
  return static_cast<std::uint64_t>(size);
}

void LedgerStore::append(const Entry& entry) {
  const std::string body_sha256 = base::sha256(*entry.body).hex();
  {
    base::Transaction transaction(disclosures_);
    base::Statement add = disclosures_.prepare("INSERT INTO disclosures VALUES(?1, ?2, ?3)");
    for (std::size_t i = 0; i < entry.disclosures.size(); ++i) {
      add.bind(1, body_sha256).bind(2, static_cast<std::int64_t>(i)).bind(3, entry.disclosures[i]).step();
      add.reset();
    }
    transaction.commit();
  }
  // If the power fails here, disclosures lie there whose body never came to be: drop_orphans() at the next
  // opening takes them away. The other order could leave an entry that nobody can ever open.
  base::Transaction transaction(ledger_);
  const auto seq = static_cast<std::int64_t>(entry.index);
  ledger_.prepare("INSERT INTO entries VALUES(?1, ?2, ?3)")
      .bind(1, seq)
      .bind(2, entry.leaf)
      .bind(3, *entry.body)
      .step();
  for (std::size_t i = 0; i < entry.signatures.size(); ++i)
    ledger_.prepare("INSERT INTO signatures VALUES(?1, ?2, ?3)")
        .bind(1, seq)
        .bind(2, static_cast<std::int64_t>(i))
        .bind(3, entry.signatures[i])
        .step();
  // If the power fails before this commit, the entry is not there, and nobody was told that it was.
  transaction.commit();
}

std::vector<ErasedStatement> LedgerStore::erased_of(const std::string& body_sha256) {
  std::vector<ErasedStatement> kept;
  if (!has_erased_) return kept;
  base::Statement rows = disclosures_.prepare("SELECT digest, uid FROM erased WHERE body_sha256=?1");
  rows.bind(1, body_sha256);
  while (rows.step()) kept.push_back({rows.text(0).value_or(""), rows.text(1).value_or("")});
  return kept;
}

std::vector<std::uint64_t> LedgerStore::entries_of(std::string_view act) {
  // Bodies are canonical, so the member has one form; inside a text its quotation marks would be escaped.
  base::Statement rows = ledger_.prepare("SELECT seq FROM entries WHERE instr(body, ?1) ORDER BY seq");
  const std::string member = "\"act\":\"" + std::string(act) + '"';
  rows.bind(1, base::as_bytes(member));
  std::vector<std::uint64_t> found;
  while (rows.step()) found.push_back(static_cast<std::uint64_t>(rows.integer(0).value_or(0)));
  return found;
}

void LedgerStore::erase(const std::string& body_sha256, const std::vector<std::string>& texts,
                        const ErasedStatement& kept) {
  base::Transaction transaction(disclosures_);
  disclosures_.execute(kErasedSchema);
  disclosures_.prepare("INSERT OR IGNORE INTO erased VALUES(?1, ?2, ?3)")
      .bind(1, body_sha256)
      .bind(2, kept.digest)
      .bind(3, kept.exhibit_uid)
      .step();
  for (const std::string& text : texts)
    disclosures_.prepare("DELETE FROM disclosures WHERE body_sha256=?1 AND text=?2")
        .bind(1, body_sha256)
        .bind(2, text)
        .step();
  // If the power fails before this commit, all is there still: the next opening erases it.
  transaction.commit();
  has_erased_ = true;
}

void LedgerStore::keep_issuers(const std::vector<base::Buffer>& certificates) {
  if (certificates.empty()) return;
  base::Transaction transaction(ledger_);
  if (!has_issuers_) ledger_.execute(kIssuersSchema);
  for (const base::Buffer& der : certificates)
    ledger_.prepare("INSERT OR IGNORE INTO issuers VALUES(?1, ?2)")
        .bind(1, base::sha256(der).hex())
        .bind(2, der)
        .step();
  transaction.commit();
  has_issuers_ = true;
}

std::vector<base::Buffer> LedgerStore::issuers() {
  std::vector<base::Buffer> all;
  if (!has_issuers_) return all;
  base::Statement rows = ledger_.prepare("SELECT der FROM issuers ORDER BY sha256");
  while (rows.step()) all.push_back(blob_of(rows, 0));
  return all;
}

void LedgerStore::compact() {
  disclosures_.execute("VACUUM");
}

Entry LedgerStore::read(std::uint64_t index) {
  return std::move(read_range(index, index + 1).front());
}

std::vector<Entry> LedgerStore::read_range(std::uint64_t first, std::uint64_t end) {
  const base::ReadTransaction entries_locked(ledger_), disclosures_locked(disclosures_);
  base::Statement row =
      ledger_.prepare("SELECT seq, leaf, body FROM entries WHERE seq >= ?1 AND seq < ?2 ORDER BY seq");
  base::Statement signature = ledger_.prepare(
      "SELECT seq, party, der FROM signatures WHERE seq >= ?1 AND seq < ?2 ORDER BY seq, party");
  base::Statement disclosure =
      disclosures_.prepare("SELECT ordinal, text FROM disclosures WHERE body_sha256=?1 ORDER BY ordinal");
  for (base::Statement* rows : {&row, &signature})
    rows->bind(1, static_cast<std::int64_t>(first)).bind(2, static_cast<std::int64_t>(end));
  bool more = signature.step();
  std::vector<Entry> entries;
  while (row.step()) {
    Entry& entry = entries.emplace_back();
    entry.index = first + entries.size() - 1;
    const auto seq = static_cast<std::int64_t>(entry.index);
    if (row.integer(0) != seq) throw gap(entry.index);
    entry.leaf = blob_of(row, 1);
    entry.body = blob_of(row, 2);
    Rising party, ordinal;
    for (; more && signature.integer(0) == seq; more = signature.step()) {
      if (!party.next(signature.integer(1))) throw gap(entry.index);
      entry.signatures.push_back(blob_of(signature, 2));
    }
    const std::string body_sha256 = base::sha256(*entry.body).hex();
    disclosure.bind(1, body_sha256);
    while (disclosure.step()) {
      if (!ordinal.next(disclosure.integer(0))) throw gap(entry.index);
      entry.disclosures.push_back(disclosure.text(1).value_or(""));
    }
    disclosure.reset();
    entry.erased = erased_of(body_sha256);
  }
  if (more || first + entries.size() != end) throw gap(first + entries.size());
  return entries;
}

std::vector<Entry> LedgerStore::read_all() {
  return read_range(0, size());
}

void LedgerStore::drop_orphans() {
  base::Statement bodies = ledger_.prepare("SELECT body FROM entries");
  disclosures_.execute("CREATE TEMP TABLE present(body_sha256 TEXT PRIMARY KEY)");
  base::Statement add = disclosures_.prepare("INSERT OR IGNORE INTO present VALUES(?1)");
  while (bodies.step()) {
    add.bind(1, base::sha256(blob_of(bodies, 0)).hex()).step();
    add.reset();
  }
  disclosures_.execute(
      "DELETE FROM disclosures WHERE body_sha256 NOT IN (SELECT body_sha256 FROM present); DROP TABLE "
      "present");
}

}  // namespace custody
