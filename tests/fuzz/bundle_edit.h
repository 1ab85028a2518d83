// SPDX-License-Identifier: Apache-2.0
// An input of the target of bundles is a list of changes to the fixed bundle, by numbers: which file, what,
// and how much is put right behind it.
#pragma once

#include "fixed_ledger.h"
#include "promise.h"

namespace fuzz {

// Who took part in a change.
enum class Forger {
  stranger,    // changes bytes
  bagger,      // and writes the manifests anew
  log_keeper,  // and numbers leaves and signs checkpoints with the ledger's own key
  officer,     // and signs the bundle, though no entry
  everybody,   // and signs the entries
};

void change_files(Files& files, Choices& choices);
// One member, item or value somewhere.
void change_json(base::Json& value, Choices& choices);
// One line of a file of lines, or a file of one line; as JSON where it is that.
void change_line(base::Buffer& bytes, Choices& choices);
// Entries that are as in `original` are not signed again.
void put_right(Files& files, const Files& original, Forger forger);

}  // namespace fuzz
