// SPDX-License-Identifier: Apache-2.0
// People who can sign, and a small ledger made by the real writer.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "chain-of-custody/identity.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/verify.h"
#include "tests/support/temporary_folder.h"

namespace custody::test {

using TestFolder = support::TemporaryFolder;

// Two people whose keys have no passphrase (scrypt takes half a second). Made once per program.
const Signer& anna();
const Signer& boris();
std::filesystem::path identities();  // where theirs lie
TrustAnchors trusting(const Signer& signer);

inline constexpr char kPhone[] = "a1000000000000000000000000000001";
inline constexpr char kDisk[] = "a2000000000000000000000000000002";

LedgerPlaces places_in(const TestFolder& folder);
GenesisFacts genesis_facts();
base::Event add_exhibit(const std::string& uid, const std::string& label);
base::Event end_acquisition(const std::string& uid);
base::Event extract_records(const std::string& uid);
base::Event check_image(const std::string& uid);

// genesis, two exhibits, acquisition and extraction of the phone, acquisition of the disk, a check: 7
// entries.
std::unique_ptr<Ledger> small_ledger(const TestFolder& folder);

std::unique_ptr<Ledger> reopened(const TestFolder& folder);  // by Anna

VerifyReport verify_in(const TestFolder& folder);  // the ledger there, trusting Anna
VerifyReport verify_whole(const LedgerContent& content, const TrustAnchors& anchors);
// The codes of the checks that failed, each once, in order, separated by spaces; likewise the impossible
// ones.
std::string failed_codes(const VerifyReport& report);
std::string impossible_codes(const VerifyReport& report);

}  // namespace custody::test
