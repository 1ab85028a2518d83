// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/token_module.h"

#include <array>
#include <charconv>
#include <cstring>
#include <mutex>

#include <dlfcn.h>
#include <openssl/crypto.h>

#include "base/error.h"
#include "base/words.h"

namespace custody {
namespace {

constexpr auto kAdvice =
    base::phrase("Nothing was changed. Check that the token is inserted, its PIN, and the module's name.");
constexpr CK_ULONG kMaximalAttribute = 64 * 1024;

const char* in_words(CK_RV answer) {
  switch (answer) {
    case CKR_PIN_INCORRECT:
    case CKR_PIN_LEN_RANGE:
    case CKR_PIN_INVALID:
      return "the PIN is not right";
    case CKR_PIN_LOCKED:
      return "its PIN is locked after too many wrong ones";
    case CKR_PIN_EXPIRED:
      return "its PIN has to be changed first";
    case CKR_USER_PIN_NOT_INITIALIZED:
      return "it has no PIN yet";
    case CKR_DEVICE_REMOVED:
    case CKR_TOKEN_NOT_PRESENT:
      return "it was removed";
    case CKR_MECHANISM_INVALID:
      return "it cannot sign in this way";
    case CKR_KEY_FUNCTION_NOT_PERMITTED:
      return "the key is not for signing";
    default:
      return nullptr;
  }
}

std::string hexadecimal(CK_RV value) {
  std::array<char, 2 * sizeof value> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return "0x" + std::string(digits.data(), end);
}

// Text fields are padded with blanks and not terminated (PKCS #11 v2.40 §3.2).
template <std::size_t size>
std::string padded_text(const unsigned char (&field)[size]) {
  std::string text(reinterpret_cast<const char*>(field), size);
  text.erase(text.find_last_not_of(std::string("\0 ", 2)) + 1);
  return text;
}

bool fits(const std::string& wanted, const std::string& has) {
  return wanted.empty() || wanted == has;
}

std::vector<CK_SLOT_ID> slots_with_tokens(const CK_FUNCTION_LIST& call) {
  CK_ULONG count = 0;
  CK_RV answer = call.C_GetSlotList(CK_TRUE, nullptr, &count);
  std::vector<CK_SLOT_ID> slots(count);
  if (answer == CKR_OK && count > 0) answer = call.C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (answer != CKR_OK) throw_token_error(base::say("the tokens cannot be listed"), answer);
  slots.resize(count);
  return slots;
}

}  // namespace

void throw_token_error(const base::Said& attempt, CK_RV answer) {
  const char* words = in_words(answer);
  throw base::Error(
      base::ErrorKind::crypto,
      attempt + ": " + (words ? base::Said(words) : base::say("the token answers {}", hexadecimal(answer))),
      kAdvice);
}

std::shared_ptr<TokenModule> TokenModule::load(const std::filesystem::path& file) {
  static std::mutex one_at_a_time;
  static std::map<std::string, std::weak_ptr<TokenModule>> loaded;
  const std::lock_guard lock(one_at_a_time);
  if (!file.is_absolute())
    throw base::Error(base::ErrorKind::usage,
                      base::say("the PKCS#11 module {} is not named by its whole path", file.string()),
                      base::say("Nothing was changed. Give it with --module /usr/lib/….so."));
  if (auto there = loaded[file.string()].lock()) return there;
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = dlerror();
    throw base::Error(base::ErrorKind::not_found,
                      base::say("the PKCS#11 module cannot be loaded: {}", why ? why : file.c_str()),
                      kAdvice);
  }
  std::shared_ptr<TokenModule> module(new TokenModule(file, library));
  loaded[file.string()] = module;
  return module;
}

TokenModule::TokenModule(const std::filesystem::path& file, void* library) : library_(library) {
  const auto get_functions = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  CK_RV answer = CKR_FUNCTION_NOT_SUPPORTED;
  if (get_functions != nullptr && get_functions(&functions_) == CKR_OK && functions_ != nullptr)
    answer = functions_->C_Initialize(&arguments);
  if (answer != CKR_OK && answer != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
    dlclose(library);
    throw_token_error(base::say("{} does not work as a PKCS#11 module", file.string()), answer);
  }
  ours_to_finalise_ = answer == CKR_OK;
}

TokenModule::~TokenModule() {
  if (ours_to_finalise_) functions_->C_Finalize(nullptr);
  for (auto& [slot, pin] : pins_) OPENSSL_cleanse(pin.data(), pin.size());
  dlclose(library_);
}

