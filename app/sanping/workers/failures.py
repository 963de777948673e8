"""Why a worker failed, in words: each way of dying has its own sentence."""

import signal

from sanping.domain.errors import WorkerFailed
from sanping.domain.text import Text
from sanping.ports.jobs import Limits
from sanping.workers.protocol import Broke

_CRASHED = Text(
    "处理文件的工作进程崩溃了（{signal}），程序本身不受影响；文件可能已损坏或内容有害，请检查来源，或转换格式后重试",
    "The worker that handled the file crashed ({signal}); the program itself is unharmed. The file may be damaged or "
    "harmful: check where it comes from, or convert it and try again",
)
_MEMORY = Text(
    "处理文件所需内存超过上限 {limit}；请把文件切分成较小的范围，或在设置中提高上限",
    "Handling the file needs more memory than the limit of {limit}; split the file into smaller areas, or raise the "
    "limit in the settings",
)
_KILLED = Text(
    "工作进程被系统强行结束，通常是内存不足；请关闭其他程序，或把文件切分成较小的范围",
    "The system killed the worker, usually for lack of memory; close other programs, or split the file into smaller "
    "areas",
)
_PROCESSOR_TIME = Text(
    "处理文件用尽了 {limit} 秒的处理器时间；文件可能过大或有害，请切分文件，或在设置中提高上限",
    "Handling the file used up its {limit} seconds of processor time; it may be too large or harmful: split it, or "
    "raise the limit in the settings",
)
_BUSY_PIECE = Text(
    "文件中的一段数据像是伪造的：它让解码器一直忙碌，处理它的工作进程已被停止，程序本身不受影响；请向数据提供方核实",
    "A piece of data in the file looks forged: it kept its decoder busy until the worker on it was ended. The program "
    "itself is unharmed; ask whoever gave the file",
)
_WALL_TIME = Text(
    "处理文件超过了 {limit} 秒的时限，已停止；请检查磁盘是否响应，切分文件，或在设置中提高上限",
    "Handling the file took longer than {limit} seconds and was stopped; check that the disk answers, split the file, "
    "or raise the limit in the settings",
)
_ENDED = Text(
    "工作进程未给出结果就结束了（退出码 {code}）；请重试，若仍失败请附上日志反馈",
    "The worker ended without a result (exit code {code}); try again, and report it with the log if it fails again",
)
_UNEXPECTED = Text(
    "处理文件时出现意外错误：{summary}；请换一个文件重试，并附上日志反馈",
    "Handling the file met an unexpected error: {summary}; try another file, and report this with the log",
)
_UNKNOWN_ANSWER = Text(
    "工作进程给出了无法信任的结果，已丢弃；文件可能有害，请检查来源",
    "The worker gave an answer that cannot be trusted; it was dropped. The file may be harmful: check where it is from",
)

_CANNOT_START = Text(
    "无法启动工作进程：{reason}；请关闭其他程序后重试，若仍失败请重新安装",
    "A worker cannot be started: {reason}; close other programs and try again, or install the program anew",
)

_OUT_OF_MEMORY_WORDS = ("bad_alloc", "MemoryError", "Cannot allocate memory", "out of memory", "malloc")


def failure_of_death(code: int, limits: Limits, last_words: str) -> WorkerFailed:
    """Return the error for a worker that ended without an answer; `code` −n stands for signal n."""
    if code >= 0:
        return _failed(_ENDED.with_values(code=code), last_words)
    number = -code
    if number == getattr(signal, "SIGXCPU", None):
        return _failed(_PROCESSOR_TIME.with_values(limit=limits.cpu_s), last_words)
    if number == getattr(signal, "SIGPROF", None):
        return _failed(_BUSY_PIECE, last_words)
    if number == getattr(signal, "SIGKILL", None):
        return _failed(_KILLED, last_words)
    if any(word in last_words for word in _OUT_OF_MEMORY_WORDS):
        return _failed(_MEMORY.with_values(limit=_size(limits.memory_bytes)), last_words)
    return _failed(_CRASHED.with_values(signal=_signal_name(number)), last_words)


def failure_of_error(broke: Broke, limits: Limits, last_words: str) -> WorkerFailed:
    """Return the error for a job that raised something nobody planned for."""
    trace = "\n".join(part for part in (broke.trace, last_words) if part)
    if broke.is_memory:
        return _failed(_MEMORY.with_values(limit=_size(limits.memory_bytes)), trace)
    return _failed(_UNEXPECTED.with_values(summary=broke.summary), trace)


def wall_time_over(limits: Limits, last_words: str) -> WorkerFailed:
    """Return the error for a job that took too long."""
    return _failed(_WALL_TIME.with_values(limit=f"{limits.wall_s:g}"), last_words)


def unknown_answer(cause: Exception) -> WorkerFailed:
    """Return the error for an answer that is no plain value of ours."""
    return _failed(_UNKNOWN_ANSWER, str(cause))


def cannot_start(cause: OSError) -> WorkerFailed:
    """Return the error for a worker that the system would not start."""
    return _failed(_CANNOT_START.with_values(reason=cause.strerror or str(cause)), str(cause))


def _failed(message: Text, last_words: str) -> WorkerFailed:
    error = WorkerFailed(message)
    if last_words:
        error.add_note(last_words)  # for the log; people read the message
    return error


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _size(count: int) -> str:
    return f"{count / (1 << 30):.1f} GiB" if count >= 1 << 30 else f"{count / (1 << 20):.0f} MiB"
