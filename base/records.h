// SPDX-License-Identifier: Apache-2.0
// Every record type, declared once. A member that is not set is absent from the line: absent is never 0 or
// "". To add a type: a struct here with its list of fields, and its name in kAllTypes in record.cpp.
#pragma once

#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/record.h"

namespace base {

// One field of a record struct: its name, the member that holds it, what it means.
template <typename Struct, typename Member>
struct StructField {
  std::string_view name;
  Member Struct::*member;
  Visibility visibility;
  std::string_view meaning;
};
template <typename Struct, typename Member>
StructField(std::string_view, Member Struct::*, Visibility, std::string_view) -> StructField<Struct, Member>;

using OptionalText = std::optional<Text>;
using OptionalWord = std::optional<Word>;
using OptionalInteger = std::optional<std::int64_t>;
using OptionalTime = std::optional<Time>;
using OptionalFlag = std::optional<bool>;
using OptionalRecord = std::optional<RecordId>;
using RecordList = std::vector<RecordId>;  // empty is absent
using TextList = std::vector<Text>;        // empty is absent
using OptionalObject = std::optional<Json>;

// The first line of a segment: what was parsed, by what.
struct Segment {
  static constexpr std::string_view kName = "segment";
  static constexpr std::string_view kMeaning = "The first line of a segment: what was parsed, by what.";
  OptionalWord schema;
  OptionalWord exhibit;
  OptionalWord acquisition;
  OptionalWord input;
  OptionalWord input_sha256;
  OptionalWord program;
  OptionalObject libraries;
  OptionalObject extractors;
  OptionalObject options;
  OptionalFlag reproducible;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"schema", &Segment::schema, Visibility::structure,
                    "Version of the line format: holdfast-segment/1."},
        StructField{"exhibit", &Segment::exhibit, Visibility::structure, "Uid of the exhibit."},
        StructField{"acquisition", &Segment::acquisition, Visibility::structure,
                    "Acquisition of the exhibit: a1, a2, …"},
        StructField{"input", &Segment::input, Visibility::structure,
                    "Kind of input: disk image, folder, tar, zip."},
        StructField{"input_sha256", &Segment::input_sha256, Visibility::structure,
                    "SHA-256 of the media (a disk image) or of the container's bytes; absent for a folder."},
        StructField{"program", &Segment::program, Visibility::structure, "Program and version."},
        StructField{"libraries", &Segment::libraries, Visibility::structure,
                    "Versions of the libraries whose behaviour the lines depend on."},
        StructField{"extractors", &Segment::extractors, Visibility::structure,
                    "Extractors that ran, with their versions."},
        StructField{"options", &Segment::options, Visibility::structure,
                    "Options of the run that change the lines."},
        StructField{"reproducible", &Segment::reproducible, Visibility::structure,
                    "False where a worker was stopped by a clock or memory limit: another run may differ."}};
  }
};

// One file that was read, or claimed and not read.
struct Source {
  static constexpr std::string_view kName = "source";
  static constexpr std::string_view kMeaning = "One file that was read, or claimed and not read.";
  OptionalText path;
  OptionalWord role;
  OptionalRecord belongs_to;
  OptionalInteger size;
  OptionalWord sha256;
  OptionalTime modified;
  OptionalTime changed;
  OptionalTime accessed;
  OptionalTime created;
  OptionalText schema;
  OptionalText mount_point;
  OptionalInteger android_user;
  OptionalWord outcome;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"path", &Source::path, Visibility::structure,
                    "Locator of the file, encoded (docs/locator.md)."},
        StructField{"role", &Source::role, Visibility::structure,
                    "What it is to the extractor: database, wal, journal, store, log, file."},
        StructField{"belongs_to", &Source::belongs_to, Visibility::structure,
                    "Source record of the database that this write-ahead log or journal belongs to."},
        StructField{"size", &Source::size, Visibility::structure, "Size in bytes."},
        StructField{"sha256", &Source::sha256, Visibility::structure, "SHA-256 of the bytes that were read."},
        StructField{"modified", &Source::modified, Visibility::structure,
                    "Modification time in the file system."},
        StructField{"changed", &Source::changed, Visibility::structure,
                    "Metadata change time in the file system."},
        StructField{"accessed", &Source::accessed, Visibility::structure, "Access time in the file system."},
        StructField{"created", &Source::created, Visibility::structure, "Creation time in the file system."},
        StructField{"schema", &Source::schema, Visibility::structure,
                    "Fingerprint of the database schema: SHA-256 over the sorted names of tables and "
                    "columns, and the user_version."},
        StructField{"mount_point", &Source::mount_point, Visibility::structure,
                    "Where the running device has this file system mounted, where the app's platform fixes "
                    "it (Android: /data)."},
        StructField{"android_user", &Source::android_user, Visibility::structure,
                    "Android user id in the path (0 owner, 10 work profile, 95 and 999 clones)."},
        StructField{"outcome", &Source::outcome, Visibility::structure,
                    "parsed, parsed with anomalies, or failed."}};
  }
};

