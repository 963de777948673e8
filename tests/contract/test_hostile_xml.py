"""Six hostile documents against every reader of XML: refused soon, small, and without opening or asking anything.

CityGML has a test of its own, `tests/unit/formats/test_citygml_hostile.py`.
"""

import json
import subprocess
import sys
from pathlib import Path

LAUGHS = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))
DEEP = "<a>" * 200_000
HEADS = {
    "entity bomb": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
    "long entity": f'<!DOCTYPE x [<!ENTITY x "{"a" * 100_000}">]>',
    "file entity": '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "outside declaration": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
    "deep nesting": "",
}
INSIDE = {"entity bomb": "&l9;", "long entity": "&x;" * 5_000, "file entity": "&x;", "deep nesting": DEEP}
BODIES = {
    "kml": '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>{}</name></Placemark></Document></kml>',
    "notes": '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>{}</name></Placemark></Document></kml>',
    "osgb": "<ModelMetadata><SRS>{}</SRS></ModelMetadata>",
    "cap": '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{}</identifier></alert>',
}
READERS = """
import json, resource, sys, time
from pathlib import Path
from sanping.adapters.cap.decode import decode
from sanping.domain.errors import FrameBroken, InputError
from sanping.formats.kml import KmlReader
from sanping.formats.notes_kml import read_kml_notes
from sanping.formats.osgb import OsgbReader
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
READ = {
    "kml": lambda path: KmlReader().read(path, ReadOptions(), SilentProgress()),
    "notes": lambda path: read_kml_notes(path, "EPSG:4549"),
    "osgb": lambda path: OsgbReader().read(path, ReadOptions(), SilentProgress()),
    "cap": lambda path: decode(path.read_bytes()),
}
folder = Path(sys.argv[1])
for kind, read in READ.items():  # what is loaded late is loaded now
    try:
        read(folder / kind / "metadata.xml")
    except (InputError, FrameBroken):
        pass
seen = []
def watch(event, arguments):
    if event.startswith("socket.") or event == "subprocess.Popen":
        seen.append(event)
    if event == "open" and not str(arguments[0]).startswith(str(folder)):
        seen.append(f"open {arguments[0]}")
sys.addaudithook(watch)
found = {}
for path in sorted(folder.glob("*/*/metadata.xml")):
    kind, name = path.parent.parent.name, path.parent.name
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    try:
        READ[kind](path)
        outcome = "read"
    except (InputError, FrameBroken) as error:
        outcome = "refused" if "root:" not in str(error) else "leaked"
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    found[f"{kind} {name}"] = [outcome, time.process_time() - began < 1.0, growth < 100_000]
print(json.dumps({"found": found, "seen": seen}))
"""


def test_six_hostile_documents_are_refused_by_every_reader_of_xml(tmp_path: Path) -> None:
    # given each document in the words of each reader, and a harmless one to begin with
    for kind, body in BODIES.items():
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "metadata.xml").write_text(body.format("x"), encoding="utf-8")
        for name, head in HEADS.items():
            (tmp_path / kind / name).mkdir()
            text = f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body.format(INSIDE.get(name, ""))}'
            (tmp_path / kind / name / "metadata.xml").write_text(text, encoding="utf-8")

    # when each reads each
    done = subprocess.run(
        [sys.executable, "-c", READERS, str(tmp_path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)

    # then all twenty-four are refused within a second and a hundred megabytes; no socket, no other file
    assert len(said["found"]) == 24
    assert {name: how for name, how in said["found"].items() if how != ["refused", True, True]} == {}
    assert said["seen"] == []
