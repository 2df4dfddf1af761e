import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Encryption, Name, String

from tests.treatment_forms.papers import JS, judge, write_pdf, zip_up
from tests.treatment_forms.samples import JPEG, PDF, make_pdf, make_scan
from tests.treatment_forms.samples import write_pdf as write_objects

KIND = "application/pdf"
LAUNCH = Dictionary(S=Name.Launch, F=String("cmd.exe"))
LINK = Dictionary(S=Name.URI, URI=String("https://example.org/"))


def at_root(**entries):
    return lambda document: [document.Root.__setattr__(*entry) for entry in entries.items()]


def at_page(**entries):
    return lambda document: [document.pages[0].obj.__setattr__(*one) for one in entries.items()]


def annotate(**entries):
    return at_page(Annots=Array([Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **entries)]))


def attach(name, content):
    def change(document):
        document.attachments[name] = pikepdf.AttachedFileSpec(document, content, filename=name)

    return change


def fill_in(script):
    """A field as Acrobat's form editor makes it."""
    action = Dictionary(F=Dictionary(S=Name.JavaScript, JS=String(script)))
    field = Dictionary(FT=Name.Tx, T=String("born"), V=String("1.2.2019"), AA=action)
    return at_root(AcroForm=Dictionary(Fields=Array([field])))


def stream(content, **entries):
    return lambda document: document.pages[0].obj.__setattr__(
        "Contents", document.make_stream(content, **entries)
    )


def scan_pages(document):
    for page in document.pages:
        page.obj.Contents = document.make_stream(b"q 9 0 0 9 0 0 cm /Im0 Do Q")
        picture = document.make_stream(JPEG, Filter=Name.DCTDecode, Width=8, Height=8)
        picture.Type, picture.Subtype = Name.XObject, Name.Image
        page.obj.Resources = Dictionary(XObject=Dictionary(Im0=picture))


@pytest.mark.parametrize(
    "content",
    [
        PDF,
        b"\r\n" + PDF,
        PDF + b"behind the end",
        PDF.replace(b"startxref\n", b"startxref\n9"),
        write_pdf(linearize=True),
        write_pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
        write_pdf(scan_pages, pages=300),
        write_pdf(encryption=Encryption(owner="laboratory", user="")),
        write_pdf(encryption=Encryption(owner="laboratory", user="", R=4)),
        write_pdf(annotate(Subtype=Name.Link, A=LINK)),
        write_pdf(at_root(OpenAction=Dictionary(S=Name.GoTo, D=Array([0, Name.Fit])))),
        write_pdf(at_root(OpenAction=Array([0, Name.Fit]))),
        write_pdf(fill_in("AFDate_FormatEx('dd.mm.yyyy');")),
        write_pdf(fill_in('AFSimple_Calculate("SUM", new Array ("a", "b")); AFNumber_Format(2);')),
        write_pdf(annotate(Subtype=Name.Widget, FT=Name.Sig, V=Dictionary(Type=Name.Sig))),
        write_pdf(attach("invoice.xml", b"<?xml version='1.0'?><invoice/>")),
        write_pdf(attach("signature.sig", b"\x30\x82\1\2" + bytes(50))),
        write_pdf(attach("photo.jpg", JPEG)),
        write_pdf(at_root(AcroForm=Dictionary(Fields=[], XFA=String("<template/>")))),
        write_pdf(at_root(Title=String("what /JS and /Launch mean"))),
        write_pdf(stream(b"(/JavaScript) Tj")),
    ],
)
def test_papers_as_laboratories_offices_and_phones_write_them_are_taken(content):
    assert judge(KIND, content) == "fine"


