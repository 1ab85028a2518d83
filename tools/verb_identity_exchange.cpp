// SPDX-License-Identifier: Apache-2.0
// identity request, install, import, retire, backup: an identity and the world outside.
#include <array>

#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/identity_exchange.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

base::Buffer certificate_in(const std::string& file) {
  return custody::certificate_from_pem(base::as_text(base::read_file(file)));
}

// "officer.csr" -> "officer.seal.csr"
std::filesystem::path beside(const std::filesystem::path& file) {
  std::filesystem::path other = file;
  return other.replace_extension(".seal" + file.extension().string());
}

int run_request(const Arguments& arguments, Console& console) {
  const std::string name = arguments.required("NAME");
  const auto facts = custody::identity_facts(identities_folder(), name);
  const std::string whose_key = facts.token ? base::say("the token (its PIN)") : base::Said(name);
  const custody::CertificateRequests requests = custody::make_requests(
      identities_folder(), name, [&] { return console.passphrase(whose_key); },
      [&] { return console.passphrase(name); });
  const std::filesystem::path file = arguments.required("to");
  base::write_new_durably(file, requests.sign);
  base::write_new_durably(beside(file), requests.seal);
  console.result(base::say("to sign:  {}\nto seal:  {}", file.string(), beside(file).string()),
                 base::Json::object({{"sign", file.string()}, {"seal", beside(file).string()}}));
  console.note(
      base::say("Have both certified; then: holdfast identity install {} CERT.pem --seal CERT.pem", name));
  return kDone;
}

int run_install(const Arguments& arguments, Console& console) {
  const std::string name = arguments.required("NAME");
  custody::NewCertificates fresh;
  fresh.sign = certificate_in(arguments.required("CERT"));
  if (const auto file = arguments.value("seal")) fresh.seal = certificate_in(*file);
  if (const auto file = arguments.value("chain")) fresh.chain = base::as_text(base::read_file(*file));
  custody::install_certificates(identities_folder(), name, fresh);
  const auto facts = custody::identity_facts(identities_folder(), name);
  console.result(
      base::say("{} signs as {}\n  certificate {}", name, visible(facts.subject), facts.fingerprint),
      base::Json::object({{"name", name}, {"fingerprint", facts.fingerprint}}));
  console.note(
      base::say("A case that knows the former certificate must be told: holdfast ledger add-key, before this "
                "one signs."));
  return kDone;
}

int run_import(const Arguments& arguments, Console& console) {
  const std::string name = arguments.required("NAME");
  const std::string path = arguments.required("FILE");
  const base::Buffer file = base::read_file(path, 1 << 20);
  if (custody::is_backup(file)) {
    custody::restore_backup(identities_folder(), name, file);
  } else {
    custody::IdentityRequest request;
    request.name = name;
    request.common_name = name;
    const std::string opens = console.passphrase(path);
    custody::import_pkcs12(identities_folder(), request, file, opens, console.new_passphrase());
  }
  const auto facts = custody::identity_facts(identities_folder(), name);
  console.result(
      base::say("{} signs as {}\n  certificate {}", name, visible(facts.subject), facts.fingerprint),
      base::Json::object({{"name", name}, {"fingerprint", facts.fingerprint}}));
  return kDone;
}

int run_retire(const Arguments& arguments, Console& console) {
  const std::string name = arguments.required("NAME");
  custody::retire_identity(identities_folder(), name);
  console.note(base::say(
      "{} signs no more on this station. Tell the cases that know it: holdfast ledger retire-key CERT.",
      name));
  return kDone;
}

int run_backup(const Arguments& arguments, Console& console) {
  const std::string name = arguments.required("NAME"), file = arguments.required("to");
  base::write_new_durably(file, custody::backup_of(identities_folder(), name), 0600);
  console.note(
      base::say("The keys in {} are encrypted as they were; whoever has it and the passphrase signs as {}. "
                "Back with: holdfast identity import NAME {}",
                file, name, file));
  return kDone;
}

constexpr Option kWhose{"NAME", OptionKind::positional, "NAME", base::phrase("an identity of this station")};
constexpr std::array kRequest{
    kWhose,
    Option{"to", OptionKind::value_required, "FILE",
           base::phrase("request for the key to sign with; the other lies beside it, as FILE.seal.csr")}};
constexpr std::array kInstall{
    kWhose,
    Option{"CERT", OptionKind::positional, "CERT.pem", base::phrase("certificate for the key to sign with")},
    Option{"seal", OptionKind::value, "PEM",
           base::phrase("certificate for the key to receive sealed things with")},
    Option{"chain", OptionKind::value, "PEM",
           base::phrase("certificates between these and the authority's root")}};
constexpr std::array kImport{
    Option{"NAME", OptionKind::positional, "NAME", base::phrase("what it shall be called here")},
    Option{"FILE", OptionKind::positional, "FILE", base::phrase("PKCS#12 (.p12, .pfx), or a backup")}};
constexpr std::array kRetire{kWhose};
constexpr std::array kBackup{kWhose,
                             Option{"to", OptionKind::value_required, "FILE", base::phrase("a new file")}};

}  // namespace

const Verb kIdentityRequest{"identity",
                            "request",
                            base::phrase("ask an authority for certificates"),
                            kRequest,
                            "  holdfast identity request examiner --to examiner.csr\n"
                            "  openssl req -noout -text -in examiner.csr",
                            base::phrase("0 written; 2 usage; 4 failed"),
                            run_request};
const Verb kIdentityInstall{"identity",
                            "install",
                            base::phrase("take the certificates that an authority issued"),
                            kInstall,
                            "  holdfast identity install examiner examiner.pem --seal examiner.seal.pem\n"
                            "  holdfast identity install examiner examiner.pem --chain intermediates.pem",
                            base::phrase("0 installed; 2 usage; 4 not for these keys"),
                            run_install};
const Verb kIdentityImport{"identity",
                           "import",
                           base::phrase("take an identity from PKCS#12 or a backup"),
                           kImport,
                           "  holdfast identity import examiner examiner.p12\n"
                           "  holdfast identity import examiner examiner.backup",
                           base::phrase("0 imported; 2 usage; 4 failed"),
                           run_import};
const Verb kIdentityRetire{"identity",
                           "retire",
                           base::phrase("let an identity sign no more on this station"),
                           kRetire,
                           "  holdfast identity retire examiner\n  holdfast identity list",
                           base::phrase("0 retired; 4 failed"),
                           run_retire};
const Verb kIdentityBackup{"identity",
                           "backup",
                           base::phrase("copy an identity to one file, encrypted as it is"),
                           kBackup,
                           "  holdfast identity backup examiner --to /media/safe/examiner.backup\n"
                           "  holdfast identity import examiner /media/safe/examiner.backup",
                           base::phrase("0 written; 2 usage; 4 failed"),
                           run_backup};

}  // namespace tools
