// SPDX-License-Identifier: Apache-2.0
// identity new, list, use: the person at the keyboard.
#include <array>

#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

void show(Console& console, const custody::IdentityFacts& facts) {
  console.result(facts.name + "  " + visible(facts.subject) + "\n  certificate " + facts.fingerprint +
                     "\n  valid " + facts.not_before + " to " + facts.not_after,
                 base::Json::object({{"name", facts.name},
                                     {"subject", facts.subject},
                                     {"fingerprint", facts.fingerprint},
                                     {"not_before", facts.not_before},
                                     {"not_after", facts.not_after}}));
}

int run_new(const Arguments& arguments, Console& console) {
  custody::IdentityRequest request;
  request.name = arguments.required("NAME");
  request.common_name = arguments.value("common-name").value_or(request.name);
  request.organisation = arguments.value("organisation").value_or("");
  request.country = arguments.value("country").value_or("");
  const std::string passphrase = console.new_passphrase();
  if (passphrase.size() < 8) {
    throw base::Error(base::ErrorKind::usage, "the passphrase has fewer than 8 characters",
                      "Nothing was made. Choose a longer one.");
  }
  custody::make_identity(identities_folder(), request, passphrase);
  const custody::IdentityFacts facts = custody::identity_facts(identities_folder(), request.name);
  show(console, facts);
  console.note("Give partners the certificate, and the fingerprint above by another way:\n  " +
               (identities_folder() / request.name / "sign.cert.pem").string());
  return kDone;
}

int run_list(const Arguments&, Console& console) {
  for (const auto& facts : custody::list_identities(identities_folder())) show(console, facts);
  return kDone;
}

int run_use(const Arguments& arguments, Console& console) {
  const std::string name = arguments.required("NAME");
  custody::identity_facts(identities_folder(), name);  // says in words where there is none
  choose_identity(name);
  console.note(name + " signs from now on.");
  return kDone;
}

constexpr std::array kNew{
    Option{"NAME", OptionKind::positional, "NAME", "lower-case letters, digits, '-'"},
    Option{"common-name", OptionKind::value, "TEXT", "shown to others; a role or badge number will do"},
    Option{"organisation", OptionKind::value, "TEXT", "the agency"},
    Option{"country", OptionKind::value, "CC", "two letters"}};
constexpr std::array kUse{Option{"NAME", OptionKind::positional, "NAME", "an identity of this station"}};

}  // namespace

const Verb kIdentityNew{
    "identity",
    "new",
    "make a key pair and certificate to sign with",
    kNew,
    "  holdfast identity new examiner --common-name 'Examiner 12' --organisation 'Example Police'\n"
    "  holdfast identity new examiner --passphrase-fd 3 3<passphrase.txt",
    "0 made; 2 usage; 4 failed",
    run_new};
const Verb kIdentityList{"identity",
                         "list",
                         "identities of this station",
                         {},
                         "  holdfast identity list\n  holdfast identity list --json",
                         "0",
                         run_list};
const Verb kIdentityUse{
    "identity",
    "use",
    "choose who signs",
    kUse,
    "  holdfast identity use examiner\n  holdfast acquire /dev/sdb --exhibit KK-A-0001 --identity examiner",
    "0 chosen; 4 no such identity",
    run_use};

}  // namespace tools
