// SPDX-License-Identifier: Apache-2.0
// The reader of DER. What it takes has one encoding, element by element, and OpenSSL sees the same tags and
// lengths; sets that it finds in order are in order.
#include <openssl/asn1.h>

#include "chain-of-custody/der_write.h"
#include "chain-of-custody/openssl.h"
#include "promise.h"

namespace {

namespace der = custody::der;
using base::Bytes;
using fuzz::must;

bool is_strict(Bytes bytes) {
  try {
    der::check_strict(bytes);
    return true;
  } catch (const der::DerError&) {
    return false;
  }
}

void compare(const der::Element& element) {
  must(der::element(element.tag, {element.content}) == base::to_buffer(element.whole));
  const unsigned char* at = custody::data_of(element.whole);
  long length = 0;
  int tag = 0, kind = 0;
  const int found = ASN1_get_object(&at, &length, &tag, &kind, static_cast<long>(element.whole.size()));
  must((found & 0x80) == 0 && (found & 1) == 0);
  must(length == static_cast<long>(element.content.size()) && at == custody::data_of(element.content));
  must((tag & 0x1f) == (element.tag & 0x1f) && kind == (element.tag & 0xc0));
  must(((found & V_ASN1_CONSTRUCTED) != 0) == ((element.tag & 0x20) != 0));
}

void check_order(Bytes set) {
  base::Buffer last;
  try {
    der::check_set_order(set);
    for (der::Reader reader(set); !reader.at_end();) {
      const base::Buffer now = base::to_buffer(reader.next().whole);
      must(last < now);
      last = now;
    }
  } catch (const der::DerError&) {
    return;  // out of order
  }
}

// REQUIRES: strict, so that nothing throws.
void walk(Bytes bytes) {
  for (der::Reader reader(bytes); !reader.at_end();) {
    const der::Element element = reader.next();
    compare(element);
    if (element.tag == der::kSet) check_order(element.content);
    if ((element.tag & 0x20) != 0) walk(element.content);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = fuzz::bytes_of(data, size);
  if (is_strict(input)) walk(input);
  return 0;
}
