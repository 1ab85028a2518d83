// SPDX-License-Identifier: Apache-2.0
// Random acts on a few exhibits, containers and people, against the table in custody_model.h: what the table
// forbids the rules refuse, and what it allows they take. Some of the sequences are written into a real
// ledger, whose writer refuses the same, and whose verifier finds it where it was forged.
#include "custody_sequences.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/error.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/ledger_store.h"
#include "rules.h"

namespace custody::test {
namespace {

constexpr std::uint64_t kSeed = 20261122;

// How often each act was taken and refused, and each column of the table was the only one that was broken.
struct Tally {
  std::map<std::string, int, std::less<>> taken, refused, alone;
  void count(const Act& act, const model::Broken& broken) {
    ++(broken.empty() ? taken : refused)[std::string(act.name)];
    if (std::set<std::string>(broken.begin(), broken.end()).size() == 1) ++alone[broken.front()];
  }
};

TEST(CustodySequences, TheRulesAgreeWithTheTable) {
  Chance chance(kSeed);
  Tally tally;
  for (std::uint64_t sequence = 0; sequence < 10'000; ++sequence) {
    World world = chance.world();
    Rules rules;
    for (int holder = 0; holder < kPeople; ++holder)
      ASSERT_EQ(rules.take(registration(world, sequence, holder), person(holder)), "");
    std::vector<std::string> offers;
    for (int step = sequence % 20 == 0 ? 50 : 8; step > 0; --step) {
      const Act act = chance.act(world, offers);
      const model::Broken broken = model::attempt(world, act, std::to_string(rules.next()));
      tally.count(act, broken);
      Rules then = rules;
      const std::string refused = then.take(event_of(act, sequence), person(act.first), second_of(act));
      ASSERT_EQ(refused.empty(), broken.empty())
          << "sequence " << sequence << ", step " << step << ": " << words(act, broken) << "\n"
          << refused;
      if (!broken.empty()) continue;
      if (act.name == "handover.accept") offers.push_back(act.offer);
      rules = then;
    }
  }
  for (const std::string_view act : kActs) {
    const bool never_refused = act == "restrict" || act == "amend";
    EXPECT_GT(tally.taken[std::string(act)], 200) << act;
    EXPECT_EQ(tally.refused[std::string(act)] > 50, !never_refused) << act;
  }
  EXPECT_EQ(tally.alone.size(), 26u) << "columns that alone made the difference";
  for (const auto& [column, times] : tally.alone) EXPECT_GT(times, 5) << column;
}

// One ledger of three people, and what was refused in it.
class InALedger {
 public:
  InALedger() : station_("station-a", anna()) {
    for (const Signer* other : {&boris(), &clara()})
      station_.ledger->append({"key.add",
                               {},
                               base::Json::object({{"cert_sha256", fingerprint_of(other->certificate())},
                                                   {"certificate", base::to_base64(other->certificate())},
                                                   {"subject", other->subject()}}),
                               true});
    for (int i = 0; i < kPeople; ++i) ledgers_.push_back(Ledger::open(station_.places, person(i)));
  }
  // Everything of all sequences is registered by an entry for each holder.
  void register_all(const std::vector<World>& worlds) {
    for (int holder = 0; holder < kPeople; ++holder) {
      base::Event all{"exhibit.add", {}, base::Json::object(), false};
      for (std::size_t sequence = 0; sequence < worlds.size(); ++sequence)
        for (const base::ExhibitStatement& one : registration(worlds[sequence], sequence, holder).exhibits)
          all.exhibits.push_back(one);
      ledgers_[index(holder)]->append(all);
    }
  }
  // Empty where it was taken.
  std::string append(const Act& act, const base::Event& event) {
    const Signer* second = second_of(act);
    try {
      ledgers_[index(act.first)]->append(event, second ? Signers{second} : Signers{});
      return {};
    } catch (const base::Error& error) {
      return error.what();
    }
  }
  std::string last_body_sha256() const {
    LedgerStore store = LedgerStore::open(station_.places.folder, base::OpenMode::read_only);
    return base::sha256(*store.read(store.size() - 1).body).hex();
  }
  LedgerContent content() const { return station_.content(); }
  Ed25519PrivateKey key() const { return station_.key(); }

