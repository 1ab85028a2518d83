// SPDX-License-Identifier: Apache-2.0
// A witness with its memory on the disk, and ledgers that ask it for what it must not do.
#include "chain-of-custody/witness.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "other_voices.h"
#include "support.h"

namespace custody::test {
namespace {

constexpr std::uint64_t kTime = 1'700'000'000;
constexpr char kName[] = "partner.example/w1";

std::vector<base::Digest> leaves_of(const std::string& story, std::size_t count) {
  std::vector<base::Digest> leaves;
  for (std::size_t i = 0; i < count; ++i)
    leaves.push_back(base::leaf_hash(base::as_bytes(story + std::to_string(i))));
  return leaves;
}

// A ledger as its keeper has it: any history he likes, signed.
struct Keeper {
  std::string origin = "evidence.example/KK-2026/station-a";
  Ed25519PrivateKey secret = Ed25519PrivateKey::generate();
  NoteKey key() const { return {origin, secret.public_key()}; }
  base::Buffer note(const Checkpoint& checkpoint) const {
    return base::to_buffer(
        base::as_bytes(format_note({checkpoint.text(), {sign_note(checkpoint.text(), key(), secret)}})));
  }
  std::string request(std::uint64_t old_size, const std::vector<base::Digest>& leaves) const {
    return format_witness_request(old_size, leaves, note({origin, leaves.size(), base::merkle_root(leaves)}));
  }
};

struct Place {
  TestFolder folder;
  std::filesystem::path witnesses() const { return folder / "witnesses"; }
  std::filesystem::path memory() const { return witnesses() / "partner.example+w1" / "ledgers"; }
  WitnessKey key = Witness::make(witnesses(), kName, "");
  Witness witness() const {
    return Witness::open(witnesses(), kName, [] { return std::string("nobody asks"); });
  }
  WitnessResult ask(const std::string& request, const std::optional<NoteKey>& log = {},
                    std::uint64_t now = kTime) const {
    return witness().cosign(base::as_bytes(request), log, now);
  }
  WitnessResult ask_anew(const std::string& request, const NoteKey& log, const NoteKey& replaces) const {
    return witness().cosign(base::as_bytes(request), log, kTime, replaces);
  }
  WitnessMemory remembered() const { return list_witnesses(witnesses()).at(0).memory.at(0); }
};

bool is_good(const WitnessResult& result, const WitnessKey& key) {
  if (result.answer != WitnessAnswer::cosigned) return false;
  const auto lines = parse_signature_lines(result.file);
  const CosignatureResult checked = check_cosignatures(result.checkpoint.text(), lines, key);
  return checked.outcome == NoteOutcome::good && checked.time_s == result.time_s;
}

TEST(Witness, CosignsALedgerThatGrows) {
  const Place place;
  const Keeper keeper;
  const auto story = leaves_of("a", 9);
  std::uint64_t old_size = 0;
  for (const std::size_t size : {3, 4, 4, 9}) {
    const std::vector<base::Digest> leaves(story.begin(), story.begin() + static_cast<std::ptrdiff_t>(size));
    // The key is given once and remembered.
    const WitnessResult result =
        place.ask(keeper.request(old_size, leaves),
                  old_size == 0 ? std::optional(keeper.key()) : std::nullopt, kTime + size);
    EXPECT_TRUE(is_good(result, place.key)) << size << " " << result.why;
    EXPECT_EQ(result.known_size, old_size);
    old_size = size;
  }
  const auto views = list_witnesses(place.witnesses());
  ASSERT_EQ(views.size(), 1u);
  EXPECT_EQ(views[0].key, place.key);
  ASSERT_EQ(views[0].memory.size(), 1u);
  EXPECT_EQ(views[0].memory[0].last, (Checkpoint{keeper.origin, 9, base::merkle_root(story)}));
  EXPECT_EQ(views[0].memory[0].log, keeper.key());
  EXPECT_EQ(views[0].memory[0].time_s, kTime + 9);
}

TEST(Witness, FirstContactNeedsTheKeyFromAPerson) {
  const Place place;
  const Keeper keeper, impostor;
  const std::string request = keeper.request(0, leaves_of("a", 3));
  EXPECT_EQ(place.ask(request).answer, WitnessAnswer::unknown_log);
  EXPECT_EQ(place.ask(request, impostor.key()).answer, WitnessAnswer::wrong_key);
  Keeper other = keeper;
  other.origin = "evidence.example/KK-2026/station-b";
  EXPECT_EQ(place.ask(request, other.key()).answer, WitnessAnswer::wrong_key);
  EXPECT_TRUE(std::filesystem::is_empty(place.memory())) << "a refusal is not remembered";
  EXPECT_EQ(place.ask(request, keeper.key()).answer, WitnessAnswer::cosigned);
  // Later the pinned key counts, whatever is given.
  const std::string forged = impostor.request(3, leaves_of("a", 4));
  EXPECT_EQ(place.ask(forged).answer, WitnessAnswer::wrong_key);
  EXPECT_EQ(place.ask(forged, impostor.key()).answer, WitnessAnswer::wrong_key);
  EXPECT_EQ(place.ask(keeper.request(3, leaves_of("a", 4)), impostor.key()).answer, WitnessAnswer::wrong_key);
  EXPECT_EQ(place.ask(keeper.request(3, leaves_of("a", 4)), keeper.key()).answer, WitnessAnswer::cosigned);
}

// A ledger whose keeper gave it a new key, and told the witness of it by another way than the stick.
struct Rekeyed {
  Place place;
  Keeper before, after;
  Rekeyed() {
    EXPECT_TRUE(is_good(place.ask(before.request(0, leaves_of("a", 5)), before.key()), place.key));
  }
};

TEST(Witness, TakesANewKeyWhereAPersonSaysSo) {
  const Rekeyed r;
  const std::string request = r.after.request(5, leaves_of("a", 7));
  EXPECT_EQ(r.place.ask(request).answer, WitnessAnswer::wrong_key) << "nobody said so";
  EXPECT_EQ(r.place.ask(request, r.after.key()).answer, WitnessAnswer::wrong_key)
      << "which key it replaces is not said";
  ASSERT_TRUE(is_good(r.place.ask_anew(request, r.after.key(), r.before.key()), r.place.key));
  const WitnessMemory memory = r.place.remembered();
  EXPECT_EQ(memory.log, r.after.key());
  EXPECT_EQ(memory.last.size, 7u);
  ASSERT_EQ(memory.replaced.size(), 1u);
  EXPECT_EQ(memory.replaced[0].log, r.before.key());
  EXPECT_EQ(memory.replaced[0].size, 5u);
  // From then on the new one counts, without being named, and the old one does not.
  EXPECT_EQ(r.place.ask(r.before.request(7, leaves_of("a", 8))).answer, WitnessAnswer::wrong_key);
  EXPECT_TRUE(is_good(r.place.ask(r.after.request(7, leaves_of("a", 8))), r.place.key));
  EXPECT_EQ(r.place.remembered().replaced.size(), 1u) << "what was replaced stays remembered";
}
// Whoever names a new key gets no other history cosigned, and no smaller one.
TEST(Witness, ANewKeyIsNoWayBack) {
  const Rekeyed r;
  const auto file = std::filesystem::directory_iterator(r.place.memory())->path();
  const base::Buffer memory = base::read_file(file);
  const auto ask = [&](const std::string& request) {
    return r.place.ask_anew(request, r.after.key(), r.before.key()).answer;
  };
  EXPECT_EQ(ask(r.after.request(0, leaves_of("a", 4))), WitnessAnswer::other_size);
  EXPECT_EQ(ask(r.after.request(3, leaves_of("a", 4))), WitnessAnswer::other_size);
  EXPECT_EQ(ask(r.after.request(0, leaves_of("b", 9))), WitnessAnswer::other_size);
  EXPECT_EQ(ask(r.after.request(5, leaves_of("b", 5))), WitnessAnswer::other_tree);
  EXPECT_EQ(ask(r.after.request(5, leaves_of("b", 9))), WitnessAnswer::wrong_proof);
  EXPECT_EQ(base::read_file(file), memory) << "nothing of it is remembered";
}
TEST(Witness, WhichKeyIsReplacedMustBeRight) {
  const Rekeyed r;
  const Keeper third;
  const std::string request = r.after.request(5, leaves_of("a", 7));
  EXPECT_EQ(r.place.ask_anew(request, r.after.key(), third.key()).answer, WitnessAnswer::wrong_key);
  EXPECT_EQ(r.place.ask_anew(request, third.key(), r.before.key()).answer, WitnessAnswer::wrong_key)
      << "the request is not signed with the key that is named";
  EXPECT_EQ(r.place.ask_anew(r.before.request(5, leaves_of("a", 7)), r.before.key(), r.before.key()).answer,
            WitnessAnswer::wrong_key);
  NoteKey elsewhere = r.after.key();
  elsewhere.name = "evidence.example/KK-2026/station-b";
  EXPECT_EQ(r.place.ask_anew(request, elsewhere, r.before.key()).answer, WitnessAnswer::wrong_key);
  ASSERT_TRUE(is_good(r.place.ask_anew(request, r.after.key(), r.before.key()), r.place.key));
  // A key that was replaced, perhaps because it was stolen, never comes back.
  EXPECT_EQ(r.place.ask_anew(r.before.request(7, leaves_of("a", 9)), r.before.key(), r.after.key()).answer,
            WitnessAnswer::wrong_key);
  ASSERT_TRUE(is_good(r.place.ask_anew(third.request(7, leaves_of("a", 9)), third.key(), r.after.key()),
                      r.place.key));
  EXPECT_EQ(r.place.ask_anew(r.before.request(9, leaves_of("a", 9)), r.before.key(), third.key()).answer,
            WitnessAnswer::wrong_key);
  EXPECT_EQ(r.place.remembered().replaced.size(), 2u);
  // At first contact there is nothing to replace.
  const Place fresh;
  EXPECT_EQ(fresh.ask_anew(r.after.request(0, leaves_of("a", 7)), r.after.key(), r.before.key()).answer,
            WitnessAnswer::wrong_key);
  EXPECT_TRUE(std::filesystem::is_empty(fresh.memory()));
}
TEST(Witness, AMemoryOfReplacedKeysThatWasAlteredIsNotBelieved) {
  const Rekeyed r;
  ASSERT_TRUE(is_good(r.place.ask_anew(r.after.request(5, leaves_of("a", 7)), r.after.key(), r.before.key()),
                      r.place.key));
  const auto file = std::filesystem::directory_iterator(r.place.memory())->path();
  const std::string text(base::as_text(base::read_file(file)));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string altered = text;
    EXPECT_NE(altered.find(from), altered.npos);
    altered.replace(altered.find(from), from.size(), to);
    base::write_durably(file, base::as_bytes(altered));
    return r.place.ask(r.after.request(7, leaves_of("a", 8)));
  };
  const std::string old_key = r.before.key().vkey();
  EXPECT_THROW(with(old_key, r.after.key().vkey()), base::Error);
  EXPECT_THROW(with("\"size\":\"5\"", "\"size\":\"8\""), base::Error);
  EXPECT_THROW(with("[{\"log\":\"" + old_key + "\",\"size\":\"5\"}]", "[]"), base::Error);
  EXPECT_EQ(with("\"size\":\"5\"", "\"size\":\"4\"").answer, WitnessAnswer::cosigned);
}

TEST(Tamper, T39_WitnessAskedToGoBack) {
  const Place place;
  const Keeper keeper;
  ASSERT_TRUE(is_good(place.ask(keeper.request(0, leaves_of("a", 7)), keeper.key()), place.key));
  for (const std::uint64_t old_size : {0, 3, 6}) {
    const WitnessResult result = place.ask(keeper.request(old_size, leaves_of("a", 9)));
    EXPECT_EQ(result.answer, WitnessAnswer::other_size) << old_size;
    EXPECT_EQ(parse_known_size(result.file), 7u);
  }
  // Nor does another program find that seven leaves are continued by five.
  const auto nine = leaves_of("a", 9);
  const auto root = [&](std::size_t size) { return base::merkle_root(std::span(nine).first(size)); };
  if (has_go()) {
    EXPECT_FALSE(go_continues(7, root(7), 5, root(5), base::consistency_path(std::span(nine).first(7), 5)));
    EXPECT_TRUE(go_continues(7, root(7), 9, root(9), base::consistency_path(nine, 7)));
  }
  // A smaller tree, whichever old size it names.
  EXPECT_EQ(place.ask(keeper.request(3, leaves_of("a", 5))).answer, WitnessAnswer::other_size);
  std::string smaller = keeper.request(5, leaves_of("a", 5));
  smaller.replace(0, smaller.find('\n'), "old 7");
  EXPECT_EQ(place.ask(smaller).answer, WitnessAnswer::not_a_request);
  EXPECT_TRUE(is_good(place.ask(keeper.request(7, leaves_of("a", 9))), place.key));
}

TEST(Witness, RefusesAFork) {
  const Place place;
  const Keeper keeper;
  ASSERT_TRUE(is_good(place.ask(keeper.request(0, leaves_of("a", 7)), keeper.key()), place.key));
  const base::Buffer before = base::read_file(std::filesystem::directory_iterator(place.memory())->path());
  // The same size with another root, and a longer history over other leaves.
  EXPECT_EQ(place.ask(keeper.request(7, leaves_of("b", 7))).answer, WitnessAnswer::other_tree);
  const WitnessResult forked = place.ask(keeper.request(7, leaves_of("b", 9)));
  EXPECT_EQ(forked.answer, WitnessAnswer::wrong_proof);
  EXPECT_EQ(forked.file, "");
  const base::Buffer after = base::read_file(std::filesystem::directory_iterator(place.memory())->path());
  EXPECT_EQ(before, after);
}

// Forged, empty, cut, longer, reordered, of the wrong direction: another program refuses the same.
TEST(Tamper, T20_ConsistencyProofsThatAreNone) {
  const Keeper keeper;
  const auto leaves = leaves_of("a", 7);
  const auto root = [&](std::size_t size) { return base::merkle_root(std::span(leaves).first(size)); };
  const std::vector<base::Digest> good = base::consistency_path(leaves, 3);
  ASSERT_EQ(good.size(), 4u);
  std::vector<std::vector<base::Digest>> bad(6, good);
  bad[0].clear();
  bad[1].pop_back();
  bad[2].push_back(good[0]);
  std::swap(bad[3][0], bad[3][1]);
  bad[4][2] = base::sha256(base::as_bytes("made up"));
  bad[5] = base::consistency_path(leaves, 4);
  const auto with = [&](const std::vector<base::Digest>& proof) {
    std::string request = keeper.request(3, leaves);
    std::string lines = "old 3\n";
    for (const base::Digest& hash : proof) lines += base::to_base64(hash.bytes) + '\n';
    return lines + request.substr(request.find("\n\n") + 1);
  };
  const auto asked = [&](const std::string& request) {
    const Place place;
    EXPECT_TRUE(is_good(place.ask(keeper.request(0, leaves_of("a", 3)), keeper.key()), place.key));
    return place.ask(request).answer;
  };
  EXPECT_EQ(asked(with(good)), WitnessAnswer::cosigned);
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(asked(with(bad[i])), WitnessAnswer::wrong_proof) << i;
    EXPECT_FALSE(base::check_consistency(3, 7, root(3), root(7), bad[i])) << i;
    if (has_go()) EXPECT_FALSE(go_continues(3, root(3), 7, root(7), bad[i])) << i;
  }
  // From nothing nothing is proven, and nothing leads back.
  EXPECT_FALSE(base::check_consistency(0, 7, base::merkle_root({}), root(7), {}));
  EXPECT_FALSE(base::check_consistency(7, 3, root(7), root(3), good));
  if (has_go()) {
    EXPECT_TRUE(go_continues(3, root(3), 7, root(7), good));
    EXPECT_FALSE(go_continues(0, base::merkle_root({}), 7, root(7), {}));
    EXPECT_FALSE(go_continues(7, root(7), 3, root(3), good));
  }
}
// At first contact nothing is cosigned yet: a proof "from nothing" must be no proof at all.
TEST(Tamper, T20_ProofAtFirstContact) {
  const Place place;
  const Keeper keeper;
  std::string request = keeper.request(0, leaves_of("a", 3));
  request.insert(request.find('\n') + 1, base::to_base64(leaves_of("a", 1)[0].bytes) + '\n');
  EXPECT_EQ(place.ask(request, keeper.key()).answer, WitnessAnswer::wrong_proof);
}
TEST(Tamper, T21_ProofOfAnotherCheckpoint) {
  const auto leaves = leaves_of("a", 7);
  const auto root = [&](std::size_t size) { return base::merkle_root(std::span(leaves).first(size)); };
  const std::vector<base::Digest> to_six = base::consistency_path(std::span(leaves).first(6), 3);
  EXPECT_TRUE(base::check_consistency(3, 6, root(3), root(6), to_six));
  EXPECT_FALSE(base::check_consistency(3, 7, root(3), root(7), to_six));
  const std::vector<base::Digest> in_six = base::inclusion_path(std::span(leaves).first(6), 2);
  EXPECT_TRUE(base::check_inclusion(2, 6, leaves[2], in_six, root(6)));
  EXPECT_FALSE(base::check_inclusion(2, 7, leaves[2], in_six, root(7)));
  if (!has_go()) return;
  EXPECT_TRUE(go_includes(2, leaves[2], 6, root(6), in_six));
  EXPECT_FALSE(go_includes(2, leaves[2], 7, root(7), in_six));
  EXPECT_FALSE(go_continues(3, root(3), 7, root(7), to_six));
}

