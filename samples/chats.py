# SPDX-License-Identifier: Apache-2.0
"""WhatsApp conversations of the scene, as data: both schemas and the answer key are written from these."""

from dataclasses import dataclass, field

from scene import (BITCOIN_OLD, BITCOIN_SCRIPT, BITCOIN_SEGWIT, BITCOIN_TAPROOT, BUSINESS_OWNER, COLLEAGUE,
                   CUSTOMER, DRIVER, ETHEREUM_DEPOSIT, ETHEREUM_PAYOUT, GROUP, GROUP_SUBJECT, MARGARET,
                   OLD_GROUP, OLD_GROUP_SUBJECT, OWNER, PRIVATE_KEY, ROBERT, SECOND_OWNER, SISTER, STRANGER,
                   TEAM_LEAD, TRON_DEPOSIT, TRON_NEAR_MISS, TRON_SALARY, Moment, Person, at)


@dataclass
class Media:
    path: str
    mime: str
    content: bytes
    name: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass
class Message:
    key: str
    chat: str
    sender: str | None  # None: the owner of the phone
    time: Moment
    text: str | None = None
    kind: str = "text"
    media: Media | None = None
    place: tuple | None = None  # latitude, longitude, name
    quotes: str | None = None
    forward_score: int | None = None
    starred: bool = False
    event_code: int | None = None
    event_people: tuple = ()
    event_value: str | None = None
    revoked_key: str | None = None
    edited: Moment | None = None
    deleted: bool = False  # written and deleted again: no live row is left
    late: bool = False  # its newest state stands only in the -wal


@dataclass
class Chat:
    identifier: str
    kind: str
    subject: str | None = None
    created: Moment | None = None
    archived: bool = False


@dataclass
class Store:
    """What one msgstore.db holds. In the old schema a caption stands with the file, in the new one it is the
    message's text; the old one keeps no path and no measures of a file."""
    owner: Person
    chats: list
    messages: list
    members: list = field(default_factory=list)  # (group, handle, rank)
    receipts: list = field(default_factory=list)  # (message key, handle, delivered, read)
    reactions: list = field(default_factory=list)  # (message key, handle or None, words, time)
    calls: list = field(default_factory=list)  # (key, handle, outgoing, video, time, seconds, result code, group)
    lids: list = field(default_factory=list)  # people whose lid the app's own map knows
    late_lids: list = field(default_factory=list)
    old_schema: bool = False


def _says(chat, sender, key, when, text=None, **more):
    return Message(key, chat, sender, at(when), text, **more)


def _at_work():
    """The group, the team lead and the driver."""
    lead, colleague, driver, group_lead = TEAM_LEAD.jid, COLLEAGUE.lid, DRIVER.jid, TEAM_LEAD.lid
    script = Media("Media/WhatsApp Documents/话术-第3版.txt", "text/plain",
                   "第一周只聊天气、花园和家人。第二周提到舅舅的交易台。\n".encode(), "话术-第3版.txt")
    return [
        _says(GROUP, group_lead, "G0001", "10-12 02:00", kind="event", event_code=11, event_value=None),
        _says(GROUP, group_lead, "G0002", "10-12 02:01", kind="event", event_code=12, event_people=(colleague,)),
        _says(GROUP, group_lead, "G0003", "10-12 02:05",
              "新来的看这里：每天早上八点到三楼开会，手机和护照统一由公司保管。"),
        _says(GROUP, group_lead, "G0004", "10-12 02:09", "今天的目标：每人加20个新客户，先聊生活，不谈投资。", starred=True),
        _says(GROUP, group_lead, "G0005", "10-12 02:10", "新剧本，背熟", kind="document", media=script),
        _says(GROUP, None, "G0006", "10-12 02:12", "收到"),
        _says(lead, lead, "L0001", "10-12 15:40", "你的业绩太低，今晚加班到两点。"),
        _says(lead, None, "L0002", "10-12 15:41", "知道了"),
        _says(lead, lead, "L0003", "10-16 12:00", f"钱包钥匙你保管 {PRIVATE_KEY} 弄丢了你赔"),
        _says(driver, driver, "D0001", "10-13 09:30",
              "พรุ่งนี้ตีห้ารับสามคนที่ด่านเก่า หนังสือเดินทางอยู่กับหัวหน้า"),
        _says(driver, None, "D0002", "10-13 09:32", "ราคาเท่าไหร่ครับ"),
        _says(driver, driver, "D0003", "10-13 09:35", f"คนละ 35000 บาท โอนเข้า{TRON_SALARY}นะ"),
        _says(driver, driver, "D0004", "10-13 21:58", kind="location", place=("0.5", "160.25", "ด่านเก่า")),
        _says(driver, driver, "D0005", "10-13 22:05", "ลบข้อความพวกนี้ด้วย", deleted=True, late=True),
        _says(GROUP, colleague, "G0007", "10-14 13:20", "组长，我想回家，合同上说只做三个月。"),
        _says(GROUP, group_lead, "G0008", "10-14 13:24", f"走可以，先交赔付款8000 USDT，打到{TRON_DEPOSIT}再说"),
        _says(GROUP, None, "G0009", "10-14 13:30", "我也想走", deleted=True),
        _says(GROUP, group_lead, "G0010", "10-15 02:00", kind="event", event_code=1, event_value="客服组A"),
        _says(GROUP, colleague, "G0011", "10-15 16:00", kind="revoked", revoked_key="G0011-BEFORE"),
        _says(GROUP, group_lead, "G0012", "11-01 01:00", f"从今天起客户只用这个地址：{ETHEREUM_DEPOSIT}", late=True),
    ]