// An account of an app on the device, as the app stores it.
struct Account {
  static constexpr std::string_view kName = "account";
  static constexpr std::string_view kMeaning = "An account of an app on the device, as the app stores it.";
  OptionalWord app;
  OptionalText identifier;
  OptionalText name;
  OptionalTime created;
  OptionalText app_version;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &Account::app, Visibility::structure,
                    "The app, in our spelling: whatsapp, sms, metamask, …"},
        StructField{"identifier", &Account::identifier, Visibility::identity,
                    "Number, address or handle of the account as stored."},
        StructField{"name", &Account::name, Visibility::identity, "Name of the account as stored."},
        StructField{"created", &Account::created, Visibility::content,
                    "When the account or the installation was made, as stored."},
        StructField{"app_version", &Account::app_version, Visibility::content,
                    "Version of the app as stored."}};
  }
};

// A party of a conversation or call, once per app and file.
struct Participant {
  static constexpr std::string_view kName = "participant";
  static constexpr std::string_view kMeaning = "A party of a conversation or call, once per app and file.";
  OptionalWord app;
  OptionalText identifier;
  OptionalWord identifier_kind;
  OptionalText number;
  OptionalText name;
  OptionalText mapped_identifier;
  OptionalFlag own;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &Participant::app, Visibility::structure, "The app."},
        StructField{"identifier", &Participant::identifier, Visibility::identity,
                    "Handle as stored: a WhatsApp jid, a number, an address."},
        StructField{"identifier_kind", &Participant::identifier_kind, Visibility::structure,
                    "jid, lid, phone, email, short code, unknown, own."},
        StructField{"number", &Participant::number, Visibility::identity,
                    "Phone number that the stored handle contains or maps to."},
        StructField{"name", &Participant::name, Visibility::identity, "Name as recorded on the device."},
        StructField{"mapped_identifier", &Participant::mapped_identifier, Visibility::identity,
                    "The other handle that the app's own map gives for this one (WhatsApp lid to jid)."},
        StructField{"own", &Participant::own, Visibility::structure,
                    "True where this stands for the account on the device."}};
  }
};

// A chat, group or thread as the app keeps it.
struct Conversation {
  static constexpr std::string_view kName = "conversation";
  static constexpr std::string_view kMeaning = "A chat, group or thread as the app keeps it.";
  OptionalWord app;
  OptionalText identifier;
  OptionalWord kind;
  OptionalText subject;
  RecordList participants;
  OptionalTime created;
  OptionalFlag archived;
  OptionalFlag hidden;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &Conversation::app, Visibility::structure, "The app."},
        StructField{"identifier", &Conversation::identifier, Visibility::identity, "Handle as stored."},
        StructField{"kind", &Conversation::kind, Visibility::structure,
                    "one to one, group, broadcast, newsletter, thread, unknown."},
        StructField{"subject", &Conversation::subject, Visibility::identity, "Title as stored."},
        StructField{"participants", &Conversation::participants, Visibility::structure,
                    "Parties, where the app lists them."},
        StructField{"created", &Conversation::created, Visibility::content, "Creation time as stored."},
        StructField{"archived", &Conversation::archived, Visibility::content, "Archived flag as stored."},
        StructField{"hidden", &Conversation::hidden, Visibility::content, "Hidden flag as stored."}};
  }
};

// One entry of a group's list of members.
struct Membership {
  static constexpr std::string_view kName = "membership";
  static constexpr std::string_view kMeaning = "One entry of a group's list of members.";
  OptionalRecord conversation;
  OptionalRecord participant;
  OptionalWord rank;
  OptionalFlag active;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"conversation", &Membership::conversation, Visibility::structure, "The group."},
        StructField{"participant", &Membership::participant, Visibility::structure, "The member."},
        StructField{"rank", &Membership::rank, Visibility::content,
                    "member, admin, owner, or the stored number."},
        StructField{"active", &Membership::active, Visibility::content,
                    "False where the app marks the member as gone."}};
  }
};

