// SPDX-License-Identifier: Apache-2.0
// What make-ntfs-and-leveldb can do. Both throw std::runtime_error; for use by one thread.
#pragma once

#include <string>

// Puts files into an NTFS volume that mkntfs made (a regular file). `list` names a text file with lines of
// target path, tab, source file; folders are made as needed. All get the time `unix_seconds`.
void write_ntfs(const std::string& volume, const std::string& list, long long unix_seconds);

// Carries out a text file with the lines "open", "put KEY FILE" and "delete KEY" on the store in `folder`.
// "open" closes the store first, so that what was in its log goes to a table, as when a browser is started
// again.
void write_leveldb(const std::string& folder, const std::string& commands);