@pytest.mark.parametrize(
    "change",
    [
        at_root(OpenAction=JS),
        at_root(OpenAction=LAUNCH),
        at_root(AA=Dictionary(WC=JS)),
        at_root(Names=Dictionary(JavaScript=Dictionary(Names=Array([String("a"), JS])))),
        at_root(OpenAction=Dictionary(S=Name.GoTo, Next=Array([LAUNCH]))),
        at_root(OpenAction=Dictionary(S=Name.Rendition, JS=String("app.alert(1)"))),
        at_root(AcroForm=Dictionary(XFA=String("<script>app.alert(1)</script>"))),
        at_page(AA=Dictionary(O=LAUNCH)),
        annotate(Subtype=Name.Link, A=JS),
        annotate(Subtype=Name.Link, A=LAUNCH),
        annotate(Subtype=Name.RichMedia),
        fill_in("AFDate_Format(0); app.launchURL('http://example.org')"),
        fill_in("AFDate_Format(app.alert(1))"),
        fill_in("AFDate_Format(eval`1`)"),
        fill_in("AFDate_Format(1);" * 2000),
        attach("tool.exe", b"MZ" + bytes(50)),
        attach("notes.txt", b"MZ" + bytes(50)),
        attach("run.js", b"alert(1)"),
        attach("letter.pdf", write_pdf(at_root(OpenAction=JS))),
    ],
)
@pytest.mark.parametrize("mode", ["plain", "packed"])
def test_what_acts_by_itself_is_refused_wherever_it_hides(change, mode):
    packed = pikepdf.ObjectStreamMode.generate if mode == "packed" else None
    options = {"object_stream_mode": packed} if packed else {}

    assert judge(KIND, write_pdf(change, **options)) == "active"


@pytest.mark.parametrize(
    "action",
    [
        b"/OpenAction<</S/J#61vaScript/J#53(x)>>",
        b"/OpenAction 4 0 R",
        b"/OpenAction<</S 4 0 R/F(cmd)>>",
    ],
)
def test_names_in_disguise_and_in_pieces_are_found(action):
    content = write_objects(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % action,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"/L#61unch" if b"4 0 R/F" in action else b"<</S/Launch/F(cmd)>>",
    )

    assert judge(KIND, content) == "active"


@pytest.mark.parametrize("strength", [4, 6])
def test_a_password_to_open_is_told(strength):
    locked = Encryption(owner="laboratory", user="secret", R=strength)

    assert judge(KIND, write_pdf(encryption=locked)) == "encrypted"


def test_an_archive_in_a_document_is_an_archive():
    assert judge(KIND, write_pdf(attach("all.zip", zip_up({"a.txt": b"a"})))) == "archive"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + bytes(500),
        PDF[:150],
        make_scan(100_000)[:50_000],
        write_pdf(pages=40)[:2000],
        write_pdf(pages=40, linearize=True)[:5000],
        write_objects(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"),
        write_objects(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[9 0 R]/Count 1>>"),
        write_pdf(stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=50_000, Height=50_000)),
    ],
)
def test_what_shows_no_page_is_damaged(content):
    assert judge(KIND, content) == "damaged"


def pack(size, *, times=1):
    content = bytes(size)
    for _time in range(times):
        content = zlib.compress(content, 9)
    filters = Array([Name.FlateDecode] * times)
    return write_pdf(stream(content, Filter=filters), compress_streams=False)


def test_a_stream_that_unpacks_into_too_much_is_damaged(monkeypatch):
    monkeypatch.setattr("treatment_forms.files.pdf.MAX_UNPACKED_BYTES", 100_000)

    assert judge(KIND, pack(90_000)) == "fine"
    assert judge(KIND, pack(110_000)) == "damaged"
    assert judge(KIND, pack(90_000, times=2)) == "damaged"


def test_a_broken_stream_is_left_to_the_viewer(monkeypatch):
    monkeypatch.setattr("treatment_forms.files.pdf.MAX_UNPACKED_BYTES", 1000)

    assert judge(KIND, make_pdf(noise=b"x" * 5000)) == "fine"
    broken = write_pdf(stream(b"no deflate" * 500, Filter=Name.FlateDecode))
    assert judge(KIND, broken) == "fine"
