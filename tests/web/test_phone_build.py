"""The phone page builds, its own tests pass, and what a phone loads first stays small."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "app" / "web"
BUDGET_KB = 600.0


@pytest.fixture(scope="module")
def built() -> Path:
    """Return the built page; skips where neither Node nor a registry is to be had."""
    done = subprocess.run(
        ["sh", "installer/web.sh", "check"], cwd=REPOSITORY, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if not (PAGE / "dist" / "index.html").exists():
        pytest.skip(f"the phone page is not built: {done.stderr.strip()}")
    return PAGE / "dist"


def test_the_page_tests_itself(built: Path) -> None:
    # given the packages of the page

    # when its own tests run
    done = subprocess.run(
        ["sh", "installer/web.sh", "npm", "test"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    # then all pass
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-2000:]}"


def test_the_first_load_stays_within_its_budget(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given every file that a phone needs until it shows the city and a curve; pictures of the icon are not among them
    files = [path for path in built.rglob("*") if path.suffix in {".html", ".js", ".css"}]

    # when they are squeezed as the hub sends them
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9, mtime=0)) / 1024 for path in files}

    # then they are small, and the hub finds each already squeezed
    with capsys.disabled():
        sys.stdout.write(f"\nphone page: {sum(sizes.values()):.0f} KB gzip of {BUDGET_KB:.0f}; {sizes}\n")
    assert sum(sizes.values()) <= BUDGET_KB
    assert all(path.with_name(f"{path.name}.gz").exists() for path in files)


def test_a_phone_can_install_the_page(built: Path) -> None:
    # given what the page says about itself
    about = json.loads((built / "manifest.webmanifest").read_text("utf-8"))

    # when its icons are opened
    sizes = {}
    for icon in about["icons"]:
        if icon["type"] == "image/png":
            with Image.open(built / icon["src"].lstrip("/")) as picture:
                sizes[icon["sizes"]] = picture.size

    # then it has what browsers ask for, and a worker that keeps it for places without a network
    assert sizes == {"192x192": (192, 192), "512x512": (512, 512)}
    assert about["name"]
    assert about["short_name"]
    assert (about["display"], about["start_url"], about["scope"]) == ("standalone", "/", "/")
    assert any("maskable" in icon.get("purpose", "") for icon in about["icons"])
    assert 'rel="manifest"' in (built / "index.html").read_text("utf-8")
    assert (built / "sw.js").is_file()


def test_nothing_is_fetched_from_elsewhere_and_nothing_is_inline(built: Path) -> None:
    # given what the browser reads first
    page = (built / "index.html").read_text("utf-8")

    # when it is looked through

    # then scripts and styles are files of the hub, as its policy asks
    assert "<style" not in page
    assert "style=" not in page
    assert "://" not in page
    assert "<script>" not in page
    assert "onload" not in page


def test_the_licences_of_all_that_is_bundled_are_there(built: Path) -> None:
    # given the file of licences
    text = (built / "licences.txt").read_text("utf-8")

    # when the packages are sought

    # then each has its text, and so have those that they bring along
    for name in ("maplibre-gl", "preact", "uplot", "pbf", "@mapbox/point-geometry", "earcut"):
        assert f"{name} " in text
    assert "Redistribution and use in source and binary forms" in text
    assert "MIT License" in text


def test_no_word_of_the_page_is_set_as_markup() -> None:
    # given the sources of the page
    sources = [*(PAGE / "src").rglob("*.ts"), *(PAGE / "src").rglob("*.tsx")]

    # when ways around text nodes are sought
    found = [
        f"{path.name}: {word}"
        for path in sources
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "setHTML",
        )
        if word in path.read_text("utf-8")
    ]

    # then there are none
    assert len(sources) > 20
    assert not found


def test_no_source_of_the_page_is_too_long() -> None:
    # given the sources that people write
    sources = [path for path in (PAGE / "src").rglob("*.ts*") if path.parent.name != "generated"]

    # when their lines are counted
    found = [path.name for path in sources if len(path.read_text("utf-8").splitlines()) > 400]

    # then all stay within the limit of the house
    assert not found
