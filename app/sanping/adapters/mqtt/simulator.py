"""Devices that publish the invented readings at the broker of the source."""

import time
from collections.abc import Awaitable, Callable, Mapping

import orjson
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from sanping.adapters.mqtt.sparkplug import NAMESPACE, encoded
from sanping.ports.source import Readings

EVERY_S = 5.0


class Simulator:
    """Publishes on the topics of the source's first template, or as one Sparkplug node."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._host = str(settings.get("host") or "127.0.0.1")
        self._port = int(str(settings.get("port") or 1883))
        self._user, self._password = str(settings.get("user") or ""), str(settings.get("password") or "")
        self._payload = str(settings.get("payload") or "json")
        self._template = (str(settings.get("topics") or "").split() or ["sanping/{station}/{quantity}"])[0]
        self._sequence = 0

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Publish for ever; a broker that is away is tried again by the library."""
        client = Client(CallbackAPIVersion.VERSION2)
        if self._user:
            client.username_pw_set(self._user, self._password)
        client.connect_async(self._host, self._port)
        client.loop_start()
        try:
            while True:
                now_ms = time.time_ns() // 1_000_000
                for station in readings.stations():
                    for topic, payload in self.messages(station, readings.at(station, now_ms), now_ms):
                        client.publish(topic, payload, qos=1)
                await sleep(EVERY_S)
        finally:
            client.loop_stop()

    def messages(self, station: str, values: Mapping[str, float], now_ms: int) -> list[tuple[str, bytes]]:
        """Return topic and payload of every message of one station."""
        if self._payload == "sparkplug":
            birth = self._sequence < 1
            metrics = iter([(name, number + 1, value) for number, (name, value) in enumerate(values.items())])
            topic = f"{NAMESPACE}/sanping/{'NBIRTH' if birth else 'NDATA'}/{station}"
            payload = encoded(metrics, now_ms, self._sequence, is_birth=birth)
            self._sequence += 1
            return [(topic, payload)]
        topic = self._template.replace("{station}", station).replace("+", "x").replace("#", "x")
        if "{quantity}" in topic or self._payload == "number":
            return [(topic.replace("{quantity}", name), f"{value:.6g}".encode()) for name, value in values.items()]
        return [(topic, orjson.dumps({"time": now_ms, **values}))]