def _outside(pictures):
    """The sister, a client and a stranger."""
    sister, margaret, stranger = SISTER.jid, MARGARET.jid, STRANGER.lid
    photo = Media("Media/WhatsApp Images/IMG-20261020-WA0001.png", "image/png", pictures["mother"],
                  width=64, height=48)
    slip = Media("Media/WhatsApp Images/IMG-20261027-WA0002.png", "image/png", pictures["slip"],
                 width=48, height=64)
    return [
        _says(sister, None, "S0001", "10-18 17:02", "Chị ơi, em không về được. Họ giữ hộ chiếu của em rồi."),
        _says(sister, sister, "S0002", "10-18 17:10", "Em đang ở đâu? Mẹ lo lắm. Họ cần bao nhiêu tiền?"),
        _says(sister, None, "S0003", "10-18 17:12", "Họ đòi 8000 đô. Chị đừng gửi."),
        _says(sister, sister, "S0004", "10-20 11:00", "Mẹ hôm nay", kind="image", media=photo),
        _says(margaret, None, "M0001", "10-21 06:30", "Good morning Margaret! How is the garden today? 🌷"),
        _says(margaret, margaret, "M0002", "10-21 06:41", "Lovely, thank you. You are up late again, Kevin."),
        _says(margaret, None, "M0003", "10-23 07:02",
              "My uncle's desk closed 4.2% up this week. Open aurora-bullion.example and I will show you how.",
              forward_score=5),
        _says(margaret, margaret, "M0004", "10-26 18:15",
              "I moved my savings as you said. Is £12,000 really safe there?"),
        _says(margaret, None, "M0005", "10-26 18:20",
              f"Of course. Send it to {BITCOIN_SEGWIT}, it is credited in 10 minutes.", quotes="M0004"),
        _says(margaret, margaret, "M0006", "10-27 09:00", "The slip from the bank", kind="image", media=slip),
        _says(margaret, None, "M0007", "10-27 09:12",
              f"Good. The old one {BITCOIN_OLD} is closed. And never {TRON_NEAR_MISS}, somebody misspelt it."),
        _says(stranger, None, "X0001", "10-28 05:00", "Hi Amanda, are we still on for yoga at six?"),
        _says(stranger, stranger, "X0002", "10-28 05:16", "I think you have the wrong number."),
        _says(stranger, None, "X0003", "10-28 05:18", "How embarrassing! Still, a nice way to meet a kind person."),
        _says(sister, None, "S0005", "10-29 16:30", "Em sẽ gọi cho chị tối mai.", edited=at("10-29 16:33"), late=True),
        _says(margaret, margaret, "M0008", "10-31 08:00",
              "The page says I must pay 20% tax before I can withdraw. Why?", late=True),
        _says(stranger, stranger, "X0004", "11-02 08:15",
              f"I sent 0.5 ETH to {ETHEREUM_PAYOUT} as you told me and now the page is gone. Please answer me.",
              late=True),
        _says(sister, None, "S0006", "11-02 19:59", "Chị ơi, đêm nay có xe cảnh sát ở cổng.", late=True),
    ]


