// SPDX-License-Identifier: Apache-2.0
// A source that a server offers by the NBD protocol (NetworkBlockDevice/nbd, doc/proto.md), through libnbd.
// Reads only: no command that writes, trims or flushes is ever sent, and no program is ever started.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "acquire/source.h"

namespace acquire {

// True for names that are meant for NBD, also those that open_nbd refuses ("nbd+ssh://…").
bool is_nbd_uri(std::string_view name);

// `uri` begins with nbd://, nbds:// (TLS) or nbd+unix:// (NetworkBlockDevice/nbd, doc/uri.md). A source whose
// connection is lost stays `gone`; to go on, open it again. Throws base::Error: usage (another form of URI),
// io (no server, no such export).
std::unique_ptr<Source> open_nbd(const std::string& uri);

// The URI as it may be recorded and shown: whatever follows a colon in front of the '@' is left out.
std::string without_password(const std::string& uri);

}  // namespace acquire
