// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/time_archive.h"

#include <algorithm>

#include "base/counted.h"
#include "base/time.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/sessions.h"

namespace custody {
namespace {

std::string entries_words(std::size_t count) {
  return base::counted(count, "entry", "entries");
}

// What becomes of something that nothing renews.
Lasting of_date(std::int64_t until_us, std::int64_t now_us, std::int64_t horizon_us) {
  if (until_us < now_us) return Lasting::ended;
  return until_us < horizon_us ? Lasting::due : Lasting::lasts;
}

ArchiveLine token_line(const TimeBrackets& brackets, std::size_t at, std::int64_t now_us,
                       std::int64_t horizon_us) {
  const Stamp& stamp = brackets.times().stamps[at];
  ArchiveLine line{"token",
                   "entry " + std::to_string(stamp.entry),
                   stamp.judgement.authority,
                   stamp.judgement.proves_until_us,
                   Lasting::lasts,
                   ""};
  const auto renewal = brackets.renewed_by(at);
  if (!brackets.counts(at)) {
    line.lasting = Lasting::not_counted;
    line.in_words = "You trust no time authority that vouches for it: " + stamp.judgement.why + ".";
  } else if (renewal) {
    const Stamp& later = brackets.times().stamps[*renewal];
    line.lasting = Lasting::renewed;
    line.in_words = "The token in entry " + std::to_string(later.entry) + " covers it.";
  } else {
    line.lasting = of_date(line.until_us, now_us, horizon_us);
    line.in_words =
        line.lasting == Lasting::ended
            ? "It was not renewed while its authority's certificate lasted; no later token mends that."
            : "A new token over the ledger, made before this date, covers it and renews it.";
  }
  return line;
}

struct Signed {
  std::vector<std::uint64_t> entries;
};

// Entries by the certificate that stands for them, in hexadecimal: behind a session that of the person who
// opened it.
std::map<std::string, Signed> signed_entries(const LedgerContent& content) {
  std::map<std::string, Signed> by;
  const Sessions sessions = sessions_of(content);
  for (const Entry& entry : content.entries) {
    const OpenedBody opened = open_body(entry);
    for (const base::Json& party : signing_parties(opened.body))
      by[person_of(party, sessions)].entries.push_back(entry.index);
  }
  return by;
}

ArchiveLine signer_line(const base::Buffer& certificate, const Signed& of, const TimeBrackets& brackets,
                        std::int64_t now_us, std::int64_t horizon_us) {
  const std::int64_t until = validity_of(certificate).not_after_us;
  const auto open = std::ranges::count_if(of.entries, [&](std::uint64_t entry) {
    const auto last = brackets.not_after_of(entry);
    return !last || last->utc_us > until;
  });
  ArchiveLine line{
      "signer", subject_of(certificate), entries_words(of.entries.size()),
      until,    Lasting::renewed,        "Others vouch that all of it was signed before this date."};
  if (open == 0) return line;
  const std::string count = entries_words(static_cast<std::size_t>(open));
  line.lasting = of_date(until, now_us, horizon_us);
  line.in_words = line.lasting == Lasting::ended
                      ? count + " of this signer: nobody vouches that it was signed before this date."
                      : count +
                            " of this signer: this certificate alone stands for it; a token made before "
                            "this date covers that.";
  return line;
}

}  // namespace

std::string_view name_of(Lasting lasting) {
  switch (lasting) {
    case Lasting::lasts:
      return "lasts";
    case Lasting::renewed:
      return "renewed";
    case Lasting::due:
      return "renew now";
    case Lasting::ended:
      return "ended";
    case Lasting::not_counted:
      return "not counted";
  }
  return {};
}

std::vector<ArchiveLine> archive_lines(const LedgerContent& content, const TimeBrackets& brackets,
                                       std::int64_t now_us, std::int64_t horizon_us) {
  std::vector<ArchiveLine> lines;
  for (std::size_t i = 0; i < brackets.times().stamps.size(); ++i)
    lines.push_back(token_line(brackets, i, now_us, horizon_us));
  const std::map<std::string, Signed> by = signed_entries(content);
  for (const base::Buffer& certificate : content.certificates) {
    const auto found = by.find(fingerprint_of(certificate));
    if (found != by.end())
      lines.push_back(signer_line(certificate, found->second, brackets, now_us, horizon_us));
  }
  return lines;
}

bool is_closed(const LedgerContent& content) {
  return std::ranges::any_of(
      content.entries, [](const Entry& entry) { return open_body(entry).body.at("act").text() == "close"; });
}

}  // namespace custody
