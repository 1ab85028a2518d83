// SPDX-License-Identifier: Apache-2.0
// identity new, add, list, use: the person at the keyboard.
#include <array>

#include "base/file.h"
#include "base/words.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

void show(Console& console, const custody::IdentityFacts& facts) {
  std::string line =
      base::say("{}  {}\n  certificate {}\n  {}, valid {} to {}", facts.name, visible(facts.subject),
                facts.fingerprint, facts.key, facts.not_before, facts.not_after);
  base::Json json = base::Json::object({{"name", facts.name},
                                        {"subject", facts.subject},
                                        {"fingerprint", facts.fingerprint},
                                        {"key", facts.key},
                                        {"not_before", facts.not_before},
                                        {"not_after", facts.not_after}});
  if (facts.token) {
    line += base::say("\n  on a token: {}", visible(facts.token->uri));
    json.set("token", facts.token->uri).set("module", facts.token->module.string());
  }
  if (facts.retired) {
    line += base::say("\n  retired since {}", visible(*facts.retired));
    json.set("retired", *facts.retired);
  }
  console.result(line, json);
}

custody::IdentityRequest request_of(const Arguments& arguments) {
  custody::IdentityRequest request;
  request.name = arguments.required("NAME");
  request.common_name = arguments.value("common-name").value_or(request.name);
  request.organisation = arguments.value("organisation").value_or("");
  request.country = arguments.value("country").value_or("");
  if (arguments.has("rsa")) request.sign_key = custody::KeyKind::rsa3072;
  return request;
}

custody::TokenPlace place_of(const Arguments& arguments, const std::string& uri) {
  const auto module = arguments.value("module");
  if (!module)
    throw base::Error(
        base::ErrorKind::usage, base::say("--token needs the PKCS#11 module that reaches the token"),
        base::say("Nothing was made. Give it with --module, such as /usr/lib/softhsm/libsofthsm2.so."));
  return {*module, uri};
}

void make_on_token(const Arguments& arguments, Console& console, const custody::TokenPlace& place,
                   base::Buffer certificate) {
  const std::string pin = console.passphrase(base::say("the token (its PIN)"));
  console.note(
      base::say("The key to receive sealed things with is made here, and needs a passphrase of its own."));
  custody::make_token_identity(identities_folder(), request_of(arguments), place, pin,
                               console.new_passphrase(), std::move(certificate));
}

void say_what_is_made(const Arguments& arguments, Console& console) {
  const std::string name = arguments.required("NAME");
  show(console, custody::identity_facts(identities_folder(), name));
  console.note(base::say("Give partners the certificate, and the fingerprint above by another way:\n  {}",
                         (identities_folder() / name / "sign.cert.pem").string()));
  if (custody::list_identities(identities_folder()).size() > 1)
    console.note(base::say("Several identities are here: `holdfast identity use NAME` says who signs."));
}

int run_new(const Arguments& arguments, Console& console) {
  if (const auto uri = arguments.value("token")) {
    if (arguments.has("rsa"))
      throw base::Error(base::ErrorKind::usage,
                        base::say("--rsa makes a key, and --token names one that is there"),
                        base::say("Nothing was made. Give one of them."));
    make_on_token(arguments, console, place_of(arguments, *uri), {});
  } else {
    custody::make_identity(identities_folder(), request_of(arguments), console.new_passphrase());
  }
  say_what_is_made(arguments, console);
  return kDone;
}

int run_add(const Arguments& arguments, Console& console) {
  const custody::TokenPlace place = place_of(arguments, arguments.required("token"));
  base::Buffer certificate;
  if (const auto file = arguments.value("certificate"))
    certificate = custody::certificate_from_pem(base::as_text(base::read_file(*file)));
  make_on_token(arguments, console, place, std::move(certificate));
  say_what_is_made(arguments, console);
  return kDone;
}

int run_list(const Arguments&, Console& console) {
  for (const auto& facts : custody::list_identities(identities_folder())) show(console, facts);
  return kDone;
}

int run_use(const Arguments& arguments, Console& console) {
  const std::string name = arguments.required("NAME");
  // Says in words where there is none.
  if (const auto facts = custody::identity_facts(identities_folder(), name); facts.retired)
    throw base::Error(base::ErrorKind::usage, base::say("{} is retired since {}", name, *facts.retired),
                      base::say("Nothing was changed. Choose another identity."));
  choose_identity(name);
  console.note(base::say("{} signs from now on.", name));
  return kDone;
}

constexpr Option kName{"NAME", OptionKind::positional, "NAME",
                       base::phrase("lower-case letters, digits, '-'")};
constexpr Option kCommonName{"common-name", OptionKind::value, "TEXT",
                             base::phrase("shown to others; a role or badge number will do")};
constexpr Option kOrganisation{"organisation", OptionKind::value, "TEXT", base::phrase("the agency")};
constexpr Option kCountry{"country", OptionKind::value, "CC", base::phrase("two letters")};
constexpr Option kModule{"module", OptionKind::value, "FILE",
                         base::phrase("the PKCS#11 module of the token, by its whole path")};
constexpr std::array kNew{
    kName,
    kCommonName,
    kOrganisation,
    kCountry,
    Option{"rsa", OptionKind::flag, "", base::phrase("sign with RSA of 3072 bits instead of P-256")},
    Option{"token", OptionKind::value, "URI",
           base::phrase("sign with this key on a token (pkcs11:token=…;object=…)")},
    kModule};
constexpr std::array kAdd{
    kName,
    Option{"token", OptionKind::value_required, "URI",
           base::phrase("the key on the token (pkcs11:token=…;object=…)")},
    kModule,
    Option{"certificate", OptionKind::value, "PEM", base::phrase("of that key; else the token's own")},
    kCommonName,
    kOrganisation,
    kCountry};
constexpr std::array kUse{
    Option{"NAME", OptionKind::positional, "NAME", base::phrase("an identity of this station")}};

}  // namespace

const Verb kIdentityNew{
    "identity",
    "new",
    base::phrase("make a key pair and certificate to sign with"),
    kNew,
    "  holdfast identity new examiner --common-name 'Examiner 12' --organisation 'Example Police'\n"
    "  holdfast identity new examiner --passphrase-fd 3 3<passphrase.txt",
    base::phrase("0 made; 2 usage; 4 failed"),
    run_new};
const Verb kIdentityAdd{"identity",
                        "add",
                        base::phrase("sign with a key and certificate on a token"),
                        kAdd,
                        "  holdfast identity add examiner --token 'pkcs11:token=badge;object=sign' --module "
                        "/usr/lib/softhsm/libsofthsm2.so\n"
                        "  holdfast identity add examiner --token 'pkcs11:token=badge;id=%02' --module "
                        "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so "
                        "--certificate examiner.pem",
                        base::phrase("0 added; 2 usage; 4 failed"),
                        run_add};
const Verb kIdentityList{"identity",
                         "list",
                         base::phrase("identities of this station"),
                         {},
                         "  holdfast identity list\n  holdfast identity list --json",
                         base::phrase("0"),
                         run_list};
const Verb kIdentityUse{
    "identity",
    "use",
    base::phrase("choose who signs"),
    kUse,
    "  holdfast identity use examiner\n  holdfast acquire /dev/sdb --exhibit KK-A-0001 --identity examiner",
    base::phrase("0 chosen; 4 no such identity"),
    run_use};

}  // namespace tools