// An entry of an address book.
struct Contact {
  static constexpr std::string_view kName = "contact";
  static constexpr std::string_view kMeaning = "An entry of an address book.";
  OptionalWord app;
  OptionalRecord participant;
  OptionalText name;
  OptionalText given_name;
  OptionalText family_name;
  OptionalText nickname;
  OptionalText push_name;
  OptionalText organisation;
  OptionalText title;
  TextList identifiers;
  OptionalText about;
  OptionalText note;
  OptionalText account;
  OptionalFlag app_user;
  OptionalFlag deleted;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &Contact::app, Visibility::structure, "The app."},
        StructField{"participant", &Contact::participant, Visibility::structure,
                    "The participant with the same handle in the same app, where there is one."},
        StructField{"name", &Contact::name, Visibility::identity, "Display name."},
        StructField{"given_name", &Contact::given_name, Visibility::identity, "Given name."},
        StructField{"family_name", &Contact::family_name, Visibility::identity, "Family name."},
        StructField{"nickname", &Contact::nickname, Visibility::identity, "Nickname."},
        StructField{"push_name", &Contact::push_name, Visibility::identity,
                    "Name that the other side set for itself."},
        StructField{"organisation", &Contact::organisation, Visibility::identity, "Organisation."},
        StructField{"title", &Contact::title, Visibility::identity, "Title."},
        StructField{"identifiers", &Contact::identifiers, Visibility::identity,
                    "Numbers, handles, addresses as stored."},
        StructField{"about", &Contact::about, Visibility::identity, "Status or about text as stored."},
        StructField{"note", &Contact::note, Visibility::content, "Note as stored."},
        StructField{"account", &Contact::account, Visibility::identity,
                    "Address-book account that holds the entry."},
        StructField{"app_user", &Contact::app_user, Visibility::content,
                    "Flag that the handle uses the app."},
        StructField{"deleted", &Contact::deleted, Visibility::content, "Deleted flag as stored."}};
  }
};

// A message, or an event that the app shows as one.
struct Message {
  static constexpr std::string_view kName = "message";
  static constexpr std::string_view kMeaning = "A message, or an event that the app shows as one.";
  OptionalWord app;
  OptionalRecord conversation;
  OptionalWord direction;
  OptionalRecord sender;
  RecordList recipients;
  OptionalWord kind;
  OptionalInteger kind_code;
  OptionalTime time;
  OptionalTime sent;
  OptionalTime received;
  OptionalText text;
  OptionalText subject;
  OptionalWord folder;
  OptionalWord status;
  OptionalInteger status_code;
  OptionalFlag read;
  OptionalFlag starred;
  OptionalFlag forwarded;
  OptionalInteger forward_score;
  OptionalText key;
  OptionalText quoted_key;
  OptionalText quoted_text;
  OptionalWord event;
  OptionalInteger event_code;
  RecordList event_participants;
  OptionalText event_value;
  OptionalText service_centre;
  OptionalInteger sim;
  OptionalObject sealed;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &Message::app, Visibility::structure, "The app."},
        StructField{"conversation", &Message::conversation, Visibility::structure, "The conversation."},
        StructField{"direction", &Message::direction, Visibility::structure,
                    "outgoing, incoming, none (events)."},
        StructField{"sender", &Message::sender, Visibility::structure, "The sender, where stored."},
        StructField{"recipients", &Message::recipients, Visibility::structure,
                    "Recipients, where the message itself names them."},
        StructField{"kind", &Message::kind, Visibility::structure,
                    "text, image, audio, video, document, contact card, location, live location, sticker, "
                    "animation, poll, call, event, revoked, view once, group invite, template, order, "
                    "payment, waiting, mms, other."},
        StructField{"kind_code", &Message::kind_code, Visibility::structure,
                    "The app's own number of the kind."},
        StructField{"time", &Message::time, Visibility::structure, "Time that the app shows, as stored."},
        StructField{"sent", &Message::sent, Visibility::structure, "Sending time, where stored apart."},
        StructField{"received", &Message::received, Visibility::structure,
                    "Receiving time, where stored apart."},
        StructField{"text", &Message::text, Visibility::content, "The words, as stored."},
        StructField{"subject", &Message::subject, Visibility::content, "Subject line (MMS)."},
        StructField{"folder", &Message::folder, Visibility::content,
                    "inbox, sent, draft, outbox, failed, queued, spam (SMS, MMS)."},
        StructField{"status", &Message::status, Visibility::content,
                    "Delivery state in our words, where the code is known."},
        StructField{"status_code", &Message::status_code, Visibility::content, "Delivery state as stored."},
        StructField{"read", &Message::read, Visibility::content, "Read flag as stored."},
        StructField{"starred", &Message::starred, Visibility::content, "Starred flag as stored."},
        StructField{"forwarded", &Message::forwarded, Visibility::content, "Forwarded flag."},
        StructField{"forward_score", &Message::forward_score, Visibility::content,
                    "How often forwarded, as stored."},
        StructField{"key", &Message::key, Visibility::structure, "The app's own id of the message."},
        StructField{"quoted_key", &Message::quoted_key, Visibility::structure,
                    "The app's id of the message that is quoted."},
        StructField{"quoted_text", &Message::quoted_text, Visibility::content,
                    "Quoted words as stored with the quote."},
        StructField{"event", &Message::event, Visibility::content,
                    "What the event says, in our words, where the code is known."},
        StructField{"event_code", &Message::event_code, Visibility::content, "Event code as stored."},
        StructField{"event_participants", &Message::event_participants, Visibility::structure,
                    "Parties that the event names."},
        StructField{"event_value", &Message::event_value, Visibility::content,
                    "Old or new value that the event carries, as stored."},
        StructField{"service_centre", &Message::service_centre, Visibility::content,
                    "Service centre number (SMS)."},
        StructField{"sim", &Message::sim, Visibility::content, "Subscription id as stored."},
        StructField{"sealed", &Message::sealed, Visibility::structure,
                    "Spans of text that are sealed: number, field, kind, start and length in code points."}};
  }
};

