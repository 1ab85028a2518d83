// SPDX-License-Identifier: Apache-2.0
// A worker that lies. The name of the evidence says how; run_hostile_test.cpp lists the lies.
#include <cstring>
#include <string>

#include <unistd.h>

#include "base/records.h"
#include "parse/frames.h"
#include "parse/worker.h"
#include "parse/worker_file.h"
#include "tests/support/test_extractors.h"

namespace parse {
namespace {

class Liar {
 public:
  explicit Liar(FramePipe& pipe) : pipe_(pipe) {}

  void start() {
    const auto frame = pipe_.read();
    config_ = WorkerConfig::from_json(frame->json());
    lie_ = config_.evidence.filename().string();
    if (lie_ == "dies_at_once") _exit(9);
    base::SandboxState sandbox;
    sandbox.landlock_abi = 1;
    sandbox.seccomp = lie_ != "no_seccomp";
    sandbox.limits = true;
    pipe_.write(FrameKind::hello, hello_of(sandbox, test_extractors()));
    pipe_.flush();
  }

  void answer(const Frame& request) {
    if (request.kind == FrameKind::list) list();
    if (request.kind == FrameKind::pair) pair(base::Locator(request.json().at("locator").text()));
    pipe_.flush();
  }

 private:
  void list() {
    if (lie_ == "claim_of_unknown") claim("/a.lines", "no_such_extractor");
    if (lie_ == "locator_with_escape") claim("/a\x1b[2J.lines", "test_lines");
    claim("/a.lines", "test_lines");
    claim("/b.lines", "test_lines");
    if (lie_ == "list_without_end") _exit(0);
    pipe_.write(FrameKind::listed, base::Json::object({{"anomalies_not_listed", 0},
                                                       {"claimed", 2},
                                                       {"files", 2},
                                                       {"folders", 0},
                                                       {"input", "folder"},
                                                       {"other", 0}}));
  }
  void claim(std::string_view locator, std::string_view extractor) {
    pipe_.write(FrameKind::claim, base::Json::object({{"extractor", extractor}, {"locator", locator}}));
  }

  // An honest answer for /b.lines; for /a.lines one with the lie in it.
  void pair(const base::Locator& locator) {
    const bool lies = locator.encoded() == "/a.lines";
    const std::uint32_t ordinal = source_ordinal("test_lines", locator);
    const base::RecordId source = base::record_id(config_.run.exhibit_uid, config_.run.acquisition, locator,
                                                  base::Whole{}, base::State::live, "source", ordinal);
    pipe_.write(FrameKind::source_known,
                base::Json::object(
                    {{"locator", locator.encoded()}, {"ordinal", static_cast<std::int64_t>(ordinal)}}));
    base::Message message;
    message.text = base::Text{"hello"};
    base::Record record = base::record_of(message, {source, base::Range{0, 5}});
    record.extractor = "test_lines/1";
    record.id = base::record_id(config_.run.exhibit_uid, config_.run.acquisition, locator, base::Range{0, 5},
                                base::State::live, "message", 0);
    if (lies) tell_lie(record);
    pipe_.write(FrameKind::record, base::as_bytes(base::line_of(record)));
    base::Source facts;
    facts.path = base::Text{lies && lie_ == "source_of_another_file" ? "/b.lines" : locator.encoded()};
    base::Record source_record = base::record_of(facts, {"", base::Whole{}, base::State::live, ordinal});
    source_record.id = source;
    source_record.extractor = "test_lines/1";
    if (!(lies && lie_ == "source_missing"))
      pipe_.write(FrameKind::source, base::as_bytes(base::line_of(source_record)));
    const bool odd = lies && lie_ == "outcome_of_its_own";
    pipe_.write(FrameKind::done, base::Json::object({{"outcome", odd ? "splendid" : "parsed"}}));
  }

  void raw(std::string_view bytes) {
    pipe_.flush();
    if (write(kWorkerOut, bytes.data(), bytes.size()) < 0) _exit(1);
  }

  void tell_lie(base::Record& record) {
    using namespace std::string_view_literals;
    if (lie_ == "frame_too_long") raw("\xff\xff\xff\x7f\x16"sv);
    if (lie_ == "frame_of_no_length") raw("\x00\x00\x00\x00\x16"sv);
    if (lie_ == "frame_of_unknown_kind") raw("\x02\x00\x00\x00\x63x"sv);
    if (lie_ == "frame_cut") {
      raw("\x10\x00\x00\x00\x16only half"sv);
      _exit(0);
    }
    if (lie_ == "line_not_json") pipe_.write(FrameKind::record, base::as_bytes("{\"type\":"));
    if (lie_ == "line_not_canonical")
      pipe_.write(FrameKind::record, base::as_bytes(base::line_of(record) + " "));
    if (lie_ == "id_of_another") record.id = std::string(26, 'a');
    if (lie_ == "extractor_of_another") record.extractor = "whatsapp_android/1";
    if (lie_ == "source_unknown") record.place.source = std::string(26, 'b');
    if (lie_ == "type_of_another") record = segment_record(record);
    if (lie_ == "hello_again") pipe_.write(FrameKind::hello, base::Json::object());
    if (lie_ == "no_end_of_records") flood(record);
  }

  static base::Record segment_record(const base::Record& like) {
    base::Segment segment;
    segment.program = base::Word{"forged/1"};
    base::Record record = base::record_of(segment, like.place);
    record.extractor = like.extractor;
    record.id = like.id;
    return record;
  }

  // The same record again and again, with a fresh range: more than any memory holds.
  void flood(const base::Record& record) {
    constexpr int kMany = 3'000'000;
    const std::string line = base::line_of(record);
    for (int i = 0; i < kMany; ++i) pipe_.write(FrameKind::source_known, base::as_bytes(line));
  }

  FramePipe& pipe_;
  WorkerConfig config_;
  std::string lie_;
};

}  // namespace
}  // namespace parse

int main() {
  parse::FramePipe pipe(parse::kWorkerIn, parse::kWorkerOut);
  parse::Liar liar(pipe);
  liar.start();
  while (const auto request = pipe.read()) liar.answer(*request);
}
