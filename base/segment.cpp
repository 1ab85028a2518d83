// SPDX-License-Identifier: Apache-2.0
#include "base/segment.h"

#include <algorithm>
#include <cassert>
#include <cerrno>

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>
#include <zstd.h>

#include "base/error.h"
#include "base/handle.h"
#include "base/json.h"

namespace base {
namespace {

// The keys file: a canonical JSON line {"envelope","v"}, then per line of the segment 48 bytes, the record
// key under AES-256-GCM (32 bytes of ciphertext, 16 of tag; nonce: the line number, 96 bits big-endian).
// Erased: 48 zero bytes.
constexpr std::string_view kKeysVersion = "holdfast-keys/1";
constexpr std::size_t kKeyEntry = 48;
constexpr std::size_t kTag = 16;
constexpr std::size_t kLongestLine = 1 << 20;
constexpr int kCompressionLevel = 3;
constexpr auto kSegmentAdvice =
    phrase("The image is untouched. Restore the file from a copy, or parse the exhibit again.");

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>>;

std::array<unsigned char, 12> nonce_of(std::uint64_t line) {
  std::array<unsigned char, 12> nonce{};
  for (unsigned i = 0; i < 8; ++i) nonce[11 - i] = static_cast<unsigned char>(line >> (8 * i) & 0xff);
  return nonce;
}

const unsigned char* bytes_of(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

[[noreturn]] void cipher_failed() {
  throw Error(ErrorKind::crypto, say("the cryptographic library refused AES-256-GCM"),
              say("The evidence is untouched. Check that the OpenSSL 3 of this system is installed whole."));
}

std::array<std::byte, kKeyEntry> encrypt_key(EVP_CIPHER_CTX* cipher, Bytes data_key, std::uint64_t line,
                                             const RecordKey& key) {
  std::array<std::byte, kKeyEntry> entry{};
  auto* out = reinterpret_cast<unsigned char*>(entry.data());
  const auto nonce = nonce_of(line);
  int count = 0;
  if (EVP_EncryptInit_ex2(cipher, EVP_aes_256_gcm(), bytes_of(data_key), nonce.data(), nullptr) != 1 ||
      EVP_EncryptUpdate(cipher, out, &count, bytes_of(key), static_cast<int>(key.size())) != 1 ||
      EVP_EncryptFinal_ex(cipher, out + count, &count) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, kTag, out + key.size()) != 1) {
    cipher_failed();
  }
  return entry;
}

RecordKey decrypt_key(EVP_CIPHER_CTX* cipher, Bytes data_key, std::uint64_t line, Bytes entry) {
  RecordKey key{};
  Buffer tag = to_buffer(entry.subspan(key.size()));
  auto* out = reinterpret_cast<unsigned char*>(key.data());
  const auto nonce = nonce_of(line);
  int count = 0;
  if (EVP_DecryptInit_ex2(cipher, EVP_aes_256_gcm(), bytes_of(data_key), nonce.data(), nullptr) != 1 ||
      EVP_DecryptUpdate(cipher, out, &count, bytes_of(entry), static_cast<int>(key.size())) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) != 1) {
    cipher_failed();
  }
  if (EVP_DecryptFinal_ex(cipher, out + count, &count) != 1) {
    throw Error(ErrorKind::crypto, say("the key of line {} of a segment was changed", line), kSegmentAdvice);
  }
  return key;
}

// Compresses into a file, one stream for the whole segment: a fixed level and no threads.
class CompressedFile {
 public:
  explicit CompressedFile(std::filesystem::path path)
      : path_(std::move(path)),
        fd_(create_new(path_)),
        stream_(ZSTD_createCCtx()),
        out_(ZSTD_CStreamOutSize()),
        hasher_(Algorithm::sha256) {
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, kCompressionLevel);
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_checksumFlag, 1);
  }
  void write(std::string_view text) { run(text, ZSTD_e_continue); }
  Digest finish() {
    run({}, ZSTD_e_end);
    sync_file(fd_.get(), path_.string());
    return hasher_.finish_sha256();
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  void run(std::string_view text, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    for (std::size_t left = 1; left != 0;) {
      ZSTD_outBuffer out{out_.data(), out_.size(), 0};
      const std::size_t result = ZSTD_compressStream2(stream_.get(), &out, &in, directive);
      if (ZSTD_isError(result) != 0) {
        throw Error(ErrorKind::io, say("cannot compress {}", path_.string()),
                    say("The image is untouched. Make room in memory, then parse the exhibit again."));
      }
      hasher_.update(Bytes(out_).first(out.pos));
      write_all(fd_.get(), Bytes(out_).first(out.pos), path_.string());
      left = directive == ZSTD_e_end ? result : in.size - in.pos;
    }
  }
  std::filesystem::path path_;
  Fd fd_;
  std::unique_ptr<ZSTD_CCtx, Free<ZSTD_freeCCtx>> stream_;
  Buffer out_;
  Hasher hasher_;
};

}  // namespace

