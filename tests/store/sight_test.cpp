// SPDX-License-Identifier: Apache-2.0
// What the store gives and what it only counts, where an authority limits what may be looked at.
#include "store/sight.h"

#include <set>

#include <gtest/gtest.h>

#include "base/records.h"
#include "base/segment.h"
#include "store/record_store.h"
#include "tests/support/made_sight.h"
#include "tests/support/plain_sealer.h"
#include "tests/support/temporary_folder.h"

namespace store {
namespace {

using base::Json;
using base::Text;
using custody::Barrier;

constexpr char kPhone[] = "a1000000000000000000000000000001";
constexpr char kOther[] = "a2000000000000000000000000000002";
// Ids as ledgers take them: 26 characters.
std::string id_of(char letter) {
  return std::string(26, letter);
}
const std::string kEarly = id_of('e'), kLate = id_of('l'), kQuote = id_of('q'), kPicture = id_of('p'),
                  kAddress = id_of('x'), kPerson = id_of('a'), kContact = id_of('c'), kCall = id_of('d'),
                  kChat = id_of('g'), kFile = id_of('f'), kElsewhere = id_of('z');

base::Time day(int day) {
  return base::time_from_unix_s(std::int64_t{86'400} * day);
}

class SightTest : public testing::Test {
 protected:
  SightTest() {
    RecordIndex index = RecordIndex::open(folder_ / "records.db");
    index.add_segment(phone(), kPhone, "a1");
    index.add_segment(other(), kOther, "a1");
  }

  // One file with: a message of day 10 with a picture whose caption holds an address; one of day 20; one of
  // day 21 that quotes the first; an entry of the address book; a call of day 20.
  std::filesystem::path phone() {
    base::SegmentWriter writer(folder_.path(), sealer_);
    base::Source file;
    file.path = Text{"p1:/data/msgstore.db"};
    write(writer, file, kFile, {});
    base::Participant person;
    person.name = Text{"Malee"};
    write(writer, person, kPerson);
    base::Conversation chat;
    chat.subject = Text{"warehouse"};
    write(writer, chat, kChat);
    message(writer, kEarly, "the early words", 10, "k1");
    message(writer, kLate, "the late words", 20, "k2");
    base::Message quote = message_of("what is that", 21, "k3");
    quote.quoted_key = Text{"k1"};
    quote.quoted_text = Text{"the early words"};
    write(writer, quote, kQuote);
    base::Media picture;
    picture.message = kEarly;
    picture.caption = Text{"pay to T1234567"};
    write(writer, picture, kPicture);
    base::AddressSighting address;
    address.address = Text{"T1234567"};
    address.record = kPicture;
    address.field = base::Word{"caption"};
    write(writer, address, kAddress);
    base::Contact contact;
    contact.participant = kPerson;
    contact.name = Text{"Malee of the gate"};
    write(writer, contact, kContact);
    base::Call call;
    call.participant = kPerson;
    call.time = day(20);
    call.place = Text{"Poipet"};
    write(writer, call, kCall);
    return finish(writer);
  }
  std::filesystem::path other() {
    base::SegmentWriter writer(folder_.path(), sealer_);
    message(writer, kElsewhere, "words elsewhere", 10, "k9");
    return finish(writer);
  }
  static base::Message message_of(const std::string& text, int on, const std::string& key) {
    base::Message message;
    message.text = Text{text};
    message.time = day(on);
    message.key = Text{key};
    message.sender = kPerson;
    message.conversation = kChat;
    return message;
  }
  void message(base::SegmentWriter& writer, const std::string& id, const std::string& text, int on,
               const std::string& key) {
    write(writer, message_of(text, on, key), id);
  }
  template <typename Struct>
  static void write(base::SegmentWriter& writer, const Struct& values, const std::string& id,
                    const std::string& source = kFile) {
    base::Record record = base::record_of(values, {source, base::Whole{}});
    record.id = id;
    writer.add(record);
  }
  std::filesystem::path finish(base::SegmentWriter& writer) const {
    return folder_ / (writer.finish().lines_sha256.hex() + ".jsonl.zst");
  }

  RecordStore store() const { return RecordStore::open(folder_ / "records.db", made_.sight()); }

  // Ids that each way to the records gives; all ways must agree with the first.
  std::set<std::string> seen() const {
    RecordStore store = this->store();
    std::set<std::string> ids;
    store.visit({}, [&](const StoredRecord& stored) {
      ids.insert(stored.record.id);
      return true;
    });
    for (const std::string& id : all()) EXPECT_EQ(store.by_id(id).has_value(), ids.contains(id)) << id;
    store.timeline([&](const StoredRecord& stored, std::int64_t, const std::string&) {
      EXPECT_TRUE(ids.contains(stored.record.id));
      return true;
    });
    for (const char* word : {"words", "Malee", "T1234567", "warehouse", "Poipet", "msgstore"})
      for (const auto& hits : {store.find(word, 99), store.scan(word, 99)})
        for (const Hit& hit : hits) EXPECT_TRUE(ids.contains(hit.record.record.id)) << word;
    for (const std::string& id : all())
      for (const StoredRecord& stored : store.by_reference(id)) EXPECT_TRUE(ids.contains(stored.record.id));
    return ids;
  }
  static std::set<std::string> all() {
    return {kEarly, kLate, kQuote, kPicture, kAddress, kPerson, kContact, kCall, kChat, kFile, kElsewhere};
  }
  static std::set<std::string> all_but(const std::set<std::string>& left_out) {
    std::set<std::string> ids = all();
    for (const std::string& id : left_out) ids.erase(id);
    return ids;
  }
  // All, over both exhibits.
  NotShown counts() const {
    NotShown sum;
    for (const auto& [exhibit, of_it] : store().not_shown({})) add(sum, of_it);
    return sum;
  }
  static Json periods(int from, int until) {
    return Json::array({Json::object(
        {{"from", base::format_utc(*day(from).utc_us)}, {"until", base::format_utc(*day(until).utc_us)}})});
  }

  support::TemporaryFolder folder_;
  support::PlainSealer sealer_;
  support::MadeSight made_;
};

TEST_F(SightTest, shows_everything_where_no_authority_is_stated) {
  made_.exhibit(kPhone);
  made_.exhibit(kOther, "W-1");
  EXPECT_EQ(seen(), all()) << "a number that the case does not know bars nothing";
  EXPECT_EQ(counts(), NotShown());
}

TEST_F(SightTest, a_kind_that_the_authority_does_not_name_is_counted_and_not_given) {
  made_.authority("W-1", "warrant", Json::object({{"data", Json::array({"contacts", "calls"})}}));
  made_.exhibit(kPhone, "W-1");
  EXPECT_EQ(seen(), (std::set<std::string>{kContact, kCall, kFile, kElsewhere}))
      << "an address book is data of its own; the address falls with the text that it stands in";
  EXPECT_EQ(counts(), (NotShown{{Barrier::out_of_scope, 7}}));
  EXPECT_EQ(store().not_shown({"message"}).at(kPhone), (NotShown{{Barrier::out_of_scope, 3}}));
}

TEST_F(SightTest, a_period_bars_with_a_message_all_that_is_said_of_it) {
  made_.authority("W-1", "warrant", Json::object({{"periods", periods(15, 30)}}));
  made_.exhibit(kPhone, "W-1");
  EXPECT_EQ(seen(), all_but({kEarly, kPicture, kAddress})) << "the picture, and the address in its caption";
  EXPECT_EQ(counts(), (NotShown{{Barrier::out_of_scope, 3}}));
  EXPECT_EQ(store().where_barred(kAddress)->barrier, Barrier::out_of_scope);
  EXPECT_FALSE(store().where_barred(kLate));
  EXPECT_FALSE(store().where_barred(id_of('2'))) << "there is none of that id";
}

TEST_F(SightTest, a_quotation_of_a_barred_message_is_taken_out) {
  const auto quoted = [this] { return store().by_id(kQuote).value(); };
  const auto found = [this] {
    std::set<std::string> fields;
    for (const Hit& hit : store().find("early words", 9)) fields.insert(hit.record.record.id + hit.field);
    return fields;
  };
  EXPECT_EQ(quoted().record.text("quoted_text"), "the early words");
  EXPECT_EQ(found(), (std::set<std::string>{kEarly + "text", kQuote + "quoted_text"}));
  made_.authority("W-1", "warrant", Json::object({{"periods", periods(15, 30)}}));
  made_.exhibit(kPhone, "W-1");
  EXPECT_TRUE(quoted().quote_not_shown);
  EXPECT_EQ(quoted().record.find("quoted_text"), nullptr);
  EXPECT_EQ(quoted().record.text("text"), "what is that");
  EXPECT_EQ(base::line_of(quoted().record).find("early"), std::string::npos);
  EXPECT_EQ(found(), std::set<std::string>());
}

TEST_F(SightTest, what_is_privileged_falls_with_all_that_is_part_of_it) {
  made_.exhibit(kPhone);
  made_.restrict(kPhone, "privilege", {kChat});
  EXPECT_EQ(seen(), all_but({kChat, kEarly, kLate, kQuote, kPicture, kAddress}));
  EXPECT_EQ(counts(), (NotShown{{Barrier::privilege, 6}}));
  made_.unrestrict(kPhone, "records", {kChat});
  EXPECT_EQ(seen(), all());
}

TEST_F(SightTest, a_person_that_was_barred_takes_the_address_book_s_entry_along) {
  made_.exhibit(kPhone);
  made_.restrict(kPhone, "privilege", {kPerson});
  EXPECT_EQ(seen(), all_but({kPerson, kContact}));
}

TEST_F(SightTest, a_withdrawn_consent_bars_the_exhibit_and_no_other) {
  made_.exhibit(kPhone);
  made_.exhibit(kOther);
  made_.restrict(kPhone, "consent-withdrawn");
  EXPECT_EQ(seen(), std::set<std::string>{kElsewhere});
  EXPECT_EQ(counts(), (NotShown{{Barrier::consent, 10}}));
  EXPECT_EQ(store().not_shown({"call", "source"}).at(kPhone), (NotShown{{Barrier::consent, 2}}));
  EXPECT_TRUE(store().bars_in(kPhone, kFile));
  made_.unrestrict(kPhone, "restriction");
  EXPECT_EQ(seen(), all());
}

TEST_F(SightTest, one_record_that_was_lifted_is_shown_with_its_file) {
  made_.exhibit(kPhone);
  made_.restrict(kPhone, "consent-withdrawn");
  made_.unrestrict(kPhone, "records", {kLate});
  EXPECT_EQ(seen(), (std::set<std::string>{kLate, kFile, kElsewhere}));
  EXPECT_EQ(counts(), (NotShown{{Barrier::consent, 8}}));
  EXPECT_TRUE(store().bars_in(kPhone, kFile)) << "others in that file are barred";
}

TEST_F(SightTest, an_authority_that_ended_bars_at_once) {
  made_.authority("W-1", "warrant", Json::object({{"until", base::format_utc(custody::test::kRaid_us)}}));
  made_.exhibit(kPhone, "W-1");
  EXPECT_EQ(seen(), std::set<std::string>{kElsewhere});
  EXPECT_EQ(counts(), (NotShown{{Barrier::court_order, 10}}));
}

TEST_F(SightTest, a_limit_is_reached_by_what_is_shown_alone) {
  made_.authority("W-1", "warrant", Json::object({{"periods", periods(15, 30)}}));
  made_.exhibit(kPhone, "W-1");
  RecordStore limited = store();
  const auto hits = limited.find("words", 2);
  ASSERT_EQ(hits.size(), 2u);
  EXPECT_EQ(hits[0].record.record.id, kLate);
  EXPECT_EQ(hits[1].record.record.id, kElsewhere);
}

}  // namespace
}  // namespace store
