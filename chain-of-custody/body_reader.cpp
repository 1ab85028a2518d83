// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/bytes.h"
#include "base/time.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/authority_rules.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/disclosure.h"

namespace custody {
namespace {

using base::Json;

constexpr std::size_t kNonceBytes = 16;

// Which disclosure each digest has, and whether it was used.
class Opener {
 public:
  explicit Opener(const std::vector<std::string>& texts) {
    std::set<std::string> salts;
    for (const std::string& text : texts) {
      Item item;
      try {
        item.disclosure = read_disclosure(text);
      } catch (const base::JsonError& error) {
        throw BodyError("disclosure.form", error.what());
      }
      const bool is_new_salt = salts.insert(item.disclosure.salt).second;
      if (!items_.emplace(disclosure_digest(text), std::move(item)).second)
        throw BodyError("disclosure.twice", "a disclosure is there twice");
      if (!is_new_salt) throw BodyError("disclosure.salt", "two disclosures have the same salt");
    }
  }
  // The disclosure of a digest that stands in the body, or nothing where it is withheld.
  const Disclosure* open(const std::string& digest) {
    if (!is_disclosure_digest(digest)) throw BodyError("body.digest", "a digest in the body is malformed");
    if (!digests_.insert(digest).second)
      throw BodyError("disclosure.digest_twice", "a digest stands twice in the body");
    const auto found = items_.find(digest);
    if (found == items_.end()) return nullptr;
    found->second.used = true;
    return &found->second.disclosure;
  }
  void check_all_used() const {
    if (std::ranges::any_of(items_, [](const auto& item) { return !item.second.used; }))
      throw BodyError("disclosure.referenced", "a disclosure belongs to no digest of the body");
  }

