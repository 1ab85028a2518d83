// SPDX-License-Identifier: Apache-2.0
// ledger checkpoint: the state of the ledger for paper, seals and others' hands.
#include <array>

#include <fmt/format.h>

#include "base/words.h"
#include "chain-of-custody/note.h"
#include "chain-of-custody/revocation.h"
#include "tools/carried_file.h"
#include "tools/exit_code.h"
#include "tools/paper.h"
#include "tools/qr_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

constexpr std::size_t kPixels = 8;  // a module; 300 dots an inch give 0.7 mm

void write_qr(const std::filesystem::path& file, std::string_view note) {
  const QrCode code(note);
  if (file.extension() == ".png") {
    write_carried(file, code.png(kPixels));
  } else if (file.extension() == ".txt") {
    write_carried(file, base::as_bytes(code.text()));
  } else {
    throw base::Error(base::ErrorKind::usage, base::say("--qr takes a name that ends in .png or .txt"),
                      base::say("Nothing was written. Choose such a name."));
  }
}

int run_checkpoint(const Arguments& arguments, Console& console) {
  const custody::LedgerContent ledger = ledger_of(the_case(arguments));
  const std::string note(base::as_text(ledger.checkpoint));
  const custody::Checkpoint checkpoint =
      custody::parse_checkpoint(custody::parse_note(ledger.checkpoint).text);
  const std::string root = root_on_paper(checkpoint.root);
  const std::string vkey = custody::log_vkey_of(ledger);
  if (const auto file = arguments.value("to")) write_carried(*file, ledger.checkpoint);
  if (const auto file = arguments.value("qr")) write_qr(*file, note);
  console.object(base::Json::object({{"note", note},
                                     {"size", std::to_string(checkpoint.size)},
                                     {"root", checkpoint.root.hex()},
                                     {"root_on_paper", root},
                                     {"log_key", vkey}}));
  console.line(note);
  console.line(base::say("entries      {}", checkpoint.size));
  console.line(base::say("root, first  {}", root));
  console.line(base::say("log key      {}", vkey));
  return kDone;
}

constexpr std::array kCheckpoint{
    Option{"qr", OptionKind::value, "FILE.png|.txt", base::phrase("write the whole checkpoint as a QR code")},
    Option{"to", OptionKind::value, "FILE",
           base::phrase("write the checkpoint itself, to be kept by somebody else")}};

}  // namespace

const Verb kLedgerCheckpoint{"ledger",
                             "checkpoint",
                             base::phrase("the state of the ledger, for paper and for others to keep"),
                             kCheckpoint,
                             "  holdfast ledger checkpoint --qr memo.png\n"
                             "  holdfast ledger checkpoint --to /media/stick/KK-2026.checkpoint",
                             base::phrase("0; 2 usage; 4 failed"),
                             run_checkpoint};

}  // namespace tools
