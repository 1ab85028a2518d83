// SPDX-License-Identifier: Apache-2.0
#include "tools/verbs.h"

#include <array>

namespace tools {

std::span<const Verb* const> verbs() {
  static constexpr std::array kAll{
      &kIdentityNew,
      &kIdentityList,
      &kIdentityUse,
      &kIdentityAdd,
      &kIdentityRequest,
      &kIdentityInstall,
      &kIdentityImport,
      &kIdentityRetire,
      &kIdentityBackup,
      &kAgencyNew,
      &kAgencyList,
      &kAgencyIssue,
      &kAgencyRevoke,
      &kAgencyCrl,
      &kCaseNew,
      &kCaseShow,
      &kCaseContinue,
      &kCaseClose,
      &kExhibitAdd,
      &kExhibitList,
      &kExhibitShow,
      &kExhibitCheck,
      &kFirstMinutes,
      &kChecklistShow,
      &kChecklistDone,
      &kChecklistSkip,
      &kChecklistAnnex,
      &kHandoverBoth,
      &kHandoverOffer,
      &kHandoverAccept,
      &kHandoverReceipt,
      &kHandoverWithdraw,
      &kAcquire,
      &kParse,
      &kFind,
      &kShow,
      &kNext,
      &kExplain,
      &kGet,
      &kLedgerLog,
      &kLedgerAmend,
      &kLedgerAddKey,
      &kLedgerRetireKey,
      &kLedgerRevokeKey,
      &kLedgerReplaceLogKey,
      &kLedgerAddCrl,
      &kLedgerErase,
      &kExport,
      &kConvert,
      &kVerify,
      &kSelftest,
      &kLedgerTimestamp,
      &kLedgerNotBefore,
      &kArchiveCheck,
      &kLedgerCheckpoint,
      &kLedgerRequest,
      &kLedgerWitnessed,
      &kWitnessNew,
      &kWitnessCosign,
      &kWitnessList,
  };
  return kAll;
}

}  // namespace tools