struct SegmentWriter::State {
  State(std::filesystem::path where, const SecretSealer& sealer)
      : folder(std::move(where)),
        stem(".segment-" + std::to_string(getpid())),
        lines(folder / (stem + ".jsonl.zst.part")),
        keys_path(folder / (stem + ".keys.part")),
        keys(create_new(keys_path, 0600)),
        data_key(random_bytes(32)) {
    const Json header = Json::object({{"envelope", to_base64(sealer.seal(data_key))}, {"v", kKeysVersion}});
    pending_keys = to_buffer(as_bytes(header.canonical() + "\n"));
  }
  void flush_keys() {
    write_all(keys.get(), pending_keys, keys_path.string());
    pending_keys.clear();
  }

  std::filesystem::path folder;
  std::string stem;
  CompressedFile lines;
  std::filesystem::path keys_path;
  Fd keys;
  Buffer data_key;
  Buffer pending_keys;
  Cipher cipher{EVP_CIPHER_CTX_new()};
  Hasher hasher{Algorithm::sha256};
  std::vector<Digest> commitments;
  SegmentFacts facts;
  bool finished = false;
};

SegmentWriter::SegmentWriter(std::filesystem::path folder, const SecretSealer& sealer)
    : state_(std::make_unique<State>(std::move(folder), sealer)) {}

SegmentWriter::~SegmentWriter() {
  if (state_ == nullptr || state_->finished) return;
  unlink(state_->lines.path().c_str());
  unlink(state_->keys_path.c_str());
}

void SegmentWriter::add(const Record& record) {
  State& s = *state_;
  const std::string line = line_of(record) + "\n";
  if (line.size() > kLongestLine)
    throw Error(ErrorKind::format, say("a record is longer than a line may be"),
                say("The image is untouched. Report this with the command that was given."));
  s.hasher.update(as_bytes(line));
  s.lines.write(line);
  RecordKey key;
  const Buffer random = random_bytes(key.size());
  std::copy(random.begin(), random.end(), key.begin());
  s.commitments.push_back(record_commitment(key, members_of(record)));
  const auto entry = encrypt_key(s.cipher.get(), s.data_key, s.facts.lines, key);
  s.pending_keys.insert(s.pending_keys.end(), entry.begin(), entry.end());
  if (s.pending_keys.size() > (1 << 20)) s.flush_keys();
  ++s.facts.lines;
  ++s.facts.records_by_type[std::string(record.type->name)];
}

SegmentFacts SegmentWriter::finish() {
  State& s = *state_;
  assert(!s.finished);
  s.facts.file_sha256 = s.lines.finish();
  s.facts.lines_sha256 = s.hasher.finish_sha256();
  s.facts.record_root = record_tree_root(std::move(s.commitments));
  const auto anomalies = s.facts.records_by_type.find("anomaly");
  s.facts.anomalies = anomalies == s.facts.records_by_type.end() ? 0 : anomalies->second;
  s.flush_keys();
  sync_file(s.keys.get(), s.keys_path.string());
  const std::filesystem::path stem = s.folder / s.facts.lines_sha256.hex();
  const std::filesystem::path lines = stem.string() + ".jsonl.zst", keys = stem.string() + ".keys";
  s.facts.existed = std::filesystem::exists(lines) && std::filesystem::exists(keys);
  if (s.facts.existed) return s.facts;  // the destructor removes ours
  // Keys first: if the power fails between the two, there is a keys file without lines, which the next run
  // replaces; never lines without the keys that the ledger entry counts on.
  std::filesystem::rename(s.keys_path, keys);
  std::filesystem::rename(s.lines.path(), lines);
  s.finished = true;
  sync_folder(s.folder);
  return s.facts;
}

namespace {

// Splits what zstd yields into lines.
class LineSplitter {
 public:
  explicit LineSplitter(const std::function<void(Bytes)>& line) : line_(line) {}
  void feed(std::string_view text) {
    for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n')) {
      left_ += text.substr(0, end);
      line_(as_bytes(left_));
      left_.clear();
      text.remove_prefix(end + 1);
    }
    left_ += text;
    if (left_.size() > kLongestLine)
      throw Error(ErrorKind::format, say("a segment has a line longer than 1 MiB"), kSegmentAdvice);
  }
  bool clean() const { return left_.empty(); }

