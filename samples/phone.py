# SPDX-License-Identifier: Apache-2.0
"""The two phones: their trees of files, as disk image and as full-file-system tar."""

import os

import address_book
import chats
import disk
import scene
import sms
import whatsapp_app
import whatsapp_key
import whatsapp_new
import whatsapp_old
from sqlite_files import build, insert

_WHATSAPP, _CLONE, _BUSINESS = "/data/com.whatsapp", "/user/999/com.whatsapp", "/data/com.whatsapp.w4b"
_TELEGRAM = "/data/org.telegram.messenger/files/cache4.db"


class Phone:
    """Collects files of userdata: {"/data/…": bytes}; databases are made in a work folder first."""

    def __init__(self, label, work, key):
        self.label, self.work, self.key, self.tree = label, work, key, {}

    def database(self, path, write):
        """write(file name) makes the database, with its -wal where it has one."""
        made = os.path.join(self.work, self.label, path.strip("/"))
        os.makedirs(os.path.dirname(made), exist_ok=True)
        write(made)
        for suffix in ("", "-wal"):
            if os.path.exists(made + suffix):
                with open(made + suffix, "rb") as file:
                    self.tree[path + suffix] = file.read()


def phone_1(work, key, pictures):
    phone = Phone("phone-1", work, key)
    _whatsapp(phone, chats.new_store(pictures))
    _clone(phone, chats.old_store(pictures))
    _business(phone, chats.transitional_store())
    _telegram(phone)
    phone.database(address_book.CALLS_PATH, address_book.write_calls)
    address_book.expect_calls(key, phone.label)
    phone.database(address_book.CONTACTS_PATH, address_book.write_contacts)
    address_book.expect_contacts(key, phone.label)
    multimedia = sms.phone_1_mms(pictures)
    phone.database(sms.PATH, lambda path: sms.write(path, sms.PHONE_1, multimedia))
    for mms in multimedia:
        phone.tree[sms.mms_part_path(mms).removeprefix("/data")] = mms.picture
    sms.expect(key, phone.label, sms.PHONE_1, multimedia)
    phone.tree["/media/0/Download/readme.txt"] = "WLAN 三楼: lotus-3F / 找小吴要密码\n".encode()
    phone.tree["/media/0/DCIM/Camera/IMG_20261013_220100.png"] = pictures["gate"]
    return phone.tree


def phone_2(work, key):
    phone = Phone("phone-2", work, key)
    phone.database(sms.PATH, lambda path: sms.write(path, sms.PHONE_2, []))
    sms.expect(key, phone.label, sms.PHONE_2, [])
    return phone.tree


def _whatsapp(phone, store):
    path = _WHATSAPP + "/databases/msgstore.db"
    writer = whatsapp_new.Writer(store)
    phone.database(path, lambda made: build(made, whatsapp_new.SCHEMA, writer.early, writer.late, user_version=1))
    people = scene.PEOPLE_IN_ADDRESS_BOOK
    whatsapp_key.expect_store(phone.key, phone.label, path, store, people)
    _beside(phone, _WHATSAPP, store, people, "/media/0/Android/media/com.whatsapp/WhatsApp/")


def _clone(phone, store):
    path = _CLONE + "/databases/msgstore.db"
    phone.database(path, lambda made: build(made, whatsapp_old.SCHEMA, whatsapp_old.Writer(store).old, user_version=1))
    whatsapp_key.expect_store(phone.key, phone.label, path, store, [])
    _beside(phone, _CLONE, store, [], "/media/999/Android/media/com.whatsapp/WhatsApp/")


def _business(phone, store):
    path, writer = _BUSINESS + "/databases/msgstore.db", whatsapp_old.Writer(store)
    phone.database(path, lambda made: build(made, whatsapp_old.TRANSITIONAL_SCHEMA, writer.transitional,
                                            user_version=1))
    whatsapp_key.expect_store(phone.key, phone.label, path, store, [scene.CUSTOMER])
    _beside(phone, _BUSINESS, store, [scene.CUSTOMER],
            "/media/0/Android/media/com.whatsapp.w4b/WhatsApp Business/")


def _telegram(phone):
    """An app that is present and has no reader here: a database of messages with one row."""
    def rows(connection):
        insert(connection, "messages_v2", mid=1, uid=777001, read_state=3, send_state=0,
               date=int(scene.at("10-20 10:00")), data=b"\x00" * 32, out=0, ttl=0)
    schema = ["CREATE TABLE messages_v2 (mid INTEGER, uid INTEGER, read_state INTEGER, send_state INTEGER,"
              " date INTEGER, data BLOB, out INTEGER, ttl INTEGER, PRIMARY KEY (mid, uid))"]
    phone.database(_TELEGRAM, lambda made: build(made, schema, rows))
    phone.key.add(phone.label, "/data/org.telegram.messenger", "unsupported", kind="app", what="telegram")


def _beside(phone, folder, store, people, media_folder):
    contacts = folder + "/databases/wa.db"
    phone.database(contacts, lambda made: whatsapp_app.write_contacts(made, people, phone.key, phone.label, contacts))
    package = folder.rsplit("/", 1)[1]
    preferences = f"{folder}/shared_prefs/{package}_preferences_light.xml"
    phone.tree[preferences] = whatsapp_app.preferences(store.owner)
    phone.key.add(phone.label, preferences, "account", app="whatsapp", identifier=store.owner.number,
                  name=store.owner.push_name)
    for message in store.messages:
        if message.media:
            phone.tree[media_folder + message.media.path] = message.media.content


def write_image(path, tree, mebibytes, label):
    """GPT with a small first partition, so that userdata is partition 2."""
    first, second = path + ".cust", path + ".userdata"
    disk.make_ext4(first, {"/etc/build.prop": b"ro.product.name=holdfast_sample\n"}, 2,
                   scene.BUILD_TIME, "cust", journal=False)
    disk.make_ext4(second, tree, mebibytes, scene.BUILD_TIME, "userdata")
    disk.make_gpt_disk(path, label, [(first, disk.LINUX_DATA, "cust"), (second, disk.LINUX_DATA, "userdata")])
    os.remove(first)
    os.remove(second)


def write_tar(path, tree):
    """The running phone has userdata mounted at /data."""
    disk.make_tar(path, {"/data" + name: content for name, content in tree.items()}, scene.BUILD_TIME)