CK_SLOT_ID TokenModule::slot_of(const TokenUri& uri) const {
  std::vector<CK_SLOT_ID> found;
  std::string labels;
  for (const CK_SLOT_ID slot : slots_with_tokens(call())) {
    CK_TOKEN_INFO info{};
    if (call().C_GetTokenInfo(slot, &info) != CKR_OK || (info.flags & CKF_TOKEN_INITIALIZED) == 0) continue;
    labels += (labels.empty() ? "" : ", ") + padded_text(info.label);
    if (fits(uri.token, padded_text(info.label)) &&
        fits(uri.manufacturer, padded_text(info.manufacturerID)) &&
        fits(uri.serial, padded_text(info.serialNumber)) && fits(uri.model, padded_text(info.model)) &&
        uri.slot_id.value_or(slot) == slot)
      found.push_back(slot);
  }
  if (found.size() == 1) return found.front();
  throw base::Error(
      base::ErrorKind::not_found,
      found.empty() ? base::say("no token fits the URI") : base::say("several tokens fit the URI"),
      labels.empty() ? base::say("Nothing was changed. Insert the token, then repeat: there is none.")
                     : base::say("Nothing was changed. Name one of those that are there: {}.", labels));
}

void TokenModule::log_in(CK_SESSION_HANDLE session, CK_SLOT_ID slot, const std::string& pin) {
  // PKCS#11 takes the PIN as unsigned and not const, and only reads it.
  std::string copy = pin;
  const CK_RV answer = call().C_Login(session, CKU_USER, reinterpret_cast<unsigned char*>(copy.data()),
                                      static_cast<CK_ULONG>(copy.size()));
  OPENSSL_cleanse(copy.data(), copy.size());
  const auto known = pins_.find(slot);
  const bool the_same = known != pins_.end() && known->second == pin;
  if (answer == CKR_USER_ALREADY_LOGGED_IN && !the_same)
    throw_token_error(base::say("cannot log in to the token"), CKR_PIN_INCORRECT);
  if (answer != CKR_OK && answer != CKR_USER_ALREADY_LOGGED_IN)
    throw_token_error(base::say("cannot log in to the token"), answer);
  pins_[slot] = pin;
}

TokenSession::TokenSession(std::shared_ptr<TokenModule> module, CK_SLOT_ID slot)
    : module_(std::move(module)), slot_(slot) {
  const CK_RV answer = call().C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &handle_);
  if (answer != CKR_OK) throw_token_error(base::say("a session with the token cannot be opened"), answer);
}

TokenSession::~TokenSession() {
  call().C_CloseSession(handle_);
}

std::vector<CK_OBJECT_HANDLE> TokenSession::find(std::vector<CK_ATTRIBUTE> pattern) const {
  CK_RV answer = call().C_FindObjectsInit(handle_, pattern.data(), static_cast<CK_ULONG>(pattern.size()));
  if (answer != CKR_OK) throw_token_error(base::say("the token cannot be searched"), answer);
  std::vector<CK_OBJECT_HANDLE> found;
  CK_ULONG count = 1;
  while (answer == CKR_OK && count > 0) {
    CK_OBJECT_HANDLE object = 0;
    answer = call().C_FindObjects(handle_, &object, 1, &count);
    if (answer == CKR_OK && count > 0) found.push_back(object);
  }
  call().C_FindObjectsFinal(handle_);
  if (answer != CKR_OK) throw_token_error(base::say("the token cannot be searched"), answer);
  return found;
}

base::Buffer TokenSession::attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
  CK_ATTRIBUTE wanted{type, nullptr, 0};
  if (call().C_GetAttributeValue(handle_, object, &wanted, 1) != CKR_OK ||
      wanted.ulValueLen > kMaximalAttribute)  // also "unavailable", which is all ones
    return {};
  base::Buffer value(wanted.ulValueLen);
  wanted.pValue = value.data();
  if (call().C_GetAttributeValue(handle_, object, &wanted, 1) != CKR_OK || wanted.ulValueLen > value.size())
    return {};
  value.resize(wanted.ulValueLen);
  return value;
}

CK_ULONG TokenSession::number(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, CK_ULONG otherwise) const {
  const base::Buffer bytes = attribute(object, type);
  CK_ULONG value = otherwise;
  if (bytes.size() == sizeof value) std::memcpy(&value, bytes.data(), sizeof value);
  if (bytes.size() == sizeof(CK_BBOOL)) value = std::to_integer<CK_ULONG>(bytes[0]);
  return value;
}

}  // namespace custody
