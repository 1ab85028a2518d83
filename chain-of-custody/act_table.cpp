// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/act_table.h"

#include <algorithm>

namespace custody {
namespace {

constexpr bool kRequired = true;

constexpr MemberRule kGenesis[] = {
    {"title"},    {"authority"},  {"encrypted_at_rest"}, {"log_key", kRequired},
    {"officers"}, {"not_before"}, {"continues"}};
constexpr MemberRule kKeyAdd[] = {
    {"cert_sha256", kRequired}, {"certificate", kRequired}, {"subject", kRequired}};
constexpr MemberRule kKeyRetire[] = {{"cert_sha256", kRequired}, {"reason", kRequired}};
constexpr MemberRule kKeyRevoke[] = {{"cert_sha256", kRequired},
                                     {"last_good_size", kRequired},
                                     {"last_good_root", kRequired},
                                     {"reason", kRequired},
                                     {"since"}};
constexpr MemberRule kSessionOpen[] = {
    {"cert_sha256", kRequired}, {"certificate", kRequired}, {"acts", kRequired}, {"until", kRequired}};
constexpr MemberRule kSessionClose[] = {
    {"session", kRequired}, {"entries", kRequired}, {"activity_sha256"}, {"activity_lines"}};
constexpr MemberRule kLogReplace[] = {{"log_key", kRequired},
                                      {"last_good_size", kRequired},
                                      {"last_good_root", kRequired},
                                      {"reason", kRequired},
                                      {"lost"}};
constexpr MemberRule kCrlAdd[] = {
    {"crl", kRequired}, {"issuer", kRequired}, {"this_update", kRequired}, {"next_update"}};
constexpr MemberRule kAnchor[] = {{"size", kRequired},  {"root", kRequired},      {"checkpoint", kRequired},
                                  {"token", kRequired}, {"authority", kRequired}, {"stamped", kRequired}};
constexpr MemberRule kWitness[] = {{"size", kRequired},
                                   {"root", kRequired},
                                   {"witness", kRequired},
                                   {"cosignature", kRequired},
                                   {"cosigned_at", kRequired}};
constexpr MemberRule kHandover[] = {{"purpose", kRequired}};
constexpr MemberRule kHandoverStatement[] = {{"seal"}, {"condition"}, {"image"}, {"image_due"}};
constexpr MemberRule kHandoverOffer[] = {{"purpose", kRequired}, {"to", kRequired}};
constexpr MemberRule kHandoverOfferStatement[] = {
    {"seal"}, {"condition"}, {"image"}, {"image_due"}, {"container"}};
constexpr MemberRule kHandoverAccept[] = {{"from", kRequired}, {"offer_sha256", kRequired}};
constexpr MemberRule kHandoverAcceptStatement[] = {{"label", kRequired},
                                                   {"kind", kRequired},
                                                   {"from_n", kRequired},
                                                   {"from_body_sha256", kRequired},
                                                   {"parent"},
                                                   {"description"},
                                                   {"serial"},
                                                   {"serial_reason"},
                                                   {"seal"},
                                                   {"condition"},
                                                   {"image"},
                                                   {"image_due"},
                                                   {"container"}};
constexpr MemberRule kHandoverReceipt[] = {
    {"by", kRequired}, {"accept_sha256", kRequired}, {"proof", kRequired}};
constexpr MemberRule kHandoverWithdraw[] = {{"offer_sha256", kRequired}, {"reason", kRequired}};
constexpr MemberRule kExhibitContinueStatement[] = {{"label", kRequired},
                                                    {"kind", kRequired},
                                                    {"from_n", kRequired},
                                                    {"from_body_sha256", kRequired},
                                                    {"parent"},
                                                    {"description"},
                                                    {"serial"},
                                                    {"serial_reason"},
                                                    {"seal"},
                                                    {"container"},
                                                    {"offer_sha256"}};
constexpr MemberRule kReason[] = {{"reason", kRequired}};
constexpr MemberRule kSealStatement[] = {{"seal", kRequired}, {"condition"}};
constexpr MemberRule kPackStatement[] = {{"container", kRequired}};
constexpr MemberRule kConditionStatement[] = {{"condition"}};
constexpr MemberRule kLocateStatement[] = {{"site"}, {"room"}, {"floor"}, {"desk"}};
constexpr MemberRule kIsolateStatement[] = {
    {"isolation", kRequired}, {"isolated_at"}, {"power"}, {"battery"}};
constexpr MemberRule kAccess[] = {{"purpose", kRequired}};
constexpr MemberRule kLiveStatement[] = {{"done", kRequired}};
constexpr MemberRule kDestroyStatement[] = {{"how", kRequired}};
constexpr MemberRule kErase[] = {{"reason", kRequired}};
constexpr MemberRule kEraseStatement[] = {{"entries", kRequired}};
constexpr MemberRule kChecklistStep[] = {{"checklist", kRequired},
                                         {"checklist_sha256", kRequired},
                                         {"step", kRequired},
                                         {"outcome", kRequired},
                                         {"reason"}};
constexpr MemberRule kAuthorityAdd[] = {{"number", kRequired}, {"kind", kRequired}, {"issuer", kRequired},
                                        {"from", kRequired},   {"until"},           {"data"},
                                        {"periods"},           {"premises"},        {"renews"},
                                        {"request"},           {"document"}};
constexpr MemberRule kRestrictStatement[] = {{"why"}};
constexpr std::string_view kRecordsHidden[] = {"records"};
constexpr MemberRule kUnrestrict[] = {{"reason", kRequired}, {"lifts", kRequired}, {"until"}};
constexpr MemberRule kClose[] = {{"reason", kRequired}};
constexpr std::string_view kTwoCustodians[] = {"custodian", "custodian"};
constexpr std::string_view kTwoOfficers[] = {"acting", "custodian"};
constexpr std::string_view kBothPresent[] = {"releasing", "receiving"};
constexpr std::string_view kReleasing[] = {"releasing"};
constexpr std::string_view kReceiving[] = {"receiving"};
constexpr MemberRule kExhibitAdd[] = {{"label", kRequired},
                                      {"kind", kRequired},
                                      {"parent"},
                                      {"description"},
                                      {"serial"},
                                      {"serial_reason"},
                                      {"seal"},
                                      {"clock_offset_s"},
                                      {"clock_offset_reason"},
                                      {"same_serial_reason"},
                                      {"power"},
                                      {"battery"},
                                      {"lock"},
                                      {"encryption"},
                                      {"network"},
                                      {"isolation"},
                                      {"isolated_at"},
                                      {"seized_at"},
                                      {"condition"},
                                      {"site"},
                                      {"room"},
                                      {"floor"},
                                      {"desk"},
                                      {"authority"},
                                      {"first_reason"}};
constexpr std::string_view kExhibitAddHidden[] = {"photos"};
constexpr MemberRule kAcquireBegin[] = {{"acquisition", kRequired}, {"format"}, {"source"}, {"attempt"}};
constexpr MemberRule kAcquireEnd[] = {{"acquisition", kRequired},
                                      {"adopted"},
                                      {"format"},
                                      {"outcome", kRequired},
                                      {"media_bytes"},
                                      {"read_bytes"},
                                      {"bad_bytes"},
                                      {"not_attempted_bytes"},
                                      {"read_back"},
                                      {"files"},
                                      {"source"},
                                      {"attempt"},
                                      {"copies"},
                                      {"trouble"}};
constexpr std::string_view kAcquireEndHidden[] = {"md5", "sha1", "sha256", "acquisition_json_sha256",
                                                  "attempt_json_sha256"};
constexpr MemberRule kReceive[] = {{"from", kRequired}, {"request"}};
constexpr MemberRule kReceiveStatement[] = {{"acquisition", kRequired},
                                            {"what", kRequired},
                                            {"stated", kRequired},
                                            {"files", kRequired},
                                            {"format"},
                                            {"outcome", kRequired},
                                            {"media_bytes"},
                                            {"read_bytes"},
                                            {"bad_bytes"},
                                            {"not_attempted_bytes"},
                                            {"in_place"},
                                            {"medium"},
                                            {"description"}};
constexpr std::string_view kReceiveHidden[] = {"md5", "sha1", "sha256", "acquisition_json_sha256"};
constexpr MemberRule kCopyStatement[] = {
    {"acquisition", kRequired}, {"copy", kRequired}, {"result", kRequired}, {"medium"}};
constexpr std::string_view kCopyHidden[] = {"files_sha256"};
constexpr MemberRule kCopyDestroyStatement[] = {
    {"acquisition", kRequired}, {"copy", kRequired}, {"how", kRequired}, {"last"}};
constexpr MemberRule kExtract[] = {{"acquisition", kRequired},
                                   {"record_root", kRequired},
                                   {"lines", kRequired},
                                   {"records"},
                                   {"anomalies"},
                                   {"extractors"},
                                   {"reproducible"},
                                   {"sandbox"},
                                   {"worker_deaths"}};
constexpr std::string_view kExtractHidden[] = {"lines_sha256", "file_sha256"};
constexpr MemberRule kVerify[] = {{"acquisition"}, {"object", kRequired}, {"result", kRequired}, {"copy"}};
constexpr MemberRule kAmend[] = {{"reason", kRequired}};
constexpr MemberRule kAmendStatement[] = {{"label"}, {"authority"}};
constexpr MemberRule kDisclose[] = {{"recipient", kRequired},
                                    {"request"},
                                    {"edition"},
                                    {"data_manifest_sha256", kRequired},
                                    {"withheld"},
                                    {"released"},
                                    {"redacted"}};
constexpr MemberRule kDiscloseStatement[] = {{"released"}, {"redacted"}, {"withheld"}};

constexpr ActRule kActs[] = {
    {.act = "genesis",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kGenesis,
     .in_words = "The ledger of the case was opened",
     .further_role = "custodian"},
    {.act = "key.add",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kKeyAdd,
     .in_words = "A certificate was added that may sign",
     .after_close = true},
    {.act = "key.retire",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kKeyRetire,
     .in_words = "A certificate signs no more; what it signed stands",
     .after_close = true},
    {.act = "key.revoke",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kKeyRevoke,
     .in_words = "A certificate was revoked; what it signed stands up to the last good checkpoint",
     .roles = kTwoCustodians,
     .after_close = true},
    {.act = "log.replace",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kLogReplace,
     .in_words = "The ledger's own key was replaced",
     .roles = kTwoCustodians,
     .after_close = true},
    {.act = "crl.add",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kCrlAdd,
     .in_words = "A list of revoked certificates was archived",
     .after_close = true},
    {.act = "anchor",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kAnchor,
     .in_words = "A time-stamp token over a checkpoint was recorded",
     .after_close = true},
    {.act = "witness",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kWitness,
     .in_words = "A witness's cosignature on a checkpoint was recorded",
     .after_close = true},
    {.act = "session.open",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kSessionOpen,
     .in_words = "A session was opened, which signs the named acts until the named time"},
    {.act = "session.close",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kSessionClose,
     .in_words = "A session was closed; who opened it confirms what it signed"},
    {.act = "exhibit.add",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kExhibitAdd,
     .hidden = kExhibitAddHidden,
     .in_words = "Exhibits were registered",
     .further_role = "witness",
     .registers = Registers::must},
    {.act = "exhibit.continue",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kExhibitContinueStatement,
     .in_words = "Exhibits of the ledger that this one continues were taken over",
     .registers = Registers::must},
    {.act = "acquire.begin",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kAcquireBegin,
     .in_words = "An acquisition began"},
    {.act = "acquire.end",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kAcquireEnd,
     .hidden = kAcquireEndHidden,
     .in_words = "An acquisition ended"},
    {.act = "receive",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kReceive,
     .statement = kReceiveStatement,
     .hidden = kReceiveHidden,
     .in_words = "Evidence that somebody else acquired was received"},
    {.act = "extract",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kExtract,
     .hidden = kExtractHidden,
     .in_words = "Records were extracted"},
    {.act = "verify",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kVerify,
     .in_words = "Stored data was checked"},
    {.act = "copy",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kCopyStatement,
     .hidden = kCopyHidden,
     .in_words = "A further copy was made of what was acquired or received",
     .after_close = true},
    {.act = "copy.destroy",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kReason,
     .statement = kCopyDestroyStatement,
     .in_words = "A copy of what was acquired or received was destroyed",
     .roles = kTwoCustodians,
     .after_close = true},
    {.act = "handover",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kHandover,
     .statement = kHandoverStatement,
     .in_words = "Exhibits were handed over, both parties present",
     .roles = kBothPresent,
     .further_role = "witness"},
    {.act = "handover.offer",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kHandoverOffer,
     .statement = kHandoverOfferStatement,
     .in_words = "Exhibits were offered to somebody who accepts them in another ledger",
     .roles = kReleasing},
    {.act = "handover.accept",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kHandoverAccept,
     .statement = kHandoverAcceptStatement,
     .in_words = "Exhibits were accepted that another ledger offered",
     .roles = kReceiving,
     .registers = Registers::may},
    {.act = "handover.receipt",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kHandoverReceipt,
     .in_words = "The acceptance in the other ledger was recorded",
     .roles = kReleasing},
    {.act = "handover.withdraw",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kHandoverWithdraw,
     .in_words = "An offer was taken back that nobody had accepted",
     .roles = kReleasing},
    {.act = "seal",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kSealStatement,
     .in_words = "Exhibits were sealed"},
    {.act = "unseal",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kReason,
     .statement = kSealStatement,
     .in_words = "Seals were taken off exhibits"},
    {.act = "pack",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kPackStatement,
     .in_words = "Exhibits were put into a container"},
    {.act = "unpack",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kConditionStatement,
     .in_words = "Exhibits were taken out of their container"},
    {.act = "locate",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kLocateStatement,
     .in_words = "It was stated where exhibits are kept"},
    {.act = "isolate",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .statement = kIsolateStatement,
     .in_words = "It was stated how exhibits are isolated from networks"},
    {.act = "access",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kAccess,
     .in_words = "Somebody had access to exhibits"},
    {.act = "live",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kReason,
     .statement = kLiveStatement,
     .in_words = "Something was done on devices that were running"},
    {.act = "return",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kReason,
     .statement = kConditionStatement,
     .in_words = "Exhibits were returned; they are kept here no longer",
     .roles = kReleasing,
     .further_role = "receiving",
     .after_close = true},
    {.act = "destroy",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kReason,
     .statement = kDestroyStatement,
     .in_words = "Exhibits were destroyed",
     .roles = kTwoCustodians,
     .after_close = true},
    {.act = "amend",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kAmend,
     .statement = kAmendStatement,
     .in_words = "An earlier statement was amended",
     .further_role = "custodian"},
    {.act = "authority.add",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kAuthorityAdd,
     .in_words = "A warrant, order, consent or request was recorded, with what it covers",
     .after_close = true},
    {.act = "restrict",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kReason,
     .statement = kRestrictStatement,
     .hidden = kRecordsHidden,
     .in_words = "Exhibits, or records of them, may not be looked at from now on",
     .after_close = true},
    {.act = "unrestrict",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kUnrestrict,
     .statement = kRestrictStatement,
     .hidden = kRecordsHidden,
     .in_words = "A second officer allowed that what was barred may be looked at",
     .roles = kTwoOfficers,
     .after_close = true},
    {.act = "erase",
     .scope = Scope::its_exhibits,
     .exhibits = NamesExhibit::must,
     .clear = kErase,
     .statement = kEraseStatement,
     .in_words = "Disclosures were erased; the ledger still verifies",
     .after_close = true},
    {.act = "disclose",
     .scope = Scope::all,
     .exhibits = NamesExhibit::may,
     .clear = kDisclose,
     .statement = kDiscloseStatement,
     .in_words = "An edition was made for a recipient",
     .after_close = true},
    {.act = "checklist.step",
     .scope = Scope::all,
     .exhibits = NamesExhibit::may,
     .clear = kChecklistStep,
     .in_words = "A step of a checklist was done, or skipped with a reason"},
    {.act = "close",
     .scope = Scope::all,
     .exhibits = NamesExhibit::never,
     .clear = kClose,
     .in_words = "The ledger was closed"},
};

}  // namespace

std::span<const ActRule> all_acts() {
  return kActs;
}

const ActRule* find_act(std::string_view act) {
  const auto found = std::ranges::find(kActs, act, &ActRule::act);
  return found == std::end(kActs) ? nullptr : &*found;
}

}  // namespace custody
