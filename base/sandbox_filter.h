// SPDX-License-Identifier: Apache-2.0
// The system calls that a sandboxed process may make. Part of base/sandbox.
#pragma once

namespace base {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

// For good. Throws Error(io). REQUIRES: no_new_privs.
void enter_system_call_filter();

}  // namespace base