def new_store(pictures):
    """Phone 1, its owner's WhatsApp, schema of 2022 and later."""
    lead, colleague, driver = TEAM_LEAD.jid, COLLEAGUE.lid, DRIVER.jid
    sister, margaret, stranger, group_lead = SISTER.jid, MARGARET.jid, STRANGER.lid, TEAM_LEAD.lid
    return Store(
        owner=OWNER,
        chats=[Chat(GROUP, "group", GROUP_SUBJECT, at("10-12 02:00")), Chat(lead, "one to one"),
               Chat(driver, "one to one", archived=True), Chat(sister, "one to one"),
               Chat(margaret, "one to one"), Chat(stranger, "one to one")],
        messages=sorted(_at_work() + _outside(pictures), key=lambda message: message.time),
        members=[(GROUP, group_lead, 2), (GROUP, colleague, 0), (GROUP, OWNER.jid, 0)],
        receipts=[("G0006", group_lead, at("10-12 02:12:05"), at("10-12 02:13")),
                  ("G0006", colleague, at("10-12 02:12:07"), None),
                  ("G0009", group_lead, at("10-14 13:30:04"), at("10-14 13:31")),
                  ("G0009", colleague, at("10-14 13:30:06"), None),
                  ("M0001", margaret, at("10-21 06:30:03"), at("10-21 06:40"))],
        reactions=[("M0001", margaret, "❤️", at("10-21 06:42")), ("M0002", None, "😊", at("10-21 06:45"))],
        calls=[("C0001", margaret, False, True, at("10-24 19:00"), 1260, 5, None),
               ("C0002", STRANGER.jid, False, False, at("10-30 22:10"), 0, 2, None),
               ("C0003", group_lead, True, False, at("10-15 02:30"), 300, 5, GROUP),
               ("C0004", COLLEAGUE.jid, True, False, at("10-16 14:00"), 45, 5, None)],
        lids=[TEAM_LEAD, COLLEAGUE],
        late_lids=[STRANGER],
    )


def old_store(pictures):
    """Phone 1, the clone of WhatsApp under Android user 999, schema before 2022."""
    robert, driver = ROBERT.jid, DRIVER.jid
    chart = Media("Media/WhatsApp Images/IMG-20260903-WA0003.png", "image/png", pictures["chart"],
                  width=64, height=64)
    messages = [
        _says(OLD_GROUP, driver, "OG001", "09-01 12:00", kind="event", event_code=11),
        _says(OLD_GROUP, driver, "OG002", "09-01 12:05", "Tối nay ai trực tầng 3 thì mang thẻ ra vào."),
        _says(OLD_GROUP, None, "OG003", "09-01 12:06", "Em trực."),
        _says(OLD_GROUP, driver, "OG004", "09-02 12:00", f"Ví dự phòng {BITCOIN_TAPROOT}, ví chung {BITCOIN_SCRIPT}."),
        _says(robert, None, "OR001", "09-03 20:00", "Robert, here is today's chart, exactly as I promised.",
              kind="image", media=chart),
        _says(robert, robert, "OR002", "09-03 20:30", "Looks great. Same wallet as last time?"),
        _says(robert, None, "OR003", "09-03 20:31", f"Yes, {BITCOIN_OLD} as before.", quotes="OR002"),
        _says(robert, None, "OR004", "09-03 20:32", "Please delete this chat afterwards.", deleted=True),
        _says(robert, robert, "OR005", "09-09 02:11", kind="location", place=("-0.75", "160.5", "Pier 9")),
        _says(robert, robert, "OR006", "09-12 23:40", "Are you there? My calls do not go through."),
    ]
    return Store(owner=SECOND_OWNER, old_schema=True,
                 chats=[Chat(OLD_GROUP, "group", OLD_GROUP_SUBJECT, at("09-01 12:00")), Chat(robert, "one to one")],
                 messages=messages,
                 members=[(OLD_GROUP, driver, 1), (OLD_GROUP, SECOND_OWNER.jid, 0)])


def transitional_store():
    """Phone 1, WhatsApp Business of 2022: both sets of tables, and `messages` still holds the rows."""
    customer = CUSTOMER.jid
    messages = [
        _says(customer, customer, "BD001", "08-14 10:00", "Is this the help desk of Aurora Bullion?"),
        _says(customer, None, "BD002", "08-14 10:02", "Yes madam. Your account is frozen for verification."),
        _says(customer, customer, "BD003", "08-14 10:09", "I paid the fee on Friday. Who can I speak to?"),
    ]
    return Store(owner=BUSINESS_OWNER, chats=[Chat(customer, "one to one")], messages=messages,
                 old_schema=True)