// An edit or a revocation.
struct MessageChange {
  static constexpr std::string_view kName = "message_change";
  static constexpr std::string_view kMeaning = "An edit or a revocation.";
  OptionalRecord message;
  OptionalText message_key;
  OptionalWord change;
  OptionalRecord by;
  OptionalTime time;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"message", &MessageChange::message, Visibility::structure,
                    "The message that was changed, where its row is there."},
        StructField{"message_key", &MessageChange::message_key, Visibility::structure,
                    "The app's id of the message that was changed."},
        StructField{"change", &MessageChange::change, Visibility::structure,
                    "edited, revoked, revoked by admin."},
        StructField{"by", &MessageChange::by, Visibility::structure, "Who changed it, where stored."},
        StructField{"time", &MessageChange::time, Visibility::structure, "When, as stored."}};
  }
};

// A delivery or reading receipt.
struct Receipt {
  static constexpr std::string_view kName = "receipt";
  static constexpr std::string_view kMeaning = "A delivery or reading receipt.";
  OptionalRecord message;
  OptionalInteger message_row;
  OptionalFlag message_missing;
  OptionalRecord recipient;
  OptionalTime delivered;
  OptionalTime read;
  OptionalTime played;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"message", &Receipt::message, Visibility::structure,
                    "The message, where its row is there."},
        StructField{"message_row", &Receipt::message_row, Visibility::structure,
                    "Row number of the message as the receipt names it."},
        StructField{"message_missing", &Receipt::message_missing, Visibility::structure,
                    "True where no row of that number is left: the message existed and its row is gone."},
        StructField{"recipient", &Receipt::recipient, Visibility::structure, "Whose receipt."},
        StructField{"delivered", &Receipt::delivered, Visibility::content, "Delivery time as stored."},
        StructField{"read", &Receipt::read, Visibility::content, "Reading time as stored."},
        StructField{"played", &Receipt::played, Visibility::content, "Playing time as stored."}};
  }
};

// A reaction to a message.
struct Reaction {
  static constexpr std::string_view kName = "reaction";
  static constexpr std::string_view kMeaning = "A reaction to a message.";
  OptionalRecord message;
  OptionalRecord sender;
  OptionalText text;
  OptionalTime time;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"message", &Reaction::message, Visibility::structure,
                    "The message, where its row is there."},
        StructField{"sender", &Reaction::sender, Visibility::structure, "Who reacted, where stored."},
        StructField{"text", &Reaction::text, Visibility::content, "The reaction as stored."},
        StructField{"time", &Reaction::time, Visibility::structure, "When, as stored."}};
  }
};

// A file that a message carries or names.
struct Media {
  static constexpr std::string_view kName = "media";
  static constexpr std::string_view kMeaning = "A file that a message carries or names.";
  OptionalRecord message;
  OptionalText path;
  OptionalText name;
  OptionalText mime;
  OptionalInteger size;
  OptionalText sha256_stated;
  OptionalText caption;
  OptionalText url;
  OptionalInteger duration_s;
  OptionalInteger width;
  OptionalInteger height;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"message", &Media::message, Visibility::structure, "The message."},
        StructField{"path", &Media::path, Visibility::content, "Path as the app stores it."},
        StructField{"name", &Media::name, Visibility::content, "File name as the app stores it."},
        StructField{"mime", &Media::mime, Visibility::content, "Type as stored."},
        StructField{"size", &Media::size, Visibility::content, "Size as stored."},
        StructField{"sha256_stated", &Media::sha256_stated, Visibility::content,
                    "Digest that the app stores for the file."},
        StructField{"caption", &Media::caption, Visibility::content, "Caption as stored."},
        StructField{"url", &Media::url, Visibility::content, "Address as stored."},
        StructField{"duration_s", &Media::duration_s, Visibility::content, "Duration in seconds as stored."},
        StructField{"width", &Media::width, Visibility::content, "Width as stored."},
        StructField{"height", &Media::height, Visibility::content, "Height as stored."}};
  }
};

