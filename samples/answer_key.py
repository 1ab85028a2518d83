# SPDX-License-Identifier: Apache-2.0
"""The answer key: what a reader of the samples has to find, one JSON object a line."""

import json

import scene

# Text fields in which addresses are looked for, by record type.
_SCANNED = {
    "message": ["text", "subject", "quoted_text"],
    "media": ["caption"],
}


class AnswerKey:
    """Collects expected records. The modules that write the databases add to it from the same rows."""

    def __init__(self):
        self.items = []

    def add(self, exhibit, path, record_type, /, state="live", **fields):
        """One record. Fields that are None are left out; numbers become text, as in the lines of a segment, and
        a private key becomes the mark that the filter for secrets leaves in its place."""
        fields = {name: self._sealed(value) for name, value in fields.items() if value is not None}
        self.items.append({
            "exhibit": exhibit,
            "path": path,
            "type": record_type,
            "state": state,
            "fields": {name: _text(value) for name, value in fields.items()},
        })
        for field in _SCANNED.get(record_type, []):
            if field in fields:
                self._add_sightings(exhibit, path, state, record_type, fields, field)

    @staticmethod
    def _sealed(value):
        return value.replace(scene.PRIVATE_KEY, "⟦sealed:1⟧") if isinstance(value, str) else value

    def _add_sightings(self, exhibit, path, state, record_type, fields, field):
        for address, chain, form, checksum in scene.ADDRESSES:
            start = fields[field].find(address)
            while start >= 0:
                self.items.append({
                    "exhibit": exhibit, "path": path, "type": "address_sighting", "state": state,
                    "fields": {"chain": chain, "address": address, "form": form, "checksum": checksum,
                               "record": natural_key(record_type, fields), "field": field,
                               "start": str(start), "length": str(len(address))}})
                start = fields[field].find(address, start + 1)

    def count(self, exhibit, path, record_type):
        return sum(1 for item in self.items
                   if (item["exhibit"], item["path"], item["type"]) == (exhibit, path, record_type))

    def write(self, file_name):
        with open(file_name, "w", encoding="utf-8") as file:
            for item in self.items:
                file.write(json.dumps(item, ensure_ascii=False, sort_keys=True) + "\n")


def natural_key(record_type, fields):
    """By what a record is called where another refers to it."""
    names = {"message": "key", "participant": "identifier", "conversation": "identifier",
             "media": "message"}
    return _text(fields[names[record_type]])


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, scene.Moment):
        return value.utc
    if isinstance(value, (list, tuple)):
        return [_text(entry) for entry in value]
    return str(value)