 private:
  struct Item {
    Disclosure disclosure;
    bool used = false;
  };
  std::map<std::string, Item, std::less<>> items_;  // by digest
  std::set<std::string, std::less<>> digests_;      // of the body
};

bool is_reserved(std::string_view name) {
  return name == "_sd" || name == "_sd_alg" || name == "...";
}

// A reserved name at any depth: another reader of RFC 9901 would take what follows for digests.
bool holds_reserved(const Json& value) {
  if (value.is_array()) return std::ranges::any_of(value.items(), holds_reserved);
  if (!value.is_object()) return false;
  return std::ranges::any_of(value.members(), [](const Json::Member& member) {
    return is_reserved(member.first) || holds_reserved(member.second);
  });
}
void refuse_reserved(const Json& value) {
  if (holds_reserved(value)) throw BodyError("body.reserved", "a reserved name stands where none may stand");
}

void open_hidden(const Json& digests, Opener& opener, OpenedBody::Exhibit& exhibit) {
  for (const Json& digest : digests.items()) {
    if (!digest.is_text()) throw BodyError("body.digest", "a digest in the body is malformed");
    // Any other order would tell in which order the members were hidden.
    if (&digest != &digests.items().front() && digest.text() < (&digest - 1)->text())
      throw BodyError("body.digest", "the digests of hidden members do not ascend");
    const Disclosure* disclosure = opener.open(digest.text());
    if (!disclosure) {
      ++exhibit.withheld;
      continue;
    }
    if (!disclosure->name)
      throw BodyError("disclosure.kind", "an array element is disclosed where a member is hidden");
    const std::string& name = *disclosure->name;
    if (is_reserved(name) || exhibit.members.find(name) || name == "uid" || name == "n" ||
        name == "prev_body_sha256")
      throw BodyError("disclosure.collision", "a disclosed member has the name of another");
    refuse_reserved(disclosure->value);
    exhibit.members.set(name, disclosure->value);
    exhibit.opened_names.push_back(name);
  }
}

OpenedBody::Exhibit read_statement(const Json& value, Opener& opener) {
  OpenedBody::Exhibit exhibit;
  const Json* hidden = nullptr;
  for (const auto& [name, member] : value.members()) {
    if (name == "_sd")
      hidden = &member;
    else if (is_reserved(name) || holds_reserved(member))
      throw BodyError("body.reserved", "a reserved name stands where none may stand");
    else if (name != "uid" && name != "n" && name != "prev_body_sha256")
      exhibit.members.set(name, member);
  }
  exhibit.uid = value.at("uid").text();
  if (!is_exhibit_uid(exhibit.uid)) throw BodyError("exhibit.uid", "an exhibit's uid is malformed");
  const std::int64_t n = value.at("n").integer();
  if (n < 1) throw BodyError("exhibit.n", "the counter of an exhibit is below one");
  exhibit.n = static_cast<std::uint64_t>(n);
  exhibit.prev_body_sha256 = value.at("prev_body_sha256").text();
  if (hidden) open_hidden(*hidden, opener, exhibit);
  return exhibit;
}

void pass_over(const std::string& digest, const std::vector<ErasedStatement>& erased, OpenedBody& into) {
  ++into.hidden;
  const auto kept = std::ranges::find(erased, digest, &ErasedStatement::digest);
  if (kept == erased.end()) return;
  if (!is_exhibit_uid(kept->exhibit_uid))
    throw BodyError("exhibit.uid", "the uid of an exhibit whose disclosure was erased is malformed");
  if (std::ranges::find(into.touched, kept->exhibit_uid, &OpenedBody::Touched::uid) != into.touched.end())
    throw BodyError("exhibit.twice", "an exhibit is named twice in one body");
  into.touched.push_back({kept->exhibit_uid, true});
}

void open_exhibits(const Json& exhibits, const std::vector<ErasedStatement>& erased, Opener& opener,
                   OpenedBody& into) {
  for (const Json& item : exhibits.items()) {
    const Json* digest = item.find("...");
    if (!digest || item.members().size() != 1)
      throw BodyError("body.exhibits", "an exhibit is something else than its digest");
    if (!digest->is_text()) throw BodyError("body.digest", "a digest in the body is malformed");
    const Disclosure* disclosure = opener.open(digest->text());
    if (!disclosure) {
      pass_over(digest->text(), erased, into);
      continue;
    }
    if (disclosure->name)
      throw BodyError("disclosure.kind", "a member is disclosed where an array element is hidden");
    OpenedBody::Exhibit exhibit = read_statement(disclosure->value, opener);
    if (std::ranges::find(into.touched, exhibit.uid, &OpenedBody::Touched::uid) != into.touched.end())
      throw BodyError("exhibit.twice", "an exhibit is named twice in one body");
    into.touched.push_back({exhibit.uid, false});
    into.exhibits.push_back(std::move(exhibit));
  }
}

void require(bool holds, const char* check, const char* otherwise) {
  if (!holds) throw BodyError(check, otherwise);
}

bool is_sha256(const Json* value) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return value && value->is_text() && value->text().size() == 64 &&
         std::ranges::all_of(value->text(), is_digit);
}

bool is_nonce(const Json& value) {
  try {
    return base::from_base64url(value.text()).size() == kNonceBytes;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

// When, by both clocks; without them the order of the acts could not be told.
void check_time_of(const Json& body) {
  const Json* time = body.find("time");
  const auto text = [&](std::string_view name) {
    const Json* member = time ? time->find(name) : nullptr;
    return member && member->is_text() ? member->text() : std::string();
  };
  const std::string mono = text("mono_ms");
  const bool counts = !mono.empty() && mono.size() <= 18 &&
                      std::ranges::all_of(mono, [](char c) { return c >= '0' && c <= '9'; });
  require(base::parse_utc(text("utc")) && !text("boot").empty() && counts, "time.form",
          "it does not state its time");
}

// What every body has, whatever its act.
void check_frame(const Json& body) {
  for (const char* name : {"v", "act", "case", "ledger", "ledger_genesis", "nonce", "_sd_alg"})
    require(body.at(name).is_text(), "body.form", "a member is of another kind");
  require(is_nonce(body.at("nonce")), "body.form", "its nonce is not one of 128 bits");
  require(body.at("tool").is_object(), "body.form", "a member is of another kind");
  for (const Json& party : body.at("parties").items())
    require(is_sha256(party.find(party.find("cert_sha256") ? "cert_sha256" : "slip_sha256")), "body.form",
            "a party has no digest of a certificate or slip");
  if (body.find("scope"))
    require(body.at("scope").is_text() && body.at("scope_n").is_integer() &&
                body.at("scope_prev_body_sha256").is_text(),
            "body.form", "the number and link of an act on the whole case are of another kind");
  require(body.at("v").text() == kBodyVersion, "body.version", "the body is of an unknown version");
  require(body.at("_sd_alg").text() == kDigestAlgorithm, "body.version",
          "the body's digests are of an unknown algorithm");
  const Json* exhibits = body.find("exhibits");
  require(exhibits && exhibits->is_array(), "body.exhibits", "there is no list of exhibits");
  for (const auto& [name, value] : body.members())
    if (name != "exhibits") refuse_reserved(value);
  check_time_of(body);
}

// Names that every body has, and those of acts that touch the whole case.
constexpr std::array<std::string_view, 12> kCommonMembers{
    "v",       "act",  "case", "ledger",   "ledger_genesis", "nonce",
    "parties", "time", "tool", "exhibits", "_sd_alg",        "scope"};

}  // namespace

OpenedBody open_body(base::Bytes body, const std::vector<std::string>& disclosures,
                     const std::vector<ErasedStatement>& erased) {
  try {
    OpenedBody opened;
    opened.body = base::parse_profile(body);
    check_frame(opened.body);
    Opener opener(disclosures);
    open_exhibits(opened.body.at("exhibits"), erased, opener, opened);
    opener.check_all_used();
    return opened;
  } catch (const BodyError&) {
    throw;
  } catch (const base::JsonError& error) {
    throw BodyError("body.form", error.what());
  }
}

// "_sd_alg" and "act" are the first two names of every body in canonical order.
std::string_view act_at_first_sight(base::Bytes body) {
  constexpr std::string_view kBefore = R"({"_sd_alg":"sha-256","act":")";
  const std::string_view text = base::as_text(body);
  if (!text.starts_with(kBefore)) return {};
  const std::string_view rest = text.substr(kBefore.size(), 40);
  return rest.substr(0, rest.find('"') == rest.npos ? 0 : rest.find('"'));
}

OpenedBody open_body(const Entry& entry) {
  if (!entry.body) throw BodyError("body.present", "the body is not there");
  return open_body(*entry.body, entry.disclosures, entry.erased);
}

std::vector<std::string> check_act(const OpenedBody& opened) {
  const Json& body = opened.body;
  const ActRule* rule = find_act(body.at("act").text());
  if (!rule) return {"the act \"" + body.at("act").text() + "\" is unknown"};
  std::vector<std::string_view> common(kCommonMembers.begin(), kCommonMembers.end());
  std::vector<std::string> wrong;
  if (rule->scope == Scope::all) {
    common.insert(common.end(), {"scope_n", "scope_prev_body_sha256"});
    const Json* scope = body.find("scope");
    if (!scope || *scope != Json("all")) wrong.push_back("the scope is not \"all\"");
  } else if (body.find("scope")) {
    wrong.push_back("the act does not touch the whole case, and says so");
  }
  for (std::string& sentence : check_members(body, rule->clear, common)) wrong.push_back(std::move(sentence));
  for (std::string& sentence : check_parties(body.at("parties"), *rule)) wrong.push_back(std::move(sentence));
  const std::size_t count = body.at("exhibits").items().size();
  if (rule->exhibits == NamesExhibit::must && count == 0) wrong.push_back("the act must name an exhibit");
  if (rule->exhibits == NamesExhibit::never && count > 0) wrong.push_back("the act names no exhibit");
  for (const OpenedBody::Exhibit& exhibit : opened.exhibits) {
    Json clear = Json::object();
    for (const auto& [name, value] : exhibit.members.members()) {
      const bool was_hidden = std::ranges::find(exhibit.opened_names, name) != exhibit.opened_names.end();
      if (!was_hidden)
        clear.set(name, value);
      else if (std::ranges::find(rule->hidden, name) == rule->hidden.end())
        wrong.push_back("the hidden member \"" + name + "\" is not one of this act");
    }
    for (std::string& sentence : check_members(clear, rule->statement, {}))
      wrong.push_back(std::move(sentence));
  }
  for (base::Said& sentence : authority_faults(opened)) wrong.push_back(std::move(sentence.english));
  return wrong;
}

}  // namespace custody
