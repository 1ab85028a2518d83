// SPDX-License-Identifier: Apache-2.0
// Keys that end: retired, revoked in the ledger, revoked by their authority; and a new key for the ledger.
#include <algorithm>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "base/time.h"
#include "chain-of-custody/agency.h"
#include "chain-of-custody/identity_exchange.h"
#include "chain-of-custody/ledger_check.h"
#include "chain-of-custody/openssl.h"
#include "forge.h"
#include "other_voices.h"

namespace custody::test {
namespace {

using base::Json;

std::string no_passphrase() {
  return {};
}
constexpr std::int64_t kMinute = 60'000'000;

// Two officers of one authority, and a ledger in which both may sign: genesis (0), key.add of Boris (1), a
// phone (2, by Anna), an image (3, by Boris), a check (4, by Anna).
class Revocation : public ::testing::Test {
 protected:
  Revocation() {
    make_agency(folder / "agencies", {"root", "Authority", "Police", "KH", 3650, KeyKind::p256}, "");
    anna_ = officer("anna");
    boris_ = officer("boris");
    carl_ = officer("carl");
    ledger_ = Ledger::create(places(), genesis_facts(), *anna_);
    ledger_->append(add_key(*boris_));
    ledger_->append(add_exhibit(kPhone, "KK-A-0001"));
    by(*boris_)->append(end_acquisition(kPhone));
    ledger_->append(check_image(kPhone));
    anchors_.certificates = {agency().certificate()};
  }
  Agency agency() const { return Agency(folder / "agencies", "root"); }
  std::unique_ptr<Signer> officer(const std::string& name) {
    const std::filesystem::path ids = folder / "ids";
    make_identity(ids, {name, "Officer " + name, "Police", "KH", 30}, "");
    const auto request = make_requests(ids, name, no_passphrase, no_passphrase).sign;
    install_certificates(ids, name,
                         {agency().issue(request, CertificateRole::signer, 30, no_passphrase), {}, ""});
    return unlock_signer(ids, name, no_passphrase);
  }
  LedgerPlaces places() const { return places_in(folder); }
  std::unique_ptr<Ledger> by(const Signer& signer) const { return Ledger::open(places(), signer); }
  static base::Event add_key(const Signer& who) {
    base::Event event{"key.add", {}, Json::object(), true};
    event.members.set("cert_sha256", fingerprint_of(who.certificate()))
        .set("certificate", base::to_base64(who.certificate()))
        .set("subject", who.subject());
    return event;
  }
  static base::Event retire(const Signer& who) {
    return {"key.retire",
            {},
            Json::object({{"cert_sha256", fingerprint_of(who.certificate())}, {"reason", "left"}}),
            true};
  }
  LedgerContent content() const { return read_ledger(places().folder); }
  std::string root_of(std::uint64_t size) const {
    std::vector<base::Digest> hashes;
    for (const Entry& entry : content().entries) hashes.push_back(base::leaf_hash(entry.leaf));
    return base::to_base64(base::merkle_root(std::span(hashes).first(size)).bytes);
  }
  Json last_good(std::uint64_t size) const {
    return Json::object(
        {{"last_good_size", std::to_string(size)}, {"last_good_root", root_of(size)}, {"reason", "stolen"}});
  }
  base::Event revoke(const Signer& who, std::uint64_t size) const {
    return {"key.revoke", {}, last_good(size).set("cert_sha256", fingerprint_of(who.certificate())), true};
  }
  void admit_carl() { ledger_->append(add_key(*carl_)); }
  VerifyReport verify() const { return verify_whole(content(), anchors_); }
  std::string stock(const LedgerContent& all) const {
    return stock_tools(all, anchors_, log_key_of(folder).public_key());
  }
  // openssl with this list, of the image that Boris signed (3): it is told no time that it could trust.
  bool openssl_accepts_boris(const base::Buffer& crl) const {
    const Entry entry = content().entries.at(3);
    return openssl_cms_accepts(entry.signatures.at(0), *entry.body, anchors_, list_to_pem(crl), "-crl_check");
  }
  void revoke_by_authority(const Signer& who, std::int64_t since_us) {
    agency().revoke(who.certificate(), RevocationReason::key_compromise, since_us);
  }
  base::Buffer list(int days = 30) const { return agency().make_list(days, no_passphrase); }
  // As verify(), with somebody trusted who saw the entries at these times.
  std::string failed_with(const std::function<std::int64_t()>& seen_at,
                          Outcome outcome = Outcome::failed) const {
    VerifyReport report;
    Findings findings(report);
    Chains chains(anchors_.certificates, {});
    LedgerCheck check(Coverage::whole, &chains, findings);
    const LedgerContent all = content();
    for (const Entry& entry : all.entries) check.entry(entry);
    RevocationLists lists;
    lists.add(anchors_.crls);
    check_revocations(
        check.signature_records(), check.key_history(), chains, lists, true,
        [&](std::uint64_t) {
          return NotAfter{seen_at(), "somebody"};
        },
        findings);
    findings.finish("all");
    return outcome == Outcome::failed ? failed_codes(report) : impossible_codes(report);
  }