// A place that a message carries.
struct MessageLocation {
  static constexpr std::string_view kName = "message_location";
  static constexpr std::string_view kMeaning = "A place that a message carries.";
  OptionalRecord message;
  OptionalText latitude;
  OptionalText longitude;
  OptionalText name;
  OptionalText address;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"message", &MessageLocation::message, Visibility::structure, "The message."},
        StructField{"latitude", &MessageLocation::latitude, Visibility::content,
                    "Latitude in degrees, shortest decimal."},
        StructField{"longitude", &MessageLocation::longitude, Visibility::content,
                    "Longitude in degrees, shortest decimal."},
        StructField{"name", &MessageLocation::name, Visibility::content, "Name of the place as stored."},
        StructField{"address", &MessageLocation::address, Visibility::content,
                    "Address of the place as stored."}};
  }
};

// An entry of a call log.
struct Call {
  static constexpr std::string_view kName = "call";
  static constexpr std::string_view kMeaning = "An entry of a call log.";
  OptionalWord app;
  OptionalRecord conversation;
  OptionalRecord participant;
  OptionalWord direction;
  OptionalWord kind;
  OptionalWord result;
  OptionalInteger result_code;
  OptionalTime time;
  OptionalInteger duration_s;
  OptionalText name;
  OptionalText place;
  OptionalInteger sim;
  OptionalText key;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &Call::app, Visibility::structure, "The app."},
        StructField{"conversation", &Call::conversation, Visibility::structure,
                    "The group, for a group call."},
        StructField{"participant", &Call::participant, Visibility::structure, "The other party."},
        StructField{"direction", &Call::direction, Visibility::structure, "outgoing, incoming."},
        StructField{"kind", &Call::kind, Visibility::structure, "voice, video."},
        StructField{
            "result", &Call::result, Visibility::content,
            "answered, missed, rejected, unavailable, blocked, voicemail, answered elsewhere, or other."},
        StructField{"result_code", &Call::result_code, Visibility::content, "Result or type as stored."},
        StructField{"time", &Call::time, Visibility::structure, "Start as stored."},
        StructField{"duration_s", &Call::duration_s, Visibility::content, "Duration in seconds as stored."},
        StructField{"name", &Call::name, Visibility::identity,
                    "Name that the log itself holds for the number."},
        StructField{"place", &Call::place, Visibility::content,
                    "Place that the log itself holds for the number."},
        StructField{"sim", &Call::sim, Visibility::content, "Subscription or account id as stored."},
        StructField{"key", &Call::key, Visibility::structure, "The app's own id of the call."}};
  }
};

// A row of a browser's list of visits.
struct WebVisit {
  static constexpr std::string_view kName = "web_visit";
  static constexpr std::string_view kMeaning = "A row of a browser's list of visits.";
  OptionalWord app;
  OptionalText profile;
  OptionalText url;
  OptionalText title;
  OptionalTime time;
  OptionalWord transition;
  OptionalInteger transition_code;
  OptionalInteger visit_count;
  OptionalInteger typed_count;
  OptionalInteger duration_us;
  OptionalRecord from_visit;
  OptionalFlag hidden;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &WebVisit::app, Visibility::structure, "The browser family: chromium."},
        StructField{"profile", &WebVisit::profile, Visibility::structure, "Profile folder."},
        StructField{"url", &WebVisit::url, Visibility::content, "Address."},
        StructField{"title", &WebVisit::title, Visibility::content, "Title as stored."},
        StructField{"time", &WebVisit::time, Visibility::structure, "Time of the visit."},
        StructField{"transition", &WebVisit::transition, Visibility::content,
                    "How the visit began, from the stored code: link, typed, …"},
        StructField{"transition_code", &WebVisit::transition_code, Visibility::content, "The stored code."},
        StructField{"visit_count", &WebVisit::visit_count, Visibility::content,
                    "Visits that the address's row counts."},
        StructField{"typed_count", &WebVisit::typed_count, Visibility::content,
                    "Typed visits that the address's row counts."},
        StructField{"duration_us", &WebVisit::duration_us, Visibility::content,
                    "Duration as stored, in microseconds."},
        StructField{"from_visit", &WebVisit::from_visit, Visibility::structure,
                    "The visit that led here, where its row is there."},
        StructField{"hidden", &WebVisit::hidden, Visibility::content, "Hidden flag as stored."}};
  }
};

