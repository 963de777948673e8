"""`sanping run-script`: a Python file of one's own with the names of `sanping`, without a window."""

import linecache
import runpy
import sys
import traceback
from pathlib import Path
from typing import Annotated

from sanping.api.watching import watched_by
from sanping.bootstrap.machine import settings as own_settings
from sanping.cli.declared import Command
from sanping.cli.terminal import TerminalProgress
from sanping.domain.errors import InputError, SanpingError
from sanping.domain.text import Language, Text

_DONE, _FAILED, _REFUSED = 0, 1, 2

Script = Annotated[Path, Text("Python 文件", "Python file")]
Words = Annotated[str, Text("交给脚本的参数，在 sys.argv 里", "Words for the script, in sys.argv")]
_NO_FILE = Text("没有这个脚本文件；请检查路径", "There is no such script; check the path")
_LINE = Text("{file} 第 {line} 行：{code}", "{file}, line {line}: {code}")


def run_script(script: Script, /, *words: Words) -> int:
    """Run a script to its end, with progress and Ctrl-C; an error names the line of the script."""
    if not script.is_file():
        raise InputError(_NO_FILE, path=str(script))
    language = own_settings().language
    usual = sys.argv
    sys.argv = [str(script), *words]
    try:
        with TerminalProgress(language).heeding_interrupts() as progress, watched_by(progress):
            runpy.run_path(str(script), run_name="__main__")
    except SystemExit as ended:
        return _status(ended.code)
    except SanpingError as error:
        print(f"sanping: {error.in_language(language)}\n  {_place(script, error, language)}", file=sys.stderr)
        return _REFUSED
    except Exception as error:
        shown = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(script)]
        print("".join(traceback.format_list(shown) + traceback.format_exception_only(error)), end="", file=sys.stderr)
        return _FAILED
    finally:
        sys.argv = usual
    return _DONE


def _status(code: object) -> int:
    if code is None or isinstance(code, int):
        return int(code or 0)
    print(code, file=sys.stderr)
    return _FAILED


def _place(script: Path, error: SanpingError, language: Language) -> str:
    """Return the last line of the script that led to an error."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(script)]
    number = lines[-1] if lines else 0
    code = linecache.getline(str(script), number or 0).strip()
    return _LINE.with_values(file=script.name, line=number, code=code).in_language(language)


RUN_SCRIPT = Command(name="run-script", title=Text("运行 Python 脚本", "Run a Python script"), run=run_script)
