"""What ODS and ODT share: a deterministic zip with the mimetype first, safe XML text, and whole-or-nothing writing."""

from __future__ import annotations

import contextlib
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

Target = Path | IO[bytes]

NAMESPACES = (
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    ' xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0"'
    ' xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' office:version="1.3"'
)

# Fonts that the reader's machine chooses from: Windows, macOS, Linux. None is embedded.
CJK_FONTS = "'Microsoft JhengHei', 'PingFang TC', 'Noto Sans CJK TC', 'Noto Sans TC', sans-serif"
FONT_FACES = (
    '<office:font-face-decls><style:font-face style:name="Anwang" '
    f'svg:font-family="{CJK_FONTS}" style:font-family-generic="swiss"/></office:font-face-decls>'
)
TEXT_LANGUAGE = (
    'fo:language="zh" fo:country="TW" style:language-asian="zh" style:country-asian="TW" '
    'style:font-name="Anwang" style:font-name-asian="Anwang" style:font-name-complex="Anwang"'
)
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

_SPECIAL = re.compile('[&<>"\t\n\r]|  |^ | $|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_SPACES = re.compile("^ +| +$|  +")


def attribute(text: str) -> str:
    """`text` for an XML attribute in double quotes; characters that XML forbids become U+FFFD."""
    text = _FORBIDDEN.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def paragraphs(text: str, open_tag: str = "<text:p>") -> str:
    """`text` as one `text:p` a line, with every space and tab kept."""
    if not _SPECIAL.search(text):
        return f"{open_tag}{text}</text:p>"
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(f"{open_tag}{_inline(line)}</text:p>" for line in lines)


def _inline(line: str) -> str:
    def spaces(match: re.Match[str]) -> str:
        return f'<text:s text:c="{len(match.group())}"/>'

    return _SPACES.sub(spaces, attribute(line)).replace("\t", "<text:tab/>")


class OdfZip:
    """A zip whose bytes depend only on what is put in: fixed times, fixed order, the mimetype first and stored."""

    def __init__(self, stream: IO[bytes], mimetype: str) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._mimetype = mimetype
        self._names: list[str] = []
        self._zip.writestr(self._info("mimetype", zipfile.ZIP_STORED), mimetype)

    def _info(self, name: str, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = method
        info.create_system = 3
        info.external_attr = 0o644 << 16
        return info

    @contextlib.contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        """An XML member to write piece by piece."""
        self._names.append(name)
        with self._zip.open(self._info(name), "w") as stream:
            yield stream

    def add(self, name: str, xml: str) -> None:
        with self.member(name) as stream:
            stream.write(xml.encode())

    def __enter__(self) -> OdfZip:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._add_manifest()
        self._zip.close()

    def _add_manifest(self) -> None:
        entries = "".join(
            f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
            for name in self._names
        )
        manifest = (
            f'{XML_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
            'manifest:version="1.3">'
            f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{self._mimetype}"/>'
            f"{entries}</manifest:manifest>"
        )
        self._zip.writestr(self._info("META-INF/manifest.xml"), manifest)


@contextlib.contextmanager
def whole_or_nothing(target: Target) -> Iterator[IO[bytes]]:
    """A stream to write to. A path gets its file only when all went well: written beside it, then renamed."""
    if not isinstance(target, Path):
        yield target
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
