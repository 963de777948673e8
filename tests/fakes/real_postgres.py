"""A real PostgreSQL on a free port, in a folder of its own, started by the tests that need one."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from sanping.hub.spare_port import free_port

ATTEMPTS = 3
STOP_WITHIN_S = 30.0
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
        self.folder, self.programs, self._options = folder, bin_folder, options
        self.port = 0

    def start(self) -> None:
        """Make the cluster and start it."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        self._owned(self.folder, secret)
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

    def follow(self, primary: "RealPostgres") -> None:
        """Begin as a standby of another server: a copy of it that takes all that it writes."""
        self._owned(self.folder)
        where = f"host=127.0.0.1 port={primary.port} user=postgres password={quoted(PASSWORD)} application_name=standby"
        self._run("pg_basebackup", "-d", where, "-D", str(self.folder / "data"), "-R", "-X", "stream", "-c", "fast")
        self.port = free_port()
        self.start_again()

    def let_in(self, network: str) -> None:
        """Let another network log in too, from now on."""
        with (self.folder / "data" / "pg_hba.conf").open("a", encoding="ascii") as file:
            file.write(f"host all all {network} scram-sha-256\n")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "reload")

    def promote(self) -> None:
        """Make a standby the server that is written to."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "promote")

    def with_tls(self, certificate: Path, key: Path) -> None:
        """Take connections with TLS by a certificate, from now on."""
        data = self.folder / "data"
        for source, name in ((certificate, "server.crt"), (key, "server.key")):
            shutil.copyfile(source, data / name)
            (data / name).chmod(0o600)
            self._owned(data / name)
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.write("ssl = on\n")
        self._run("pg_ctl", "-D", str(data), "reload")

    def _owned(self, *paths: Path) -> None:
        """Give files to the account that the server runs as: it refuses to run as root."""
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            for path in paths:
                os.chown(path, account.pw_uid, account.pw_gid)

    def start_again(self) -> None:
        """Start it where it listened before."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self._run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", log, "-o", f"{options} {self._options}", "start")

    def stop(self) -> None:
        """Stop it at once, as a fault would."""
        try:
            number = int((self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
            os.kill(number, signal.SIGQUIT)
            until_s = time.monotonic() + STOP_WITHIN_S
            while (self.folder / "data" / "postmaster.pid").exists() and time.monotonic() < until_s:
                time.sleep(0.02)
        except (FileNotFoundError, ProcessLookupError):
            return

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = (str(self.programs / program), *arguments)
        if os.geteuid() == 0:
            command = ("runuser", "-u", "postgres", "--", *command)
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def prepare_trial(server: RealPostgres) -> None:
    """Make the database and the user that the manifest of the adapter `sql` names for its trial."""
    where = {"host": "127.0.0.1", "port": server.port, "user": "postgres", "password": PASSWORD}
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as first:  # type: ignore[arg-type]
        first.execute("create user trial password 'sql-Tr1al'")
        first.execute("create database trial owner trial")


def quoted(value: str) -> str:
    """Return a value as an address of libpq takes it."""
    return f"'{value}'"


def running_standby(primary: RealPostgres, options: str = "") -> Iterator[RealPostgres]:
    """Start a standby of a server for a fixture."""
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as name:
        standby = RealPostgres(Path(name), primary.programs, options)
        standby.follow(primary)
        try:
            yield standby
        finally:
            standby.stop()


def running_postgres(options: str = "") -> Iterator[RealPostgres]:
    """Start a server for a fixture, with further options; skips with the reason where none is installed.

    Its folder lies apart from those of pytest, which each run that begins shuts for other accounts.
    """
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed; run make setup-debian as root")
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as name:
        server = RealPostgres(Path(name), found, options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