// A row of a browser's list of downloads.
struct Download {
  static constexpr std::string_view kName = "download";
  static constexpr std::string_view kMeaning = "A row of a browser's list of downloads.";
  OptionalWord app;
  OptionalText profile;
  TextList urls;
  OptionalText target_path;
  OptionalText tab_url;
  OptionalText referrer;
  OptionalText mime;
  OptionalTime started;
  OptionalTime ended;
  OptionalInteger received_bytes;
  OptionalInteger total_bytes;
  OptionalWord result;
  OptionalInteger result_code;
  OptionalInteger danger_code;
  OptionalFlag opened;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &Download::app, Visibility::structure, "The browser family."},
        StructField{"profile", &Download::profile, Visibility::structure, "Profile folder."},
        StructField{"urls", &Download::urls, Visibility::content, "Chain of addresses, first to last."},
        StructField{"target_path", &Download::target_path, Visibility::content,
                    "Where the browser put the file."},
        StructField{"tab_url", &Download::tab_url, Visibility::content, "Address of the page."},
        StructField{"referrer", &Download::referrer, Visibility::content, "Referrer."},
        StructField{"mime", &Download::mime, Visibility::content, "Type as stored."},
        StructField{"started", &Download::started, Visibility::structure, "Start."},
        StructField{"ended", &Download::ended, Visibility::content, "End."},
        StructField{"received_bytes", &Download::received_bytes, Visibility::content, "Bytes received."},
        StructField{"total_bytes", &Download::total_bytes, Visibility::content, "Bytes announced."},
        StructField{"result", &Download::result, Visibility::content,
                    "in progress, complete, cancelled, interrupted, or other."},
        StructField{"result_code", &Download::result_code, Visibility::content, "State as stored."},
        StructField{"danger_code", &Download::danger_code, Visibility::content, "Danger type as stored."},
        StructField{"opened", &Download::opened, Visibility::content, "Opened flag as stored."}};
  }
};

// Words that a browser keeps as typed into a search.
struct SearchTerm {
  static constexpr std::string_view kName = "search_term";
  static constexpr std::string_view kMeaning = "Words that a browser keeps as typed into a search.";
  OptionalWord app;
  OptionalText profile;
  OptionalText term;
  OptionalText url;
  OptionalTime time;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &SearchTerm::app, Visibility::structure, "The browser family."},
        StructField{"profile", &SearchTerm::profile, Visibility::structure, "Profile folder."},
        StructField{"term", &SearchTerm::term, Visibility::content, "The words as stored."},
        StructField{"url", &SearchTerm::url, Visibility::content, "Address that belongs to them."},
        StructField{"time", &SearchTerm::time, Visibility::structure, "Last visit of that address."}};
  }
};

// An account of a wallet app: a public address and what stands beside it.
struct Wallet {
  static constexpr std::string_view kName = "wallet";
  static constexpr std::string_view kMeaning =
      "An account of a wallet app: a public address and what stands beside it.";
  OptionalWord app;
  OptionalText profile;
  OptionalText address;
  OptionalText name;
  OptionalText keyring;
  OptionalFlag selected;
  OptionalTime imported;
  OptionalText balance;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &Wallet::app, Visibility::structure, "The app: metamask."},
        StructField{"profile", &Wallet::profile, Visibility::structure, "Profile folder of the browser."},
        StructField{"address", &Wallet::address, Visibility::content, "Public address as stored."},
        StructField{"name", &Wallet::name, Visibility::content, "Name of the account as stored."},
        StructField{"keyring", &Wallet::keyring, Visibility::content,
                    "Kind of keyring as stored: HD, Simple, Ledger, Trezor, …"},
        StructField{"selected", &Wallet::selected, Visibility::content, "Selected flag as stored."},
        StructField{"imported", &Wallet::imported, Visibility::content, "Import time as stored."},
        StructField{"balance", &Wallet::balance, Visibility::content,
                    "Balance as stored, in the chain's smallest unit, hexadecimal as stored."}};
  }
};

// An encrypted vault as it is stored: what it would take to open it, and not its content.
struct WalletVault {
  static constexpr std::string_view kName = "wallet_vault";
  static constexpr std::string_view kMeaning =
      "An encrypted vault as it is stored: what it would take to open it, and not its content.";
  OptionalWord app;
  OptionalText profile;
  OptionalWord cipher;
  OptionalWord kdf;
  OptionalInteger iterations;
  OptionalFlag iterations_stated;
  OptionalInteger salt_bytes;
  OptionalInteger data_bytes;
  OptionalFlag current;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &WalletVault::app, Visibility::structure, "The app."},
        StructField{"profile", &WalletVault::profile, Visibility::structure,
                    "Profile folder of the browser."},
        StructField{"cipher", &WalletVault::cipher, Visibility::content, "Cipher."},
        StructField{"kdf", &WalletVault::kdf, Visibility::content, "Key derivation."},
        StructField{"iterations", &WalletVault::iterations, Visibility::content,
                    "Iterations, stated or the app's default."},
        StructField{"iterations_stated", &WalletVault::iterations_stated, Visibility::content,
                    "False where the vault does not state them."},
        StructField{"salt_bytes", &WalletVault::salt_bytes, Visibility::content, "Length of the salt."},
        StructField{"data_bytes", &WalletVault::data_bytes, Visibility::content,
                    "Length of the encrypted data."},
        StructField{"current", &WalletVault::current, Visibility::structure,
                    "True for the version that the store holds as live."}};
  }
};

