"""`python -m sanping`."""

import sys

from sanping.domain.own_program import MODULE_WORD, RUNNABLE, is_packed

INTERRUPTED = 130
"""What a shell makes of Ctrl-C."""


def main() -> None:
    """Run the command line and leave with its status."""
    if is_packed() and sys.argv[1:2] == [MODULE_WORD]:
        _run_module(*sys.argv[2:])
        return
    try:
        from sanping.cli.words import main as command_line  # noqa: PLC0415  keeps worker children light

        sys.exit(command_line())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _run_module(module: str, *words: str) -> None:
    """Be the process that another one of ours asked for."""
    import runpy  # noqa: PLC0415  only a packed program has to

    if module not in RUNNABLE:
        sys.exit(2)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
