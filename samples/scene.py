# SPDX-License-Identifier: Apache-2.0
"""The fictional scene: people, addresses, exhibits. Nothing here belongs to anybody.

Numbers on the compound's side use the country code 999, which is not assigned. The others are from the ranges
that regulators keep for drama: +44 7700 900xxx (Ofcom) and +1 202 555 01xx (NANPA). Domains end in .example
(RFC 2606). Addresses are made in coins.py so that nobody holds their keys. Coordinates lie in the ocean.
"""

import calendar
import time
from dataclasses import dataclass

import coins


class Moment(int):
    """A time in whole seconds since 1970, UTC."""

    @property
    def ms(self):
        return self * 1000

    @property
    def webkit(self):
        return (self + 11644473600) * 1000000

    @property
    def utc(self):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self))


def at(text):
    """at("10-28 09:15") is that minute of 2026 in UTC; seconds may follow."""
    form = "%Y-%m-%d %H:%M:%S" if text.count(":") == 2 else "%Y-%m-%d %H:%M"
    return Moment(calendar.timegm(time.strptime("2026-" + text, form)))


BUILD_TIME = at("11-03 06:00")  # of every file in the images


@dataclass(frozen=True)
class Person:
    number: str
    name: str | None = None  # as the phone's owner wrote it down
    push_name: str | None = None  # as the person wrote it
    lid: str | None = None

    @property
    def jid(self):
        return self.number + "@s.whatsapp.net"

    @property
    def phone(self):
        return "+" + self.number


OWNER = Person("99900110001", "Kevin", "Kevin")
SECOND_OWNER = Person("99900110091", "Jason", "Jason Lee")
BUSINESS_OWNER = Person("99900110092", "Aurora Desk", "Aurora Bullion Desk")
TEAM_LEAD = Person("99900110002", "陈姐 组长", "陈姐", "271000000000002@lid")
DRIVER = Person("99900110003", "สมชาย คนขับรถ", "สมชาย")
SISTER = Person("99900110004", "Chị Linh", "Nguyễn Thị Linh")
COLLEAGUE = Person("99900110005", "小吴", "吴 ☂", "271000000000005@lid")
MARGARET = Person("447700900123", "Margaret 41", "Margaret H.")
STRANGER = Person("447700900456", None, None, "271000000000777@lid")
ROBERT = Person("12025550143", None, "Bob R.")
CUSTOMER = Person("12025550188", "Dana Whitlock", "Dana W.")
PEOPLE_IN_ADDRESS_BOOK = [TEAM_LEAD, DRIVER, SISTER, COLLEAGUE, MARGARET]

GROUP = "120363000000000041@g.us"
GROUP_SUBJECT = "客服组A ☀ 2026"
OLD_GROUP = "99900110091-1650000000@g.us"
OLD_GROUP_SUBJECT = "Ca đêm – tầng 3"

TRON_DEPOSIT = coins.tron("deposit desk")
TRON_SALARY = coins.tron("salary desk")
TRON_NEAR_MISS = coins.broken(coins.tron("near miss"))
ETHEREUM_DEPOSIT = coins.ethereum("platform deposit")
ETHEREUM_PAYOUT = coins.ethereum_lower("platform payout")
BITCOIN_OLD = coins.bitcoin_p2pkh("old desk")
BITCOIN_SCRIPT = coins.bitcoin_p2sh("shared desk")
BITCOIN_SEGWIT = coins.bitcoin_segwit("new desk")
BITCOIN_TAPROOT = coins.bitcoin_taproot("reserve desk")
# In wallet import format; of a phrase, so it guards nothing.
PRIVATE_KEY = coins.bitcoin_private_key("kept by the desk")
# (address, chain, form, checksum) of every address that stands in a text of the scene.
ADDRESSES = [
    (TRON_DEPOSIT, "tron", "base58", "valid"),
    (TRON_SALARY, "tron", "base58", "valid"),
    (ETHEREUM_DEPOSIT, "ethereum", "hex", "valid"),
    (ETHEREUM_PAYOUT, "ethereum", "hex", "none"),
    (BITCOIN_OLD, "bitcoin", "p2pkh", "valid"),
    (BITCOIN_SCRIPT, "bitcoin", "p2sh", "valid"),
    (BITCOIN_SEGWIT, "bitcoin", "segwit", "valid"),
    (BITCOIN_TAPROOT, "bitcoin", "taproot", "valid"),
]

PHONE_SERIAL = "HFX0SAMPLE041"
CASE = {"name": "LOTUS-2026", "title": "Lotus Court, third floor (fictional)",
        "authority": "fictional warrant 0-2026 of a court that does not exist"}
EXHIBITS = [
    {"label": "phone-1", "seal": "HFX-SEAL-0001", "kind": "phone", "serial": PHONE_SERIAL, "parent": None,
     "description": "Android phone, black, cracked corner, from desk 41, third floor",
     "file": "phone-1.img", "other_files": ["phone-1-ffs.tar"]},
    {"label": "phone-2", "seal": "HFX-SEAL-0002", "kind": "phone", "serial": PHONE_SERIAL, "parent": None,
     "description": "Android phone, red, copied serial number, from the driver's bag",
     "file": "phone-2.img", "other_files": []},
    {"label": "pc-1", "seal": "HFX-SEAL-0003", "kind": "computer", "serial": "HFX0SAMPLEPC1", "parent": None,
     "description": "Tower computer, Windows, two disks, from the office beside desk 41",
     "file": None, "other_files": []},
    {"label": "pc-1-disk-1", "seal": None, "kind": "disk", "serial": "HFX0DISK0001", "parent": "pc-1",
     "description": "Solid state disk with the system", "file": "pc-1-disk-1.img", "other_files": []},
    {"label": "pc-1-disk-2", "seal": None, "kind": "disk", "serial": "HFX0DISK0002", "parent": "pc-1",
     "description": "Second disk with documents", "file": "pc-1-disk-2.img", "other_files": []},
]
