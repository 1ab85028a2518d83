# SPDX-License-Identifier: Apache-2.0
"""Chrome's History: visits, downloads and search terms. Times are microseconds since 1601. Transition codes:
Chromium ui/base/page_transition_types.h (0 link, 1 typed; flags in the high bits)."""

from dataclasses import dataclass
from functools import partial

import scene
import sqlite_files
from scene import at
from sqlite_files import insert

SCHEMA = [
    "CREATE TABLE meta (key LONGVARCHAR NOT NULL UNIQUE PRIMARY KEY, value LONGVARCHAR)",
    "CREATE TABLE urls (id INTEGER PRIMARY KEY AUTOINCREMENT, url LONGVARCHAR, title LONGVARCHAR,"
    " visit_count INTEGER DEFAULT 0 NOT NULL, typed_count INTEGER DEFAULT 0 NOT NULL,"
    " last_visit_time INTEGER NOT NULL, hidden INTEGER DEFAULT 0 NOT NULL)",
    "CREATE TABLE visits (id INTEGER PRIMARY KEY AUTOINCREMENT, url INTEGER NOT NULL, visit_time INTEGER NOT NULL,"
    " from_visit INTEGER, external_referrer_url TEXT, transition INTEGER DEFAULT 0 NOT NULL, segment_id INTEGER,"
    " visit_duration INTEGER DEFAULT 0 NOT NULL, incremented_omnibox_typed_score BOOLEAN DEFAULT FALSE NOT NULL,"
    " opener_visit INTEGER, originator_cache_guid TEXT, originator_visit_id INTEGER,"
    " is_known_to_sync BOOLEAN DEFAULT FALSE NOT NULL)",
    "CREATE TABLE downloads (id INTEGER PRIMARY KEY, guid VARCHAR NOT NULL, current_path LONGVARCHAR NOT NULL,"
    " target_path LONGVARCHAR NOT NULL, start_time INTEGER NOT NULL, received_bytes INTEGER NOT NULL,"
    " total_bytes INTEGER NOT NULL, state INTEGER NOT NULL, danger_type INTEGER NOT NULL,"
    " interrupt_reason INTEGER NOT NULL, hash BLOB NOT NULL, end_time INTEGER NOT NULL, opened INTEGER NOT NULL,"
    " last_access_time INTEGER NOT NULL, transient INTEGER NOT NULL, referrer VARCHAR NOT NULL,"
    " site_url VARCHAR NOT NULL, tab_url VARCHAR NOT NULL, tab_referrer_url VARCHAR NOT NULL,"
    " http_method VARCHAR NOT NULL, by_ext_id VARCHAR NOT NULL, by_ext_name VARCHAR NOT NULL,"
    " etag VARCHAR NOT NULL, last_modified VARCHAR NOT NULL, mime_type VARCHAR(255) NOT NULL,"
    " original_mime_type VARCHAR(255) NOT NULL)",
    "CREATE TABLE downloads_url_chains (id INTEGER NOT NULL, chain_index INTEGER NOT NULL,"
    " url LONGVARCHAR NOT NULL, PRIMARY KEY (id, chain_index))",
    "CREATE TABLE keyword_search_terms (keyword_id INTEGER NOT NULL, url_id INTEGER NOT NULL,"
    " term LONGVARCHAR NOT NULL, normalized_term LONGVARCHAR NOT NULL)",
]
_LINK, _TYPED = 0, 1
_CHAIN_FLAGS = 0x30000000  # start and end of a chain of redirects


@dataclass
class Visit:
    url: int  # index into PAGES
    time: scene.Moment
    code: int
    seconds: int
    leads_from: int | None = None  # index into VISITS


