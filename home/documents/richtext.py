"""Rich text as a tree, and the tree as HTML and plain text.

The HTML is written from the tree, so it holds what the tree can say and nothing else: no link of
Wagtail's own kind, no script, whatever the database holds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any

from home.documents.context import Context
from home.documents.parts import (
    Inline,
    LineBreak,
    Link,
    ListItem,
    Mark,
    PageAddress,
    Paragraph,
    RichText,
    Rule,
    Text,
    TextBlock,
    TextHeading,
    TextList,
)

MARKS: dict[str, Mark] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "sup": "superscript",
    "sub": "subscript",
    "s": "strikethrough",
    "del": "strikethrough",
    "code": "code",
}
TAGS = {"bold": "b", "italic": "i", "superscript": "sup", "subscript": "sub"} | {
    "strikethrough": "s",
    "code": "code",
}
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = {"p", "ul", "ol", "hr", "div", "blockquote", *HEADINGS}
VOID = {"br", "hr", "img", "embed", "wbr"}
SILENT = {"script", "style", "template"}
SCHEMES = ("http://", "https://", "mailto:", "tel:", "#")
MAX_DEPTH = 40  # what an editor can nest is far below; a text made by a machine may not be


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    children: "list[Element | str]" = field(default_factory=list)


class Reader(HTMLParser):
    """HTML as elements, whatever state it is in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("div", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID and len(self.open) < MAX_DEPTH:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def make_rich_text(html: Any, context: Context) -> RichText:
    """
    Args:
        html: as Wagtail stores it, a string or a `RichText`.
    """
    reader = Reader()
    reader.feed(str(getattr(html, "source", html) or ""))
    reader.close()
    tree = list(read_blocks(reader.root.children, context))
    return RichText(tree=tree, html="".join(map(write_html, tree)), text=write_text(tree))


def is_block(node: Element | str) -> bool:
    return isinstance(node, Element) and node.tag in BLOCKS


def read_blocks(nodes: Sequence[Element | str], context: Context) -> Iterator[TextBlock]:
    """Words that stand outside of any block become a paragraph."""
    loose: list[Element | str] = []
    for node in nodes:
        if not is_block(node):
            loose.append(node)
            continue
        yield from read_paragraph(loose, context)
        loose = []
        yield from read_block(node, context)
    yield from read_paragraph(loose, context)


def read_paragraph(nodes: Sequence[Element | str], context: Context) -> Iterator[TextBlock]:
    children = list(read_inlines(nodes, [], context))
    if any(not isinstance(child, Text) or child.text.strip() for child in children):
        yield Paragraph(type="paragraph", children=children)


def read_block(node: Any, context: Context) -> Iterator[TextBlock]:
    if node.tag == "hr":
        yield Rule(type="rule")
    elif node.tag in {"ul", "ol"}:
        yield read_list(node, context)
    elif node.tag in HEADINGS:
        children = list(read_inlines(node.children, [], context))
        yield TextHeading(type="heading", level=HEADINGS[node.tag], children=children)
    else:
        yield from read_blocks(node.children, context)


def read_list(node: Element, context: Context) -> TextList:
    entries = [child for child in node.children if isinstance(child, Element)]
    items = [
        ListItem(
            children=list(read_inlines(entry.children, [], context)),
            lists=[read_list(inner, context) for inner in find_lists(entry)],
        )
        for entry in entries
        if entry.tag == "li"
    ]
    return TextList(type="list", is_ordered=node.tag == "ol", items=items)


def find_lists(entry: Element) -> Iterator[Element]:
    for child in entry.children:
        if isinstance(child, Element) and child.tag in {"ul", "ol"}:
            yield child


def read_inlines(
    nodes: Iterable[Element | str], marks: list[Mark], context: Context, *, links: bool = True
) -> Iterator[Any]:
    for node in nodes:
        if isinstance(node, str):
            if node:
                yield Text(type="text", text=node, marks=marks)
        elif node.tag == "br":
            yield LineBreak(type="line_break")
        elif node.tag == "a" and links:
            yield from read_link(node, marks, context)
        elif node.tag not in {"ul", "ol", *SILENT}:
            mark = MARKS.get(node.tag)
            inner = [*marks, mark] if mark and mark not in marks else marks
            yield from read_inlines(node.children, inner, context, links=links)


def read_link(node: Element, marks: list[Mark], context: Context) -> Iterator[Inline]:
    """Where the target may not be read, the words stay and the link goes."""
    children = list(read_inlines(node.children, marks, context, links=False))
    url, page = find_target(node.attributes, context)
    if url:
        yield Link(type="link", url=url, page=page, children=children)
    else:
        yield from children


def find_target(
    attributes: dict[str, str | None], context: Context
) -> tuple[str, PageAddress | None]:
    kind, pk = attributes.get("linktype"), attributes.get("id") or ""
    if kind == "page":
        page = context.get_page(int(pk)) if pk.isdecimal() else None
        return (context.get_url(page), context.get_address(page)) if page else ("", None)
    if kind == "document":
        return context.get_document_url(int(pk)) if pk.isdecimal() else "", None
    url = (attributes.get("href") or "").strip()
    return url if url.lower().startswith(SCHEMES) else "", None


# --- Writing --------------------------------------------------------------------------


def write_html(block: TextBlock) -> str:
    if isinstance(block, Rule):
        return "<hr>"
    if isinstance(block, TextList):
        tag = "ol" if block.is_ordered else "ul"
        return f"<{tag}>{''.join(map(write_item, block.items))}</{tag}>"
    tag = f"h{block.level}" if isinstance(block, TextHeading) else "p"
    return f"<{tag}>{write_inlines(block.children)}</{tag}>"


def write_item(item: ListItem) -> str:
    return f"<li>{write_inlines(item.children)}{''.join(map(write_html, item.lists))}</li>"


def write_inlines(inlines: Iterable[Any]) -> str:
    return "".join(map(write_inline, inlines))


def write_inline(inline: Inline) -> str:
    if isinstance(inline, LineBreak):
        return "<br>"
    if isinstance(inline, Link):
        return f'<a href="{escape(inline.url)}">{write_inlines(inline.children)}</a>'
    html = escape(inline.text, quote=False)
    for mark in reversed(inline.marks):
        html = f"<{TAGS[mark]}>{html}</{TAGS[mark]}>"
    return html


def write_text(blocks: Iterable[TextBlock]) -> str:
    return "\n\n".join(filter(None, map(write_block_text, blocks)))


def write_block_text(block: TextBlock) -> str:
    if isinstance(block, Rule):
        return ""
    if isinstance(block, TextList):
        return "\n".join(write_list_text(block))
    return write_inline_text(block.children)


def write_list_text(block: TextList, indent: str = "") -> Iterator[str]:
    for number, item in enumerate(block.items, 1):
        sign = f"{number}." if block.is_ordered else "-"
        yield f"{indent}{sign} {write_inline_text(item.children)}"
        for inner in item.lists:
            yield from write_list_text(inner, indent + "  ")


def write_inline_text(inlines: Iterable[Any]) -> str:
    told = []
    for inline in inlines:
        if isinstance(inline, LineBreak):
            told.append("\n")
        elif isinstance(inline, Link):
            told.append(write_inline_text(inline.children))
        else:
            told.append(inline.text)
    return "".join(told).strip(" ")
