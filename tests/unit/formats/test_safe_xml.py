"""Documents that ask for more than their own text are read without it, or refused."""

from pathlib import Path

import pytest
from lxml import etree

from sanping.formats.safe_xml import safe_parser, safe_pull_parser

ENTITY = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file://%s">]><a><b>&e;</b></a>'


def test_the_file_an_entity_names_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("never to be seen", "utf-8")

    root = etree.fromstring(ENTITY % str(secret).encode(), safe_parser())

    assert b"never to be seen" not in etree.tostring(root)


def test_a_document_deeper_than_libxml2_holds_safe_is_refused() -> None:
    deep = b"<a>" * 100_000 + b"</a>" * 100_000

    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(deep, safe_parser(is_recovering=False))


def test_elements_come_by_their_local_names_as_they_end() -> None:
    parser = safe_pull_parser(("b",), is_recovering=False)

    parser.feed(b'<a xmlns="urn:x"><b>1</b><!-- between --><b>2</b><c/>')

    assert [element.text for _, element in parser.read_events()] == ["1", "2"]