TEST(Witness, RefusesWhatIsNoRequest) {
  const Place place;
  const Keeper keeper;
  const std::string good = keeper.request(0, leaves_of("a", 3));
  const std::string after_old = good.substr(good.find('\n'));
  std::string many = "old 0\n";
  for (int i = 0; i < 64; ++i) many += base::to_base64(base::Digest{}.bytes) + '\n';
  const base::Buffer empty = keeper.note({keeper.origin, 0, base::merkle_root({})});
  for (const std::string& request :
       {std::string(), "old" + after_old, "old 00" + after_old, "old -1" + after_old, "old 0 " + after_old,
        "Old 0" + after_old, "old 18446744073709551616" + after_old, "old 0\nAAAA" + after_old,
        "old 0\n!" + after_old, many + after_old.substr(1), good.substr(0, good.size() - 1), good + "x",
        "old 4" + after_old, "old 0\n\n" + std::string(base::as_text(empty)),
        good.substr(0, good.find("\xe2\x80\x94"))}) {
    const WitnessResult result = place.ask(request, keeper.key());
    EXPECT_EQ(result.answer, WitnessAnswer::not_a_request) << request;
    EXPECT_EQ(result.file, "");
  }
  EXPECT_TRUE(std::filesystem::is_empty(place.memory()));
}