PAGES = [
    ("https://search.example/?q=usdt+to+cash+no+id", "usdt to cash no id – Search"),
    ("https://aurora-bullion.example/admin/clients", "后台 – 客户列表"),
    ("https://aurora-bullion.example/admin/withdrawals?client=41", "后台 – 提现审核"),
    ("https://translate.example/?sl=zh&tl=en&text=你今天吃了吗", "你今天吃了吗 – Translate"),
]
VISITS = [
    Visit(0, at("10-19 07:30"), _TYPED, 95),
    Visit(1, at("10-21 01:02"), _TYPED, 1800),
    Visit(2, at("10-21 01:32"), _LINK, 240, leads_from=1),
    Visit(3, at("10-21 06:28"), _LINK, 0),
    Visit(1, at("11-01 00:55"), _TYPED, 60),
]
SEARCHES = [(0, "USDT to cash no ID")]
_DOWNLOAD = {
    "chain": ["https://aurora-bullion.example/get", "https://files.example/aurora-admin-setup.exe"],
    "target": "C:\\Users\\desk41\\Downloads\\aurora-admin-setup.exe",
    "started": at("10-18 02:00"), "ended": at("10-18 02:01"), "bytes": 4_194_304,
    "tab": "https://aurora-bullion.example/get", "mime": "application/x-msdownload",
}


def write(path):
    def rows(connection):
        insert(connection, "meta", key="version", value="67")
        for index, (url, title) in enumerate(PAGES):
            times = [visit for visit in VISITS if visit.url == index]
            insert(connection, "urls", url=url, title=title, visit_count=len(times),
                   typed_count=sum(visit.code == _TYPED for visit in times),
                   last_visit_time=max(visit.time for visit in times).webkit)
        for visit in VISITS:
            insert(connection, "visits", url=visit.url + 1, visit_time=visit.time.webkit,
                   from_visit=visit.leads_from + 1 if visit.leads_from is not None else 0,
                   transition=visit.code | _CHAIN_FLAGS, visit_duration=visit.seconds * 1_000_000)
        for page, term in SEARCHES:
            insert(connection, "keyword_search_terms", keyword_id=2, url_id=page + 1, term=term,
                   normalized_term=term.lower())
        _write_download(connection)
    sqlite_files.build(path, SCHEMA, rows)


def _write_download(connection):
    text = dict.fromkeys(("site_url", "tab_referrer_url", "by_ext_id", "by_ext_name", "etag", "last_modified"), "")
    insert(connection, "downloads", id=1, guid="00000000-0000-4000-8000-000000000001",
           current_path=_DOWNLOAD["target"], target_path=_DOWNLOAD["target"],
           start_time=_DOWNLOAD["started"].webkit, end_time=_DOWNLOAD["ended"].webkit,
           received_bytes=_DOWNLOAD["bytes"], total_bytes=_DOWNLOAD["bytes"], state=1, danger_type=0,
           interrupt_reason=0, hash=b"", opened=1, last_access_time=0, transient=0, referrer=_DOWNLOAD["tab"],
           tab_url=_DOWNLOAD["tab"], http_method="GET", mime_type=_DOWNLOAD["mime"],
           original_mime_type=_DOWNLOAD["mime"], **text)
    for index, url in enumerate(_DOWNLOAD["chain"]):
        insert(connection, "downloads_url_chains", id=1, chain_index=index, url=url)


def expect(key, exhibit, path):
    """A visit is called by its address and time, where another names it."""
    add = partial(key.add, exhibit, path, app="chromium", profile="Default")
    for visit in VISITS:
        url, title = PAGES[visit.url]
        origin = VISITS[visit.leads_from] if visit.leads_from is not None else None
        add("web_visit", url=url, title=title, time=visit.time, transition="typed" if visit.code else "link",
            duration_us=visit.seconds * 1_000_000,
            from_visit=f"{PAGES[origin.url][0]} {origin.time.utc}" if origin else None)
    for page, term in SEARCHES:
        last = max(visit.time for visit in VISITS if visit.url == page)
        add("search_term", term=term, url=PAGES[page][0], time=last)
    add("download", urls=_DOWNLOAD["chain"], target_path=_DOWNLOAD["target"], tab_url=_DOWNLOAD["tab"],
        mime=_DOWNLOAD["mime"], started=_DOWNLOAD["started"], ended=_DOWNLOAD["ended"],
        received_bytes=_DOWNLOAD["bytes"], total_bytes=_DOWNLOAD["bytes"], result="complete", opened=True)
