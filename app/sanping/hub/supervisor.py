"""All sources of a hub: starts and stops them, and knows how each of them is."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence

from sanping.domain.errors import InputError, SourceFailed, SourceRefused
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.hub.child_messages import Begin, Ended
from sanping.hub.child_process import started
from sanping.hub.manifests import Manifest, checked_settings
from sanping.hub.secret_settings import with_secrets
from sanping.hub.source_book import NO_SOURCE
from sanping.hub.source_runner import SourceHost, SourcePlan, SourceRunner
from sanping.ports.secrets import Secrets

TEST_PATIENCE_S = 20.0

_NO_RESULT = Text("测试没有结果；请检查设置后重试", "The test gave no result; check the settings and try again")


class Supervisor:
    """Runs sources, each in a process of its own."""

    def __init__(
        self, plans: Sequence[SourcePlan], idle: Sequence[SourceStatus], host: SourceHost, first_wait_s: float
    ) -> None:
        self._host, self._first_wait_s = host, first_wait_s
        self._idle = {status.name: status for status in idle}
        self._runners = {plan.name: SourceRunner(plan, host, first_wait_s) for plan in plans}

    def statuses(self) -> tuple[SourceStatus, ...]:
        """Return how all sources are."""
        return (*self._idle.values(), *(runner.status() for runner in self._runners.values()))

    def elsewhere(self) -> tuple[SourceStatus, ...]:
        """Return those that do not run here."""
        return tuple(self._idle.values())

    def heard_elsewhere(self, status: SourceStatus) -> bool:
        """Take in how a source is that another hub runs; True when that is news."""
        is_news = self._idle.get(status.name) != status
        self._idle[status.name] = status
        return is_news

    def start(self) -> None:
        """Start all sources that can run."""
        for runner in self._runners.values():
            runner.start()

    async def stop(self) -> None:
        """End all processes."""
        await asyncio.gather(*(runner.stop() for runner in self._runners.values() if runner.is_running))

    async def enable(self, name: str) -> None:
        """Start one source. Raises `InputError`."""
        self._runner(name).start()

    async def disable(self, name: str) -> None:
        """Stop one source. Raises `InputError`."""
        await self._runner(name).stop()

    async def restart(self, name: str) -> None:
        """Stop one source and start it at once, whatever its back-off. Raises `InputError`."""
        runner = self._runner(name)
        await runner.stop()
        runner.start()

    async def put(self, plan: SourcePlan, *, is_started: bool) -> None:
        """Run a source with other settings, or one that is new."""
        known = self._runners.get(plan.name)
        if known is not None:
            await known.stop()
        self._idle.pop(plan.name, None)
        runner = self._runners[plan.name] = SourceRunner(plan, self._host, self._first_wait_s)
        if is_started:
            runner.start()

    @contextlib.asynccontextmanager
    async def resting(self, name: str) -> AsyncIterator[None]:
        """Stop a source for a while, so that its port is free to be tried; it goes on afterwards."""
        runner = self._runners.get(name)
        was_running = runner is not None and runner.is_running
        if runner is not None and was_running:
            await runner.stop()
        try:
            yield
        finally:
            if runner is not None and was_running and self._runners.get(name) is runner:
                runner.start()

    def _runner(self, name: str) -> SourceRunner:
        found = self._runners.get(name)
        if found is None:
            raise InputError(NO_SOURCE.with_values(name=name))
        return found


async def tested(
    manifest: Manifest,
    settings: Mapping[str, object],
    secrets: Mapping[str, str],
    allowed_networks: Sequence[str],
    kept: Secrets | None,
) -> Text:
    """Try settings in a process of its own and return what was found; `kept` is where the secrets they point at are.

    Raises `ProjectInvalid` for a wrong setting, `SecretMissing`, `SourceRefused` or `SourceFailed` for what the
    source says.
    """
    begin = Begin(
        role="test",
        source=manifest.name,
        target=manifest.target,
        settings=checked_settings(manifest, settings),
        secrets=dict(secrets),
        allowed_networks=tuple(allowed_networks),
    )
    child = await started(await with_secrets(begin, kept))
    ended: Ended | None = None
    try:
        async with asyncio.timeout(TEST_PATIENCE_S):
            while (message := await child.next()) is not None:
                if isinstance(message, Ended):
                    ended = message
                    break
    except TimeoutError:
        ended = None
    finally:
        await asyncio.shield(child.end())
    if ended is None:
        raise SourceFailed(_NO_RESULT)
    if ended.how == "tested":
        return Text(ended.zh, ended.en)
    kind = SourceRefused if ended.how == "refused" else SourceFailed
    raise kind(Text(ended.zh, ended.en))
