// SPDX-License-Identifier: Apache-2.0
// docs/record-types.md is what the declarations in base/records.h give.
#include "base/records.h"
#include "tests/support/page.h"

namespace base {
namespace {

constexpr char kOpening[] = R"(# Record types

The fields of every record type, as `base/records.h` declares them. This page is written by
`HOLDFAST_REWRITE_DOCS=1 base_tests`; a test fails where it differs from the declarations.

The order of the fields is the order of proofs ([records.md](records.md)). A field that is not set is absent from the line: absent is
never `0`, `""` or "unknown". The kinds of values:

| kind | in a line |
|---|---|
| text | a string where the bytes are UTF-8, else `{"hex":"…"}`; over 2048 bytes in chunks `name.0`, `name.1`, … |
| word | a string from a list of ours; never evidence |
| integer | a decimal number as a string |
| time | `{"basis","raw","unit","utc"}`; `utc` is absent where the instant is unknown |
| flag | `true` or `false` |
| record | the id of another record |
| records, texts | a list of them; never empty |
| object | JSON of our own making |

Visibility says what an edition does with a field by default: *structure* says what and where, and nothing about anybody; *content* is
what was written, sent or stored; *identity* is a name or number of a person, which an edition that pseudonymises withholds.

)";

std::string_view word_of(Visibility visibility) {
  switch (visibility) {
    case Visibility::structure:
      return "structure";
    case Visibility::content:
      return "content";
    case Visibility::identity:
      return "identity";
  }
  return "";
}

// A cell of a table must not end it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string table_of(std::span<const Field> fields) {
  std::string out = "| field | kind | visibility | meaning |\n|---|---|---|---|\n";
  for (const Field& field : fields) {
    out += "| `" + std::string(field.name) + "` | " + std::string(name_of(field.type)) + " | " +
           std::string(word_of(field.visibility)) + " | " + cell(field.meaning) + " |\n";
  }
  return out;
}

TEST(RecordTypesPage, is_what_the_declarations_give) {
  std::string page = kOpening;
  page += "## Fields of every record\n\n" + table_of(common_fields());
  for (const RecordType* type : all_record_types())
    page += "\n## " + std::string(type->name) + "\n\n" + std::string(type->meaning) + "\n\n" +
            table_of(type->fields);
  support::expect_page("record-types.md", page);
}

}  // namespace
}  // namespace base