 private:
  Station station_;
  std::vector<std::unique_ptr<Ledger>> ledgers_;
};

struct Forbidden {
  Act act;
  base::Event event;
};

// Acts until one is refused; that is the last of its sequence.
Forbidden play(std::uint64_t sequence, World world, Chance& chance, InALedger& ledger) {
  std::vector<std::string> offers;
  for (;;) {
    Act act = chance.act(world, offers);
    const World before = world;
    const model::Broken broken = model::attempt(world, act, "offered");
    base::Event event = event_of(act, sequence);
    const std::string refused = ledger.append(act, event);
    EXPECT_EQ(refused.empty(), broken.empty()) << words(act, broken) << "\n" << refused;
    if (!broken.empty()) return {act, event};
    if (act.name == "handover.accept") offers.push_back(act.offer);
    if (act.name != "handover.offer") continue;
    const std::string name = ledger.last_body_sha256();
    for (const int thing : act.things) world[index(thing)].offer = name;
  }
}

// What a writer without rules would have made of it.
Entry forged(const Forbidden& one, const LedgerContent& content, const CaseState& state) {
  const OpenedBody first = open_body(content.entries[0]);
  BodyFrame frame{first.body.at("case").text(),
                  first.body.at("ledger").text(),
                  open_body(content.entries[1]).body.at("ledger_genesis").text(),
                  {}};
  Signers signers{&person(one.act.first)};
  if (const Signer* second = second_of(one.act)) signers.push_back(second);
  for (const Signer* signer : signers)
    frame.parties.push_back({fingerprint_of(signer->certificate()), PartyKind::person});
  NewBody body = make_body(one.event, frame, state);
  Entry entry;
  entry.body = base::to_buffer(base::as_bytes(body.text));
  entry.disclosures = std::move(body.disclosures);
  for (const Signer* signer : signers) entry.signatures.push_back(signer->sign_detached(*entry.body));
  return entry;
}

// Several ledgers: the more exhibits are in one, the longer takes each of its entries.
class InLedgers : public testing::TestWithParam<std::uint64_t> {};
TEST_P(InLedgers, WhatIsForbiddenIsRefusedByTheWriterAndFoundByTheVerifier) {
  Chance chance(kSeed + GetParam());
  std::vector<World> worlds;
  for (int sequence = 0; sequence < 50; ++sequence) worlds.push_back(chance.world());
  InALedger ledger;
  ledger.register_all(worlds);
  std::vector<Forbidden> forbidden;
  for (std::size_t sequence = 0; sequence < worlds.size(); ++sequence)
    forbidden.push_back(play(sequence, worlds[sequence], chance, ledger));

  LedgerContent content = ledger.content();
  ASSERT_EQ(verify_whole(content, trusting_all()).verdict(), Verdict::verified);
  CaseState state;
  for (const Entry& entry : content.entries) {
    const OpenedBody opened = open_body(entry);
    if (opened.body.find("scope")) state.advance(kCaseUid, base::sha256(*entry.body));
    for (const auto& exhibit : opened.exhibits) state.advance(exhibit.uid, base::sha256(*entry.body));
  }
  std::set<std::string> expected;
  for (const Forbidden& one : forbidden) {
    expected.insert("entry " + std::to_string(content.entries.size()));
    content.entries.push_back(forged(one, content, state));
    for (const auto& exhibit : one.event.exhibits)
      state.advance(exhibit.uid, base::sha256(*content.entries.back().body));
  }
  reseal_as(content, ledger.key());
  const VerifyReport report = verify_whole(content, trusting_all());
  EXPECT_EQ(failed_codes(report), "custody.state");
  std::set<std::string> found;
  for (const Check& check : report.checks)
    if (check.outcome == Outcome::failed)
      found.insert(check.object.substr(check.object.find("entry "),
                                       check.object.find(',') - check.object.find("entry ")));
  EXPECT_EQ(found, expected);
}
INSTANTIATE_TEST_SUITE_P(CustodySequences, InLedgers, testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace custody::test
