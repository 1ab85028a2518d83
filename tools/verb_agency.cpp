// SPDX-License-Identifier: Apache-2.0
// agency new, list, issue, revoke, crl: a small authority on a computer without a network.
#include <array>
#include <charconv>

#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/agency.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

std::filesystem::path agencies_folder() {
  return config_folder() / "agencies";
}

std::string agency_name(const Arguments& arguments) {
  if (const auto named = arguments.value("agency")) return *named;
  const auto all = custody::list_agencies(agencies_folder());
  if (all.size() == 1) return all.front();
  throw base::Error(base::ErrorKind::not_found,
                    all.empty() ? base::say("there is no authority on this station")
                                : base::say("there are several authorities"),
                    all.empty() ? base::say("Nothing was changed. Make one: holdfast agency new NAME")
                                : base::say("Nothing was changed. Choose one with --agency NAME."));
}

int days_of(const Arguments& arguments, int otherwise) {
  const auto text = arguments.value("days");
  if (!text) return otherwise;
  int days = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), days);
  if (error != std::errc() || end != text->data() + text->size())
    throw base::Error(base::ErrorKind::usage, base::say("--days takes a number"),
                      base::say("Nothing was changed. Write it in digits, for instance 730."));
  return days;
}

int run_new(const Arguments& arguments, Console& console) {
  custody::AgencyRequest request;
  request.name = arguments.required("NAME");
  request.common_name = arguments.value("common-name").value_or(request.name);
  request.organisation = arguments.value("organisation").value_or("");
  request.country = arguments.value("country").value_or("");
  request.valid_days = days_of(arguments, 3650);
  if (arguments.has("rsa")) request.key = custody::KeyKind::rsa3072;
  custody::make_agency(agencies_folder(), request, console.new_passphrase());
  const base::Buffer certificate = custody::Agency(agencies_folder(), request.name).certificate();
  const std::string file = (agencies_folder() / request.name / "ca.cert.pem").string();
  console.result(
      base::say("{}  {}\n  root certificate {}\n  {}", request.name,
                visible(custody::subject_of(certificate)), custody::fingerprint_of(certificate), file),
      base::Json::object({{"name", request.name},
                          {"fingerprint", custody::fingerprint_of(certificate)},
                          {"certificate", file}}));
  console.note(
      base::say("Verifiers take this certificate as their anchor. Keep this computer off all networks."));
  return kDone;
}

int run_list(const Arguments& arguments, Console& console) {
  for (const auto& one : custody::Agency(agencies_folder(), agency_name(arguments)).issued()) {
    base::Json json = base::Json::object({{"serial", one.serial},
                                          {"fingerprint", one.fingerprint},
                                          {"subject", one.subject},
                                          {"role", custody::name_of(one.role)},
                                          {"not_after", one.not_after}});
    std::string line = base::say("{}  {}, until {}\n  certificate {}", visible(one.subject),
                                 custody::name_of(one.role), one.not_after, one.fingerprint);
    if (one.revoked) {
      json.set("revoked_since", one.revoked->since).set("reason", custody::name_of(one.revoked->reason));
      line +=
          base::say("\n  revoked as of {}, {}", one.revoked->since, custody::name_of(one.revoked->reason));
    }
    console.result(line, json);
  }
  return kDone;
}

int run_issue(const Arguments& arguments, Console& console) {
  const std::string role_name = arguments.value("role").value_or("signer");
  const auto role = custody::certificate_role(role_name);
  if (!role)
    throw base::Error(base::ErrorKind::usage, base::say("there is no role \"{}\"", role_name),
                      base::say("Nothing was issued. Take signer, sealer or time."));
  const std::string name = agency_name(arguments);
  custody::Agency agency(agencies_folder(), name);
  const base::Buffer request = base::read_file(arguments.required("CSR"), 1 << 20);
  const custody::RequestFacts facts = custody::request_facts(request);
  if (!console.confirm(base::say("Certify {} ({}) as {}?", visible(facts.subject), facts.key, role_name)))
    throw base::Error(base::ErrorKind::usage, base::say("the request was not confirmed"),
                      base::say("Nothing was issued. Check whose key it is, then repeat and answer yes."));
  const base::Buffer der =
      agency.issue(request, *role, days_of(arguments, 730), [&] { return console.passphrase(name); });
  base::write_new_durably(arguments.required("to"), base::as_bytes(custody::certificate_to_pem(der)));
  console.result(
      base::say("{}\n  certificate {}", visible(facts.subject), custody::fingerprint_of(der)),
      base::Json::object({{"subject", facts.subject}, {"fingerprint", custody::fingerprint_of(der)}}));
  return kDone;
}

