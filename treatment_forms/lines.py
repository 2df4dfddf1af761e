"""Rich text as plain lines, for where no markup goes: mails, and pages that ask no database."""

import re
from html import unescape

from django.utils.html import strip_tags

# Of a link to another site the address is what is wanted: its text may be just "WhatsApp".
OUTWARD = re.compile(r'<a [^>]*?href="(https?://[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
LINE_END = re.compile(r"<br ?/?>|</(?:p|li|h\d|div)>")


def list_lines(html: str) -> list[str]:
    """The lines of a rich text, without its markup: links to pages would ask the database."""
    text = strip_tags(LINE_END.sub("\n", OUTWARD.sub(r"\2 (\1)", html)))
    return [unescape(line).strip() for line in text.splitlines() if line.strip()]
