// SPDX-License-Identifier: Apache-2.0
// First inputs for what reads ledgers: one of each form, made with fixed keys.
#include <random>

#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "base/merkle.h"
#include "base/record.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/custody_files.h"
#include "chain-of-custody/der_write.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/leaf.h"
#include "chain-of-custody/openssl.h"
#include "chain-of-custody/witness_request.h"
#include "cms_input.h"
#include "fixed_keys.h"
#include "fixed_people.h"
#include "seeds.h"
#include "token_input.h"

namespace {

using base::Json;
using fuzz::Seeds;

constexpr char kUid[] = "a1000000000000000000000000000001";
constexpr char kSalt[] = "AAAAAAAAAAAAAAAAAAAAAA";
const std::string kDigest(64, 'a');
const std::string kNoDigest(64, '0');

std::vector<base::Digest> some_leaves(std::size_t count) {
  std::vector<base::Digest> leaves;
  for (std::size_t i = 0; i < count; ++i)
    leaves.push_back(base::leaf_hash(base::as_bytes(std::to_string(i))));
  return leaves;
}

std::string checkpoint_of(const std::vector<base::Digest>& leaves) {
  return custody::Checkpoint{fuzz::kOrigin, leaves.size(), base::merkle_root(leaves)}.text();
}

void make_json(Seeds seeds) {
  for (const char* text :
       {"null", "true", "0", "-1", "9007199254740991", "1e21", "0.5", "-0.0", "\"\"", "[]", "{}",
        R"({"a":1,"b_2":[true,false,null],"...":"x"})", R"({"a.0":"x","a.9999":"y"})", "[[[[[[[[1]]]]]]]]",
        R"("\b\t\n\f\r\"\\\u0000\u001f\u007f")", "\"\xe2\x82\xac\xf0\x9f\x92\xb0\xef\xbf\xbf\"",
        R"({ "b" : 1 , "a" : [ 2 , 1E2 ] , "b" : "\ud83d\ude00" })"})
    seeds.add(std::string_view(text));
}

