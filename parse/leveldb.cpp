// SPDX-License-Identifier: Apache-2.0
#include "parse/leveldb.h"

namespace parse {

std::optional<LevelDbFileKind> leveldb_file_kind(std::string_view name) {
  if (name.ends_with(".log")) return LevelDbFileKind::log;
  if (name.ends_with(".ldb") || name.ends_with(".sst")) return LevelDbFileKind::table;
  return std::nullopt;
}

void read_leveldb(std::span<const LevelDbFile> files, const LevelDbReceiver& receiver) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].kind == LevelDbFileKind::log)
      read_leveldb_log(*files[i].bytes, i, receiver);
    else
      read_leveldb_table(*files[i].bytes, i, receiver);
  }
}

}  // namespace parse
