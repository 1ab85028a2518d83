// SPDX-License-Identifier: Apache-2.0
// Handover files. What is read is written the same; of a good offer that somebody changed, no other act,
// signer, exhibit or state of the ledger is shown.
#include <optional>

#include "base/error.h"
#include "bundle_edit.h"
#include "chain-of-custody/handover.h"

namespace {

using base::Json;
using custody::HandoverFile;
using custody::HandoverKind;
using custody::ShownHandover;
using fuzz::must;

std::optional<HandoverFile> read(base::Bytes bytes) {
  try {
    return custody::read_handover(bytes);
  } catch (const base::Error& error) {
    must(error.kind == base::ErrorKind::format);
    return std::nullopt;
  }
}

std::optional<ShownHandover> check(const HandoverFile& file) {
  try {
    return custody::check_handover(file, HandoverKind::offer);
  } catch (const base::Error& error) {
    must(error.kind == base::ErrorKind::format);
    return std::nullopt;
  }
}

void must_show_the_same(const ShownHandover& shown) {
  static const ShownHandover kOriginal =
      *check(*read(base::as_bytes(custody::write_handover(fuzz::fixed_offer()))));
  must(shown.ledger == kOriginal.ledger && shown.genesis == kOriginal.genesis &&
       shown.case_id == kOriginal.case_id);
  must(shown.index == kOriginal.index && shown.body_sha256 == kOriginal.body_sha256);
  must(shown.signers == kOriginal.signers && shown.checkpoint == kOriginal.checkpoint);
  must(shown.exhibits.size() == kOriginal.exhibits.size());
  for (std::size_t i = 0; i < shown.exhibits.size(); ++i)
    must(shown.exhibits[i].uid == kOriginal.exhibits[i].uid &&
         shown.exhibits[i].kind == kOriginal.exhibits[i].kind);
  custody::acceptance_of(shown);
}

// An encoded part is opened, changed and encoded again; any other value as it is.
void change_part(Json& value, fuzz::Choices& choices) {
  if (value.is_object() && !value.members().empty())
    return change_part(value.members()[choices.below(value.members().size())].second, choices);
  if (value.is_array() && !value.items().empty() && choices.next() % 6 != 0)
    return change_part(value.items()[choices.below(value.items().size())], choices);
  if (!value.is_text()) return fuzz::change_json(value, choices);
  try {
    base::Buffer bytes = base::from_base64(value.text());
    fuzz::change_line(bytes, choices);
    value = Json(base::to_base64(bytes));
  } catch (const std::invalid_argument&) {
    fuzz::change_json(value, choices);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes input = fuzz::bytes_of(data, size);
  if (const auto file = read(input)) {
    must(custody::write_handover(*file) == base::as_text(input));
    check(*file);
    return 0;
  }
  fuzz::Choices choices(input);
  Json changed = base::parse_json(base::as_bytes(custody::write_handover(fuzz::fixed_offer())));
  for (int changes = 0; changes < 4 && !choices.empty(); ++changes)
    choices.next() % 4 == 0 ? fuzz::change_json(changed, choices) : change_part(changed, choices);
  const auto file = read(base::as_bytes(changed.canonical()));
  if (!file) return 0;
  must(custody::write_handover(*file) == changed.canonical());
  if (const auto shown = check(*file)) must_show_the_same(*shown);
  return 0;
}
