// SPDX-License-Identifier: Apache-2.0
// A slip of paper that somebody without a certificate signs: what is handed over, the digest of that as hex
// and as a QR code, and lines for name, badge, hand and date. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"

namespace tools {

struct Slip {
  struct Thing {
    std::string label, kind, seal, description, uid;
    std::string container, container_uid;  // that it is packed in; empty where in none
  };
  enum class Direction { to_paper, from_paper };  // whether the one who signs on paper takes or gives
  std::string case_id, ledger, purpose, other;    // `other`: the person with a certificate, in words
  std::string checkpoint_size, checkpoint_root;   // of the ledger when the slip was printed
  std::string printed_at;                         // UTC
  std::string nonce;                              // so that two slips never have one digest
  Direction direction = Direction::to_paper;
  std::vector<Thing> things;

  // What is signed, in canonical form; its SHA-256 stands on the paper.
  base::Json statement() const;
  std::string digest() const;
  std::string as_text() const;  // UTF-8, at most 78 columns, with the QR code
  std::string as_html() const;  // one page, without scripts or references
  // A4 pages. REQUIRES: fits_pdf(): its fonts have printable ASCII alone.
  base::Buffer as_pdf() const;
  bool fits_pdf() const;

 private:
  std::string words() const;  // all of it but the code
};

}  // namespace tools
