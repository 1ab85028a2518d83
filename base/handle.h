// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace base {

// A deleter from a library's free function: std::unique_ptr<EVP_PKEY, base::Free<EVP_PKEY_free>>.
template <auto free_function>
struct Free {
  template <typename T>
  void operator()(T* pointer) const {
    free_function(pointer);
  }
};

}  // namespace base