TEST(Witness, ItsClockNeverGoesBack) {
  const Place place;
  const Keeper keeper;
  Keeper other;
  other.origin = "evidence.example/KK-2027/station-a";
  ASSERT_TRUE(is_good(place.ask(keeper.request(0, leaves_of("a", 3)), keeper.key(), kTime), place.key));
  EXPECT_EQ(place.ask(keeper.request(3, leaves_of("a", 4)), {}, kTime - 1).answer,
            WitnessAnswer::clock_is_back);
  EXPECT_EQ(place.ask(other.request(0, leaves_of("b", 3)), other.key(), kTime - 1).answer,
            WitnessAnswer::clock_is_back);
  EXPECT_TRUE(is_good(place.ask(keeper.request(3, leaves_of("a", 4)), {}, kTime), place.key));
}

// What was cosigned is on the disk before the answer is given: a witness that cannot remember does not
// answer.
TEST(Witness, WhatCannotBeRememberedIsNotAnswered) {
  const Place place;
  const Keeper keeper;
  ASSERT_TRUE(is_good(place.ask(keeper.request(0, leaves_of("a", 3)), keeper.key()), place.key));
  const auto file = std::filesystem::directory_iterator(place.memory())->path();
  const base::Buffer three = base::read_file(file);
  ASSERT_TRUE(is_good(place.ask(keeper.request(3, leaves_of("a", 4))), place.key));
  EXPECT_NE(base::read_file(file), three);
  // Altered in any place, it is not believed; and another ledger's requests wait until it is restored.
  const base::Buffer four = base::read_file(file);
  for (std::size_t i = 0; i < four.size(); i += 3) {
    base::Buffer damaged = four;
    damaged[i] = std::byte{0};
    base::write_durably(file, damaged);
    EXPECT_THROW(place.ask(keeper.request(4, leaves_of("a", 5))), base::Error) << i;
  }
  base::write_durably(file, four);
  std::filesystem::rename(place.memory(), place.memory().string() + ".away");
  EXPECT_THROW(place.ask(keeper.request(0, leaves_of("b", 5)), keeper.key()), base::Error);
}

