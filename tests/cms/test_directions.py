"""Our style sheets and templates hold for languages of both directions."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHEETS = [
    *(ROOT / "cms" / "static").rglob("*.css"),
    *(ROOT / "treatment_forms" / "static").rglob("*.css"),
]
TEMPLATES = [
    path
    for folder in ("templates", "treatment_forms", "articles", "home", "cms")
    for path in (ROOT / folder).rglob("*.html")
]
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"(?P<name>[\w-]+)\s*:\s*(?P<value>[^;{}]+)[;}]")
PHYSICAL_NAME = re.compile(
    r"(?:(?:margin|padding|border|inset|scroll-(?:margin|padding))-)?(?:left|right)(?:-\w+)*"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:min-|max-)?(?:width|height)"
)
BRACKETS = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
SIDED = re.compile(r"\b(?:left|right)\b")
TURNED = re.compile(r"translateX?\(|scaleX\(")
# Of four lengths the second and the last are sides, and these are to be the same.
FOUR = {"margin", "padding", "inset", "border-width", "scroll-margin", "scroll-padding"}
LATIN_ONLY = {"letter-spacing", "text-transform"}
ALLOWED = {
    # A tick is the same in every script.
    ("key_facts.css", "border-left"),
    # What leaves no direction: down the page, and the arrow of a question, which points down.
    ("faq.css", "transform"),
    # References are Latin everywhere.
    ("form.css", "letter-spacing"),
}


def find_physical(css: str) -> list[tuple[str, str]]:
    found = []
    for rule in DECLARATION.finditer(COMMENT.sub("", css)):
        name, value = rule["name"], rule["value"].strip()
        sides = BRACKETS.sub("()", value).split()
        if (
            PHYSICAL_NAME.fullmatch(name)
            or (name not in {"content"} and SIDED.search(value))
            or (name in {"transform", "translate"} and TURNED.search(value))
            or (name in FOUR and len(sides) == 4 and sides[1] != sides[3])
            or (name in LATIN_ONLY and not value.startswith("var("))
        ):
            found.append((name, value))
    return found


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_names_no_left_and_no_right(sheet: Path) -> None:
    found = find_physical(sheet.read_text())

    assert [rule for rule in found if (sheet.name, rule[0]) not in ALLOWED] == []


@pytest.mark.parametrize(
    "rule",
    [
        *("margin-left: 1px", "padding-right: 0", "float: left", "text-align: right", "left: 0"),
        *("border-left-color: red", "border-top-left-radius: 0", "margin: 0 1px 0 2px"),
        *("background-position: right 1px top", "transform: translateX(4px)", "width: 10px"),
        *("letter-spacing: 1px", "text-transform: uppercase"),
    ],
)
def test_what_is_physical_is_found(rule: str) -> None:
    assert find_physical(f".a {{ {rule}; }}") == [tuple(rule.split(": "))]


@pytest.mark.parametrize(
    "rule",
    [
        *("margin-inline: 1px 0", "float: inline-start", "text-align: start", "inset: 0"),
        *("padding: 0 1px", "margin: 0 1px 2px", "inset-inline-end: 0", "inline-size: 1px"),
    ],
)
def test_what_is_logical_is_let_be(rule: str) -> None:
    assert find_physical(f".a {{ {rule}; }}") == []


def test_no_template_has_a_style_of_its_own_and_each_document_a_direction() -> None:
    for template in TEMPLATES:
        text = template.read_text()
        assert "style=" not in text, template
        assert text.count("<html") == len(re.findall(r'<html lang="[^>]+ dir="', text)), template
