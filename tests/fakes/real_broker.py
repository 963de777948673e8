"""A real mosquitto on a free port, in a folder of its own, started by the tests that need one."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from sanping.hub.spare_port import free_port


class RealBroker:
    """mosquitto on a free port, with memory on disk, that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        (folder / "users").write_text("", encoding="utf-8")
        config = (
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\n"
        )
        (folder / "mosquitto.conf").write_text(config, encoding="utf-8")
        folder.chmod(0o777)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self._process = subprocess.Popen(
            [program, "-c", str(self._folder / "mosquitto.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return
            time.sleep(0.05)
        raise AssertionError("mosquitto did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(5)
            self._process = None

    def publish(self, topic: str, body: bytes, *, retain: bool = False) -> None:
        client = Client(CallbackAPIVersion.VERSION2)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        client.publish(topic, body, qos=1, retain=retain).wait_for_publish(5)
        client.disconnect()
        client.loop_stop()


def running_broker(folder: Path) -> Iterator[RealBroker]:
    """Start a broker for a fixture; skips with the reason where none is installed."""
    if shutil.which("mosquitto") is None and not Path("/usr/sbin/mosquitto").exists():
        pytest.skip("mosquitto is not installed; run make setup-debian as root")
    running = RealBroker(folder)
    running.start()
    try:
        yield running
    finally:
        running.stop()