// A transaction that a wallet app lists.
struct WalletTransaction {
  static constexpr std::string_view kName = "transaction";
  static constexpr std::string_view kMeaning = "A transaction that a wallet app lists.";
  OptionalWord app;
  OptionalText profile;
  OptionalText hash;
  OptionalText chain;
  OptionalText from;
  OptionalText to;
  OptionalText value;
  OptionalText status;
  OptionalText origin;
  OptionalTime time;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &WalletTransaction::app, Visibility::structure, "The app."},
        StructField{"profile", &WalletTransaction::profile, Visibility::structure,
                    "Profile folder of the browser."},
        StructField{"hash", &WalletTransaction::hash, Visibility::content, "Transaction hash as stored."},
        StructField{"chain", &WalletTransaction::chain, Visibility::content, "Chain id as stored."},
        StructField{"from", &WalletTransaction::from, Visibility::content, "Sending address as stored."},
        StructField{"to", &WalletTransaction::to, Visibility::content, "Receiving address as stored."},
        StructField{"value", &WalletTransaction::value, Visibility::content,
                    "Value as stored, in the chain's smallest unit."},
        StructField{"status", &WalletTransaction::status, Visibility::content, "Status as stored."},
        StructField{"origin", &WalletTransaction::origin, Visibility::content,
                    "Page that asked for it, as stored."},
        StructField{"time", &WalletTransaction::time, Visibility::structure, "Time as stored."}};
  }
};

// A page to which a wallet app granted access.
struct SiteGrant {
  static constexpr std::string_view kName = "site_grant";
  static constexpr std::string_view kMeaning = "A page to which a wallet app granted access.";
  OptionalWord app;
  OptionalText profile;
  OptionalText origin;
  OptionalText permission;
  TextList accounts;
  OptionalTime time;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"app", &SiteGrant::app, Visibility::structure, "The app."},
        StructField{"profile", &SiteGrant::profile, Visibility::structure, "Profile folder of the browser."},
        StructField{"origin", &SiteGrant::origin, Visibility::content, "The page's origin as stored."},
        StructField{"permission", &SiteGrant::permission, Visibility::content, "Permission as stored."},
        StructField{"accounts", &SiteGrant::accounts, Visibility::content,
                    "Accounts that it covers, as stored."},
        StructField{"time", &SiteGrant::time, Visibility::structure, "When granted, as stored."}};
  }
};

// An address of a crypto-currency found in text, with its checksum verified or known to be absent.
struct AddressSighting {
  static constexpr std::string_view kName = "address_sighting";
  static constexpr std::string_view kMeaning =
      "An address of a crypto-currency found in text, with its checksum verified or known to be absent.";
  OptionalWord chain;
  OptionalText address;
  OptionalWord form;
  OptionalWord checksum;
  OptionalRecord record;
  OptionalWord field;
  OptionalInteger start;
  OptionalInteger length;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"chain", &AddressSighting::chain, Visibility::structure, "bitcoin, ethereum, tron."},
        StructField{"address", &AddressSighting::address, Visibility::content, "The address as written."},
        StructField{"form", &AddressSighting::form, Visibility::structure,
                    "p2pkh, p2sh, segwit, taproot, hex, base58, …"},
        StructField{"checksum", &AddressSighting::checksum, Visibility::structure,
                    "valid, or none where the form carries none (an Ethereum address in one case)."},
        StructField{"record", &AddressSighting::record, Visibility::structure,
                    "The record in whose text it stands."},
        StructField{"field", &AddressSighting::field, Visibility::structure, "The field."},
        StructField{"start", &AddressSighting::start, Visibility::structure,
                    "First code point in the field, from 0."},
        StructField{"length", &AddressSighting::length, Visibility::structure, "Code points."}};
  }
};

// A secret that was found; its content is only in a sealed envelope beside the segment, or nowhere.
struct SecretSighting {
  static constexpr std::string_view kName = "secret_sighting";
  static constexpr std::string_view kMeaning =
      "A secret that was found; its content is only in a sealed envelope beside the segment, or nowhere.";
  OptionalWord secret;
  OptionalRecord record;
  OptionalWord field;
  OptionalInteger start;
  OptionalInteger length;
  OptionalWord envelope;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"secret", &SecretSighting::secret, Visibility::structure, "bip39 words, private key."},
        StructField{"record", &SecretSighting::record, Visibility::structure,
                    "The record in whose text it stands."},
        StructField{"field", &SecretSighting::field, Visibility::structure, "The field."},
        StructField{"start", &SecretSighting::start, Visibility::structure,
                    "First code point in the stored text, from 0."},
        StructField{"length", &SecretSighting::length, Visibility::structure, "Code points."},
        StructField{"envelope", &SecretSighting::envelope, Visibility::structure,
                    "Name of the sealed envelope in secrets/, where one was written."}};
  }
};

