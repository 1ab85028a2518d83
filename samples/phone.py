# SPDX-License-Identifier: Apache-2.0
"""The two phones: their trees of files, as disk image and as full-file-system tar."""

import os

import chats
import disk
import scene
import sms
import whatsapp_app
import whatsapp_key
import whatsapp_new
from sqlite_files import build

_WHATSAPP = "/data/com.whatsapp"


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
    whatsapp_key.expect_store(phone.key, phone.label, path, store)
    _beside(phone, _WHATSAPP, store, scene.PEOPLE_IN_ADDRESS_BOOK, "/media/0/Android/media/com.whatsapp/WhatsApp/")


def _beside(phone, folder, store, people, media_folder):
    contacts = folder + "/databases/wa.db"
    phone.database(contacts, lambda made: whatsapp_app.write_contacts(made, people, phone.key, phone.label, contacts))
    preferences = folder + "/shared_prefs/com.whatsapp_preferences_light.xml"
    phone.tree[preferences] = whatsapp_app.preferences(store.owner)
    phone.key.add(phone.label, preferences, "account", app="whatsapp")
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
