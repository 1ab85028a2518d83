// SPDX-License-Identifier: Apache-2.0
// Reading a ledger without a key and without writing a byte.
#include <algorithm>
#include <future>
#include <iterator>

#include "base/error.h"
#include "base/words.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/ledger_store.h"

namespace custody {
namespace {

bool holds_any(const base::Buffer& signature, const std::vector<base::Buffer>& certificates) {
  return std::ranges::any_of(certificates, [&](const base::Buffer& certificate) {
    return base::as_text(signature).find(base::as_text(certificate)) != std::string_view::npos;
  });
}

std::vector<base::Buffer> certificates_in(const std::vector<Entry>& entries) {
  std::vector<base::Buffer> certificates;
  for (const Entry& entry : entries)
    for (const base::Buffer& signature : entry.signatures) {
      if (holds_any(signature, certificates)) continue;
      try {
        certificates.push_back(read_actor_signature(signature).certificate);
      } catch (const ProfileError&) {
        // The verifier reports such a signature; there is just no certificate to list.
        continue;
      }
    }
  return certificates;
}

std::string text_member(const base::Json& members, std::string_view name) {
  const base::Json* member = members.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

void add_to(ExhibitView& view, const OpenedBody::Exhibit& exhibit, std::uint64_t index, bool registers) {
  view.entries.push_back(index);
  if (registers) {
    view.kind = text_member(exhibit.members, "kind");
    view.parent_uid = text_member(exhibit.members, "parent");
    view.members = exhibit.members;
  }
  const std::string label = text_member(exhibit.members, "label");
  if (label.empty()) return;
  view.label = label;
  view.labels.push_back(label);
}

constexpr std::uint64_t kWorthAThread = 4096;

// By two threads, where there is much.
std::vector<Entry> entries_in(const std::filesystem::path& folder, LedgerStore& store) {
  const std::uint64_t size = store.size(), middle = size / 2;
  if (size < kWorthAThread) return store.read_all();
  std::future<std::vector<Entry>> second = std::async(std::launch::async, [&] {
    return LedgerStore::open(folder, base::OpenMode::read_only).read_range(middle, size);
  });
  std::vector<Entry> entries = store.read_range(0, middle);
  std::ranges::move(second.get(), std::back_inserter(entries));
  return entries;
}

}  // namespace

LedgerContent read_ledger(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / kLedgerFile))
    throw base::Error(base::ErrorKind::not_found, base::say("there is no ledger in {}", folder.string()),
                      base::say("Nothing was changed. Check the folder."));
  const LedgerLock lock(folder, LedgerLock::Mode::shared);
  LedgerContent content;
  content.station = folder.filename().string();
  try {
    LedgerStore store = LedgerStore::open(folder, base::OpenMode::read_only);
    content.entries = entries_in(folder, store);
    content.certificates = certificates_in(content.entries);
    for (base::Buffer& issuer : store.issuers()) content.certificates.push_back(std::move(issuer));
  } catch (const base::SqliteError& error) {
    throw base::Error(base::ErrorKind::format,
                      base::say("the ledger in {} is damaged: {}", folder.string(), error.what()),
                      base::say("Nothing was changed. Keep it as it is, and use a copy."));
  }
  if (std::filesystem::exists(folder / kCheckpointFile))
    content.checkpoint = base::read_file(folder / kCheckpointFile, 64 << 10);
  return content;
}

std::vector<ExhibitView> exhibits_of(const LedgerContent& content) {
  std::vector<ExhibitView> views;
  for (const Entry& entry : content.entries) {
    if (!entry.body) continue;
    const OpenedBody opened = open_body(entry);
    const ActRule* rule = find_act(opened.body.at("act").text());
    for (const OpenedBody::Exhibit& exhibit : opened.exhibits) {
      auto view = std::ranges::find(views, exhibit.uid, &ExhibitView::uid);
      if (view == views.end()) {
        views.emplace_back().uid = exhibit.uid;
        view = views.end() - 1;
        view->case_id = opened.body.at("case").text();
      }
      const bool registers = view->entries.empty() && rule && rule->registers != Registers::never;
      add_to(*view, exhibit, entry.index, registers);
    }
  }
  // Of an exhibit whose disclosures were erased, only the erasure is left: there is nothing to show it by.
  std::erase_if(views, [](const ExhibitView& view) { return view.labels.empty(); });
  return views;
}

}  // namespace custody
