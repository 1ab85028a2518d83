// SPDX-License-Identifier: Apache-2.0
// The way back from an edition's files to a ledger, for the verifier. The files are a stranger's: what is not
// known by its name and form is reported, and nothing is taken from it.
#include <set>

#include "base/error.h"
#include "chain-of-custody/custody_files.h"
#include "chain-of-custody/findings.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/leaf.h"
#include "chain-of-custody/revocation.h"
#include "chain-of-custody/verify.h"

namespace custody {
namespace {

constexpr std::uint64_t kMaximalFile = 1 << 20;
constexpr std::uint64_t kMaximalEntries = 10'000'000;

class EditionReader {
 public:
  EditionReader(const base::FileSet& files, const std::string& prefix, Findings& findings)
      : files_(files), prefix_(prefix), findings_(findings) {
    for (const std::string& name : files.names())
      if (name.starts_with(prefix)) unread_.insert(name.substr(prefix.size()));
  }

  LedgerContent read() {
    LedgerContent content;
    content.station = prefix_.substr(0, prefix_.find_last_not_of('/') + 1);
    content.station.erase(0, content.station.rfind('/') + 1);
    content.checkpoint = take("checkpoint").value_or(base::Buffer());
    for (std::uint64_t index = 0; index < kMaximalEntries; ++index) {
      std::optional<base::Buffer> leaf = take("leaves/" + entry_name(index) + ".json");
      if (!leaf) break;
      content.entries.push_back(read_entry(index, std::move(*leaf)));
    }
    read_tiles(content);
    read_vkey(content);
    for (const std::string& name : below("certificates/")) read_certificate(name, content);
    for (const std::string& name : below("state/")) read_slot(name, content);
    for (const std::string& name : unread_)
      findings_.fail("custody.file", prefix_ + name,
                     "This file has no place in a ledger, or belongs to no leaf.");
    return content;
  }

 private:
  std::optional<base::Buffer> take(const std::string& name) {
    const auto found = unread_.find(name);
    if (found == unread_.end()) return {};
    unread_.erase(found);
    try {
      base::Buffer bytes = files_.read(prefix_ + name, kMaximalFile);
      findings_.check(true, "custody.file", "", "");
      return bytes;
    } catch (const base::ReadError&) {
      findings_.fail("custody.file", prefix_ + name, "The file cannot be read, or is larger than it may be.");
    } catch (const base::Error&) {
      findings_.fail("custody.file", prefix_ + name, "The file cannot be read.");
    }
    return {};
  }

  std::vector<std::string> below(const std::string& folder) const {
    std::vector<std::string> names;
    for (const std::string& name : unread_)
      if (name.starts_with(folder)) names.push_back(name);
    return names;
  }

  Entry read_entry(std::uint64_t index, base::Buffer leaf) {
    const std::string name = entry_name(index);
    Entry entry;
    entry.index = index;
    entry.leaf = std::move(leaf);
    entry.body = take("bodies/" + name + ".json");
    for (int party = 0; entry.body; ++party) {
      std::optional<base::Buffer> der = take("signatures/" + name + "." + std::to_string(party) + ".p7s");
      if (!der) break;
      entry.signatures.push_back(std::move(*der));
    }
    if (entry.body)
      if (const auto lines = take("disclosures/" + name + ".txt"))
        read_lines(name, base::as_text(*lines), entry);
    return entry;
  }

  void read_lines(const std::string& name, std::string_view left, Entry& entry) {
    for (std::size_t end = left.find('\n'); end != left.npos; end = left.find('\n')) {
      entry.disclosures.emplace_back(left.substr(0, end));
      left.remove_prefix(end + 1);
    }
    findings_.check(left.empty(), "custody.file", prefix_ + "disclosures/" + name + ".txt",
                    "The last line does not end.");
  }

  void read_tiles(const LedgerContent& content) {
    const std::vector<std::string> present = below("tile/");
    if (present.empty()) return;
    const std::map<std::string, base::Buffer> expected = tiles_of(content.entries);
    for (const std::string& name : present) {
      const auto tile = expected.find(name);
      const std::optional<base::Buffer> bytes = take(name);
      findings_.check(bytes && tile != expected.end() && *bytes == tile->second, "custody.tiles",
                      prefix_ + name, "The tile does not hold the leaves, or their hashes, of this ledger.");
    }
  }

  // For people who check by hand. The ledger's key is what signed entries name, never what stands here.
  void read_vkey(const LedgerContent& content) {
    const std::optional<base::Buffer> vkey = take("log.vkey");
    if (!vkey || content.entries.empty() || !content.entries[0].body) return;
    try {
      findings_.check(log_vkey_of(content.entries) + '\n' == base::as_text(*vkey), "custody.file",
                      prefix_ + "log.vkey", "The file holds another key than the entries.");
    } catch (const base::JsonError&) {
      return;  // verify_ledger reports the body
    }
  }

  void read_certificate(const std::string& name, LedgerContent& content) {
    const std::optional<base::Buffer> pem = take(name);
    if (!pem) return;
    try {
      base::Buffer der = certificate_from_pem(base::as_text(*pem));
      const bool own_name = name == "certificates/" + fingerprint_of(der) + ".pem";
      if (findings_.check(own_name && certificate_to_pem(der) == base::as_text(*pem), "custody.file",
                          prefix_ + name, "The file has the name of another certificate, or holds more."))
        content.certificates.push_back(std::move(der));
    } catch (const base::Error&) {
      findings_.fail("custody.file", prefix_ + name, "The file holds no certificate.");
    }
  }

  void read_slot(const std::string& name, LedgerContent& content) {
    const std::optional<base::Buffer> bytes = take(name);
    if (!bytes) return;
    try {
      SlotProof proof = slot_proof_from_json(base::parse_profile(*bytes));
      const std::string& uid = proof.slot.exhibit_uid;
      if (findings_.check(name == "state/" + (uid == kCaseUid ? "case" : uid) + ".json", "custody.file",
                          prefix_ + name, "The file has the name of another slot."))
        content.slots.push_back(std::move(proof));
    } catch (const base::JsonError& error) {
      findings_.fail("custody.file", prefix_ + name,
                     std::string("The slot cannot be read: ") + error.what() + ".");
    }
  }

  const base::FileSet& files_;
  const std::string& prefix_;
  Findings& findings_;
  std::set<std::string, std::less<>> unread_;
};

}  // namespace

LedgerContent ledger_from_files(const base::FileSet& files, const std::string& prefix, VerifyReport& report) {
  Findings findings(report);
  LedgerContent content = EditionReader(files, prefix, findings).read();
  findings.finish(prefix);
  return content;
}

}  // namespace custody
