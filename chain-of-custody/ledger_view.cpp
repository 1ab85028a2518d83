// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/ledger_view.h"

#include <algorithm>
#include <charconv>

#include "base/merkle.h"
#include "chain-of-custody/leaf.h"

namespace custody {
namespace {

LedgerView::Act act_of(const Entry& entry) {
  LedgerView::Act act;
  try {
    act.body_sha256 = parse_leaf(entry.leaf).body_sha256.hex();
    if (!entry.body) return act;
    act.opened = open_body(entry);
    act.kind = text_in(act.opened->body, "act");
  } catch (const base::JsonError&) {
    // The ledger's own verification reports what cannot be read; here it is not there.
    act.opened.reset();
  }
  return act;
}

}  // namespace

std::string text_in(const base::Json& object, std::string_view name) {
  const base::Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

std::optional<std::uint64_t> number_in(const base::Json& object, std::string_view name) {
  const std::string text = text_in(object, name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || std::to_string(value) != text) return {};
  return value;
}

LedgerView view_of(const LedgerContent& content) {
  LedgerView view;
  for (const Entry& entry : content.entries) {
    view.acts.push_back(act_of(entry));
    view.hashes.push_back(base::leaf_hash(entry.leaf));
  }
  view.keys = log_keys_of(content);
  view.custody = view.custody_at(view.acts.size());
  if (view.acts.empty() || !view.acts.front().opened) return view;
  view.origin = text_in(view.acts.front().opened->body, "ledger");
  view.genesis = view.hashes.front().hex();
  return view;
}

ExhibitStates custody_of(const LedgerContent& content) {
  return view_of(content).custody;
}

std::string LedgerView::entry_name(std::uint64_t index) const {
  return origin + ", entry " + std::to_string(index);
}

ExhibitStates LedgerView::custody_at(std::uint64_t size) const {
  ExhibitStates states;
  for (std::uint64_t index = 0; index < std::min<std::uint64_t>(size, acts.size()); ++index)
    if (acts[index].opened) states.entry(index, *acts[index].opened, acts[index].body_sha256);
  return states;
}

LedgerView::Head LedgerView::head_at(std::uint64_t size, std::string_view uid) const {
  Head head;
  for (std::uint64_t index = 0; index < std::min<std::uint64_t>(size, acts.size()); ++index) {
    if (!acts[index].opened) continue;
    const auto& exhibits = acts[index].opened->exhibits;
    const auto found = std::ranges::find(exhibits, uid, &OpenedBody::Exhibit::uid);
    if (found != exhibits.end()) head = {found->n, acts[index].body_sha256};
  }
  return head;
}

}  // namespace custody
