"""A hub whose data folder is deleted, or whose store hangs: nothing more is acknowledged, and it ends when told to."""

import shutil
import threading
from pathlib import Path

from fakes.small_hub import Device, now_ms, running_hub, write_twin
from sanping.hub.ending import END_WITHIN_S, ENDED_LATE
from sanping.hub.spare_port import free_port

SOON_S = END_WITHIN_S + 7.0
"""And what a busy machine takes for it."""


def test_a_hub_ends_soon_after_its_folder_was_deleted_and_says_what_it_could_not_save(tmp_path: Path) -> None:
    # given a hub that has acknowledged a report
    port = free_port()
    twin = write_twin(tmp_path / "town", {"gauges": port})
    with running_hub(twin, tmp_path / "data", "--no-simulators", "--own-machine") as hub:
        device = Device(port)
        device.report(1, "A1", now_ms(), water_level=1.0)
        device.acknowledged([1])

        # when its data folder is deleted and a device goes on reporting
        shutil.rmtree(tmp_path / "data")
        device.forget()
        device.report(2, "A1", now_ms() + 1000, water_level=2.0)
        assert not device.has_answer(2, within_s=2.0)
        ending = threading.Event()
        talking = threading.Thread(target=_talk, args=(device, ending))
        talking.start()

        # then it ends soon though reports go on, and says what was not saved
        took_s = hub.stopped()
        ending.set()
        talking.join()
        assert took_s < SOON_S
        assert "Not saved at the stop" in hub.last_words
        assert "deleted" in hub.last_words
        device.close()


def test_a_hub_whose_store_hangs_ends_when_its_time_is_over(tmp_path: Path) -> None:
    # given a hub whose history never ends once it is to be closed
    twin = write_twin(tmp_path / "town", {})
    with running_hub(twin, tmp_path / "data", "--no-simulators", "--hanging") as hub:
        # when it is told to end
        took_s = hub.stopped()

        # then it does, and says that it was late
        assert took_s < SOON_S
        assert hub.process.returncode == ENDED_LATE
        assert "the stores did not end" in hub.last_words


def _talk(device: Device, ending: threading.Event) -> None:
    """Report without a pause until the hub is gone."""
    number, begin_ms = 3, now_ms()
    while not ending.is_set():
        try:
            device.report(number, "A1", begin_ms + number, water_level=3.0)
        except OSError:
            return
        number += 1
        ending.wait(0.0005)
