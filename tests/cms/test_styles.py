from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from cms.styles import BUNDLE, SOURCE, bundle

COMPONENTS = sorted((SOURCE.parent / "components").glob("*.css"))
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def test_readers_are_given_one_sheet_with_every_part_in_it():
    sheet = Path(finders.find(BUNDLE)).read_text()

    assert "@import" not in sheet
    assert len(COMPONENTS) > 20
    assert [file.name for file in COMPONENTS if file.read_text().strip() not in sheet] == []


def test_parts_stand_in_their_layer():
    assert "@layer tokens {\n/* Every colour" in bundle()


def test_collectstatic_finds_the_sheet_once():
    paths = [path for finder in finders.get_finders() for path, _ in finder.list([])]

    assert paths.count(BUNDLE) == 1


def test_the_sheet_follows_its_parts(tmp_path):
    source = tmp_path / "site.imports.css"
    source.write_text('@import url("part.css") layer(base);')
    (tmp_path / "part.css").write_text("p { margin: 0 }")

    assert bundle(source) == "@layer base {\np { margin: 0 }\n}"


def test_templates_name_only_style_sheets_that_exist():
    named = [
        (template.name, line.rpartition("css/")[2].split(",")[0].strip())
        for template in TEMPLATES.glob("components/*.html")
        for line in template.read_text().splitlines()
        if "Styles: cms/static/cms/css/" in line
    ]

    assert len(named) > 20
    assert [pair for pair in named if not list(SOURCE.parent.glob(f"**/{pair[1]}"))] == []