int run_revoke(const Arguments& arguments, Console& console) {
  const std::string reason_name = arguments.value("reason").value_or("unspecified");
  const auto reason = custody::revocation_reason(reason_name);
  if (!reason)
    throw base::Error(base::ErrorKind::usage, base::say("there is no reason \"{}\"", reason_name),
                      base::say("Nothing was revoked. Take unspecified, key-compromise, affiliation-changed, "
                                "superseded or cessation-of-operation."));
  std::optional<std::int64_t> since;
  if (const auto text = arguments.value("since")) {
    since = base::parse_utc(*text);
    if (!since)
      throw base::Error(base::ErrorKind::usage, base::say("--since is no time such as 2026-11-21T16:19:24Z"),
                        base::say("Nothing was revoked. Write the time like that, in UTC."));
  }
  const base::Buffer certificate =
      custody::certificate_from_pem(base::as_text(base::read_file(arguments.required("CERT"))));
  const auto revoked =
      custody::Agency(agencies_folder(), agency_name(arguments)).revoke(certificate, *reason, since);
  console.note(
      base::say("{} is revoked as of {}. Now make a list and send it out: holdfast agency crl --to FILE",
                visible(revoked.subject), revoked.revoked->since));
  return kDone;
}

int run_crl(const Arguments& arguments, Console& console) {
  const std::string name = agency_name(arguments);
  const base::Buffer list = custody::Agency(agencies_folder(), name).make_list(days_of(arguments, 30), [&] {
    return console.passphrase(name);
  });
  base::write_new_durably(arguments.required("to"), base::as_bytes(custody::list_to_pem(list)));
  console.note(
      base::say("Verifiers put it into their trust folder, as NAME.crl; a case keeps it with `holdfast "
                "ledger add-crl`."));
  return kDone;
}

constexpr Option kAgency{"agency", OptionKind::value, "NAME",
                         base::phrase("the authority; else the only one there is")};
constexpr std::array kNew{
    Option{"NAME", OptionKind::positional, "NAME", base::phrase("lower-case letters, digits, '-'")},
    Option{"common-name", OptionKind::value, "TEXT", base::phrase("the authority's name")},
    Option{"organisation", OptionKind::value, "TEXT", base::phrase("the agency")},
    Option{"country", OptionKind::value, "CC", base::phrase("two letters")},
    Option{"days", OptionKind::value, "N", base::phrase("how long it is valid (3650)")},
    Option{"rsa", OptionKind::flag, "", base::phrase("RSA of 3072 bits instead of P-256")}};
constexpr std::array kList{kAgency};
constexpr std::array kIssue{
    Option{"CSR", OptionKind::positional, "CSR",
           base::phrase("request of `identity request`, or another program's PKCS#10")},
    Option{"to", OptionKind::value_required, "FILE", base::phrase("the certificate, a new file")},
    Option{"role", OptionKind::value, "ROLE",
           base::phrase("signer (as set), sealer, or time for a time-stamping service")},
    Option{"days", OptionKind::value, "N",
           base::phrase("how long it is valid (730, the most; 3650 for time)")},
    kAgency};
constexpr std::array kRevoke{
    Option{"CERT", OptionKind::positional, "CERT.pem", base::phrase("a certificate that it issued")},
    Option{
        "reason", OptionKind::value, "WORD",
        base::phrase("unspecified, key-compromise, affiliation-changed, superseded, cessation-of-operation")},
    Option{"since", OptionKind::value, "UTC", base::phrase("from when on the key is suspect; else now")},
    kAgency};
constexpr std::array kCrl{
    Option{"to", OptionKind::value_required, "FILE", base::phrase("the list, a new file")},
    Option{"days", OptionKind::value, "N", base::phrase("until the next list (30)")}, kAgency};

}  // namespace

const Verb kAgencyNew{"agency",
                      "new",
                      base::phrase("make an authority that certifies people's keys"),
                      kNew,
                      "  holdfast agency new root --common-name 'Example Police Root' --country TH\n"
                      "  holdfast agency new root --rsa --days 7300",
                      base::phrase("0 made; 2 usage; 4 failed"),
                      run_new};
const Verb kAgencyList{"agency",
                       "list",
                       base::phrase("what an authority has issued and revoked"),
                       kList,
                       "  holdfast agency list\n  holdfast agency list --agency root --json",
                       base::phrase("0; 4 failed"),
                       run_list};
const Verb kAgencyIssue{"agency",
                        "issue",
                        base::phrase("certify the key of a request"),
                        kIssue,
                        "  holdfast agency issue examiner.csr --to examiner.pem\n"
                        "  holdfast agency issue examiner.seal.csr --role sealer --to examiner.seal.pem",
                        base::phrase("0 issued; 2 usage; 4 failed"),
                        run_issue};
const Verb kAgencyRevoke{
    "agency",
    "revoke",
    base::phrase("revoke a certificate"),
    kRevoke,
    "  holdfast agency revoke examiner.pem --reason key-compromise --since 2026-11-20T00:00:00Z\n"
    "  holdfast agency revoke examiner.pem --reason cessation-of-operation",
    base::phrase("0 revoked; 2 usage; 4 failed"),
    run_revoke};
const Verb kAgencyCrl{"agency",
                      "crl",
                      base::phrase("sign the list of what is revoked"),
                      kCrl,
                      "  holdfast agency crl --to example-police.crl\n"
                      "  holdfast agency crl --to example-police.crl --days 90",
                      base::phrase("0 signed; 2 usage; 4 failed"),
                      run_crl};

}  // namespace tools
