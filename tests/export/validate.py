# Reads the files that test_export_files wrote, by programs that are not ours; the JSON Lines say what each
# of the other formats must hold. Arguments: the directory, and the names of all types of events.
# SPDX-License-Identifier: Apache-2.0
import csv
import datetime
import hashlib
import json
import re
import shutil
import sys

import jsonschema
import ocsf_json_schema
import pycef
import rfc8785
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from timesketch_import_client.importer import ImportStreamer

directory, known_types = sys.argv[1], set(sys.argv[2:])


def lines_of(name):
    with open(f"{directory}/{name}", newline="", encoding="utf-8") as file:
        text = file.read()
    assert text.endswith("\n")
    return text.split("\n")[:-1]


def same(name, actual, wanted):
    assert actual == wanted, f"{name}: {actual!r} is not {wanted!r}"


def check_json_lines():
    types = {event["type"] for event in events}
    same("types of events", known_types - types, set())
    same("positions", [event["position"] for event in events], list(range(len(events))))


def check_csv():
    with open(f"{directory}/csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    same("rows", len(rows), len(events))
    for row, event in zip(rows, events):
        for name in ("position", "recordedAt", "type", "eventId", "leafHash"):
            same(name, row[name], str(event[name]))
        same("actor", row["actor"], event["actor"]["id"] or "")
        same("fields", json.loads(row["fields"] or "null"), event["fields"])
        same("sealed", row["sealed"].split(), event["sealed"])
        for cell in row.values():
            assert not re.match(r"[=+\-@\t\r\n]", cell), cell


# What 1.9.0 says of the profile record_integrity; the package's newest schema is that of 1.8.0.
attestation_schema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["authority_uid", "chain_uid", "fingerprint", "uid"],
    "properties": {
        "authority_uid": {"type": "string"},
        "chain_uid": {"type": "string"},
        "uid": {"type": "string"},
        "fingerprint": {
            "type": "object",
            "additionalProperties": False,
            "required": ["algorithm_id", "value"],
            "properties": {
                "algorithm": {"const": "SHA-256"},
                "algorithm_id": {"const": 3},
                "value": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            },
        },
    },
}


def forbid_others(schema):
    """Says of each object that it has no other members than the schema names."""
    for part in [schema, *schema.get("$defs", {}).values()]:
        if part.get("properties"):
            part["additionalProperties"] = False
    return schema


def ocsf_validators():
    schema = ocsf_json_schema.OcsfJsonSchemaEmbedded(ocsf_json_schema.get_ocsf_schema("1.8.0"))
    made = {}

    def of(class_uid):
        if class_uid not in made:
            name = schema.lookup_class_name_from_uid(class_uid)
            made[class_uid] = jsonschema.Draft202012Validator(
                forbid_others(schema.get_class_schema(name)))
        return made[class_uid]

    return of


def check_ocsf():
    validator_of = ocsf_validators()
    for line, text, event in zip(lines_of("ocsf"), lines_of("jsonl"), events, strict=True):
        record = json.loads(line)
        same("canonical form", rfc8785.dumps(record).decode(), line)
        same("version", record["metadata"]["version"], "1.9.0")
        same("profiles", record["metadata"]["profiles"], ["record_integrity"])
        same("raw data", record["raw_data"], text)
        same("type", record["type_uid"], record["class_uid"] * 100 + record["activity_id"])
        same("category", record["category_uid"], record["class_uid"] // 1000)
        same("leaf", record["unmapped"]["leaf_hash"], event["leafHash"])
        jsonschema.validate(record["attestation"], attestation_schema)
        fingerprint = record["attestation"].pop("fingerprint")
        same("fingerprint", fingerprint["value"],
             hashlib.sha256(rfc8785.dumps(record)).hexdigest())
        del record["attestation"]
        for error in validator_of(record["class_uid"]).iter_errors(record):
            raise AssertionError(f"{event['type']}: {error.json_path}: {error.message}")


def check_cloudevents():
    ids = set()
    for line, event in zip(lines_of("cloudevents"), events, strict=True):
        read = JSONFormat().read(CloudEvent, line.encode())
        same("id", read.get_id(), event["eventId"])
        same("type", read.get_type(), "fleetledger." + event["type"])
        same("source", read.get_source(), "/fleetledger/test")
        same("subject", read.get_subject(), event["stream"])
        same("time", read.get_time(), datetime.datetime.fromisoformat(event["recordedAt"]))
        same("sequence", int(read.get_extension("sequence")), event["position"])
        same("data", read.get_data(), event)
        ids.add((read.get_source(), read.get_id()))
    same("ids", len(ids), len(events))


def unescape_cef(value):
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]), value)


def check_cef():
    for line, event in zip(lines_of("cef"), events, strict=True):
        read = pycef.parse(line)
        same("type", read["DeviceEventClassID"], event["type"])
        same("severity", read["Severity"], "7" if event["outcome"] == "refused" else "3")
        same("position", read["position"], str(event["position"]))
        same("id", read["externalId"], event["eventId"])
        same("outcome", read["outcome"], event["outcome"])
        same("leaf", read["leafHash"], event["leafHash"])
        if "fieldsLeftOut" not in read:
            same("fields", json.loads(unescape_cef(read.get("fields", "null"))), event["fields"])


class Sketch:
    """A sketch that keeps what the importer would send to it."""

    id = 1
    api_root = "http://127.0.0.1"
    status_code = 200

    def __init__(self):
        self.api = self.session = self
        self.uploaded = []

    def post(self, _url, data, files):
        self.uploaded += [json.loads(line) for line in files["events"][1].split("\n")]
        return self

    def json(self):
        return {}


def check_timesketch():
    sketch = Sketch()
    shutil.copy(f"{directory}/timesketch", f"{directory}/timesketch.jsonl")
    with ImportStreamer() as importer:
        importer.set_sketch(sketch)
        importer.add_file(f"{directory}/timesketch.jsonl")
    for read, event in zip(sketch.uploaded, events, strict=True):
        at = datetime.datetime.fromisoformat(read["datetime"])
        assert read["message"] and read["timestamp_desc"], "what Timesketch asks for"
        same("datetime", at, datetime.datetime.fromisoformat(event["recordedAt"]))
        same("timestamp", read["timestamp"] // 1000, round(at.timestamp() * 1000))
        same("fields", json.loads(read.get("fields", "null")), event["fields"])
        assert all(isinstance(value, (str, int)) for value in read.values()), "flat"


events = [json.loads(line) for line in lines_of("jsonl")]
for check in (check_json_lines, check_csv, check_ocsf, check_cloudevents, check_cef, check_timesketch):
    check()
    print(f"{check.__name__}: ok, {len(events)} events")
