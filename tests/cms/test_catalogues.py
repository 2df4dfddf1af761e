"""Catalogues are compiled, compared with the code, and hold no wrong or broken sentence."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation
from django.utils.formats import date_format, number_format

from cms import catalogues
from cms.wording import judge
from home.templatetags.site_tags import display_date
from treatment_forms.services.judge import show_size

MIB = 1024 * 1024
CODE = """
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

def say(count):
    return (
        _("%(count)s files") % {"count": count},
        ngettext("%(count)s day", "%(count)s days", count),
        pgettext("a link", "Open"),
    )
"""
TEMPLATE = """{% load i18n %}
<p>{% translate "It is safe." %}</p>
{% blocktranslate trimmed with name=name %}
  <b>{{ name }}</b> has
  arrived.
{% endblocktranslate %}"""
GOOD: dict[tuple[str | None, str], str | list[str]] = {
    (None, "%(count)s files"): "%(count)s файлов",
    (None, "%(count)s day"): ["%(count)s день", "%(count)s дня", "%(count)s дней", "%(count)s дня"],
    ("a link", "Open"): "Открыта",
    (None, "It is safe."): "Безопасно.",
    (None, "<b>%(name)s</b> has arrived."): "<b>%(name)s</b>: получено.",
}


@pytest.fixture
def source(tmp_path: Path, settings: Any) -> Path:
    """The Russian catalogue of a small site, made from its code and wholly translated."""
    settings.BASE_DIR = tmp_path
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian")]
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "say.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    call_command("make_catalogues", stdout=StringIO())
    path = tmp_path / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    translate(path, GOOD)
    return path


def translate(path: Path, words: dict[tuple[str | None, str], str | list[str]]) -> None:
    catalogue = polib.pofile(str(path))
    for entry in catalogue:
        text = words.get((entry.msgctxt, entry.msgid), entry.msgstr)
        if isinstance(text, list):
            entry.msgstr_plural = dict(enumerate(text))
        else:
            entry.msgstr = text
    catalogue.save()


def get_complaint() -> str:
    with pytest.raises(CommandError) as refused:
        call_command("compile_catalogues", check=True)
    return str(refused.value)


# --- Compiling -----------------------------------------------------------------------


def test_catalogues_are_compiled_without_a_system_tool(source: Path) -> None:
    call_command("compile_catalogues")

    compiled = polib.mofile(str(source.with_suffix(".mo")))
    assert compiled.find("%(count)s files").msgstr == "%(count)s файлов"


def test_compiling_again_touches_nothing(source: Path) -> None:
    call_command("compile_catalogues")
    before = source.with_suffix(".mo").stat().st_mtime_ns

    call_command("compile_catalogues")

    assert source.with_suffix(".mo").stat().st_mtime_ns == before


def test_the_plugins_catalogues_are_among_the_sources(source: Path) -> None:
    plugins = source.parents[3] / "treatment_forms" / "locale" / "ru" / "LC_MESSAGES" / "django.po"

    assert set(catalogues.get_sources()) == {plugins, source}


# --- Making --------------------------------------------------------------------------


def test_making_again_loses_no_translation_and_drops_what_is_said_nowhere(source: Path) -> None:
    code = source.parents[3] / "home" / "say.py"
    code.write_text(CODE.replace("Open", "Closed"))

    call_command("make_catalogues", stdout=StringIO())

    kept = {(one.msgctxt, one.msgid): one.msgstr for one in polib.pofile(str(source))}
    assert kept["a link", "Closed"] == ""
    assert ("a link", "Open") not in kept
    assert kept[None, "It is safe."] == "Безопасно."
    assert kept[None, "<b>%(name)s</b> has arrived."] == "<b>%(name)s</b>: получено."


# --- The check -----------------------------------------------------------------------


def test_a_good_catalogue_passes(source: Path) -> None:
    call_command("compile_catalogues", check=True)


DAY = (None, "%(count)s day")
NAME = (None, "<b>%(name)s</b> has arrived.")
SAFE = (None, "It is safe.")


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        (SAFE, "", "is not translated"),
        (SAFE, "It is safe.", "is the same as its original"),
        (SAFE, "All right.", "has no letter of its language"),
        (SAFE, " Безопасно.", "begins or ends with other white space"),
        (SAFE, "Безопасно: %(name)s.", "has a placeholder that its original has not"),
        (NAME, "<b>Получено.</b>", "lost a placeholder"),
        (NAME, "%(name)s: получено.", "lost a placeholder"),
        (NAME, "<b>%(nam)s</b>: получено.", "has a placeholder that its original has not"),
        ((None, "%(count)s files"), "файлы", "lost a placeholder"),
        (DAY, ["%(count)s день", "", "%(count)s дней", "%(count)s дня"], "is not translated"),
        (DAY, ["%(count)s день", "%(count)s дней"], "has 2 plural forms instead of 4"),
        # 21 and 31 take the first form as well: it cannot say "one day".
        (DAY, ["день", "%(count)s дня", "%(count)s дней", "%(count)s дня"], "not name the number"),
    ],
)
def test_a_flaw_in_a_catalogue_is_found(
    source: Path, key: tuple[str | None, str], text: str | list[str], problem: str
) -> None:
    translate(source, {key: text})

    complaint = get_complaint()

    assert problem in complaint
    assert f"{source}:" in complaint
    assert repr(key[1]) in complaint


def test_a_fuzzy_message_is_found(source: Path) -> None:
    catalogue = polib.pofile(str(source))
    catalogue[0].flags.append("fuzzy")
    catalogue.save()

    assert "is fuzzy" in get_complaint()


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("home/more.py", '_("Not there yet")', "'Not there yet' is missing"),
        ("templates/more.html", '{% translate "Not there yet" %}', "'Not there yet' is missing"),
        ("home/say.py", "pass", "is said nowhere any more"),
        ("home/more.py", '_(f"{count} files")', "home/more.py:1: _(f'{count} files')"),
        ("templates/more.html", "<p>Bare words</p>", "more.html:1: 'Bare words' is not marked"),
        ("templates/more.html", '<img alt="A picture">', "'alt=\"A picture\"' is not marked"),
        ("templates/more.txt", "\nDear {{ name }}", "more.txt:2: 'Dear h' is not marked"),
        ("home/more.py", 'CharField(label="Full name")', "'Full name' is not marked"),
        ("home/more.py", 'raise ValidationError("No")', "'No' is not marked"),
        ("home/more.py", 'class Kind(TextChoices):\n    A = "a", "Best"', "'Best' is not marked"),
        ("home/more.py", 'class View:\n    page_title = "Inbox"', "'Inbox' is not marked"),
    ],
)
def test_words_that_no_catalogue_holds_are_found(
    source: Path, file: str, text: str, problem: str
) -> None:
    (source.parents[3] / file).write_text("{% load i18n %}" + text if "{%" in text else text)

    assert problem in get_complaint()


def test_a_missing_catalogue_is_found(source: Path) -> None:
    source.unlink()

    assert f"{source} is missing" in get_complaint()


def test_two_catalogues_do_not_contradict_each_other(source: Path) -> None:
    plugin = source.parents[3] / "treatment_forms"
    (plugin / "say.py").write_text('_("It is safe.")')
    call_command("make_catalogues", stdout=StringIO())
    theirs = plugin / "locale" / "ru" / "LC_MESSAGES" / "django.po"

    translate(theirs, {SAFE: "Файл безопасен."})

    assert "is 'Файл безопасен.'" in get_complaint() or "is 'Безопасно.'" in get_complaint()


def test_forms_for_one_number_may_leave_it_out() -> None:
    entry = polib.POEntry(
        msgid="%(count)s day",
        msgid_plural="%(count)s days",
        msgstr_plural=dict(
            enumerate(
                ["لا أيام", "يوم", "يومان", "%(count)s أيام", "%(count)s يومًا", "%(count)s يوم"]
            )
        ),
    )

    assert list(judge.judge(entry, "ar")) == []


# --- Dates and numbers ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "day", "moment", "size", "number"),
    [
        ("en", "Feb 05, 2026", "Feb 05, 2026, 16:30", "10.01 MB", "1,234,567.5"),
        ("ru", "5 февраля 2026", "5 февраля 2026, 16:30", "10,01 МБ", "1\xa0234\xa0567,5"),
        ("ar", "5 فبراير 2026", "5 فبراير 2026، 16:30", "10.01 ميغابايت", "1,234,567.5"),
    ],
)
def test_dates_and_numbers_are_written_as_the_language_does(
    language: str, day: str, moment: str, size: str, number: str
) -> None:
    at = datetime(2026, 2, 5, 16, 30, tzinfo=UTC)

    with translation.override(language):
        assert display_date(at) == day
        assert date_format(at, "DATETIME_FORMAT") == moment
        assert show_size(10 * MIB + 1) == size
        assert number_format(1234567.5, use_l10n=True, force_grouping=True) == number
