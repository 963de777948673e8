"""Writes the pages and drawings that come from the code; `make docs` runs it, and a test compares."""

from pathlib import Path

import house

REPOSITORY = Path(__file__).resolve().parents[1]
START, END = "<!-- house: drawn by `make docs` -->", "<!-- end of house -->"


def pages() -> dict[Path, str]:
    """Return path and content of every generated page."""
    import api_pages  # noqa: PLC0415  as below
    import clause_pages  # noqa: PLC0415  as below
    import format_pages  # noqa: PLC0415  as below
    import lookup_pages  # noqa: PLC0415  as below
    import phone_tables  # noqa: PLC0415  as below
    import reference_pages  # noqa: PLC0415  only after the command line can be imported
    import role_pages  # noqa: PLC0415
    import scene_gallery  # noqa: PLC0415

    reference = REPOSITORY / "docs" / "reference"
    return {
        architecture_path(): architecture(),
        reference / "commands.md": reference_pages.commands_page(),
        reference / "settings.md": reference_pages.settings_page(),
        reference / "actions.md": reference_pages.actions_page(),
        REPOSITORY / "docs" / "scenes.md": scene_gallery.gallery(),
        reference / "api.md": api_pages.api_page(),
        reference / "roles.md": role_pages.roles_page(),
        reference / "keys.md": lookup_pages.keys_page(),
        reference / "clauses.md": clause_pages.clauses_page(),
        reference / "adapters.md": lookup_pages.adapters_page(REPOSITORY / "app" / "sanping" / "adapters"),
        reference / "formats.md": format_pages.formats_page((reference / "formats.md").read_text("utf-8")),
        reference / "errors.md": reference_pages.errors_page(REPOSITORY / "app" / "sanping"),
        REPOSITORY / "app" / "web" / "src" / "generated" / "tables.ts": phone_tables.phone_tables(),
    }


def wire_files() -> dict[Path, str]:
    """Return path and content of every file that is written from the messages of the protocol."""
    import wire_pages  # noqa: PLC0415  only after the package can be imported

    return wire_pages.wire_files(REPOSITORY)


def architecture_path() -> Path:
    """Return the page that carries the drawing."""
    return REPOSITORY / "docs" / "architecture.md"


def architecture() -> str:
    """Return the architecture page with its drawing made anew."""
    text = architecture_path().read_text("utf-8")
    before, rest = text.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{house.drawing(REPOSITORY)}\n{END}{after}"


def main() -> None:
    """Write what differs."""
    for path, content in {**pages(), **wire_files()}.items():
        if not path.exists() or path.read_text("utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            print(f"wrote {path.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    main()
