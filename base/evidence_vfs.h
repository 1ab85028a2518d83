// SPDX-License-Identifier: Apache-2.0
// A SQLite VFS over byte sources: SQLite may "write" (roll back a journal, apply a WAL), and the writes stay
// in memory. No name is ever a path: a connection is found by its number, its files by their suffix.
// Thread rule: connections may be opened by several threads; one connection serves one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/overlay_file.h"

namespace base {

// Where a connection's files come from. Suffixes: "" the database, "-wal", "-journal".
class EvidenceFiles {
 public:
  virtual ~EvidenceFiles() = default;
  virtual std::shared_ptr<ByteSource> find(std::string_view suffix) = 0;  // nullptr: there is none
  // A reader's lock against writers of the same file, where there can be any. False: a writer is at work.
  virtual bool lock() { return true; }
  virtual void unlock() {}
  virtual bool somebody_writes() { return false; }
  // True where the files may be others after unlock: what is kept in memory is then dropped.
  virtual bool may_change() const { return false; }
};

// The state of one connection, shared by its open files.
class EvidenceConnection {
 public:
  explicit EvidenceConnection(std::unique_ptr<EvidenceFiles> files);
  EvidenceFiles& files() { return *files_; }
  OverlayFile* find(const std::string& suffix);  // nullptr: there is no such file
  OverlayFile& find_or_make(const std::string& suffix);
  OverlayBudget& budget() { return budget_; }
  void remove(const std::string& suffix);
  void forget();  // all that was kept: the files are looked at anew

 private:
  std::unique_ptr<EvidenceFiles> files_;
  OverlayBudget budget_;
  std::map<std::string, std::optional<OverlayFile>> opened_;  // empty: it is not there, or was removed
};

// Makes a connection known to the VFS for its lifetime.
class EvidenceRegistration {
 public:
  explicit EvidenceRegistration(std::unique_ptr<EvidenceFiles> files);
  ~EvidenceRegistration();
  EvidenceRegistration(const EvidenceRegistration&) = delete;
  EvidenceRegistration& operator=(const EvidenceRegistration&) = delete;
  const std::string& name() const { return name_; }  // what to open
  static const char* vfs_name();

 private:
  std::string name_;
};

std::unique_ptr<EvidenceFiles> fixed_files(std::map<std::string, std::shared_ptr<ByteSource>> files);

}  // namespace base
