"""Files of every kind that may be attached, and their evil twins, made while the test runs."""

from __future__ import annotations

import struct
import zlib

from .hostile import CONTENT_TYPES, RELS, SHEET, WORKBOOK, WORKBOOK_RELS, zip_of

PDF = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\n"
    b"endobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
)


def pdf_with(objects: bytes) -> bytes:
    return PDF.replace(b"trailer", objects + b"\ntrailer")


def pdf_with_object_stream(inside: bytes) -> bytes:
    packed = zlib.compress(inside)
    head = b"3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(
        packed
    )
    return pdf_with(head + packed + b"\nendstream\nendobj")


def exif(*, gps: bool, order: str = "<") -> bytes:
    """A TIFF block with an orientation and, if asked, a GPS directory with a latitude."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entries = [struct.pack(order + "HHI", 0x0112, 3, 1) + struct.pack(order + "HH", 6, 0)]
    if gps:
        entries.append(struct.pack(order + "HHII", 0x8825, 4, 1, 8 + 2 + 24 + 4))
    first = struct.pack(order + "H", len(entries)) + b"".join(entries) + b"\0\0\0\0"
    inner = (
        struct.pack(order + "H", 1) + struct.pack(order + "HHII", 2, 5, 3, 0) + b"\0\0\0\0" if gps else b""
    )
    return mark + struct.pack(order + "I", 8) + first + inner


def jpeg(width: int = 640, height: int = 480, *, tiff: bytes = b"", tail: bytes = b"") -> bytes:
    def segment(marker: int, body: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body

    parts = [b"\xff\xd8", segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")]
    if tiff:
        parts.append(segment(0xE1, b"Exif\0\0" + tiff))
    parts.append(segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"))
    parts.append(segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\x34\xff\0\x56")
    return b"".join(parts) + b"\xff\xd9" + tail


def png(width: int = 640, height: int = 480, *, tail: bytes = b"") -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"") + tail
    )


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def heic(width: int = 4032, height: int = 3024, *, tiff: bytes = b"") -> bytes:
    size = box(b"ispe", b"\0\0\0\0" + struct.pack(">II", width, height))
    meta = box(b"meta", b"\0\0\0\0" + box(b"iprp", box(b"ipco", size)))
    data = b"\0\0\0\6Exif\0\0" + tiff if tiff else b"pixels"
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta + box(b"mdat", data)


def mp4(handler: bytes, brand: bytes = b"M4A ") -> bytes:
    moov = box(b"moov", box(b"trak", box(b"mdia", box(b"hdlr", b"\0" * 8 + handler + b"\0" * 12))))
    return box(b"ftyp", brand + b"\0\0\0\0isom") + moov + box(b"mdat", b"sound")


WAV = (
    b"RIFF"
    + struct.pack("<I", 44)
    + b"WAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    + b"data\x08\0\0\0"
    + b"\x80" * 8
)
_FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes
MP3 = b"ID3\4\0\0\0\0\0\0" + _FRAME * 3
TEXT = "通報內容：鄰居聽見哭聲。\n".encode()


def docx(**more: bytes) -> bytes:
    types = CONTENT_TYPES.replace(b"/xl/workbook.xml", b"/word/document.xml").replace(
        b"spreadsheetml.sheet", b"wordprocessingml.document"
    )
    document = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>個案姓名：林小安</w:t></w:r></w:p></w:body></w:document>"
    ).encode()
    return zip_of(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": RELS.replace(b"xl/workbook", b"word/document"),
            "word/document.xml": document,
            **more,
        }
    )


def xlsx_plain(**more: bytes) -> bytes:
    return zip_of(
        {
            "[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": RELS, "xl/workbook.xml": WORKBOOK,
            "xl/_rels/workbook.xml.rels": WORKBOOK_RELS, "xl/worksheets/sheet1.xml": SHEET % b"", **more,
        }
    )  # fmt: skip


def odf(kind: bytes = b"text", content: bytes = b"", **more: bytes) -> bytes:
    body = (
        content
        or (
            '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
            "<text:p>個案姓名：林小安</text:p></office:text></office:body></office:document-content>"
        ).encode()
    )
    return zip_of(
        {
            "mimetype": b"application/vnd.oasis.opendocument." + kind,
            "content.xml": body,
            "META-INF/manifest.xml": b"<?xml version='1.0'?><m/>",
            **more,
        }
    )
