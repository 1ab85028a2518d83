// SPDX-License-Identifier: Apache-2.0
// A PKCS#11 module (OASIS PKCS #11 v2.40), loaded by the name that a person gave, and sessions with its
// tokens. For .cpp files of this room only. Thread rule: one thread per session.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <p11-kit/pkcs11.h>

#include "base/bytes.h"
#include "base/words.h"
#include "chain-of-custody/token_uri.h"

namespace custody {

// Error(crypto): the attempt, with the words for the module's answer.
[[noreturn]] void throw_token_error(const base::Said& attempt, CK_RV answer);

// Initialised when the first needs it, finalised when the last lets go of it: a module may be initialised
// only once in a process.
class TokenModule {
 public:
  static std::shared_ptr<TokenModule> load(const std::filesystem::path& file);
  ~TokenModule();
  TokenModule(const TokenModule&) = delete;
  TokenModule& operator=(const TokenModule&) = delete;

  const CK_FUNCTION_LIST& call() const { return *functions_; }
  // The slot whose token the URI names. Error(not_found) unless there is exactly one.
  CK_SLOT_ID slot_of(const TokenUri& uri) const;
  // PKCS#11 logs in a process, not a session: who comes second with another PIN is refused by us.
  void log_in(CK_SESSION_HANDLE session, CK_SLOT_ID slot, const std::string& pin);

 private:
  TokenModule(const std::filesystem::path& file, void* library);
  void* library_;
  CK_FUNCTION_LIST* functions_ = nullptr;
  bool ours_to_finalise_ = false;
  std::map<CK_SLOT_ID, std::string> pins_;
};

class TokenSession {
 public:
  TokenSession(std::shared_ptr<TokenModule> module, CK_SLOT_ID slot);
  ~TokenSession();
  TokenSession(const TokenSession&) = delete;
  TokenSession& operator=(const TokenSession&) = delete;

  void log_in(const std::string& pin) { module_->log_in(handle_, slot_, pin); }
  const CK_FUNCTION_LIST& call() const { return module_->call(); }
  CK_SESSION_HANDLE handle() const { return handle_; }
  std::vector<CK_OBJECT_HANDLE> find(std::vector<CK_ATTRIBUTE> pattern) const;
  // Empty where the object has no such attribute, or does not show it.
  base::Buffer attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;
  CK_ULONG number(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, CK_ULONG otherwise) const;

 private:
  std::shared_ptr<TokenModule> module_;
  CK_SLOT_ID slot_;
  CK_SESSION_HANDLE handle_ = 0;
};

}  // namespace custody
