"""The errors of Sanping.

SanpingError
├── InputError               a file or value from outside is not usable
│   ├── FormatUnknown        no reader recognises the file
│   ├── FileBroken           recognised, but damaged, empty, truncated or mis-nested
│   ├── FileHostile          over a limit or reaching where it must not (size, depth, count, path, entity)
│   ├── CrsMissing           coordinates without a coordinate reference system: the person must name one
│   │   └── CrsWrong         the named one cannot be that of the coordinates: the person must name another
│   ├── ConsentMissing       the data lies on a server that the person has not agreed to ask
│   ├── ProjectInvalid       twin.toml or model.toml says something impossible
│   ├── SecretMissing        a password that a file points at is not kept here: the person must keep it
│   └── FrameBroken          bytes from a device or screen are not a valid message of its protocol
├── SourceFailed             a live source cannot be reached or broke off: it will be tried again
├── SourceRefused            a live source cannot work until a person changes something (password, address, certificate)
├── StoreFailed              history could not be written or read: nothing is acknowledged
│   └── CasesUnread          the hub has just started and is still reading its cases: ask again in a moment
├── NotAllowed               somebody may not do this: their device or role is not let do it
│   └── AboveClearance       what somebody asks for has a label above their clearance
├── StepRefused              a case cannot take this step now, or something the step needs is missing
├── RevisionStale            somebody else changed the case first: look again, then decide
├── HubUnreachable           the hub does not answer
├── SiteUnreachable          another site or the message server does not answer: what is for it is kept
│   └── MessageTooLarge      the message server carries no message of this size: a person must raise its limit
├── Cancelled                the person asked a job to stop
├── WorkerFailed             a worker process died, ran out of memory or out of time
├── ProgramMissing           a program of the system is not installed: the person must install it, or do without
└── DisplayMissing           no usable OpenGL or screen

A message says what happened, to what, and what to do next; file and place come last.
"""

from sanping.domain.text import Language, Text


class SanpingError(Exception):
    """An error with a message for people in both languages.

    `path` names the file and `place` the spot in it (a line, byte, object id or key); both are appended to the message.
    """

    def __init__(self, message: Text, *, path: str = "", place: str = "") -> None:
        super().__init__(message, path, place)
        self.message = message
        self.path = path
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        """Cross process borders unchanged."""
        return (_rebuilt, (type(self), self.message, self.path, self.place))

    def in_language(self, language: Language) -> str:
        """Return the whole message: what happened, what to do, then file and place."""
        where = " · ".join(part for part in (self.path, self.place) if part)
        text = self.message.in_language(language)
        if not where:
            return text
        return f"{text}（{where}）" if language == "zh" else f"{text} ({where})"

    def __str__(self) -> str:
        """Chinese first."""
        return self.in_language("zh")


def _rebuilt(kind: type[SanpingError], message: Text, path: str, place: str) -> SanpingError:
    return kind(message, path=path, place=place)


class InputError(SanpingError):
    """A file or value from outside is not usable."""


class FormatUnknown(InputError):
    """No reader recognises the file."""


class FileBroken(InputError):
    """The file is recognised, but damaged, empty, truncated or mis-nested."""


class FileHostile(InputError):
    """The file is over a limit, or reaches where it must not."""


class CrsMissing(InputError):
    """The file has coordinates without a coordinate reference system; the person must name one."""


class CrsWrong(CrsMissing):
    """The CRS that was declared or named cannot be that of the coordinates; the person must name another."""


class ConsentMissing(InputError):
    """The data lies on a server, named by `place`, that the person has not agreed to ask."""


class ProjectInvalid(InputError):
    """A project file says something impossible."""


class SecretMissing(InputError):
    """A password that a file points at is not kept here; the person must keep it."""


class FrameBroken(InputError):
    """Bytes from a device or a screen are not a valid message of their protocol."""


class SourceFailed(SanpingError):
    """A live source cannot be reached or broke off; it will be tried again."""


class SourceRefused(SanpingError):
    """A live source cannot work until a person changes something."""


class StoreFailed(SanpingError):
    """History could not be written or read; nothing is acknowledged."""


class CasesUnread(StoreFailed):
    """The hub has just started and is still reading its cases; ask again in a moment."""


class NotAllowed(SanpingError):
    """Somebody may not do this: no device of ours, a wrong code or password, or a role that is too low."""


class AboveClearance(NotAllowed):
    """What somebody asks for has a label above their clearance; it is recorded that they asked."""


class StepRefused(SanpingError):
    """A case cannot take this step now, or something the step needs is missing."""


class RevisionStale(SanpingError):
    """Somebody else changed the case first; look at it again, then decide."""


class HubUnreachable(SanpingError):
    """The hub does not answer."""


class SiteUnreachable(SanpingError):
    """Another site, or the message server, does not answer; what is for it is kept and sent later."""


class MessageTooLarge(SiteUnreachable):
    """The message server carries no message of this size; it is kept until a person raises the limit."""


class Cancelled(SanpingError):
    """The person asked the job to stop."""


class WorkerFailed(SanpingError):
    """A worker process died, ran out of memory or out of time."""


class ProgramMissing(SanpingError):
    """A program of the system that this needs is not installed; the person must install it, or do without."""


class DisplayMissing(SanpingError):
    """There is no usable OpenGL or screen."""
