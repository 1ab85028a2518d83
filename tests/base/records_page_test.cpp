// SPDX-License-Identifier: Apache-2.0
// The worked example of docs/records.md, with real bytes: a segment of three records, and what proves them.
#include <algorithm>
#include <array>

#include "base/merkle.h"
#include "base/proof.h"
#include "base/records.h"
#include "tests/support/page.h"

namespace base {
namespace {

constexpr char kUid[] = "5f0c1d2e3b4a59687786958493a2b1c0";
constexpr char kPath[] = "/data/com.android.providers.telephony/databases/mmssms.db";

// Keys are random; in the example record 0 has 32 bytes of 00, record 1 of 01, record 2 of 02.
RecordKey key_of(std::size_t record) {
  RecordKey key;
  key.fill(static_cast<std::byte>(record));
  return key;
}

Record finish(Record record, const std::string& locator) {
  record.id = record_id(kUid, "a1", Locator(locator), record.place.position, record.place.state,
                        record.type->name, record.place.ordinal);
  return record;
}

std::vector<Record> example() {
  const Locator locator = Locator::in_partition(2, kPath);
  Segment header;
  header.schema = Word{"holdfast-segment/1"};
  header.exhibit = Word{kUid};
  header.acquisition = Word{"a1"};
  Source source;
  source.path = Text{locator.encoded()};
  source.role = Word{"database"};
  source.outcome = Word{"parsed"};
  Record file = record_of(source, {"", Whole{}});
  file.extractor = "android_messages/1";
  file = finish(file, locator.encoded());
  Message message;
  message.app = Word{"sms"};
  message.direction = Word{"incoming"};
  message.time = time_from_unix_ms(1'793'606'400'000);
  message.text = Text{"护照"};
  Record text = record_of(message, {file.id, Row{"sms", 17}});
  text.extractor = "android_messages/1";
  return {finish(record_of(header, {}), ""), file, finish(text, locator.encoded())};
}

std::string lines_block(const std::vector<Record>& records) {
  std::string lines, out = "```\n";
  for (const Record& record : records) lines += line_of(record) + "\n";
  out +=
      lines + "```\n\nSHA-256 of these three lines, each with its newline, which names the segment:\n\n```\n";
  return out + sha256(as_bytes(lines)).hex() + "\n```\n";
}

// Every step from the members of the message to its commitment.
std::string message_block(const Record& message) {
  std::string out = "```\n";
  const auto members = members_of(message);
  std::vector<Digest> fields;
  for (std::uint32_t j = 0; j < members.size(); ++j) {
    const FieldSalt salt = field_salt(key_of(2), j);
    fields.push_back(field_commitment(salt, members[j].name, members[j].json));
    out += std::to_string(j) + " [\"" + members[j].name + "\"," + members[j].json + "]\n";
    out += "  salt       " + to_hex(salt) + "\n  commitment " + fields.back().hex() + "\n";
  }
  out +=
      "root of the " + std::to_string(fields.size()) + " commitments\n  " + merkle_root(fields).hex() + "\n";
  return out + "commitment of the record\n  " + record_commitment(fields).hex() + "\n```\n";
}

std::string tree_block(const std::vector<Record>& records) {
  std::vector<Digest> commitments;
  for (std::size_t i = 0; i < records.size(); ++i)
    commitments.push_back(record_commitment(key_of(i), members_of(records[i])));
  std::vector<Digest> sorted = commitments;
  std::sort(sorted.begin(), sorted.end());
  std::string out = "```\n";
  for (const Digest& digest : sorted) {
    const auto place = std::find(commitments.begin(), commitments.end(), digest) - commitments.begin();
    out += digest.hex() + "  of line " + std::to_string(place) + "\n";
  }
  return out + "root\n" + record_tree_root(commitments).hex() + "\n```\n";
}

TEST(RecordsPage, the_lines_of_the_example_are_those_of_the_code) {
  support::expect_page_block("records.md", "lines", lines_block(example()));
}

TEST(RecordsPage, the_commitments_of_the_example_are_those_of_the_code) {
  support::expect_page_block("records.md", "message", message_block(example()[2]));
}

TEST(RecordsPage, the_tree_of_the_example_is_that_of_the_code) {
  support::expect_page_block("records.md", "tree", tree_block(example()));
}

}  // namespace
}  // namespace base
