# SPDX-License-Identifier: Apache-2.0
"""compare_with_key.py KEY EXHIBIT LINES [PREFIX]: compares the lines of a segment with the answer key.

LINES is the uncompressed segment ("-" for standard input). PREFIX is what stands before the key's paths in this
container: /data for the tar, nothing for an image. Prints each item of the key without a record of its own and
each record without an item; ends with 1 where there is one. Conventions: README.md, "What the key expects".
"""

import collections
import json
import sys
import urllib.parse

# Older states may hold more than the key says: deleted rows, versions of a page.
_STRICT_STATE = "live"
_NATURAL_KEYS = {"conversation": "identifier", "message": "key"}


def whole_fields(line):
    """The members of a line with the chunks of long texts joined."""
    fields, chunks = {}, collections.defaultdict(dict)
    for name, value in line.items():
        stem, dot, number = name.partition(".")
        if dot:
            chunks[stem][int(number)] = value
        else:
            fields[name] = value
    for stem, parts in chunks.items():
        fields[stem] = "".join(parts[number] for number in sorted(parts))
    return fields


def path_of(locator):
    """The decoded path of the last step, without the partition."""
    step = locator.rsplit("!", 1)[-1]
    start = step.index("/")
    return urllib.parse.unquote(step[start:])


class Segment:
    def __init__(self, lines, prefix):
        self.records = [whole_fields(json.loads(line)) for line in lines if line.strip()]
        self.by_id = {record["id"]: record for record in self.records}
        self.prefix = prefix

    def path(self, record):
        if record["type"] == "unsupported":
            locator = record["path"]
        else:
            source = self.by_id.get(record.get("source"))
            if source is None or "path" not in source:
                return None
            locator = source["path"]
        return path_of(locator).removeprefix(self.prefix)

    def natural_key(self, identifier):
        record = self.by_id.get(identifier)
        if record is None:
            return None
        kind = record["type"]
        if kind == "participant":
            return "own" if record.get("own") else record.get("identifier")
        if kind == "media":
            return self.natural_key(record.get("message"))
        if kind == "web_visit":
            return f"{record['url']} {record['time']['utc']}"
        return record.get(_NATURAL_KEYS.get(kind))

    def as_text(self, value):
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, dict):
            return value.get("utc")
        if isinstance(value, list):
            return [self.as_text(entry) for entry in value]
        return self.natural_key(value) if value in self.by_id else value

    def mismatch(self, item, record):
        """The first field in which a record is not as the item says; nothing where it is."""
        for name, expected in item["fields"].items():
            found = self.as_text(record.get(name))
            if found != expected:
                return f"{name}: {expected!r} expected, {found!r} found"
        return None


def match(items, records, agrees):
    """As many pairs as there can be (augmenting paths). Returns {index of record: index of item}."""
    partner = {}

    def place(item, tried):
        for record in range(len(records)):
            if record not in tried and agrees(items[item], records[record]):
                tried.add(record)
                if record not in partner or place(partner[record], tried):
                    partner[record] = item
                    return True
        return False

    for item in range(len(items)):
        place(item, set())
    return partner


def compare(key, segment, report):
    """Calls report(words) for each difference."""
    types = {item["type"] for item in key}
    groups = collections.defaultdict(lambda: ([], []))
    for item in key:
        groups[item["path"], item["type"], item["state"]][0].append(item)
    for record in segment.records:
        if record["type"] in types:
            groups[segment.path(record), record["type"], record["state"]][1].append(record)
    for (path, record_type, state), (items, records) in sorted(groups.items(), key=str):
        partner = match(items, records, lambda item, record: segment.mismatch(item, record) is None)
        matched = set(partner.values())
        for index, item in enumerate(items):
            if index not in matched:
                report(f"no {state} {record_type} in {path} is {item['fields']}{nearest(item, records, segment)}")
        for index, record in enumerate(records):
            if index not in partner and state == _STRICT_STATE:
                report(f"not in the key: {state} {record_type} in {path}: {json.dumps(record, ensure_ascii=False)}")


def nearest(item, records, segment):
    wrong = [segment.mismatch(item, record) for record in records
             if all(segment.as_text(record.get(name)) == item["fields"].get(name)
                    for name in ("key", "identifier", "name", "url") if name in item["fields"])]
    return f" ({wrong[0]})" if wrong else ""


def main(key_file, exhibit, lines_file, prefix=""):
    with open(key_file, encoding="utf-8") as file:
        key = [item for item in map(json.loads, file) if item["exhibit"] == exhibit]
    if lines_file == "-":
        segment = Segment(sys.stdin, prefix)
    else:
        with open(lines_file, encoding="utf-8") as file:
            segment = Segment(file, prefix)
    differences = []
    compare(key, segment, differences.append)
    print("\n".join(differences + [f"{len(key)} items, {len(differences)} differences"]))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
