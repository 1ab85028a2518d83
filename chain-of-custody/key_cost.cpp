// SPDX-License-Identifier: Apache-2.0
// PKCS#8 (RFC 5958) encrypted with PBES2 (RFC 8018 §6.2), whose key is derived by scrypt (RFC 7914) or
// PBKDF2; the older schemes (RFC 8018 §6.1, RFC 7292) count iterations too.
#include "chain-of-custody/key_cost.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "chain-of-custody/openssl.h"

namespace custody {
namespace {

// A second or so each: sixteen times what our own files ask for (key_file.cpp), and ten times what OpenSSL's
// defaults grew to.
constexpr std::uint64_t kMaximalScrypt = 16ull * (1 << 14) * 8 * 5;  // N·r·p
constexpr std::uint64_t kMaximalIterations = 10'000'000;

struct PemFree {
  void operator()(void* memory) const { OPENSSL_free(memory); }
};
template <typename Type>
using PemMemory = std::unique_ptr<Type, PemFree>;
using EncryptedHandle = std::unique_ptr<X509_SIG, base::Free<X509_SIG_free>>;
using SchemeHandle = std::unique_ptr<PBE2PARAM, base::Free<PBE2PARAM_free>>;
using ScryptHandle = std::unique_ptr<SCRYPT_PARAMS, base::Free<SCRYPT_PARAMS_free>>;
using Pbkdf2Handle = std::unique_ptr<PBKDF2PARAM, base::Free<PBKDF2PARAM_free>>;
using PbeHandle = std::unique_ptr<PBEPARAM, base::Free<PBEPARAM_free>>;

// What a number that is none, negative or beyond 64 bits says is too much.
std::uint64_t number_of(const ASN1_INTEGER* number) {
  std::uint64_t value = 0;
  return number && ASN1_INTEGER_get_uint64(&value, number) == 1 ? value : ~std::uint64_t{0};
}

bool within(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t limit) {
  if (a > limit || b > limit || c > limit) return false;
  return a * b <= limit && a * b * c <= limit;  // each below 2^27: no product of two exceeds 64 bits
}

template <typename Handle>
Handle parameters_of(const X509_ALGOR* algorithm, const ASN1_ITEM* item) {
  const void* value = nullptr;
  int type = 0;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  if (type != V_ASN1_SEQUENCE) return nullptr;
  return Handle(
      static_cast<typename Handle::pointer>(ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), item)));
}

int kind_of(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(object);
}

// Where parameters cannot be read, OpenSSL refuses them as well, and computes nothing.
bool is_affordable(const X509_ALGOR* scheme) {
  if (kind_of(scheme) != NID_pbes2) {
    const auto old = parameters_of<PbeHandle>(scheme, ASN1_ITEM_rptr(PBEPARAM));
    return !old || number_of(old->iter) <= kMaximalIterations;
  }
  const auto parts = parameters_of<SchemeHandle>(scheme, ASN1_ITEM_rptr(PBE2PARAM));
  if (!parts) return true;
  if (kind_of(parts->keyfunc) == NID_id_scrypt) {
    const auto scrypt = parameters_of<ScryptHandle>(parts->keyfunc, ASN1_ITEM_rptr(SCRYPT_PARAMS));
    return !scrypt || within(number_of(scrypt->costParameter), number_of(scrypt->blockSize),
                             number_of(scrypt->parallelizationParameter), kMaximalScrypt);
  }
  const auto pbkdf2 = parameters_of<Pbkdf2Handle>(parts->keyfunc, ASN1_ITEM_rptr(PBKDF2PARAM));
  return !pbkdf2 || number_of(pbkdf2->iter) <= kMaximalIterations;
}

}  // namespace

bool is_affordable(base::Bytes pem) {
  const BioHandle in = reading_bio(pem);
  // All blocks, whatever they are called, and also behind one that is damaged: the reader of keys passes over
  // what it does not want, and no harm is done by looking at more than it will.
  for (std::size_t left = pem.size() + 1; BIO_ctrl_pending(in.get()) < left;) {
    left = BIO_ctrl_pending(in.get());
    char *name = nullptr, *header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (PEM_read_bio(in.get(), &name, &header, &data, &size) != 1) continue;
    const PemMemory<char> name_held(name), header_held(header);
    const PemMemory<unsigned char> data_held(data);
    const unsigned char* at = data;
    const EncryptedHandle encrypted(d2i_X509_SIG(nullptr, &at, size));
    if (!encrypted) continue;
    const X509_ALGOR* scheme = nullptr;
    X509_SIG_get0(encrypted.get(), &scheme, nullptr);
    if (!is_affordable(scheme)) return false;
  }
  ERR_clear_error();
  return true;
}

}  // namespace custody