// Two processes asked at once for two histories that both continue what is known: one gets the cosignature.
TEST(Witness, TwoProcessesCannotCosignAFork) {
  for (int round = 0; round < 5; ++round) {
    const Place place;
    const Keeper keeper;
    ASSERT_TRUE(is_good(place.ask(keeper.request(0, leaves_of("a", 3)), keeper.key()), place.key));
    std::vector<pid_t> children;
    for (const char* ending : {"x", "y"}) {
      auto leaves = leaves_of("a", 3);
      leaves.push_back(base::leaf_hash(base::as_bytes(ending)));
      const std::string request = keeper.request(3, leaves);
      const pid_t child = fork();
      if (child == 0) _exit(place.ask(request).answer == WitnessAnswer::cosigned ? 0 : 1);
      children.push_back(child);
    }
    int cosigned = 0;
    for (const pid_t child : children) {
      int status = 0;
      waitpid(child, &status, 0);
      cosigned += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    EXPECT_EQ(cosigned, 1);
  }
}

TEST(Witness, ItsKeyIsEncryptedAndPrivate) {
  const TestFolder folder;
  const WitnessKey key = Witness::make(folder / "w", "a.example/w_1", "a passphrase");
  const auto file = folder / "w/a.example+w_1/cosign.key.pem";
  struct stat facts {};
  ASSERT_EQ(stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777u, 0600u);
  EXPECT_EQ(base::as_text(base::read_file(file)).substr(0, 37), "-----BEGIN ENCRYPTED PRIVATE KEY-----");
  EXPECT_THROW(Witness::open(folder / "w", "a.example/w_1", [] { return std::string("another"); }),
               base::Error);
  EXPECT_EQ(Witness::open(folder / "w", "a.example/w_1", [] { return std::string("a passphrase"); }).key(),
            key);
  EXPECT_THROW(Witness::make(folder / "w", "a.example/w_1", ""), base::Error);
  for (const char* name : {"", "..", "../w", "/w", "w/", "a//b", "a b", "a+b", "-w", ".hidden", "a/.."})
    EXPECT_THROW(Witness::make(folder / "w", name, ""), base::Error) << name;
}

}  // namespace
}  // namespace custody::test
