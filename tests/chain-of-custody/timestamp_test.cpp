// SPDX-License-Identifier: Apache-2.0
// Questions, replies and tokens of time authorities: made by `openssl ts`, altered, judged, and shown to
// `openssl ts -verify` as well.
#include "chain-of-custody/timestamp.h"

#include <gtest/gtest.h>

#include "authority.h"
#include "base/file.h"
#include "base/time.h"
#include "chain-of-custody/time_authority.h"

namespace custody::test {
namespace {

constexpr char kData[] = "what is stamped";

base::Digest imprint() {
  return base::sha256(base::as_bytes(kData));
}
const Authority& alpha() {
  static const Authority authority;
  return authority;
}
const Authority& beta() {
  static const Authority authority(AuthorityShape{.name = "Beta", .key = "rsa:2048"});
  return authority;
}
TimeAuthorities trusting(const Authority& authority) {
  return TimeAuthorities({authority.root()}, {});
}
TimeToken token_of(const Authority& authority, const TimeQuery& query) {
  return read_reply(authority.reply(query.der));
}
std::string why_no_token(base::Bytes bytes) {
  try {
    read_reply(bytes);
    return "it is one";
  } catch (const TimeStampError& error) {
    return error.what();
  }
}
// "trusted", "untrusted" or why it is unfit.
std::string in_words(const TokenJudgement& judgement) {
  if (judgement.outcome == TokenOutcome::trusted) return "trusted";
  return judgement.outcome == TokenOutcome::untrusted ? "untrusted" : judgement.why;
}
bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(TimeQuery, IsWhatOpensslReads) {
  SKIP_WITHOUT_OPENSSL();
  const TestFolder folder;
  const TimeQuery query = make_query(imprint());
  base::write_durably(folder / "q", query.der);
  ASSERT_TRUE(runs("cd " + folder.path().string() + " && openssl ts -query -in q -text -out text"));
  const base::Buffer bytes = base::read_file(folder / "text");
  const std::string text(base::as_text(bytes));
  EXPECT_TRUE(says(text, "Version: 1")) << text;
  EXPECT_TRUE(says(text, "Hash Algorithm: sha256"));
  EXPECT_TRUE(says(text, "Certificate required: yes"));
  EXPECT_TRUE(says(text, "Nonce: 0x"));
}
TEST(TimeQuery, NonceHas64BitsAndIsNeverTheSame) {
  for (int i = 0; i < 300; ++i) {
    const TimeQuery first = make_query(imprint()), second = make_query(imprint());
    EXPECT_NE(first.nonce, second.nonce);
    EXPECT_GE(first.nonce.size(), 8u);
    EXPECT_EQ(first.nonce[0] & std::byte{0x80}, std::byte{0});  // not negative
  }
}

TEST(TimeToken, OfTwoAuthoritiesIsTrustedByWhoTrustsThem) {
  SKIP_WITHOUT_OPENSSL();
  const std::int64_t before = base::now_utc_us();
  for (const Authority* authority : {&alpha(), &beta()}) {
    const TimeQuery query = make_query(imprint());
    const TimeToken token = token_of(*authority, query);
    EXPECT_EQ(in_words(trusting(*authority).judge(token, query)), "trusted");
    EXPECT_EQ(in_words(trusting(*authority).judge(token, imprint())), "trusted");
    EXPECT_GE(token.latest_us(), before);
    EXPECT_LE(token.earliest_us(), base::now_utc_us());
    EXPECT_EQ(token.accuracy_us, 1'000'000);
    EXPECT_TRUE(openssl_accepts(token.der, base::as_bytes(kData), *authority));
    // A bare token is read like a reply.
    EXPECT_EQ(read_reply(token.der).time_us, token.time_us);
  }
}
TEST(TimeToken, IsUntrustedByWhoTrustsAnother) {
  SKIP_WITHOUT_OPENSSL();
  const TimeQuery query = make_query(imprint());
  const TimeToken token = token_of(alpha(), query);
  EXPECT_EQ(in_words(trusting(beta()).judge(token, query)), "untrusted");
  EXPECT_EQ(in_words(TimeAuthorities({}, {}).judge(token, query)), "untrusted");
  EXPECT_FALSE(openssl_accepts(token.der, base::as_bytes(kData), beta()));
}
// The certificate itself may be the anchor.
TEST(TimeToken, OfAPinnedCertificateIsTrusted) {
  SKIP_WITHOUT_OPENSSL();
  const TimeQuery query = make_query(imprint());
  EXPECT_EQ(in_words(TimeAuthorities({alpha().certificate()}, {}).judge(token_of(alpha(), query), query)),
            "trusted");
}

TEST(Tamper, T60_TokenOverOtherData) {
  SKIP_WITHOUT_OPENSSL();
  const TimeToken token = token_of(alpha(), make_query(base::sha256(base::as_bytes("other data"))));
  EXPECT_EQ(in_words(trusting(alpha()).judge(token, imprint())), "the token is over other data");
  EXPECT_FALSE(openssl_accepts(token.der, base::as_bytes(kData), alpha()));
}
// Without the question, as for everybody who verifies later, the nonce says nothing: openssl -data accepts
// it.
TEST(Tamper, T61_NonceOfAnotherQuestion) {
  SKIP_WITHOUT_OPENSSL();
  const TimeToken token = token_of(alpha(), make_query(imprint()));
  EXPECT_TRUE(says(in_words(trusting(alpha()).judge(token, make_query(imprint()))), "another question"));
  EXPECT_TRUE(openssl_accepts(token.der, base::as_bytes(kData), alpha()));
  // With the question openssl compares it.
  const TestFolder folder;
  base::write_durably(folder / "q", make_query(imprint()).der);
  base::write_durably(folder / "t", token.der);
  EXPECT_FALSE(runs("cd " + folder.path().string() +
                    " && openssl ts -verify -token_in -in t -queryfile q -CAfile " +
                    alpha().root_pem().string()));
}
TEST(Tamper, T62_RejectionWithoutToken) {
  SKIP_WITHOUT_OPENSSL();
  const Authority strict(AuthorityShape{.digests = "sha512"});
  // `openssl ts -reply` returns 0 for it: Authority::reply would have thrown otherwise.
  const base::Buffer reply = strict.reply(make_query(imprint()).der);
  const std::string why = why_no_token(reply);
  EXPECT_TRUE(says(why, "the authority refused, with status 2")) << why;
  EXPECT_TRUE(says(why, "digest algorithm")) << why;
  const TestFolder folder;
  base::write_durably(folder / "r", reply);
  base::write_durably(folder / "d", base::as_bytes(kData));
  EXPECT_FALSE(runs("cd " + folder.path().string() + " && openssl ts -verify -in r -data d -CAfile " +
                    strict.root_pem().string()));
}
// SEQUENCE { SEQUENCE { INTEGER 0 } }: granted, and no token.
TEST(TimeReply, GrantWithoutTokenIsNone) {
  EXPECT_TRUE(says(why_no_token(base::from_hex("30053003020100")), "holds none"));
}
TEST(Tamper, T63_CertificateNotForTimeStamping) {
  SKIP_WITHOUT_OPENSSL();
  const auto judged = [&](const std::string& usage, bool openssl) {
    const Authority odd(AuthorityShape{.name = "Odd", .usage = usage});
    // Made after the certificate, which is not valid before.
    const base::Buffer token = odd.sign_info(token_of(alpha(), make_query(imprint())).info);
    EXPECT_EQ(openssl_accepts(token, base::as_bytes(kData), odd), openssl) << usage;
    return in_words(trusting(odd).judge(read_token(token), imprint()));
  };
  // The way in which the tokens are made is not what is refused.
  EXPECT_EQ(judged("critical,timeStamping", true), "trusted");
  EXPECT_TRUE(says(judged("", false), "no extended key usage"));
  EXPECT_TRUE(says(judged("timeStamping", false), "critical"));
  EXPECT_TRUE(says(judged("critical,timeStamping,emailProtection", false), "alone"));
  EXPECT_TRUE(says(judged("critical,emailProtection", false), "alone"));
}
// Stock OpenSSL accepts it.
TEST(Tamper, T64_CertificateNamedBySha1Only) {
  SKIP_WITHOUT_OPENSSL();
  const Authority old(AuthorityShape{.name = "Old", .certificate_id = "sha1"});
  const base::Buffer reply = old.reply(make_query(imprint()).der);
  EXPECT_TRUE(says(why_no_token(reply), "SHA-1 only")) << why_no_token(reply);
  const TestFolder folder;
  base::write_durably(folder / "r", reply);
  base::write_durably(folder / "d", base::as_bytes(kData));
  EXPECT_TRUE(runs("cd " + folder.path().string() + " && openssl ts -verify -in r -data d -CAfile " +
                   old.root_pem().string()));
}
// Stock OpenSSL accepts it.
TEST(TimeToken, Sha1ImprintProvesNothing) {
  SKIP_WITHOUT_OPENSSL();
  const Authority old(AuthorityShape{.name = "Old", .digests = "sha1"});
  const TestFolder folder;
  base::write_durably(folder / "d", base::as_bytes(kData));
  const std::string in = "cd " + folder.path().string() + " && ";
  ASSERT_TRUE(runs(in + "openssl ts -query -data d -sha1 -cert -out q"));
  const base::Buffer reply = old.reply(base::read_file(folder / "q"));
  EXPECT_TRUE(says(why_no_token(reply), "SHA-256")) << why_no_token(reply);
  base::write_durably(folder / "r", reply);
  EXPECT_TRUE(runs(in + "openssl ts -verify -in r -data d -CAfile " + old.root_pem().string()));
}
TEST(TimeToken, WithoutTheCertificateIsRefused) {
  SKIP_WITHOUT_OPENSSL();
  const TestFolder folder;
  base::write_durably(folder / "d", base::as_bytes(kData));
  ASSERT_TRUE(runs("cd " + folder.path().string() + " && openssl ts -query -data d -sha256 -out q"));
  EXPECT_TRUE(says(why_no_token(alpha().reply(base::read_file(folder / "q"))), "no certificate"));
}

// Also what the signature does not cover: a token has one form.
TEST(TimeToken, EveryByteCounts) {
  SKIP_WITHOUT_OPENSSL();
  const TimeToken token = token_of(alpha(), make_query(imprint()));
  const TimeAuthorities authorities = trusting(alpha());
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < token.der.size(); ++i) {
    base::Buffer altered = token.der;
    altered[i] ^= std::byte{1};
    try {
      accepted += authorities.judge(read_token(altered), imprint()).outcome == TokenOutcome::trusted;
    } catch (const TimeStampError&) {
      continue;  // refused while it was read
    }
  }
  EXPECT_EQ(accepted, 0u);
}
TEST(TimeToken, CutAndPaddedBytesAreRefused) {
  SKIP_WITHOUT_OPENSSL();
  const TimeToken token = token_of(alpha(), make_query(imprint()));
  for (std::size_t size = 0; size < token.der.size(); size += 13)
    EXPECT_THROW(read_reply(base::Bytes(token.der).first(size)), TimeStampError) << size;
  base::Buffer longer = token.der;
  longer.push_back(std::byte{0});
  EXPECT_THROW(read_reply(longer), TimeStampError);
  EXPECT_THROW(read_reply(base::Buffer(kMaximalTimeStamp + 1)), TimeStampError);
}

TEST(TimeToken, RevokedAuthorityByReason) {
  SKIP_WITHOUT_OPENSSL();
  const auto judged = [](const std::string& reason) {
    const Authority authority(AuthorityShape{.name = "Gone"});
    const TimeToken token = token_of(authority, make_query(imprint()));
    std::system("sleep 1.1");  // the revocation is a second later than the token
    const base::Buffer list = authority.revoking(reason);
    const TokenJudgement judgement = TimeAuthorities({authority.root()}, {list}).judge(token, imprint());
    return in_words(judgement) + (judgement.why.empty() ? "" : ": " + judgement.why);
  };
  // RFC 3161 §4: a key that may be in other hands has proven nothing, ever.
  EXPECT_EQ(judged("keyCompromise"), "untrusted: a certificate of the authority was revoked");
  EXPECT_EQ(judged(""), "untrusted: a certificate of the authority was revoked");
  EXPECT_EQ(judged("cessationOfOperation"), "trusted");
  EXPECT_EQ(judged("superseded"), "trusted");
}

TEST(CheckpointMin, HoldsTheLedgersOwnLineOnly) {
  const Ed25519PrivateKey secret = Ed25519PrivateKey::generate(), other = Ed25519PrivateKey::generate();
  const NoteKey key{"a.example/c/s", secret.public_key()}, witness{"w.example", other.public_key()};
  const Checkpoint checkpoint{key.name, 3, imprint()};
  const SignedNote own{checkpoint.text(), {sign_note(checkpoint.text(), key, secret)}};
  SignedNote both = own;
  both.signatures.insert(both.signatures.begin(), sign_note(checkpoint.text(), witness, other));
  EXPECT_EQ(checkpoint_min(both, key), format_note(own));
  EXPECT_EQ(checkpoint_min(own, key), format_note(own));
  EXPECT_THROW(checkpoint_min(own, witness), NoteError);
}

}  // namespace
}  // namespace custody::test