void make_notes(Seeds seeds) {
  const auto leaves = some_leaves(7);
  const std::string text = checkpoint_of(leaves);
  const std::string note = custody::format_note(fuzz::signed_note(text));
  seeds.add(note);
  seeds.add(custody::format_note(fuzz::signed_note(text, 1'790'000'000)));
  seeds.add(text);
  seeds.add(custody::format_signature_line(fuzz::signed_note(text).signatures[0]));
  seeds.add(fuzz::ledger_key().vkey());
  seeds.add(fuzz::witness_key().vkey());
  seeds.add(custody::format_witness_request(3, leaves, base::as_bytes(note)));
  seeds.add(custody::format_witness_request(0, leaves, base::as_bytes(note)));
  seeds.add(custody::format_known_size(7));
  const std::string keys = "log " + fuzz::ledger_key().vkey() + " https://log.example\nwitness one " +
                           fuzz::witness_key().vkey() + "\n";
  seeds.add(keys + "group g any one\nquorum g\n");
  seeds.add("# nobody\n" + keys + "quorum none\n");
}

void make_leaves(Seeds seeds) {
  const custody::Leaf leaf{
      base::sha256(base::as_bytes("body")), {}, 3, {}, base::sha256(base::as_bytes("state"))};
  seeds.add(leaf.canonical());
  custody::CaseState state;
  for (const char* uid : {"00000000000000000000000000000000", kUid}) state.advance(uid, leaf.body_sha256);
  seeds.add(custody::to_json(state.proof(kUid)).canonical());
  for (const Json& disclosure : {Json::array({kSalt, "sha256", kDigest}),
                                 Json::array({kSalt, Json::object({{"label", "A-1"}, {"n", 1}})})}) {
    seeds.add(disclosure.canonical());
    seeds.add(base::to_base64url(base::as_bytes(disclosure.canonical())));
  }
  for (const char* text : {"000017", "AAECAw==", "AAECAw", "00ff"}) seeds.add(std::string_view(text));
}

Json parties_of(const custody::ActRule& rule) {
  Json parties = Json::array();
  for (std::size_t i = 0; i < rule.roles.size(); ++i)
    parties.push(Json::object({{"cert_sha256", std::string(64, static_cast<char>('a' + i))},
                               {"kind", "person"},
                               {"role", rule.roles[i]}}));
  return parties;
}

Json body_of(const custody::ActRule& rule) {
  Json body = Json::object({{"v", "holdfast-body/1"}, {"act", rule.act}, {"case", "KK-2026"}});
  body.set("ledger", fuzz::kOrigin).set("ledger_genesis", kNoDigest).set("nonce", kSalt);
  body.set("_sd_alg", "sha-256").set("parties", parties_of(rule));
  body.set(
      "time",
      Json::object(
          {{"boot", "b"}, {"mono_ms", "5"}, {"source", "system clock"}, {"utc", "2026-01-01T00:00:00Z"}}));
  body.set("tool", Json::object({{"name", "holdfast"}, {"sha256", kDigest}, {"version", "0"}}));
  if (rule.scope == custody::Scope::all)
    body.set("scope", "all").set("scope_n", 1).set("scope_prev_body_sha256", kNoDigest);
  for (const custody::MemberRule& member : rule.clear) body.set(member.name, "x");
  return body;
}

// A line each: the body, its hidden members, its statements.
std::string body_lines(const custody::ActRule& rule) {
  Json body = body_of(rule);
  Json exhibits = Json::array(), hidden = Json::array();
  std::string lines;
  int count = 0;
  for (const std::string_view name : rule.hidden) {
    const std::string salt = std::string("AAAAAAAAAAAAAAAAAAAA") + static_cast<char>('B' + count) + "A";
    lines += '\n' + Json::array({salt, name, "x"}).canonical();
    hidden.push("#" + std::to_string(count++));
  }
  if (rule.exhibits != custody::NamesExhibit::never) {
    const int first = rule.registers == custody::Registers::must ? 1 : 2;
    Json statement = Json::object({{"uid", kUid}, {"n", first}, {"prev_body_sha256", kNoDigest}});
    for (const custody::MemberRule& member : rule.statement) statement.set(member.name, "x");
    if (!hidden.items().empty()) statement.set("_sd", hidden);
    lines += '\n' + Json::array({kSalt, statement}).canonical();
    exhibits.push(Json::object({{"...", "#" + std::to_string(count)}}));
  }
  body.set("exhibits", exhibits);
  return body.canonical() + lines;
}

// A session, and a giver, a taker and somebody who looks on who are on paper.
void make_other_parties(Seeds& seeds) {
  Json body = body_of(*custody::find_act("verify"));
  Json party = parties_of(*custody::find_act("verify")).items()[0];
  body.set("exhibits", Json::array()).set("parties", Json::array({party.set("kind", "session")}));
  seeds.add(body.canonical());
  body = body_of(*custody::find_act("handover"));
  Json parties = Json::array({parties_of(*custody::find_act("handover")).items()[0]});
  for (const char* role : {"receiving", "witness"})
    parties.push(Json::object(
        {{"kind", "paper"}, {"role", role}, {"slip_sha256", std::string(64, role[0] == 'r' ? 'd' : 'e')}}));
  seeds.add(body.set("exhibits", Json::array()).set("parties", parties).canonical());
}

void make_bodies(Seeds seeds) {
  make_other_parties(seeds);
  for (const custody::ActRule& rule : custody::all_acts()) seeds.add(body_lines(rule));
  // Two exhibits, and two that are withheld.
  Json body = body_of(*custody::find_act("verify"));
  std::string lines;
  for (const std::string uid : {kUid, "a2000000000000000000000000000002"}) {
    const Json hidden = Json::array({"#7" + uid.substr(1, 1), "#8" + uid.substr(1, 1)});
    const Json statement = Json::object({{"uid", uid},
                                         {"n", 2},
                                         {"prev_body_sha256", kNoDigest},
                                         {"object", "x"},
                                         {"result", "x"},
                                         {"_sd", hidden}});
    const std::string salt = base::to_base64url(base::as_bytes(uid.substr(0, 16)));
    lines += '\n' + Json::array({salt, statement}).canonical();
  }
  Json exhibits = Json::array();
  for (const char* digest : {"#0", "#1", "#5", "#6"}) exhibits.push(Json::object({{"...", digest}}));
  body.set("exhibits", exhibits);
  seeds.add(body.canonical() + lines);
}

void make_signatures(Seeds seeds) {
  const base::Bytes content = base::as_bytes(fuzz::kSignedContent);
  for (const fuzz::Person* person : {&fuzz::officer(), &fuzz::second_officer(), &fuzz::investigator()})
    seeds.add(fuzz::cms_by(*person, content));
}

void make_certificates(Seeds seeds) {
  const auto add = [&seeds](char kind, base::Bytes der) {
    seeds.add(kind + std::string(base::as_text(der)));
  };
  for (const fuzz::Person* person : {&fuzz::officer(), &fuzz::second_officer(), &fuzz::authority(),
                                     &fuzz::time_authority(), &fuzz::investigator()}) {
    add('\0', person->certificate);
    add('\2', person->certificate);
  }
  for (const char* serials : {"", "\x15\x44"}) {
    add('\1', fuzz::list_of_revoked(serials));
    add('\3', fuzz::list_of_revoked(serials));
  }
}

// Bare, granted, and refused in words.
void make_tokens(Seeds seeds) {
  namespace der = custody::der;
  using der::element;
  const base::Buffer token = fuzz::token_over(fuzz::stamped_digest().bytes);
  seeds.add(token);
  seeds.add(fuzz::token_over(fuzz::stamped_digest().bytes, "20260101000000.25Z"));
  const base::Buffer granted = element(der::kSequence, {element(der::kInteger, std::string_view("\0", 1))});
  seeds.add(element(der::kSequence, {granted, token}));
  const base::Buffer words = element(der::kSequence, {element(0x0c, "no")});
  const base::Buffer refused =
      element(der::kSequence,
              {element(der::kInteger, "\2"), words, element(der::kBitString, std::string_view("\5\x20"))});
  seeds.add(element(der::kSequence, {refused}));
}

Json sample_of(base::FieldType type) {
  switch (type) {
    case base::FieldType::integer:
      return Json("184");
    case base::FieldType::time:
      return Json::object(
          {{"basis", "b"}, {"raw", "1"}, {"unit", "s"}, {"utc", "2026-01-01T00:00:00.000000Z"}});
    case base::FieldType::flag:
      return Json(true);
    case base::FieldType::records:
    case base::FieldType::texts:
      return Json::array({"x", "y"});
    case base::FieldType::object:
      return Json::object({{"a", "1"}});
    default:
      return Json("x");
  }
}

// A record of each type with all of its fields, released whole; one in part; one with a text in chunks.
void make_records(Seeds seeds) {
  const std::string key = base::to_base64(base::sha256(base::as_bytes("key")).bytes);
  const Json whole = Json::object({{"citation", "A-1-M000001"}, {"key", key}, {"segment", 1}});
  for (const base::RecordType* type : base::all_record_types()) {
    Json line = Json::object(
        {{"type", type->name}, {"id", "i"}, {"source", "s"}, {"state", "live"}, {"extractor", "e/1"}});
    line.set("position", base::position_to_json(base::Row{"message", 7}));
    for (const base::Field& field : type->fields) line.set(field.name, sample_of(field.type));
    seeds.add(line.canonical() + '\n' + whole.canonical());
  }
  const Json fields = Json::array({Json::object({{"name", "type"}, {"salt", "AAAAAAAAAAAAAAAAAAAAAA=="}}),
                                   Json::object({{"commitment", kDigest}})});
  const Json part = Json::object({{"citation", "A-1-CL000001"}, {"fields", fields}, {"segment", 1}});
  seeds.add("{\"type\":\"call\"}\n" + part.canonical());
  seeds.add("{\"text.0\":\"x\",\"text.1\":{\"hex\":\"ff\"},\"type\":\"message\"}\n" + whole.canonical());
}

void make_der(Seeds seeds) {
  namespace der = custody::der;
  seeds.add(fuzz::officer().certificate);
  seeds.add(fuzz::cms_by(fuzz::officer(), base::as_bytes(fuzz::kSignedContent)));
  seeds.add(fuzz::list_of_revoked("\x15"));
  for (const std::size_t size : {0u, 1u, 127u, 128u, 255u, 256u})
    seeds.add(der::element(der::kOctetString, std::string(size, 'x')));
  seeds.add(
      der::set_of(der::kSet, {der::element(der::kInteger, "\x05"), der::element(der::kBoolean, "\xff")}));
}

// The key in RFC 8410 §10.3, plain, and encrypted with numbers that cost little.
base::Buffer encrypted_key(bool scrypt) {
  const base::Buffer plain = base::from_hex(
      "302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
  const unsigned char* at = custody::data_of(plain);
  PKCS8_PRIV_KEY_INFO* key = d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(plain.size()));
  unsigned char salt[16] = {}, iv[16] = {};
  X509_ALGOR* scheme =
      scrypt ? PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof salt, iv, 16, 1, 1)
             : PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 2, salt, sizeof salt, iv, NID_hmacWithSHA256);
  X509_SIG* sealed = PKCS8_set0_pbe("passphrase", 10, key, scheme);
  base::Buffer der(static_cast<std::size_t>(i2d_X509_SIG(sealed, nullptr)));
  unsigned char* into = custody::data_of(der);
  i2d_X509_SIG(sealed, &into);
  X509_SIG_free(sealed);
  PKCS8_PRIV_KEY_INFO_free(key);
  return der;
}

void make_key_files(Seeds seeds) {
  const auto add = [&seeds](char kind, std::string_view text) { seeds.add(kind + std::string(text)); };
  const base::Buffer plain = base::from_hex(
      "302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
  const std::string pem =
      "-----BEGIN PRIVATE KEY-----\n" + base::to_base64(plain) + "\n-----END PRIVATE KEY-----\n";
  add('\0', pem);
  for (const bool scrypt : {true, false}) add('\1', base::as_text(encrypted_key(scrypt)));
  for (const char kind : {'\2', '\3'}) add(kind, base::as_text(plain));
  const std::string certificate = custody::certificate_to_pem(fuzz::officer().certificate);
  add('\4', base::as_text(fuzz::officer().certificate));
  add('\5', R"({"module":"/usr/lib/module.so","uri":"pkcs11:token=raid1;object=officer-a"})");
  add('\6', certificate);
  const std::string sealed = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" +
                             base::to_base64(encrypted_key(true)) + "\n-----END ENCRYPTED PRIVATE KEY-----\n";
  const Json files = Json::object({{"sign.key.pem", sealed},
                                   {"seal.key.pem", sealed},
                                   {"sign.cert.pem", certificate},
                                   {"seal.cert.pem", certificate}});
  add('\7', Json::object({{"holdfast_identity", 1}, {"name", "officer"}, {"files", files}}).canonical());
}

void make_indices(Seeds seeds) {
  const Json issued = Json::object({{"serial", "1544"},
                                    {"fingerprint", kDigest},
                                    {"subject", "CN=Officer"},
                                    {"role", "signer"},
                                    {"not_before", "2026-01-01T00:00:00Z"},
                                    {"not_after", "2027-01-01T00:00:00Z"}});
  Json revoked = issued;
  revoked.set("revoked", Json::object({{"at", "2026-02-01T00:00:00Z"},
                                       {"since", "2026-01-20T00:00:00Z"},
                                       {"reason", "key-compromise"}}));
  for (const Json& all : {Json::array(), Json::array({issued}), Json::array({issued, revoked})})
    seeds.add(Json::object({{"v", "holdfast-agency/1"}, {"last_list", 3}, {"issued", all}}).canonical());
}

// Choices of a target that needs no form.
void make_choices(Seeds seeds, std::size_t size) {
  std::mt19937 random(1);
  for (unsigned i = 0; i < 20; ++i) {
    std::string input(size, '\0');
    for (char& c : input) c = static_cast<char>(random());
    input[0] = static_cast<char>(i % 5);
    seeds.add(input);
  }
}

}  // namespace

namespace fuzz {

void make_custody_seeds(const std::filesystem::path& below) {
  make_json(Seeds(below / "json"));
  make_notes(Seeds(below / "note"));
  make_leaves(Seeds(below / "leaf"));
  make_bodies(Seeds(below / "body"));
  make_signatures(Seeds(below / "cms"));
  make_der(Seeds(below / "der"));
  make_certificates(Seeds(below / "certificate"));
  make_tokens(Seeds(below / "token"));
  make_records(Seeds(below / "record"));
  make_choices(Seeds(below / "handover"), 40);
  make_choices(Seeds(below / "proof"), 60);
  make_choices(Seeds(below / "bundle"), 40);
  make_key_files(Seeds(below / "key_file"));
  make_indices(Seeds(below / "agency_index"));
  make_choices(Seeds(below / "ledger_db"), 60);
}

}  // namespace fuzz
