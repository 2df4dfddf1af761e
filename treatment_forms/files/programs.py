"""What a double click would run."""

from treatment_forms.files.names import get_extension

SIGNATURES = (
    b"MZ", b"\x7fELF", b"#!", b"FWS", b"CWS", b"ZWS",
    b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",  # Mac, Java
    b"L\0\0\0\x01\x14\x02\0",  # a Windows shortcut
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # installers, and Office files that may hold macros
)  # fmt: skip
RUN = frozenset(
    """
    ade adp app application appref-ms bat chm cmd com cpl docm dotm dll exe gadget hlp hta htm html
    inf ins jar jnlp js jse library-ms lnk mad mde msc msh msi msp mst ocx pif pl potm ppam ppsm
    pptm ps1 psm1 py rb reg scf scr sct settingcontent-ms sh shb svg swf sys url vb vbe vbs vxd wsc
    wsf wsh xhtml xlam xll xlsb xlsm xltm
    """.split()  # noqa: SIM905  (a list would have seventy lines)
)
"""Extensions, on any system."""
DISCS = frozenset({"img", "iso", "vhd", "vhdx"})
"""Opened as a drive, with a program on it. Old scanners call their pictures .img, too."""


def is_program(head: bytes, name: str) -> bool:
    return head.startswith(SIGNATURES) or get_extension(name) in RUN | DISCS
