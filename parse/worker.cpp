// SPDX-License-Identifier: Apache-2.0
#include "parse/worker.h"

#include <csignal>
#include <map>
#include <new>

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "parse/frames.h"
#include "parse/run.h"
#include "parse/worker_libraries.h"
#include "parse/worker_list.h"
#include "parse/worker_pair.h"

namespace parse {
namespace {

constexpr std::size_t kLongestRead = 1024 * 1024;

class PipeOutput final : public PairOutput {
 public:
  explicit PipeOutput(FramePipe& pipe) : pipe_(pipe) {}
  void source_known(const base::Locator& locator, std::uint32_t ordinal) override {
    pipe_.write(FrameKind::source_known,
                base::Json::object(
                    {{"locator", locator.encoded()}, {"ordinal", static_cast<std::int64_t>(ordinal)}}));
    pipe_.flush();  // hashing a large file follows: the parent sees that work began
  }
  void record(std::string_view line) override { pipe_.write(FrameKind::record, base::as_bytes(line)); }
  void source(std::string_view line) override { pipe_.write(FrameKind::source, base::as_bytes(line)); }
  void busy() override { pipe_.busy(); }

 private:
  FramePipe& pipe_;
};

class Worker {
 public:
  Worker(FramePipe& pipe, ExtractorList extractors) : pipe_(pipe), extractors_(extractors) {}

  void start(const WorkerConfig& config) {
    config_ = config;
    base::sha256(base::Bytes());  // OpenSSL finishes its set-up while it may still do so
    base::SandboxPolicy policy;
    const bool folder = std::filesystem::is_directory(config.evidence);
    policy.readable = config.further_folders;
    policy.readable.push_back(folder ? config.evidence
                                     : std::filesystem::absolute(config.evidence).parent_path());
    policy.memory_bytes = config.memory_bytes;
    pipe_.write(FrameKind::hello, hello_of(base::enter_sandbox(policy), extractors_));
    pipe_.flush();
  }

  void answer(const Frame& request) {
    try {
      dispatch(request);
    } catch (const base::Error& error) {
      pipe_.write(FrameKind::refused, base::Json::object({{"kind", static_cast<int>(error.kind)},
                                                          {"what", printable(error.what())}}));
    }
    pipe_.flush();
  }

 private:
  static std::string printable(std::string_view text) {
    constexpr std::size_t kMost = 300;
    std::string kept;
    for (const char c : text.substr(0, kMost)) kept += c >= ' ' && c <= '~' ? c : '?';
    return kept;
  }

  void dispatch(const Frame& request) {
    if (!evidence_.tree) evidence_ = open_evidence(config_.evidence, config_.further_folders);
    switch (request.kind) {
      case FrameKind::list:
        return list_evidence(*evidence_.tree, evidence_.kind, extractors_, pipe_);
      case FrameKind::pair:
        return pair(request.json());
      case FrameKind::open:
        return open(request.json());
      case FrameKind::read:
        return read(request.json());
      case FrameKind::close:
        files_.erase(request.json().at("file").integer());
        return;
      default:
        throw ProtocolError("a request of an unknown kind");
    }
  }

  void pair(const base::Json& request) {
    const std::string& name = request.at("extractor").text();
    const base::Locator locator(request.at("locator").text());
    for (const Extractor* extractor : extractors_) {
      if (extractor->name != name) continue;
      PipeOutput output(pipe_);
      const PairOutcome outcome = extract_pair(*evidence_.tree, locator, *extractor, config_.run, output);
      pipe_.write(FrameKind::done, base::Json::object({{"outcome", name_of(outcome)}}));
      return;
    }
    throw ProtocolError("a request for an extractor that is not there");
  }

  void open(const base::Json& request) {
    const auto file = evidence_.tree->open(base::Locator(request.at("locator").text()));
    if (!file)
      throw base::Error(base::ErrorKind::not_found, base::say("no such file is in the evidence"),
                        base::say("The evidence was only read. Give another locator."));
    files_[++last_file_] = file;
    pipe_.write(FrameKind::opened,
                base::Json::object({{"file", last_file_}, {"size", std::to_string(file->size())}}));
  }

  void read(const base::Json& request) {
    const auto file = files_.find(request.at("file").integer());
    const auto offset = static_cast<std::uint64_t>(std::stoull(request.at("offset").text()));
    const auto size = static_cast<std::uint64_t>(request.at("size").integer());
    if (file == files_.end() || size > kLongestRead) throw ProtocolError("a read that cannot be");
    base::Buffer bytes(static_cast<std::size_t>(size));
    try {
      bytes.resize(file->second->read_at(offset, bytes));
      pipe_.write(FrameKind::bytes, bytes);
    } catch (const base::ReadError& error) {
      pipe_.write(FrameKind::refused, base::Json::object({{"kind", static_cast<int>(base::ErrorKind::io)},
                                                          {"length", std::to_string(error.length)},
                                                          {"offset", std::to_string(error.offset)}}));
    }
  }

