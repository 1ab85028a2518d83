// SPDX-License-Identifier: Apache-2.0
#include "support.h"

#include <cstdlib>
#include <set>

#include <unistd.h>

#include "base/file.h"

namespace exporter::test {
namespace {

using base::Json;
using base::Text;
using base::Word;

const std::filesystem::path& identities() {
  static const TestFolder kFolder;
  return kFolder.path();
}

std::unique_ptr<custody::Signer> person(const char* name, const char* common_name) {
  custody::make_identity(identities(), {name, common_name, "Cyber Unit", "TH", 30}, "");
  return custody::unlock_signer(identities(), name, [] { return std::string(); });
}

base::Event about(const std::string& act, const std::string& uid, Json members,
                  Json hidden = Json::object()) {
  base::Event event;
  event.act = act;
  event.exhibits.push_back({uid, std::move(members), std::move(hidden)});
  return event;
}

// Stands for the digest of the exhibit's image.
std::string image_digest(const std::string& uid) {
  return base::sha256(base::as_bytes(uid)).hex();
}

// 2026-03-14T09:00:00Z and so many minutes later.
base::Time minute(int minutes) {
  return base::time_from_unix_ms(1773478800000LL + minutes * 60000LL);
}

base::Message message_in(const base::RecordId& conversation, const base::RecordId& sender,
                         const std::string& direction, const std::string& text, int minutes) {
  base::Message message;
  message.app = Word{"whatsapp"};
  message.conversation = conversation;
  message.sender = sender;
  message.direction = Word{direction};
  message.kind = Word{"text"};
  message.time = minute(minutes);
  message.text = Text{text};
  message.key = Text{"3EB0" + std::to_string(7000000 + minutes) + "ABCDEF"};
  return message;
}

base::Participant person_on_device(const std::string& jid, const std::string& number, const std::string& name,
                                   bool own) {
  base::Participant participant;
  participant.app = Word{"whatsapp"};
  participant.identifier = Text{jid};
  participant.identifier_kind = Word{own ? "own" : "jid"};
  if (!number.empty()) participant.number = Text{number};
  if (!name.empty()) participant.name = Text{name};
  if (own) participant.own = true;
  return participant;
}

void add_people(Sample& sample) {
  SegmentMaker& phone = sample.phone;
  auto& ids = sample.ids;
  ids["own"] = phone.row(person_on_device("85512000111@s.whatsapp.net", "85512000111", "", true), "jid", 1);
  ids["victim"] = phone.row(person_on_device(kVictimJid, kVictimNumber, kVictimName, false), "jid", 2);
  ids["dense"] = phone.row(
      person_on_device("8613800138000@s.whatsapp.net", "8613800138000", kDenseName, false), "jid", 3);
  base::Conversation chat;
  chat.app = Word{"whatsapp"};
  chat.identifier = Text{kVictimJid};
  chat.kind = Word{"one to one"};
  chat.participants = {ids["own"], ids["victim"]};
  ids["chat"] = phone.row(chat, "chat", 1);
  chat.identifier = Text{"120363000000000001@g.us"};
  chat.subject = Text{"Team seven"};
  chat.kind = Word{"group"};
  chat.participants = {ids["own"], ids["dense"]};
  ids["group"] = phone.row(chat, "chat", 2);
  base::Contact contact;
  contact.app = Word{"whatsapp"};
  contact.participant = ids["victim"];
  contact.name = Text{kVictimName};
  contact.identifiers = {Text{"+66 81 234 5678"}};
  contact.note = Text{"=HYPERLINK(\"http://a.example\",\"x\")"};
  ids["contact"] = phone.row(contact, "wa_contacts", 1);
}

void add_messages(Sample& sample) {
  SegmentMaker& phone = sample.phone;
  auto& ids = sample.ids;
  const auto say = [&](const std::string& name, const char* who, const char* way, const std::string& text,
                       int minutes) {
    const std::string chat = minutes < 100 ? "chat" : "group";
    ids[name] = phone.row(message_in(ids[chat], ids[who], way, text, minutes), "message", minutes + 1);
  };
  say("hello", "victim", "incoming", "Hello, I saw the job advertisement. Is it still open?", 1);
  say("answer", "own", "outgoing", "Yes. Salary 1200 dollars, room included. Bring your passport.", 3);
  say("thai", "victim", "incoming", kThai, 60);
  say("arabic", "victim", "incoming", "أين أنت الآن؟ اتصل بي من فضلك", 61);
  say("address", "own", "outgoing", std::string("Send the deposit to ") + kTronAddress + " today", 62);
  say("named", "own", "outgoing", std::string("Ask ") + kVictimName + " at 081-234-5678", 63);
  say("hostile", "victim", "incoming",
      "</p><script>alert(1)</script><img src=x onerror=alert(2)> \xE2\x80\xAE"
      "drowssap \x07 \xff",
      64);
  say("url", "victim", "incoming", "look: https://invest.example/login?x=1&y=2 javascript:alert(3)", 65);
  say("dense_named", "own", "outgoing", "王伟来了", 101);
  say("plan", "dense", "incoming", "转账USDT before noon", 102);
  base::Message quote = message_in(ids["chat"], ids["own"], "outgoing", "What does this mean?", 70);
  quote.quoted_text = Text{kThai};
  quote.quoted_key = Text{"3EB07000060ABCDEF"};
  ids["quote"] = phone.row(quote, "message", 71);
  std::string story;
  for (int i = 0; i < 300; ++i) story += "line " + std::to_string(i) + " of a long story. ";
  say("long", "victim", "incoming", story, 80);
}

void add_hanging(Sample& sample) {
  SegmentMaker& phone = sample.phone;
  auto& ids = sample.ids;
  base::AddressSighting sighting;
  sighting.chain = Word{"tron"};
  sighting.address = Text{kTronAddress};
  sighting.form = Word{"base58"};
  sighting.checksum = Word{"valid"};
  sighting.record = ids["address"];
  sighting.field = Word{"text"};
  sighting.start = 20;
  sighting.length = 34;
  ids["sighting"] = phone.row(sighting, "message", 63);
  base::Media media;
  media.message = ids["hello"];
  media.path = Text{"Media/WhatsApp Images/IMG-20260314-WA0001.jpg"};
  media.mime = Text{"image/jpeg"};
  media.size = 48213;
  media.sha256_stated = Text{"uKhXZ8xVpZ0Zr0r0nX1n1l7n8M9o0P1q2R3s4T5u6V4="};
  media.caption = Text{"the room, first floor"};
  ids["media"] = phone.row(media, "message_media", 1);
  base::Reaction reaction;
  reaction.message = ids["answer"];
  reaction.sender = ids["victim"];
  reaction.text = Text{"\xF0\x9F\x91\x8D"};
  reaction.time = minute(4);
  ids["reaction"] = phone.row(reaction, "message_add_on", 1);
  base::Call call;
  call.app = Word{"whatsapp"};
  call.participant = ids["victim"];
  call.direction = Word{"incoming"};
  call.kind = Word{"voice"};
  call.result = Word{"answered"};
  call.time = minute(30);
  call.duration_s = 184;
  ids["call"] = phone.row(call, "call_log", 1);
  base::Count count;
  count.table = Text{"message"};
  count.rows = 12;
  count.emitted = 12;
  count.excluded = 0;
  count.undecodable = 0;
  ids["count"] = phone.row(count, "message", 0);
  base::Anomaly anomaly;
  anomaly.code = Word{"file_unreadable"};
  anomaly.path = Text{"p2:/media/0/DCIM/IMG_0001.jpg"};
  anomaly.detail = Text{"bad sectors"};
  ids["anomaly"] = phone.row(anomaly, "files", 1);
}

void add_laptop(Sample& sample) {
  SegmentMaker& laptop = sample.laptop;
  auto& ids = sample.ids;
  ids["history"] = laptop.source("p3:/Users/u/AppData/Local/Google/Chrome/User%20Data/Default/History",
                                 std::string(64, 'e'));
  base::WebVisit visit;
  visit.app = Word{"chromium"};
  visit.profile = Text{"Default"};
  visit.url = Text{"https://panel.example/customers?id=77"};
  visit.title = Text{"Customers <b>all</b>"};
  visit.time = minute(200);
  ids["visit"] = laptop.row(visit, "visits", 9);
  base::Wallet wallet;
  wallet.app = Word{"metamask"};
  wallet.profile = Text{"Default"};
  wallet.address = Text{"0x52908400098527886E0F7030069857D2E4169EE7"};
  wallet.name = Text{"Account 1"};
  ids["wallet"] = laptop.row(wallet, "accounts", 1);
}

}  // namespace

TestFolder::TestFolder() {
  std::string name = std::filesystem::temp_directory_path() / "holdfast-export-XXXXXX";
  if (!mkdtemp(name.data())) std::abort();
  path_ = name;
}
TestFolder::~TestFolder() {
  std::filesystem::remove_all(path_);
}

const custody::Signer& officer() {
  static const std::unique_ptr<custody::Signer> kSigner = person("officer", "Officer A");
  return *kSigner;
}
const custody::Signer& stranger() {
  static const std::unique_ptr<custody::Signer> kSigner = person("stranger", "Officer A");
  return *kSigner;
}
const base::SecretSealer& sealer() {
  officer();
  static const auto kSealer =
      custody::sealer_for({custody::identity_facts(identities(), "officer").seal_certificate});
  return *kSealer;
}
const base::SecretOpener& opener() {
  officer();
  static const auto kOpener = custody::unlock_opener(identities(), "officer", [] { return std::string(); });
  return *kOpener;
}

SegmentMaker::SegmentMaker(std::string uid, std::string label, std::string acquisition)
    : uid_(std::move(uid)), label_(std::move(label)), acquisition_(std::move(acquisition)) {
  base::Segment header;
  header.schema = Word{"holdfast-segment/1"};
  header.exhibit = Word{uid_};
  header.acquisition = Word{acquisition_};
  header.input = Word{"disk image"};
  header.input_sha256 = Word{image_digest(uid_)};
  header.program = Word{"holdfast 0.1.0"};
  header.reproducible = true;
  add(base::record_of(header, {}));
}

base::RecordId SegmentMaker::source(const std::string& path, const std::string& sha256) {
  base::Source file;
  file.path = Text{path};
  file.role = Word{"database"};
  file.size = 409600;
  file.sha256 = Word{sha256};
  file.schema = Text{std::string(64, '7')};
  file.outcome = Word{"parsed"};
  last_path_ = base::Locator(path);
  last_source_.clear();
  last_source_ = add(base::record_of(file, {}));
  return last_source_;
}

base::RecordId SegmentMaker::add(base::Record record) {
  record.id = base::record_id(uid_, acquisition_, last_path_, record.place.position, record.place.state,
                              record.type->name, record.place.ordinal);
  if (!record.place.source.empty()) record.extractor = "sample/1";
  records.push_back(record);
  return record.id;
}

SegmentInput SegmentMaker::finish(const std::filesystem::path& folder, base::SegmentFacts* facts) const {
  base::SegmentWriter writer(folder, sealer());
  for (const base::Record& record : records) writer.add(record);
  const base::SegmentFacts written = writer.finish();
  if (facts != nullptr) *facts = written;
  const std::filesystem::path stem = folder / written.lines_sha256.hex();
  return {uid_, label_, acquisition_, stem.string() + ".jsonl.zst",
          base::SegmentKeys::open(stem.string() + ".keys", opener())};
}

Sample make_sample() {
  Sample sample;
  sample.ids["msgstore"] =
      sample.phone.source("p2:/data/com.whatsapp/databases/msgstore.db", std::string(64, 'c'));
  add_people(sample);
  add_messages(sample);
  add_hanging(sample);
  add_laptop(sample);
  return sample;
}

SampleCase::SampleCase() : SampleCase(make_sample()) {}

SampleCase::SampleCase(Sample made) : sample(std::move(made)) {
  std::filesystem::create_directories(folder / "segments");
  std::filesystem::create_directories(folder / "config");
  const custody::LedgerPlaces places{folder / "ledgers/station-a", folder / "config/log.key",
                                     folder / "config/high-water"};
  custody::GenesisFacts facts{
      "evidence.example", "KK-2026", "station-a",
      Json::object({{"title", "A case made up for tests"}, {"authority", "order 17/2026"}})};
  ledger = custody::Ledger::create(places, facts, officer());
  for (const SegmentMaker* maker : {&sample.phone, &sample.laptop}) {
    base::SegmentFacts written;
    segments.push_back(maker->finish(folder / "segments", &written));
    const SegmentInput& input = segments.back();
    ledger->append(about("exhibit.add", input.exhibit_uid,
                         Json::object({{"label", input.exhibit_label},
                                       {"kind", maker == &sample.phone ? "phone" : "computer"},
                                       {"description", "black, screen cracked"},
                                       {"serial", "R58M123ABC"}})));
    ledger->append(about("acquire.end", input.exhibit_uid,
                         Json::object({{"acquisition", "a1"},
                                       {"format", "E01"},
                                       {"outcome", "complete"},
                                       {"media_bytes", "128035676160"},
                                       {"read_bytes", "128035676160"},
                                       {"bad_bytes", "0"}}),
                         Json::object({{"sha256", image_digest(input.exhibit_uid)}})));
    ledger->append(about("extract", input.exhibit_uid,
                         Json::object({{"acquisition", "a1"},
                                       {"record_root", written.record_root.hex()},
                                       {"lines", std::to_string(written.lines)},
                                       {"anomalies", std::to_string(written.anomalies)}}),
                         Json::object({{"lines_sha256", written.lines_sha256.hex()},
                                       {"file_sha256", written.file_sha256.hex()}})));
  }
}

BundleInputs SampleCase::inputs(const Json& request) {
  BundleInputs out(sight);
  out.request = request_of(request);
  out.case_id = "KK-2026";
  out.title = "A case made up for tests";
  for (const SegmentInput& segment : segments) {
    for (const std::string& label : out.request.exhibits) {
      if (segment.exhibit_label == label) out.segments.push_back(segment);
    }
  }
  out.ledger_folder = folder / "ledgers/station-a";
  out.exhibits = custody::exhibits_of(custody::read_ledger(out.ledger_folder));
  out.station = "station-a";
  return out;
}

BundleFacts SampleCase::write(const Json& request, const std::string& name) {
  return write_bundle(inputs(request), bundle(name), *ledger, officer());
}

std::map<std::string, base::Buffer, std::less<>> SampleCase::files(const std::string& name) const {
  std::map<std::string, base::Buffer, std::less<>> out;
  const auto on_disk = base::files_in_folder(bundle(name));
  for (const std::string& file : on_disk->names()) out[file] = on_disk->read(file);
  return out;
}

Json plain_request() {
  return Json::object({{"schema", "holdfast-request/1"},
                       {"id", "TH-VN-2026-017"},
                       {"title", "Evidence for proceedings 17/2026"},
                       {"recipient", "Supreme People's Procuracy, Ha Noi"},
                       {"requesting_authority", "Central Authority of Viet Nam"},
                       {"requested_authority", "Central Authority of Thailand"},
                       {"legal_basis", "Treaty on Mutual Legal Assistance, article 1"},
                       {"use_limits", "Only for the proceedings named"},
                       {"exhibits", Json::array({"KK-A-0001", "KK-A-0002"})}});
}

Json decision(const base::RecordId& record, std::vector<std::string> fields, const std::string& reason) {
  Json out = Json::object({{"record", record},
                           {"reason", reason},
                           {"claimed_by", "victim liaison officer"},
                           {"decided_by", "prosecutor 4"},
                           {"legal_basis", "act 12, section 3"}});
  Json list = Json::array();
  for (const std::string& field : fields) list.push(field);
  if (!fields.empty()) out.set("fields", std::move(list));
  return out;
}

Request request_of(const Json& json) {
  return read_request(base::as_bytes(json.canonical()));
}

custody::TrustAnchors trusting_officer() {
  return {{officer().certificate()}};
}

std::string failed_codes(const custody::VerifyReport& report) {
  std::set<std::string> codes;
  for (const custody::Check& check : report.checks) {
    if (check.outcome == custody::Outcome::failed) codes.insert(check.code);
  }
  std::string out;
  for (const std::string& code : codes) out += (out.empty() ? "" : " ") + code;
  return out;
}

std::string complaints(const custody::VerifyReport& report) {
  std::string out;
  for (const custody::Check& check : report.checks) {
    if (check.outcome != custody::Outcome::passed)
      out += check.code + " " + check.object + ": " + check.what + "\n";
  }
  return out;
}

ReportInputs report_inputs(const Edition& edition) {
  ReportInputs out{edition, "KK-2026", "A case made up for tests", {}};
  for (const std::string& uid : edition.exhibit_uids()) {
    out.exhibits.push_back(
        {uid,
         uid == kPhone ? "KK-A-0001" : "KK-A-0002",
         Json::object(
             {{"kind", "phone"}, {"description", "black, screen cracked"}, {"serial", "R58M123ABC"}}),
         {Json::object({{"acquisition", "a1"}, {"media_bytes", "128035676160"}, {"outcome", "complete"}})},
         {}});
  }
  return out;
}

}  // namespace exporter::test
