// SPDX-License-Identifier: Apache-2.0
// A bundle, from its file names to its records: bag, signature, ledger, the act of disclosure, proofs.
#include <algorithm>
#include <set>

#include "base/counted.h"
#include "base/error.h"
#include "chain-of-custody/bagit.h"
#include "chain-of-custody/chain.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/ledger_links.h"
#include "chain-of-custody/verify.h"
#include "chain-of-custody/verify_records.h"
#include "chain-of-custody/whose_ledger.h"

namespace custody {
namespace {

using base::Json;

bool is_payload(std::string_view name) {
  return name.starts_with("data/");
}
bool is_signature(std::string_view name) {
  return name.starts_with(bagit::kSignatureFolder);
}
bool is_tag_manifest(std::string_view name) {
  return name == bagit::kTagManifest || name == "tagmanifest-sha512.txt";
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

class BundleVerification {
 public:
  BundleVerification(const base::FileSet& files, const TrustAnchors& anchors, VerifyReport& report)
      : files_(files), anchors_(anchors), report_(report) {}

  void run() {
    check_names();
    digest_files();
    check_manifests();
    check_signatures();
    check_ledgers();
  }

 private:
  void check_names() {
    const std::size_t before = failed();
    std::set<std::string> folded;
    for (const std::string& name : files_.names()) {
      if (!bagit::is_safe_name(name)) report_.fail("bag.name", name, "No bundle has a file of such a name.");
      if (!folded.insert(lower(name)).second)
        report_.fail("bag.name", name, "Another file's name differs only in case.");
      if (name == "fetch.txt") report_.fail("bag.fetch", name, "A bundle is whole: it fetches nothing.");
    }
    for (const std::string& name : files_.odd_entries()) {
      report_.fail("bag.entry", name, "It is a link, device or the like, not a file.");
    }
    if (failed() == before)
      report_.pass("bag.name", "bundle", "Every entry is a plain file with a safe name.");
  }

  // Of files whose names are fit to be opened; read once, for both algorithms.
  void digest_files() {
    for (const std::string& name : files_.names()) {
      try {
        const bagit::FileDigests digests = bagit::digests_of(*files_.open(name));
        sha256_[name] = digests.sha256;
        sha512_[name] = digests.sha512;
        sizes_[name] = digests.size;
      } catch (const base::ReadError& error) {
        report_.fail("bag.read", name, std::string("It cannot be read: ") + error.what() + ".");
      } catch (const base::Error& error) {
        report_.fail("bag.read", name, std::string(error.what()) + ".");
      }
    }
  }

  std::string text_of(const std::string& name) {
    if (!files_.has(name)) return {};
    try {
      return std::string(base::as_text(files_.read(name, 512 << 20)));
    } catch (const std::exception& error) {
      report_.fail("bag.read", name, std::string("It cannot be read: ") + error.what() + ".");
      return {};
    }
  }

  void check_manifests() {
    const std::size_t before = failed();
    if (text_of("bagit.txt") != bagit::kDeclaration)
      report_.fail("bag.declaration", "bagit.txt", "It is not the declaration of a BagIt 1.0 bag.");
    const auto payload = [](std::string_view name) { return is_payload(name); };
    const auto tags = [](std::string_view name) {
      return !is_payload(name) && !is_signature(name) && !is_tag_manifest(name);
    };
    check_manifest("manifest-sha256.txt", sha256_, 64, payload);
    check_manifest("manifest-sha512.txt", sha512_, 128, payload);
    check_manifest("tagmanifest-sha256.txt", sha256_, 64, tags);
    check_manifest("tagmanifest-sha512.txt", sha512_, 128, tags);
    check_oxum();
    if (failed() == before) {
      report_.pass("bag.manifest", "bundle",
                   base::counted(sha256_.size(), "file is the one", "files are those") +
                       " that the manifests list, and no other is there.");
    }
  }

  template <typename Belongs>
  void check_manifest(const std::string& manifest, const bagit::Manifest& actual, std::size_t length,
                      Belongs belongs) {
    if (!files_.has(manifest)) return report_.fail("bag.manifest", manifest, "It is missing.");
    const bagit::ParsedManifest listed = bagit::parse_manifest(text_of(manifest), length);
    for (const bagit::ManifestFault& fault : listed.faults) {
      report_.fail("bag.manifest", manifest, "Line " + std::to_string(fault.line) + ": " + fault.what + ".");
    }
    for (const auto& [name, digest] : listed.entries) {
      const auto found = actual.find(name);
      if (!belongs(name)) {
        report_.fail("bag.manifest", manifest, "It lists " + name + ", which does not belong there.");
      } else if (found == actual.end()) {
        report_.fail("bag.missing", name, "It is listed in " + manifest + " and is not there.");
      } else if (found->second != digest) {
        report_.fail("bag.digest", name, "Its content is not what " + manifest + " says.");
      }
    }
    for (const auto& [name, digest] : actual) {
      if (belongs(name) && listed.entries.count(name) == 0)
        report_.fail("bag.unlisted", name, "It is not listed in " + manifest + ".");
    }
  }

  // RFC 8493 §2.2.2: bytes and number of the payload files. The manifests prove more; a wrong one misleads.
  void check_oxum() {
    std::uint64_t bytes = 0, count = 0;
    for (const auto& [name, size] : sizes_) {
      if (!is_payload(name)) continue;
      bytes += size;
      ++count;
    }
    const std::string line = "\nPayload-Oxum: " + std::to_string(bytes) + "." + std::to_string(count) + "\n";
    if (text_of("bag-info.txt").find(line) == std::string::npos) {
      report_.fail("bag.oxum", "bag-info.txt", "Payload-Oxum is not that of the payload.");
    }
  }

  void check_signatures() {
    Chains chains(anchors_.certificates, chain_certificates());
    std::size_t count = 0;
    for (const auto& [name, digest] : sha256_) {
      if (!is_signature(name)) continue;
      const bool expected = name.starts_with("signatures/tagmanifest-sha256.") && name.ends_with(".p7s");
      if (!expected) {
        report_.fail("bag.unlisted", name, "Only signatures over the tag manifest may stand there.");
        continue;
      }
      check_signature(name, chains);
      ++count;
    }
    if (count == 0) report_.fail("signature.missing", "signatures/", "Nobody signed this bundle.");
  }

  // What may stand between the bundle's signer and an anchor. Nothing is believed because of it.
  std::vector<base::Buffer> chain_certificates() {
    try {
      return certificates_from_pem(text_of("chain.pem"));
    } catch (const base::Error&) {
      return {};  // then the signer is known by himself, or not at all
    }
  }

  void check_signature(const std::string& name, Chains& chains) {
    const std::string content = text_of(std::string(bagit::kTagManifest));
    try {
      const base::Buffer bytes = files_.read(name, 64 * 1024);
      const ActorSignature signature = read_actor_signature(bytes);
      SignerKeys keys;
      if (!keys.verify(signature, base::as_bytes(content))) {
        return report_.fail("signature.bundle", name,
                            "It is no signature over tagmanifest-sha256.txt: one of the two was changed.");
      }
      report_.pass("signature.bundle", name, "It signs the tag manifest, and by it every file.");
      check_signer(name, signature, chains.judge(signature.certificate));
    } catch (const ProfileError& error) {
      report_.fail("signature.profile", name,
                   std::string("It is no signature of the profile: ") + error.what() + ".");
    } catch (const base::ReadError& error) {
      report_.fail("bag.read", name, std::string("It cannot be read: ") + error.what() + ".");
    } catch (const base::Error& error) {
      report_.fail("signature.profile", name, std::string(error.what()) + ".");
    }
  }

  void check_signer(const std::string& name, const ActorSignature& signature, const ChainResult& chain) {
    const std::string who = subject_of(signature.certificate);
    switch (chain.outcome) {
      case ChainOutcome::trusted:
        report_.pass("signature.chain", name, who + " is known to the verifier.");
        report_.statements.push_back("The bundle is signed by " + who + ".");
        return;
      case ChainOutcome::untrusted:
        return report_.impossible("signature.chain", name,
                                  who + " is not known to the verifier: " + chain.why);
      case ChainOutcome::unfit:
        return report_.fail("signature.chain", name,
                            "The certificate of " + who + " must not sign: " + chain.why);
    }
  }

  // data/custody/<station>/: the ledger that discloses the bundle, and those that it is linked with.
  std::set<std::string> stations() const {
    std::set<std::string> out;
    for (const auto& [name, digest] : sha256_) {
      if (!name.starts_with(bagit::kCustodyFolder)) continue;
      const std::string rest = name.substr(bagit::kCustodyFolder.size());
      out.insert(rest.substr(0, rest.find('/')));
    }
    return out;
  }

  void check_ledgers() {
    std::vector<LedgerContent> ledgers;
    several_ = stations().size() > 1;
    for (const std::string& station : stations()) read_ledger_of(station, ledgers);
    verify_links(ledgers, report_);
    const ScheduleTotals totals = verify_records(files_, extractions_, report_);
    std::vector<const LedgerContent*> disclosing;
    for (const LedgerContent& content : ledgers)
      if (ledgers.size() == 1 || discloses(content)) disclosing.push_back(&content);
    if (disclosing.empty())
      return report_.fail("custody.ledger", "data/custody/",
                          "There must be a ledger that ends with the disclosure of this bundle.");
    // Two stations can have disclosed the very same data, each as an edition of its own.
    const auto own =
        std::ranges::find_if(disclosing, [&](const auto* content) { return names_bundle(*content); });
    check_disclosure(own == disclosing.end() ? *disclosing.front() : **own, totals);
  }

  void read_ledger_of(const std::string& station, std::vector<LedgerContent>& ledgers) {
    const std::string prefix = std::string(bagit::kCustodyFolder) + station + "/";
    try {
      ledgers.push_back(ledger_from_files(files_, prefix, report_));
      const std::size_t before = report_.checks.size();
      verify_ledger(ledgers.back(), Coverage::edition, anchors_, report_);
      if (several_) name_ledger(report_, before, ledgers.back());
      read_extractions(ledgers.back());
    } catch (const base::Error& error) {
      report_.fail("custody.ledger", prefix, std::string(error.what()) + ".");
    }
  }

  // Whether its last entry is the disclosure of this very data.
  bool discloses(const LedgerContent& content) {
    if (content.entries.empty()) return false;
    const std::optional<OpenedBody> body = opened(content.entries.back());
    const Json* act = body ? body->body.find("act") : nullptr;
    const Json* digest = body ? body->body.find("data_manifest_sha256") : nullptr;
    bagit::Manifest payload;
    for (const auto& [name, sha256] : sha256_)
      if (is_payload(name)) payload.emplace(name, sha256);
    return act != nullptr && *act == Json("disclose") && digest != nullptr &&
           *digest == Json(bagit::disclosed_digest(payload));
  }

  std::optional<OpenedBody> opened(const Entry& entry) {
    if (!entry.body) return std::nullopt;
    try {
      return open_body(entry);
    } catch (const base::JsonError&) {
      return std::nullopt;  // verify_ledger has named it
    }
  }

  void read_extractions(const LedgerContent& content) {
    for (const Entry& entry : content.entries) {
      const std::optional<OpenedBody> body = opened(entry);
      const Json* act = body ? body->body.find("act") : nullptr;
      if (act == nullptr || *act != Json("extract")) continue;
      for (const OpenedBody::Exhibit& exhibit : body->exhibits) {
        const Json* acquisition = exhibit.members.find("acquisition");
        const Json* root = exhibit.members.find("record_root");
        if (acquisition == nullptr || root == nullptr || !acquisition->is_text() || !root->is_text())
          continue;
        extractions_.push_back(
            {exhibit.uid, acquisition->text(), root->text(), content.station, entry.index});
      }
    }
  }

  // The last act of the ledger part says that exactly this left, to whom, and how much stayed behind.
  void check_disclosure(const LedgerContent& content, const ScheduleTotals& totals) {
    if (content.entries.empty()) return;
    const Entry& last = content.entries.back();
    const std::string object =
        (several_ ? name_of(content) + ", entry " : "entry ") + std::to_string(last.index);
    const std::optional<OpenedBody> body = opened(last);
    const Json* act = body ? body->body.find("act") : nullptr;
    if (act == nullptr || *act != Json("disclose")) {
      return report_.fail("disclose.last", object,
                          "The last entry of the ledger part is not the disclosure of this bundle.");
    }
    try {
      compare_disclosure(*body, totals, object);
    } catch (const base::JsonError& error) {
      report_.fail("disclose.counts", object,
                   std::string("The disclosure cannot be read: ") + error.what() + ".");
    }
  }

  void compare_disclosure(const OpenedBody& disclosure, const ScheduleTotals& totals,
                          const std::string& object) {
    const Json& body = disclosure.body;
    bagit::Manifest payload;
    for (const auto& [name, digest] : sha256_) {
      if (is_payload(name)) payload.emplace(name, digest);
    }
    const bool same = body.at("data_manifest_sha256").text() == bagit::disclosed_digest(payload);
    if (!same) report_.fail("disclose.data", object, "It discloses other data than this bundle holds.");
    if (same) report_.pass("disclose.data", object, "It discloses exactly the data of this bundle.");
    Json reasons = Json::object();
    for (const auto& [reason, count] : totals.withheld_by_reason)
      reasons.set(lower(reason), std::to_string(count));
    bool equal = body.at("released") == Json(std::to_string(totals.released)) &&
                 body.at("redacted") == Json(std::to_string(totals.redacted)) &&
                 body.at("withheld").canonical() == reasons.canonical();
    for (const OpenedBody::Exhibit& exhibit : disclosure.exhibits)
      equal = equal && counts_equal(exhibit, totals);
    equal = equal && disclosure.exhibits.size() == totals.by_exhibit.size();
    if (!equal) report_.fail("disclose.counts", object, "Its counts are not those of the schedule.");
    if (equal) report_.pass("disclose.counts", object, "Its counts are those of the schedule.");
    check_edition_name(body, object);
    report_.statements.push_back("Disclosed to " + body.at("recipient").text() + " for request " +
                                 body.at("request").text() + ".");
  }

  bool counts_equal(const OpenedBody::Exhibit& exhibit, const ScheduleTotals& totals) const {
    const auto found = totals.by_exhibit.find(exhibit.uid);
    if (found == totals.by_exhibit.end()) return false;
    const auto number = [&](std::size_t index) { return Json(std::to_string(found->second[index])); };
    return exhibit.members.at("released") == number(0) && exhibit.members.at("redacted") == number(1) &&
           exhibit.members.at("withheld") == number(2);
  }

  bool is_own_name(const Json& body) {
    const Json* edition = body.find("edition");
    return edition != nullptr && edition->is_text() &&
           text_of("bag-info.txt").find("\nExternal-Identifier: " + edition->text() + "\n") !=
               std::string::npos;
  }

  bool names_bundle(const LedgerContent& content) {
    const std::optional<OpenedBody> body =
        content.entries.empty() ? std::nullopt : opened(content.entries.back());
    return body && is_own_name(body->body);
  }

  void check_edition_name(const Json& body, const std::string& object) {
    if (!is_own_name(body)) {
      report_.fail("disclose.edition", object,
                   "It discloses an edition of another name than bag-info.txt says.");
    }
  }

  std::size_t failed() const {
    return static_cast<std::size_t>(
        std::count_if(report_.checks.begin(), report_.checks.end(),
                      [](const Check& check) { return check.outcome == Outcome::failed; }));
  }

  const base::FileSet& files_;
  const TrustAnchors& anchors_;
  VerifyReport& report_;
  bool several_ = false;  // ledgers
  bagit::Manifest sha256_, sha512_;
  std::map<std::string, std::uint64_t> sizes_;
  std::vector<SignedExtraction> extractions_;
};

}  // namespace

VerifyReport verify_bundle(const base::FileSet& bundle, const TrustAnchors& anchors) {
  VerifyReport report;
  report.subject = "bundle";
  BundleVerification(bundle, anchors, report).run();
  name_uncompared(anchors.checkpoints, report);
  return report;
}

}  // namespace custody
