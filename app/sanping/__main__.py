"""`python -m sanping`."""

import sys


def main() -> None:
    """Run the command line and leave with its status."""
    if sys.argv[1:2] == ["hub"]:  # a server starts sooner, and needs no graphics library
        from sanping.cli.server import main as command_line  # noqa: PLC0415
    else:
        from sanping.cli.application import main as command_line  # noqa: PLC0415  keeps worker children light
    sys.exit(command_line())


if __name__ == "__main__":
    main()
