// SPDX-License-Identifier: Apache-2.0
#include "store/search_index.h"

#include <exception>
#include <string_view>

#include <sqlite3.h>

#include "base/sqlite.h"
#include "store/search_text.h"

namespace store {
namespace {

using TokenCallback = int (*)(void*, int, const char*, int, int, int);

// Terms carry no positions: every hit is checked again on the text itself.
int emit(TokenCallback callback, void* context, std::string_view term) {
  return callback(context, 0, term.data(), static_cast<int>(term.size()), 0, 0);
}

// A frame of C lies above: no exception may pass it.
int tokenize(Fts5Tokenizer*, void* context, int flags, const char* text, int size,
             TokenCallback callback) noexcept {
  const std::string_view given(text, static_cast<std::size_t>(size));
  if ((flags & FTS5_TOKENIZE_QUERY) != 0) return emit(callback, context, given);
  try {
    for (const std::string& term : index_terms(tokens_of(given))) {
      if (const int code = emit(callback, context, term); code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
  } catch (const std::exception&) {
    return SQLITE_ERROR;  // becomes a SqliteError of the statement that indexes
  }
}

int create(void*, const char**, int, Fts5Tokenizer** out) {
  static int state_free;  // the tokenizer keeps nothing; SQLite only wants a pointer
  *out = reinterpret_cast<Fts5Tokenizer*>(&state_free);
  return SQLITE_OK;
}

void destroy(Fts5Tokenizer*) {}

// The way that the FTS5 documentation (§8) gives for getting at its interface.
fts5_api* interface_of(sqlite3* database) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", nullptr);
    sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return api;
}

}  // namespace

void register_tokenizer(sqlite3* database) {
  fts5_api* api = interface_of(database);
  fts5_tokenizer tokenizer{create, destroy, tokenize};
  if (api == nullptr || api->xCreateTokenizer(api, "holdfast", nullptr, &tokenizer, nullptr) != SQLITE_OK) {
    throw base::SqliteError(SQLITE_ERROR, "this SQLite has no FTS5");
  }
}

}  // namespace store