// What became of the rows of one source table: rows = emitted + excluded + undecodable.
struct Count {
  static constexpr std::string_view kName = "count";
  static constexpr std::string_view kMeaning =
      "What became of the rows of one source table: rows = emitted + excluded + undecodable.";
  OptionalText table;
  OptionalInteger rows;
  OptionalInteger emitted;
  OptionalInteger excluded;
  OptionalObject excluded_by;
  OptionalInteger undecodable;
  OptionalInteger recovered;
  OptionalInteger superseded;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"table", &Count::table, Visibility::structure, "Table, store or list."},
        StructField{"rows", &Count::rows, Visibility::structure,
                    "Rows in the table; absent where the table is damaged and cannot be counted."},
        StructField{"emitted", &Count::emitted, Visibility::structure, "Rows that became records."},
        StructField{"excluded", &Count::excluded, Visibility::structure,
                    "Rows that are no records (sentinel rows and the like)."},
        StructField{"excluded_by", &Count::excluded_by, Visibility::structure, "The same by reason."},
        StructField{"undecodable", &Count::undecodable, Visibility::structure,
                    "Rows that could not be read as what they are."},
        StructField{"recovered", &Count::recovered, Visibility::structure,
                    "Deleted rows that were recovered; not part of rows."},
        StructField{"superseded", &Count::superseded, Visibility::structure,
                    "Older versions that were found; not part of rows."}};
  }
};

// What became of the files of one evidence tree.
struct TreeCount {
  static constexpr std::string_view kName = "tree_count";
  static constexpr std::string_view kMeaning = "What became of the files of one evidence tree.";
  OptionalInteger files;
  OptionalInteger folders;
  OptionalInteger other;
  OptionalInteger claimed;
  OptionalInteger parsed;
  OptionalInteger parsed_with_anomalies;
  OptionalInteger failed;
  OptionalInteger unreadable;
  OptionalInteger unsupported;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"files", &TreeCount::files, Visibility::structure, "Files seen."},
        StructField{"folders", &TreeCount::folders, Visibility::structure, "Folders seen."},
        StructField{"other", &TreeCount::other, Visibility::structure,
                    "Links, devices, sockets and the like seen."},
        StructField{"claimed", &TreeCount::claimed, Visibility::structure,
                    "Files that an extractor claimed."},
        StructField{"parsed", &TreeCount::parsed, Visibility::structure, "Claimed files parsed."},
        StructField{"parsed_with_anomalies", &TreeCount::parsed_with_anomalies, Visibility::structure,
                    "Claimed files parsed with anomalies."},
        StructField{"failed", &TreeCount::failed, Visibility::structure,
                    "Claimed files that could not be parsed."},
        StructField{"unreadable", &TreeCount::unreadable, Visibility::structure,
                    "Files whose content or metadata could not be read."},
        StructField{"unsupported", &TreeCount::unsupported, Visibility::structure,
                    "Files that are known and not supported."}};
  }
};

// Something odd or damaged in the evidence, or a part that was not read.
struct Anomaly {
  static constexpr std::string_view kName = "anomaly";
  static constexpr std::string_view kMeaning =
      "Something odd or damaged in the evidence, or a part that was not read.";
  OptionalWord code;
  OptionalText path;
  OptionalText detail;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"code", &Anomaly::code, Visibility::structure, "Stable code of lower-case words."},
        StructField{"path", &Anomaly::path, Visibility::structure,
                    "Locator, where the anomaly is about a file that is no source."},
        StructField{"detail", &Anomaly::detail, Visibility::structure,
                    "What was seen there; never content of messages, never a name."}};
  }
};

// Something that is present and that no extractor reads.
struct Unsupported {
  static constexpr std::string_view kName = "unsupported";
  static constexpr std::string_view kMeaning = "Something that is present and that no extractor reads.";
  OptionalWord kind;
  OptionalWord what;
  OptionalText path;
  OptionalInteger size;

  static constexpr auto fields() {
    return std::tuple{
        StructField{"kind", &Unsupported::kind, Visibility::structure,
                    "app, database, container, encrypted volume, file system."},
        StructField{"what", &Unsupported::what, Visibility::structure, "The app or format, in our spelling."},
        StructField{"path", &Unsupported::path, Visibility::structure, "Locator."},
        StructField{"size", &Unsupported::size, Visibility::structure, "Size in bytes."}};
  }
};

// The erased form of a record struct.
template <typename Struct>
Record record_of(const Struct& values, Place place);
template <typename Struct>
const RecordType& type_of();
// record_of and emit in one: the common call of an extractor.
template <typename Struct>
RecordId emit(RecordSink& sink, const Struct& values, Place place) {
  return sink.emit(record_of(values, std::move(place)));
}

}  // namespace base

#include "base/records_impl.h"