  FramePipe& pipe_;
  ExtractorList extractors_;
  WorkerConfig config_;
  OpenEvidence evidence_{};
  std::map<std::int64_t, std::shared_ptr<base::ByteSource>> files_;
  std::int64_t last_file_ = 0;
};

int serve(int in, int out, ExtractorList list) {
  FramePipe pipe(in, out);
  const auto config = pipe.read();
  if (!config) return kWorkerDone;
  if (config->kind != FrameKind::config) return kWorkerProtocol;
  Worker worker(pipe, list);
  worker.start(WorkerConfig::from_json(config->json()));
  while (const auto request = pipe.read()) worker.answer(*request);
  return kWorkerDone;
}

// A path may hold any byte, and JSON may not.
std::string hex_of(const std::filesystem::path& path) {
  return base::to_hex(base::as_bytes(path.native()));
}
std::filesystem::path path_from(const base::Json& hex) {
  return std::string(base::as_text(base::from_hex(hex.text())));
}

}  // namespace

WorkerConfig WorkerConfig::over(const std::filesystem::path& evidence,
                                const std::vector<std::filesystem::path>& further_folders,
                                const RunIdentity& run, std::uint64_t memory_bytes) {
  WorkerConfig config{std::filesystem::absolute(evidence), {}, run, memory_bytes};
  for (const auto& folder : further_folders)
    config.further_folders.push_back(std::filesystem::absolute(folder));
  return config;
}

base::Json WorkerConfig::to_json() const {
  base::Json folders = base::Json::array();
  for (const auto& folder : further_folders) folders.push(hex_of(folder));
  return base::Json::object({{"acquisition", run.acquisition},
                             {"evidence", hex_of(evidence)},
                             {"exhibit", run.exhibit_uid},
                             {"further_folders", folders},
                             {"memory_bytes", std::to_string(memory_bytes)}});
}

WorkerConfig WorkerConfig::from_json(const base::Json& json) {
  WorkerConfig config;
  config.run = {json.at("exhibit").text(), json.at("acquisition").text()};
  config.evidence = path_from(json.at("evidence"));
  for (const base::Json& folder : json.at("further_folders").items())
    config.further_folders.push_back(path_from(folder));
  config.memory_bytes = std::stoull(json.at("memory_bytes").text());
  return config;
}

base::Json hello_of(const base::SandboxState& sandbox, ExtractorList list) {
  base::Json extractors = base::Json::array();
  for (const Extractor* extractor : list) {
    base::Json emits = base::Json::array();
    for (const std::string_view type : extractor->emits) emits.push(type);
    extractors.push(
        base::Json::object({{"emits", emits}, {"name", extractor->name}, {"version", extractor->version}}));
  }
  return base::Json::object({{"extractors", extractors},
                             {"libraries", library_versions()},
                             {"sandbox", base::Json::object({{"landlock_abi", sandbox.landlock_abi},
                                                             {"limits", sandbox.limits},
                                                             {"seccomp", sandbox.seccomp},
                                                             {"widened", sandbox.widened}})},
                             {"seed_words", knows_bip39_words()}});
}

OpenEvidence open_evidence(const std::filesystem::path& path,
                           const std::vector<std::filesystem::path>& further_folders) {
  const InputKind kind = kind_of_input(path);
  if (kind == InputKind::folder) return {kind, tree_of_folder(path)};
  if (kind != InputKind::disk_image) return {kind, tree_of_archive(base::open_source(path), kind)};
  std::shared_ptr<image::ImageReader> reader = image::open_image(path, further_folders);
  const std::uint32_t sector = reader->facts().sector_bytes;
  return {kind, tree_of_image(std::move(reader), sector)};
}

// The one place where a worker's exceptions end. Each becomes an exit code, which the parent reads.
int worker_main(int in, int out, ExtractorList list) {
  try {
    return serve(in, out, list);
  } catch (const std::bad_alloc&) {
    return kWorkerNoMemory;
  } catch (const ProtocolError&) {
    return kWorkerProtocol;
  } catch (const base::JsonError&) {
    return kWorkerProtocol;
  } catch (const std::exception&) {
    return kWorkerFailed;
  }
}

int worker_main(int in, int out) {
  return worker_main(in, out, extractors());
}

}  // namespace parse
