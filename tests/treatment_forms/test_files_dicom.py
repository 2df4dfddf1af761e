import io

import pytest
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

from tests.treatment_forms.papers import JS, judge, write_pdf
from tests.treatment_forms.samples import DICOM, JPEG, PDF, make_dicom
from treatment_forms.files import child
from treatment_forms.files.room import Room

KIND = "application/dicom"


def write(syntax=uid.ExplicitVRLittleEndian, *, kind=uid.CTImageStorage, **elements):
    head, picture, written = FileMetaDataset(), Dataset(), io.BytesIO()
    head.MediaStorageSOPClassUID, head.TransferSyntaxUID = kind, syntax
    head.MediaStorageSOPInstanceUID = picture.SOPInstanceUID = uid.generate_uid()
    picture.file_meta, picture.SOPClassUID = head, kind
    picture.SpecificCharacterSet, picture.PatientName = "ISO_IR 192", "Иванова^Анна"
    picture.Rows = picture.Columns = 8
    picture.BitsAllocated = 16
    for name, value in elements.items():
        setattr(picture, name, value)
    if "PixelData" in picture:
        picture["PixelData"].VR = "OW"
    picture.save_as(written, enforce_file_format=True)
    return written.getvalue()


PLAIN = write(PixelData=bytes(5000))
FRAMES = write(
    uid.JPEGBaseline8Bit, NumberOfFrames=30, PixelData=encapsulate([JPEG] * 30), BitsAllocated=8
)
DEFLATED = write(uid.DeflatedExplicitVRLittleEndian, PixelData=bytes(5000))


def report(document):
    return write(
        kind=uid.EncapsulatedPDFStorage,
        MIMETypeOfEncapsulatedDocument="application/pdf",
        EncapsulatedDocument=document,
    )


@pytest.mark.parametrize(
    "content",
    [
        DICOM,
        make_dicom(preamble=b"II*\0" + bytes(124)),
        PLAIN,
        write(uid.ImplicitVRLittleEndian, PixelData=bytes(5000)),
        write(uid.ExplicitVRBigEndian, PixelData=bytes(5000)),
        FRAMES,
        DEFLATED,
        write(kind=uid.MediaStorageDirectoryStorage, DirectoryRecordSequence=[Dataset()] * 50),
        write(kind=uid.BasicTextSRStorage, ContentSequence=[Dataset()]),
        report(PDF),
        report(write_pdf(pages=300)),
    ],
)
def test_slices_films_reports_and_directories_are_taken(content):
    assert judge(KIND, content) == "fine"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN[:-2],
        PLAIN[: len(PLAIN) // 2],
        PLAIN[:250],
        FRAMES[: len(FRAMES) // 2],
        DEFLATED[: len(DEFLATED) // 2],
        DICOM[:132],
        DICOM[:132] + bytes(100),
        DICOM[:132] + b"not a data set" * 50,
    ],
)
def test_what_was_cut_is_damaged(content):
    assert judge(KIND, content) == "damaged"


def test_the_document_in_a_report_is_looked_at():
    evil = write_pdf(lambda document: setattr(document.Root, "OpenAction", JS))

    assert judge(KIND, report(evil)) == "active"


def test_a_packed_data_set_is_counted_while_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(child, "Room", lambda: Room(bytes_left=4000))

    assert judge(KIND, DEFLATED) == "archive"


def test_pixels_are_never_decoded():
    content = write(uid.JPEG2000Lossless, PixelData=encapsulate([b"no picture"]))

    assert judge(KIND, content) == "fine"
