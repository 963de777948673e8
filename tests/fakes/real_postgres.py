"""A real PostgreSQL on a free port, in a folder of its own, started by the tests that need one."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sanping.hub.spare_port import free_port

ATTEMPTS = 3
USER, PASSWORD, DATABASE = "reader", "a secret", "water"


def programs() -> Path | None:
    """Return the folder of the server's programs, None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


class RealPostgres:
    """The server; `port` is where it listens. The superuser "postgres" and "reader" log in with a password.

    `options` are further ones of the server.
    """

    def __init__(self, folder: Path, bin_folder: Path, options: str = "") -> None:
        self.folder, self._bin, self._options = folder, bin_folder, options
        self.port = 0

    def start(self) -> None:
        """Make the cluster and start it."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        if os.geteuid() == 0:  # the server refuses to run as root
            account = pwd.getpwnam("postgres")
            for path in (self.folder, secret):
                os.chown(path, account.pw_uid, account.pw_gid)
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", "postgres", "-A", "scram-sha-256", "--pwfile", str(secret), "-N")
        for attempt in range(ATTEMPTS):
            self.port = free_port()
            try:
                self.start_again()
            except subprocess.CalledProcessError:  # somebody else took the port meanwhile
                if attempt == ATTEMPTS - 1:
                    raise AssertionError((self.folder / "log").read_text(encoding="utf-8")) from None
            else:
                return

    def start_again(self) -> None:
        """Start it where it listened before."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self._run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", log, "-o", f"{options} {self._options}", "start")

    def stop(self) -> None:
        """Stop it at once."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = (str(self._bin / program), *arguments)
        if os.geteuid() == 0:
            command = ("runuser", "-u", "postgres", "--", *command)
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def running_postgres(folder: Path, options: str = "") -> Iterator[RealPostgres]:
    """Start a server for a fixture, with further options; skips with the reason where none is installed."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed; run make setup-debian as root")
    for part in (folder, *folder.parents):  # the server's account must reach its folder
        if part == Path(tempfile.gettempdir()) or part == part.parent:
            break
        with contextlib.suppress(PermissionError):
            part.chmod(part.stat().st_mode | 0o711)
    server = RealPostgres(folder, found, options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
