// SPDX-License-Identifier: Apache-2.0
// Records in words, for the terminal.
#pragma once

#include <string>
#include <vector>

#include "store/record_store.h"

namespace tools {

// One value as people read it: times in UTC, lists joined, references as ids; evidence made visible.
std::string value_text(const base::Value& value);
// "name=value" pairs of the fields named, in their order; absent ones left out.
std::string field_text(const base::Record& record, std::string_view field);

// Who or what a participant, conversation or source stands for, in a few words; the id where it is not there,
// and "(not shown)" where it is barred.
std::string name_of_record(store::RecordStore& records, const base::RecordId& id);

}  // namespace tools
