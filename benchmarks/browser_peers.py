"""Runs one web engine in headless Chromium over the shared city and collects its figures."""

import base64
import json
import os
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PEERS = Path(__file__).parent / "peers"
OUT = Path(__file__).parent / "out"
TICKS = os.sysconf("SC_CLK_TCK")
LIMIT_S = 420

CHROMIUM = [
    "chromium", "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--disable-gpu-vsync", "--disable-frame-rate-limit", "--hide-scrollbars",
]  # fmt: skip
LLVMPIPE = ["--use-gl=angle", "--use-angle=gl-egl"]


@dataclass
class Answers:
    """What a page sent home."""

    browser: int = 0
    marks: dict[str, float] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)
    is_done: threading.Event = field(default_factory=threading.Event)


class Handler(SimpleHTTPRequestHandler):
    """Serves the pages, the engines and the city; takes marks and the result."""

    def __init__(self, *arguments: object, city: Path, answers: Answers) -> None:
        self.city, self.answers = city, answers
        super().__init__(*arguments)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        name = path.split("?", maxsplit=1)[0].lstrip("/")
        for folder in (self.city, PEERS):
            if (folder / name).is_file():
                return str(folder / name)
        return str(self.city / "none")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/mark/"):
            self.answers.marks[self.path[6:]] = tree_cpu_s(self.answers.browser)
        else:
            self.answers.result = json.loads(body)
            self.answers.is_done.set()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def tree_cpu_s(root: int) -> float:
    """Return the processor seconds of a process and all its descendants so far."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
        spent[int(entry.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    tree, grown = {root}, True
    while grown:
        grown = False
        for child, parent in parents.items():
            if parent in tree and child not in tree:
                tree.add(child)
                grown = True
    return sum(spent.get(process, 0.0) for process in tree)


def browser_figures(engine: str, city: Path) -> dict[str, Any]:
    """Run `peers/ENGINE.html` once; returns load, first frame, frame times and processor time a view."""
    answers = Answers()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, city=city, answers=answers))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        page = f"http://127.0.0.1:{server.server_port}/{engine}.html"
        browser = subprocess.Popen(
            [*CHROMIUM, *LLVMPIPE, f"--user-data-dir={profile}", "--remote-debugging-port=0", page],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        answers.browser = browser.pid
        try:
            if not answers.is_done.wait(LIMIT_S):
                return {"error": f"no answer in {LIMIT_S} s"}
        finally:
            browser.terminate()
            browser.wait(20)
            server.shutdown()
    figures = dict(answers.result)
    OUT.mkdir(exist_ok=True)
    for view, picture in figures.pop("pictures", {}).items():
        (OUT / f"{engine}-{view}.png").write_bytes(base64.b64decode(picture.partition(",")[2]))
    for view in [name.removesuffix("-begin") for name in answers.marks if name.endswith("-begin")]:
        if f"{view}-end" in answers.marks:
            figures[f"{view}_cpu_s"] = answers.marks[f"{view}-end"] - answers.marks[f"{view}-begin"]
    return figures
