// SPDX-License-Identifier: Apache-2.0
// The tokenizer that FTS5 uses for the search index: our tokens instead of its own, which lose Chinese words
// of two characters.
#pragma once

struct sqlite3;

namespace store {

// Registers the tokenizer "holdfast" with a connection: index terms for texts, the term itself for queries.
// Throws base::SqliteError.
void register_tokenizer(sqlite3* database);

}  // namespace store
