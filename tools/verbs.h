// SPDX-License-Identifier: Apache-2.0
// Every verb, in the order of the overall help. To add one: its file, its name here and in verbs.cpp.
#pragma once

#include "tools/verb.h"

namespace tools {

extern const Verb kIdentityNew, kIdentityAdd, kIdentityList, kIdentityUse;
extern const Verb kIdentityRequest, kIdentityInstall, kIdentityImport, kIdentityRetire, kIdentityBackup;
extern const Verb kAgencyNew, kAgencyList, kAgencyIssue, kAgencyRevoke, kAgencyCrl;
extern const Verb kLedgerRetireKey, kLedgerRevokeKey, kLedgerReplaceLogKey, kLedgerAddCrl;
extern const Verb kCaseNew, kCaseShow, kCaseContinue, kCaseClose;
extern const Verb kExhibitAdd, kExhibitList, kExhibitShow, kExhibitCheck;
extern const Verb kExhibitSeal, kExhibitUnseal, kExhibitPack, kExhibitUnpack;
extern const Verb kExhibitLocate, kExhibitIsolate, kExhibitAccess, kExhibitLive;
extern const Verb kExhibitReturn, kExhibitDestroy;
extern const Verb kExhibitLabel;
extern const Verb kAuthorityAdd, kAuthorityList, kRestrict, kUnrestrict;
extern const Verb kHandoverBoth, kHandoverOffer, kHandoverAccept, kHandoverReceipt, kHandoverWithdraw;
extern const Verb kSlipHandover;
extern const Verb kSessionOpen, kSessionClose, kSessionList;
extern const Verb kAcquire;
extern const Verb kReceive;
extern const Verb kCopyAdd, kCopyList, kCopyCheck, kCopyDestroy;
extern const Verb kParse;
extern const Verb kFind;
extern const Verb kShow;
extern const Verb kNext;
extern const Verb kReportEvening, kMemo;
extern const Verb kExplain, kGet;
extern const Verb kChecklistShow, kChecklistDone, kChecklistSkip, kChecklistAnnex, kFirstMinutes;
extern const Verb kLedgerLog, kLedgerAmend, kLedgerAddKey, kLedgerErase;
extern const Verb kLedgerTimestamp, kLedgerNotBefore;
extern const Verb kArchiveCheck;
extern const Verb kLedgerCheckpoint, kLedgerRequest, kLedgerWitnessed;
extern const Verb kWitnessNew, kWitnessCosign, kWitnessList;
extern const Verb kExport;
extern const Verb kConvert;
extern const Verb kVerify;
extern const Verb kSelftest;

}  // namespace tools
