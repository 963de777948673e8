"""Commands that wait for their answer: numbered once, sent again on every connection until the answer comes. No I/O."""

import uuid
from collections.abc import Mapping
from concurrent.futures import Future
from threading import Lock

import msgspec

from sanping.wire.messages import Ack, Command, Welcome

NEVER_SEEN = -1


class Pending:
    """The commands of one screen; `wish` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: dict[str, Future[Ack]] = {}
        self._unanswered: dict[str, Command] = {}
        self._n = 0
        self._epoch = ""

    def wish(self, action: str, arguments: Mapping[str, object], if_seq: int | None) -> tuple[str, Future[Ack]]:
        """Take a wish; return what it is called and its answer to come."""
        command = Command(op=str(uuid.uuid4()), action=action, arguments=dict(arguments), if_seq=if_seq)
        answer: Future[Ack] = Future()
        with self._lock:
            self._answers[command.op] = answer
            self._unanswered[command.op] = command
        return command.op, answer

    def welcomed(self, welcome: Welcome) -> list[Command]:
        """Return what is to be sent on a new connection: all that has no answer yet, in its order.

        What was seen in an earlier life of the hub says nothing about this one: a wish that depended on it becomes one
        that is refused as a conflict, unless it was done before.
        """
        with self._lock:
            if self._epoch and welcome.epoch != self._epoch:
                for op, command in self._unanswered.items():
                    if command.if_seq is not None:
                        self._unanswered[op] = msgspec.structs.replace(command, if_seq=NEVER_SEEN)
            self._epoch = welcome.epoch
            self._n = max(self._n, welcome.n)
            return [self._numbered(op) for op in tuple(self._unanswered)]

    def numbered(self, op: str) -> Command | None:
        """Return a command as it is to be sent, None when it is answered already."""
        with self._lock:
            return self._numbered(op) if op in self._unanswered else None

    def answered(self, ack: Ack) -> None:
        """Give an answer to who waits for it."""
        with self._lock:
            self._unanswered.pop(ack.op, None)
            answer = self._answers.pop(ack.op, None)
        if answer is not None and not answer.cancelled():
            answer.set_result(ack)

    def _numbered(self, op: str) -> Command:
        command = self._unanswered[op]
        if not command.n:
            self._n += 1
            command = self._unanswered[op] = msgspec.structs.replace(command, n=self._n)
        return command
