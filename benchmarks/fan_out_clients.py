"""The screens of `fan_out.py`: one lean process; one of them leads, most read, some never do.

    python benchmarks/fan_out_clients.py KIND PORT[,PORT…] CLIENTS STALLED HZ SECONDS

Prints one line of JSON. A frame carries the moment it was written; a healthy screen notes how old the newest frame of
each read is. The screens of the hub give credit, those of the others need not. Their loop is in C.
"""

import base64
import ctypes
import json
import os
import resource
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
WINDOW = 64
WARM_S = 2.0
SCREENS = ("desk", "wall", "kiosk")
"""Kinds of screens, each of another clearance."""
FORMS = {"hub": 0, "socketio": 2}


def framed(text: str) -> bytes:
    """Return a masked text frame; a mask of zeros leaves the text as it is."""
    payload = text.encode()
    head = struct.pack("!BB", 0x81, 0x80 | len(payload)) if len(payload) < 126 else struct.pack(
        "!BBH", 0x81, 0x80 | 126, len(payload)
    )  # fmt: skip
    return head + b"\0\0\0\0" + payload


class Speaker:
    """How one kind of server is spoken to."""

    def __init__(self, kind: str) -> None:
        self.kind, self.is_mixed = kind.removesuffix("+labels"), kind.endswith("+labels")
        kind = self.kind
        self._said = 0
        self.path = {"hub": "/live", "socketio": "/socket.io/?EIO=4&transport=websocket"}.get(kind, "/")

    def hello(self, name: str) -> list[bytes]:
        """Return what a screen says first."""
        if self.kind == "socketio":
            return [framed("40")]
        if self.kind != "hub":
            return []
        hello = {"type": "hello", "protocol": "sanping.v1", "screen": name, "token": "fan-out"}
        hello["kind"] = SCREENS[self._said % len(SCREENS)] if self.is_mixed and name != "leader" else "desk"
        self._said += 1
        return [
            framed(json.dumps({**hello, "window": WINDOW})),
            framed('{"type":"subscribe","topics":["view"]}'),
        ]


def connected(port: int, speaker: Speaker, name: str, receive: int = 0) -> socket.socket:
    """Return a socket after its handshake and first words; `receive` limits what the system keeps for it, in bytes."""
    link = socket.socket()
    if receive:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    link.settimeout(20)
    link.connect(("127.0.0.1", port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = base64.b64encode(os.urandom(16)).decode()
    link.sendall(
        f"GET {speaker.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    heard = b""
    while b"\r\n\r\n" not in heard:  # what follows the answer is left for the loop that reads
        seen = link.recv(4096, socket.MSG_PEEK)
        end = (heard + seen).find(b"\r\n\r\n")
        heard += link.recv(len(seen) if end < 0 else end + 4 - len(heard))
    if b" 101 " not in heard:
        raise ConnectionError(heard.decode())
    for word in speaker.hello(name):
        link.sendall(word)
    return link


def library() -> ctypes.CDLL:
    """Return the loop that leads and reads, compiled."""
    source, built = HERE / "live_peers" / "screens.c", HERE / "out" / "screens.so"
    if not built.exists() or built.stat().st_mtime < source.stat().st_mtime:
        words = ["gcc", "-O2", "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", str(built), str(source)]
        subprocess.run(words, check=True)
    return ctypes.CDLL(str(built))


@dataclass(frozen=True, kw_only=True)
class Load:
    """How many screens there are, how many of them never read, and how fast the camera moves for how long."""

    clients: int
    stalled: int
    hz: float
    seconds: float


def run(kind: str, ports: Sequence[int], load: Load) -> dict[str, object]:
    """Lead and read; return what healthy screens got.

    The screen that leads is at the first port, the others at the rest by turns, or all at the one there is.
    """
    speaker = Speaker(kind)
    clients, stalled, hz, seconds = load.clients, load.stalled, load.hz, load.seconds
    others = ports[1:] or ports
    screens = [connected(others[one % len(others)], speaker, f"s{one}") for one in range(clients - stalled)]
    stuck = [connected(others[one % len(others)], speaker, f"stuck{one}", 4096) for one in range(stalled)]
    leader = connected(ports[0], speaker, "leader")  # the last: nobody answers a ping before the loop begins
    if speaker.kind == "hub":
        leader.sendall(framed('{"type":"floor","wish":"request"}'))
    time.sleep(1.5)
    most = int(2 * len(screens) * seconds * hz)
    ages, frames = np.zeros(most, np.float32), ctypes.c_long()
    fds = (ctypes.c_int * len(screens))(*(screen.fileno() for screen in screens))
    loop = library().run
    loop.restype = ctypes.c_long
    count = 0

    def lead_and_read() -> None:
        nonlocal count
        count = loop(
            fds, len(screens), leader.fileno(), FORMS.get(speaker.kind, 1),
            ctypes.c_double(hz), ctypes.c_double(WARM_S),
            ctypes.c_double(seconds), ages.ctypes.data_as(ctypes.POINTER(ctypes.c_float)), ctypes.c_long(most),
            ctypes.byref(frames),
        )  # fmt: skip

    reading = threading.Thread(target=lead_and_read)
    print("ready", flush=True)
    reading.start()
    time.sleep(WARM_S)
    print("measuring", flush=True)
    reading.join()
    print("measured", flush=True)
    for link in (*stuck, leader):
        link.close()
    found = ages[:count]
    return {
        "frames": frames.value,
        "share": frames.value / (len(screens) * seconds * hz),
        "p50_ms": float(np.percentile(found, 50)),
        "p99_ms": float(np.percentile(found, 99)),
        "worst_ms": float(found.max()),
    }


def main() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    kind, port, clients, stalled, hz, seconds = sys.argv[1:]
    load = Load(clients=int(clients), stalled=int(stalled), hz=float(hz), seconds=float(seconds))
    print(json.dumps(run(kind, [int(one) for one in port.split(",")], load)), flush=True)


if __name__ == "__main__":
    main()