  TestFolder folder;
  std::unique_ptr<Signer> anna_, boris_, carl_;
  std::unique_ptr<Ledger> ledger_;
  TrustAnchors anchors_;
};

TEST_F(Revocation, NothingIsRevokedAndNoListIsAskedFor) {
  EXPECT_EQ(verify().verdict(), Verdict::verified);
}
TEST_F(Revocation, RetiredIsNotRevoked) {
  ledger_->append(retire(*boris_));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
  EXPECT_THROW(by(*boris_)->append(check_image(kPhone)), base::Error);
  ledger_->append(add_key(*boris_));
  EXPECT_NO_THROW(by(*boris_)->append(check_image(kPhone)));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
}
TEST_F(Revocation, WhatIsSignedAfterRetirementIsSeen) {
  ledger_->append(retire(*boris_));
  ledger_->append(check_image(kPhone));
  LedgerContent forged = content();
  sign_again(forged.entries.back(), *boris_, [&](Json& body) {
    Json party = body.at("parties").items()[0];
    body.set("parties", Json::array({party.set("cert_sha256", fingerprint_of(boris_->certificate()))}));
  });
  reseal(forged, log_key_of(folder));
  EXPECT_EQ(failed_codes(verify_whole(forged, anchors_)), "signature.retired");
}
TEST_F(Revocation, T52_RevokedAfterItsEntriesLeavesThemStanding) {
  admit_carl();
  ledger_->append(revoke(*boris_, 4), {carl_.get()});
  const VerifyReport report = verify();
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report);
  std::string said;
  for (const std::string& statement : report.statements) said += statement;
  EXPECT_NE(said.find("was revoked by entry 6; what it signed in the first 4 entries stands"),
            std::string::npos)
      << said;
  if (has_stock_tools()) EXPECT_EQ(stock(content()), kStockToolsNoticeNothing);
}
TEST_F(Revocation, T52_RevokedBeforeItsEntryFailsIt) {
  admit_carl();
  ledger_->append(revoke(*boris_, 3), {carl_.get()});
  EXPECT_EQ(failed_codes(verify()), "signature.revoked");
  if (has_stock_tools()) EXPECT_EQ(stock(content()), kStockToolsNoticeNothing);
  EXPECT_THROW(by(*boris_)->append(check_image(kPhone)), base::Error);
  EXPECT_NO_THROW(ledger_->append(check_image(kPhone))) << "the ledger goes on";
  EXPECT_THROW(ledger_->append(add_key(*boris_)), base::Error) << "a revoked key does not come back";
}
TEST_F(Revocation, T52_TheSmallestOfSeveralCounts) {
  admit_carl();
  ledger_->append(revoke(*boris_, 3), {carl_.get()});
  ledger_->append(revoke(*boris_, 5), {carl_.get()});
  EXPECT_EQ(failed_codes(verify()), "signature.revoked");
}
TEST_F(Revocation, T56_TheRevokedKeyDoesNotSignItsOwnRevocation) {
  EXPECT_THROW(ledger_->append(revoke(*boris_, 4), {boris_.get()}), base::Error);
  EXPECT_THROW(ledger_->append(revoke(*boris_, 4)), base::Error) << "one custodian is not two";
  EXPECT_THROW(by(*boris_)->append(revoke(*anna_, 4)), base::Error);
}
TEST_F(Revocation, T56_NorDoesItWhereTheWriterIsForged) {
  admit_carl();
  ledger_->append(revoke(*boris_, 5), {carl_.get()});
  LedgerContent forged = content();
  Entry& last = forged.entries.back();
  sign_again(last, *anna_, [&](Json& body) {
    Json second = body.at("parties").items()[1];
    body.set("parties", Json::array({body.at("parties").items()[0],
                                     second.set("cert_sha256", fingerprint_of(boris_->certificate()))}));
  });
  last.signatures.push_back(boris_->sign_detached(*last.body));
  reseal(forged, log_key_of(folder));
  EXPECT_EQ(failed_codes(verify_whole(forged, anchors_)), "key.act signature.revoked");
  if (has_stock_tools()) EXPECT_EQ(stock(forged), kStockToolsNoticeNothing);
}
TEST_F(Revocation, T56_ALastGoodSizeThatTheLedgerDidNotHave) {
  admit_carl();
  ledger_->append(revoke(*boris_, 4), {carl_.get()});
  for (const char* size : {"7", "99", "0", "04", "-1", "18446744073709551616"}) {
    LedgerContent forged = content();
    Entry& last = forged.entries.back();
    sign_again(last, *anna_, [&](Json& body) { body.set("last_good_size", size); });
    last.signatures.push_back(carl_->sign_detached(*last.body));
    reseal(forged, log_key_of(folder));
    EXPECT_EQ(failed_codes(verify_whole(forged, anchors_)), "key.act signature.revoked") << size;
  }
  LedgerContent forged = content();
  sign_again(forged.entries.back(), *anna_, [&](Json& body) { body.set("last_good_root", root_of(3)); });
  forged.entries.back().signatures.push_back(carl_->sign_detached(*forged.entries.back().body));
  reseal(forged, log_key_of(folder));
  EXPECT_EQ(failed_codes(verify_whole(forged, anchors_)), "key.act signature.revoked");
}
TEST_F(Revocation, KeysThatNobodyKnowsAreNotRevoked) {
  EXPECT_THROW(ledger_->append(retire(*carl_)), base::Error);
  EXPECT_THROW(ledger_->append(revoke(*carl_, 4), {boris_.get()}), base::Error);
}

// --- lists -------------------------------------------------------------------------------------------------

TEST_F(Revocation, AListOnWhichNobodyStandsIsAPass) {
  anchors_.crls = {list()};
  const VerifyReport report = verify();
  EXPECT_EQ(report.verdict(), Verdict::verified) << failed_codes(report) << impossible_codes(report);
  EXPECT_TRUE(
      std::ranges::any_of(report.checks, [](const Check& check) { return check.code == "revocation.list"; }));
}
TEST_F(Revocation, T54_AListIsMissingWhereTheVerifierAsksForOne) {
  make_agency(folder / "agencies", {"other", "Another", "Police", "KH", 3650, KeyKind::p256}, "");
  Agency other(folder / "agencies", "other");
  anchors_.crls = {other.make_list(30, no_passphrase)};
  EXPECT_EQ(verify().verdict(), Verdict::not_proven);
  EXPECT_EQ(impossible_codes(verify()), "revocation.list");
}
TEST_F(Revocation, T54_AListOfTheSameNameByAnotherKey) {
  make_agency(folder / "agencies", {"twin", "Authority", "Police", "KH", 3650, KeyKind::p256}, "");
  anchors_.crls = {Agency(folder / "agencies", "twin").make_list(30, no_passphrase)};
  EXPECT_EQ(impossible_codes(verify()), "revocation.list");
  if (!has_openssl()) return;
  EXPECT_FALSE(openssl_accepts_boris(anchors_.crls[0]));
  EXPECT_TRUE(openssl_accepts_boris(list()));
}
TEST_F(Revocation, T54_AListThatHadEnded) {
  anchors_.crls = {list(1)};
  EXPECT_EQ(failed_with([] { return base::now_utc_us(); }), "");
  // Seen two days from now: the list says nothing of that time.
  EXPECT_EQ(failed_with([] { return base::now_utc_us() + 2 * 1440 * kMinute; }, Outcome::not_possible),
            "revocation.list");
}
TEST_F(Revocation, RevokedByItsAuthorityAndNothingShowsThatItWasBefore) {
  revoke_by_authority(*boris_, base::now_utc_us());
  anchors_.crls = {list()};
  EXPECT_EQ(failed_codes(verify()), "signature.revoked");
}
// The claimed time of the entry lies before the revocation, and counts for nothing; a time that the verifier
// trusts counts.
TEST_F(Revocation, T162_RevokedBetweenEntryAndAnchor) {
  const std::int64_t seen = base::now_utc_us();
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // lists tell whole seconds
  const std::int64_t revoked = base::now_utc_us();
  revoke_by_authority(*boris_, revoked);
  anchors_.crls = {list()};
  EXPECT_EQ(failed_with([&] { return revoked + kMinute; }), "signature.revoked")
      << "an anchor after the revocation, no witness before";
  EXPECT_EQ(failed_with([&] { return seen; }), "") << "a witness before the revocation";
  if (has_openssl()) EXPECT_FALSE(openssl_accepts_boris(list())) << "also where a witness saw it before";
}
TEST_F(Revocation, T162_TheCustodiansWordCountsAndIsSaid) {
  revoke_by_authority(*boris_, base::now_utc_us());
  anchors_.crls = {list()};
  admit_carl();
  ledger_->append(revoke(*boris_, 4), {carl_.get()});
  const VerifyReport report = verify();
  EXPECT_EQ(failed_codes(report), "");
  std::string said;
  for (const std::string& statement : report.statements) said += statement;
  EXPECT_NE(said.find("the word of the custodians"), std::string::npos) << said;
}
TEST_F(Revocation, TheInvalidityDateCountsWhereItIsEarlier) {
  const std::int64_t seen = base::now_utc_us();
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  revoke_by_authority(*boris_, seen - 60 * kMinute);  // entered now, suspect for an hour
  anchors_.crls = {list()};
  EXPECT_EQ(failed_with([&] { return seen; }), "signature.revoked");
}
// A list in the ledger is believed for its signature, not for its bringer.
TEST_F(Revocation, AListInTheLedgerTellsToo) {
  const auto archived = [&](const base::Buffer& der, const Agency&) {
    const ListFacts facts = facts_of_list(der);
    return base::Event{"crl.add",
                       {},
                       Json::object({{"crl", base::to_base64(der)},
                                     {"issuer", facts.issuer},
                                     {"this_update", base::format_utc(facts.this_update_us)},
                                     {"next_update", base::format_utc(*facts.next_update_us)}}),
                       true};
  };
  make_agency(folder / "agencies", {"twin", "Authority", "Police", "KH", 3650, KeyKind::p256}, "");
  ledger_->append(archived(Agency(folder / "agencies", "twin").make_list(30, no_passphrase), agency()));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
  revoke_by_authority(*boris_, base::now_utc_us());
  ledger_->append(archived(list(), agency()));
  EXPECT_EQ(failed_codes(verify()), "signature.revoked");
  base::Event wrong = archived(list(), agency());
  wrong.members.set("issuer", "CN=Somebody else");
  EXPECT_THROW(ledger_->append(wrong), base::Error);
}
TEST_F(Revocation, AnUnknownAuthorityIsNotProvenAndNotDamaged) {
  anchors_.certificates = {};
  EXPECT_EQ(verify().verdict(), Verdict::not_proven);
}
// A verifier who pins a person's certificate beside its authority's still hears of the revocation.
TEST_F(Revocation, APinnedCertificateIsStillRevokedByItsAuthority) {
  revoke_by_authority(*boris_, base::now_utc_us());
  anchors_.crls = {list()};
  anchors_.certificates.insert(anchors_.certificates.begin(), boris_->certificate());
  EXPECT_EQ(failed_codes(verify()), "signature.revoked");
}

// --- the ledger's own key ----------------------------------------------------------------------------------

class LogKey : public Revocation {
 protected:
  base::Event replace(std::uint64_t size) const { return {"log.replace", {}, last_good(size), true}; }
};

TEST_F(LogKey, IsReplacedAndTheOldOneIsGone) {
  const auto old_key = log_key_of(folder).public_key();
  const base::Buffer old_checkpoint = content().checkpoint;
  ledger_->replace_log_key(replace(4), {boris_.get()});
  EXPECT_NE(log_key_of(folder).public_key(), old_key);
  EXPECT_FALSE(std::filesystem::exists(places().log_key.string() + ".next"));
  EXPECT_EQ(verify().verdict(), Verdict::verified) << failed_codes(verify());
  ledger_->append(check_image(kPhone));
  by(*boris_)->append(check_image(kPhone));
  EXPECT_EQ(verify().verdict(), Verdict::verified) << failed_codes(verify());
  LedgerContent before = content();
  before.entries.resize(5);
  before.checkpoint = old_checkpoint;
  EXPECT_EQ(verify_whole(before, anchors_).verdict(), Verdict::verified) << "old checkpoints are still good";
}
TEST_F(LogKey, ASecondWriterFollows) {
  const auto second = by(*boris_);
  ledger_->replace_log_key(replace(4), {boris_.get()});
  EXPECT_NO_THROW(second->append(check_image(kPhone)));
  EXPECT_EQ(verify().verdict(), Verdict::verified);
}
// The holder of the old key signs a checkpoint over entries that came after it.
TEST_F(LogKey, T14_TheOldKeySignsNoMore) {
  const Ed25519PrivateKey old_key = log_key_of(folder);
  ledger_->replace_log_key(replace(4), {boris_.get()});
  LedgerContent forged = content();
  reseal(forged, old_key);
  EXPECT_EQ(failed_codes(verify_whole(forged, anchors_)), "note.signature");
  // Who still has the old key's text sees a good note.
  if (has_stock_tools())
    EXPECT_EQ(stock_tools(forged, anchors_, old_key.public_key()), kStockToolsNoticeNothing);
}
TEST_F(LogKey, T14_ANewKeyThatNoEntryNames) {
  LedgerContent forged = content();
  reseal(forged, Ed25519PrivateKey::generate());
  EXPECT_EQ(failed_codes(verify_whole(forged, anchors_)), "note.signature");
}
// Who holds the old log key alone cannot name a new one: two custodians sign.
TEST_F(LogKey, T14_AReplacementByStrangers) {
  ledger_->replace_log_key(replace(4), {boris_.get()});
  const Ed25519PrivateKey thief = Ed25519PrivateKey::generate();
  LedgerContent forged = content();
  Entry& last = forged.entries.back();
  sign_again(last, *carl_, [&](Json& body) {
    Json::Array parties = body.at("parties").items();
    parties[0].set("cert_sha256", fingerprint_of(carl_->certificate()));
    parties[1].set("cert_sha256", fingerprint_of(test::boris().certificate()));
    body.set("parties", Json(parties))
        .set("log_key", NoteKey{body.at("ledger").text(), thief.public_key()}.vkey());
  });
  last.signatures.push_back(test::boris().sign_detached(*last.body));
  reseal(forged, thief);
  EXPECT_EQ(failed_codes(verify_whole(forged, anchors_)), "signature.known");
}
TEST_F(LogKey, TheSameKeyIsNoNewOne) {
  base::Event event = replace(4);
  event.members.set("log_key", open_body(content().entries[0]).body.at("log_key").text());
  EXPECT_THROW(ledger_->append(event, {boris_.get()}), base::Error);
}
// What is on the disk after each step at which the power may fail, as far as keys and marks go.
TEST_F(LogKey, ACutOffReplacementIsCompletedAtTheNextOpening) {
  const LedgerPlaces at = places();
  const base::Buffer old_key = base::read_file(at.log_key),
                     checkpoint = base::read_file(at.folder / "checkpoint"),
                     mark = base::read_file(at.high_water);
  ledger_->replace_log_key(replace(4), {boris_.get()});
  const base::Buffer new_key = base::read_file(at.log_key),
                     new_checkpoint = base::read_file(at.folder / "checkpoint");
  const auto on_disk = [&](const base::Buffer& note, const base::Buffer& water) {
    base::write_durably(at.log_key, old_key, 0600);
    base::write_durably(at.log_key.string() + ".next", new_key, 0600);
    base::write_durably(at.folder / "checkpoint", note);
    base::write_durably(at.high_water, water, 0600);
  };
  const base::Buffer new_mark = base::read_file(at.high_water);
  for (const auto& [note, water] :
       {std::pair{checkpoint, mark}, {new_checkpoint, mark}, {new_checkpoint, new_mark}}) {
    on_disk(note, water);
    by(*anna_);
    EXPECT_EQ(base::read_file(at.log_key), new_key);
    EXPECT_FALSE(std::filesystem::exists(at.log_key.string() + ".next"));
    EXPECT_EQ(base::read_file(at.folder / "checkpoint"), new_checkpoint);
    EXPECT_EQ(verify().verdict(), Verdict::verified);
  }
}
// A key that was made and named by no entry is in nobody's way.
TEST_F(LogKey, AKeyThatNoEntryNamedIsThrownAway) {
  Ed25519PrivateKey::generate().write_new(places().log_key.string() + ".next");
  const auto again = by(*anna_);
  again->append(check_image(kPhone));
  again->replace_log_key(replace(4), {boris_.get()});
  EXPECT_EQ(verify().verdict(), Verdict::verified);
}

}  // namespace
}  // namespace custody::test