 private:
  const std::function<void(Bytes)>& line_;
  std::string left_;
};

}  // namespace

void read_segment(const std::filesystem::path& file, const std::function<void(Bytes line)>& line) {
  const auto source = open_source(file);
  const std::unique_ptr<ZSTD_DCtx, Free<ZSTD_freeDCtx>> stream(ZSTD_createDCtx());
  Buffer in_block(ZSTD_DStreamInSize()), out_block(ZSTD_DStreamOutSize());
  LineSplitter splitter(line);
  std::size_t result = 1;
  for (std::uint64_t offset = 0; offset < source->size();) {
    const std::size_t count = source->read_at(offset, in_block);
    if (count == 0) break;
    offset += count;
    ZSTD_inBuffer in{in_block.data(), count, 0};
    while (in.pos < in.size) {
      ZSTD_outBuffer out{out_block.data(), out_block.size(), 0};
      result = ZSTD_decompressStream(stream.get(), &out, &in);
      if (ZSTD_isError(result) != 0)
        throw Error(ErrorKind::format, say("{} is damaged", file.string()), kSegmentAdvice);
      splitter.feed(as_text(Bytes(out_block).first(out.pos)));
    }
  }
  if (result != 0 || !splitter.clean())
    throw Error(ErrorKind::format, say("{} is cut short", file.string()), kSegmentAdvice);
}

namespace {

// Length of the header line of a keys file, newline included.
std::size_t header_size(Bytes file, const std::filesystem::path& path) {
  const std::size_t end = as_text(file).find('\n');
  if (end == std::string_view::npos || (file.size() - end - 1) % kKeyEntry != 0) {
    throw Error(ErrorKind::format, say("{} is damaged", path.string()), kSegmentAdvice);
  }
  return end + 1;
}

Buffer data_key_of(Bytes header_line, const std::filesystem::path& path, const SecretOpener& opener) {
  try {
    const Json header = parse_json(header_line);
    if (header.at("v").text() != kKeysVersion) throw JsonError("another version");
    return opener.open(from_base64(header.at("envelope").text()));
  } catch (const JsonError& error) {
    throw Error(ErrorKind::format, path.string() + ": " + error.what(), kSegmentAdvice);
  } catch (const std::invalid_argument& error) {
    throw Error(ErrorKind::format, path.string() + ": " + error.what(), kSegmentAdvice);
  }
}

bool is_erased(Bytes entry) {
  return std::all_of(entry.begin(), entry.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

}  // namespace

SegmentKeys SegmentKeys::open(const std::filesystem::path& keys_file, const SecretOpener& opener) {
  const Buffer file = read_file(keys_file, 1ull << 32);
  const std::size_t start = header_size(file, keys_file);
  const Buffer data_key = data_key_of(Bytes(file).first(start - 1), keys_file, opener);
  if (data_key.size() != 32)
    throw Error(ErrorKind::format, say("{} is damaged", keys_file.string()), kSegmentAdvice);
  const Cipher cipher(EVP_CIPHER_CTX_new());
  SegmentKeys out;
  for (std::size_t at = start; at < file.size(); at += kKeyEntry) {
    const Bytes entry = Bytes(file).subspan(at, kKeyEntry);
    out.keys_.push_back(is_erased(entry)
                            ? std::nullopt
                            : std::optional(decrypt_key(cipher.get(), data_key, out.keys_.size(), entry)));
  }
  return out;
}

std::optional<RecordKey> SegmentKeys::key(std::uint64_t line) const {
  return line < keys_.size() ? keys_[line] : std::nullopt;
}

void erase_record_key(const std::filesystem::path& keys_file, std::uint64_t line) {
  const Buffer file = read_file(keys_file, 1ull << 32);
  const std::size_t start = header_size(file, keys_file);
  if (line >= (file.size() - start) / kKeyEntry) {
    throw Error(ErrorKind::usage, say("line {} is not in {}", line, keys_file.string()),
                say("Nothing was changed. `holdfast verify` says whether the file is whole."));
  }
  const Fd fd(::open(keys_file.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd)
    throw io_error(say("cannot open {}", keys_file.string()), errno,
                   say("Nothing was changed. Check who may write there, then repeat."));
  const std::array<std::byte, kKeyEntry> zeros{};
  if (pwrite(fd.get(), zeros.data(), zeros.size(), static_cast<off_t>(start + line * kKeyEntry)) !=
      kKeyEntry) {
    throw io_error(say("cannot erase in {}", keys_file.string()), errno,
                   say("The key may still be there. Repeat the command."));
  }
  sync_file(fd.get(), keys_file.string());
}

}  // namespace base
