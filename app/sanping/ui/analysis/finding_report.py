"""What an analysis found as a report on paper, a PDF: picture of the city, sentence, legend, chart, table, method."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, QUrl
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from sanping.analysis.findings import Finding
from sanping.domain.text import Language, Text
from sanping.formats.finding_csv import cell_text

MOST_ROWS = 400
DOTS_AN_INCH, WIDTH_PX, CHART_PX, MARGIN_MM = 96, 640, 460, 18.0
CITY, CHART = "city.png", "chart.png"
MORE = Text("表中为前 {shown} 行，共 {count} 行。", "The first {shown} of {count} rows.")
LEGEND, METHOD, TABLE = Text("图例", "Legend"), Text("方法与依据", "Method and sources"), Text("结果", "What was found")
CANNOT_OPEN = Text("文件打不开", "the file cannot be opened")
STYLE = (
    "body { font-size: 9.5pt; color: #1b2733; } h1 { font-size: 17pt; margin-bottom: 0; }"
    "h2 { font-size: 11.5pt; color: #1763a6; margin: 12px 0 4px 0; } .quiet { color: #5b6b7a; font-size: 8.5pt; }"
    "th { background-color: #e4eef8; text-align: left; } td, th { padding: 2px 6px; } .number { text-align: right; }"
)


@dataclass(frozen=True, kw_only=True)
class ReportHead:
    """What stands above a report: the twin, the moment of writing, and whether its data are made up."""

    twin: Text
    written: str
    mark: Text = Text("", "")  # noqa: RUF009  a value that cannot change
    sources: Text = Text("", "")  # noqa: RUF009


def write_finding_pdf(
    path: Path, finding: Finding, head: ReportHead, pictures: dict[str, QImage], language: Language
) -> int:
    """Write the report on A4 and return how many pages it has; `pictures` may hold `CITY` and `CHART`.

    Raises `OSError` when the file cannot be written.
    """
    with path.open("wb"):
        pass  # a name that cannot be written to is told before anything is drawn
    writer = QPdfWriter(str(path))
    writer.setResolution(DOTS_AN_INCH)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    writer.setTitle(finding.title.in_language(language))
    document = QTextDocument()
    for name, image in pictures.items():
        document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), image)
    document.setDefaultStyleSheet(STYLE)
    document.setHtml(report_html(finding, head, tuple(pictures), language))
    document.setPageSize(writer.pageLayout().paintRectPixels(DOTS_AN_INCH).size().toSizeF())
    pages = document.pageCount()
    document.print_(writer)
    return pages


def report_html(finding: Finding, head: ReportHead, pictures: Sequence[str], language: Language) -> str:
    """Return the report as rich text; every word of the finding stands in it as it is, never as markup."""

    def say(text: Text) -> str:
        return escape(text.in_language(language))

    above = " · ".join(part for part in (say(head.twin), escape(head.written), say(head.mark)) if part)
    parts = [f"<h1>{say(finding.title)}</h1><p class='quiet'>{above}</p>"]
    if CITY in pictures:
        parts.append(f"<p><img src='{CITY}' width='{WIDTH_PX}'/></p>")
    parts.append(f"<p><b>{say(finding.summary)}</b></p><h2>{say(LEGEND)}: {say(finding.legend.title)}</h2><p>")
    for step in finding.legend.steps:
        red, green, blue = step.colour
        parts.append(f"<span style='background-color:#{red:02x}{green:02x}{blue:02x}'>&nbsp;&nbsp;&nbsp;&nbsp;</span> "
                     f"{say(step.title)}&nbsp;&nbsp; ")  # fmt: skip
    parts.append("</p>")
    if CHART in pictures:
        parts.append(f"<p><img src='{CHART}' width='{CHART_PX}'/></p>")
    if finding.rows:
        parts.append(f"<h2>{say(TABLE)}</h2>{_table(finding, language)}")
    if finding.rows > MOST_ROWS:
        parts.append(f"<p class='quiet'>{say(MORE.with_values(shown=MOST_ROWS, count=finding.rows))}</p>")
    parts.append(f"<h2>{say(METHOD)}</h2><p class='quiet'>{say(finding.method)}</p><p class='quiet'>"
                 f"{say(head.sources)}</p>")  # fmt: skip
    return "".join(parts)


def _table(finding: Finding, language: Language) -> str:
    heads = "".join(f"<th>{escape(column.title.in_language(language))}</th>" for column in finding.columns)
    rows = []
    for row in range(min(finding.rows, MOST_ROWS)):
        cells = "".join(
            f"<td{' class=number' if isinstance(column.values[row], float) else ''}>"
            f"{escape(cell_text(column, row, language))}</td>"
            for column in finding.columns
        )
        rows.append(f"<tr>{cells}</tr>")
    return f"<table width='100%' cellspacing='0'><thead><tr>{heads}</tr></thead>{''.join(rows)}</table>"
