// SPDX-License-Identifier: Apache-2.0
// Stores written by libleveldb itself: through many compactions, our reader must know the same live values.
#include <gtest/gtest.h>

#ifdef HOLDFAST_HAVE_LEVELDB
#include <map>
#include <set>

#include <leveldb/c.h>

#include "base/file.h"
#include "parse/leveldb.h"
#include "tests/support/temporary_folder.h"

namespace parse {
namespace {

using Content = std::map<std::string, std::string>;

// By the C interface: the library is built without the type information that the sanitizers ask for.
class Store {
 public:
  Store(const std::filesystem::path& folder, int compression) {
    leveldb_options_t* options = leveldb_options_create();
    leveldb_options_set_create_if_missing(options, 1);
    leveldb_options_set_write_buffer_size(options, 64 << 10);  // small, so that tables are compacted often
    leveldb_options_set_compression(options, compression);
    store_ = leveldb_open(options, folder.c_str(), &error_);
    leveldb_options_destroy(options);
    EXPECT_EQ(error_, nullptr);
  }
  ~Store() {
    leveldb_close(store_);
    leveldb_writeoptions_destroy(write_);
  }
  Store(const Store&) = delete;
  void put(const std::string& key, const std::string& value) {
    leveldb_put(store_, write_, key.data(), key.size(), value.data(), value.size(), &error_);
    EXPECT_EQ(error_, nullptr);
  }
  void erase(const std::string& key) {
    leveldb_delete(store_, write_, key.data(), key.size(), &error_);
    EXPECT_EQ(error_, nullptr);
  }

 private:
  leveldb_t* store_ = nullptr;
  leveldb_writeoptions_t* write_ = leveldb_writeoptions_create();
  char* error_ = nullptr;
};

// Puts and deletes by a fixed rule, some values larger than a block of the log; returns what must be left.
Content fill(Store& store) {
  Content content;
  unsigned number = 7;
  const auto next = [&number](unsigned limit) {
    number = number * 1664525u + 1013904223u;
    return (number >> 8) % limit;
  };
  for (unsigned i = 0; i < 8000; ++i) {
    const std::string key = "key" + std::to_string(next(997));
    if (next(10) == 0) {
      store.erase(key);
      content.erase(key);
    } else {
      const std::string value(i % 100 == 0 ? 70'000 : next(200), static_cast<char>('a' + i % 26));
      store.put(key, value);
      content[key] = value;
    }
  }
  return content;
}

// The newest put of each key that no newer tombstone covers.
Content live_content(const std::filesystem::path& folder) {
  std::set<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.insert(entry.path());
  std::vector<LevelDbFile> files;
  for (const auto& path : paths)
    if (const auto kind = leveldb_file_kind(path.filename().string()))
      files.push_back({*kind, base::in_memory(base::read_file(path))});
  std::map<std::string, std::pair<std::uint64_t, std::optional<std::string>>> newest;
  read_leveldb(files, {[&](const LevelDbOperation& operation) {
                         auto& entry = newest[std::string(base::as_text(operation.key))];
                         if (operation.sequence < entry.first) return;
                         entry = {operation.sequence, std::nullopt};
                         if (operation.kind == LevelDbOperation::Kind::put)
                           entry.second = std::string(base::as_text(operation.value));
                       },
                       [](const LevelDbDamage& damage) {
                         // A store that is closed during a compaction leaves a table without its end; what it
                         // would have held stands in the older files.
                         EXPECT_TRUE(damage.code == "leveldb_table" || damage.code == "leveldb_cut")
                             << damage.code << " " << damage.detail;
                       }});
  Content content;
  for (const auto& [key, entry] : newest)
    if (entry.second) content[key] = *entry.second;
  return content;
}

TEST(LevelDbOracle, AgreesWithStoresThatLibleveldbWrites) {
  for (const int compression : {leveldb_no_compression, leveldb_snappy_compression}) {
    const support::TemporaryFolder folder;
    const auto path = folder.path() / "store";
    const Content expected = [&] {
      Store store(path, compression);
      return fill(store);
    }();
    EXPECT_GT(expected.size(), 100u);
    EXPECT_EQ(live_content(path), expected);
  }
}

}  // namespace
}  // namespace parse

#else

TEST(LevelDbOracle, AgreesWithStoresThatLibleveldbWrites) {
  GTEST_SKIP() << "needs libleveldb (Debian: libleveldb-dev), which is not there";
}

#endif
