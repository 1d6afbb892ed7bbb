"""Size in pixels of JPEG, PNG and HEIC, from their own structure, and whether a photo says where it was taken.

The structure is walked to the end, so that a file cut off or one with something hung behind it shows. Nothing is
decoded: a picture of absurd size is refused before any program tries to draw it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from .refused import FileRefused

LARGEST_SIDE = 40_000
LARGEST_AREA = 400_000_000  # pixels; phones make up to 200 million
_DAMAGED = "圖檔不完整或已損壞（可能只傳了一部分）。請重新上傳整個檔案。"
_TRAILING = 8 * 1024 * 1024  # phones hang a short film or a depth map behind a photo


class ImageSize(NamedTuple):
    width: int
    height: int


def _checked(width: int, height: int) -> ImageSize:
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE) or width * height > LARGEST_AREA:
        raise FileRefused(
            "absurd_image",
            f"圖的大小不合理（{width:,} × {height:,} 像素），不予收存。請重新拍攝或縮小後再上傳。",
        )
    return ImageSize(width, height)


def _damaged() -> FileRefused:
    return FileRefused("truncated", _DAMAGED)


def jpeg_facts(data: bytes) -> tuple[ImageSize, bool]:
    """Size, and whether EXIF holds a GPS position. Raises FileRefused."""
    at, size, located = 2, None, False
    while True:
        if data[at : at + 1] != b"\xff":
            raise _damaged()
        while data[at + 1 : at + 2] == b"\xff":
            at += 1
        marker = data[at + 1] if at + 1 < len(data) else 0xD9
        if marker == 0xD9:
            raise _damaged()
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at + 4 : at + 2 + length]
        if length < 2 or len(segment) != length - 2:
            raise _damaged()
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if len(segment) < 5:
                raise _damaged()
            size = _checked(int.from_bytes(segment[3:5], "big"), int.from_bytes(segment[1:3], "big"))
        elif marker == 0xE1 and segment.startswith(b"Exif\0\0"):
            located = located or _has_gps(segment[6:])
        at += 2 + length
        if marker == 0xDA:
            break
    end = data.rfind(b"\xff\xd9")
    if size is None or end < at or len(data) - end > _TRAILING:
        raise _damaged()
    return size, located


def _has_gps(tiff: bytes) -> bool:
    """Whether the first directory of an EXIF block points to a GPS directory with a latitude in it."""
    order = "little" if tiff[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # type: ignore[arg-type]

    def entries(at: int) -> Iterator[tuple[int, int]]:
        for i in range(min(number(at, 2), 200)):
            entry = at + 2 + 12 * i
            yield number(entry, 2), number(entry + 8, 4)

    return any(
        tag == 0x8825 and any(inner in (2, 4) for inner, _ in entries(value))
        for tag, value in entries(number(4, 4))
    )


def png_size(data: bytes) -> tuple[ImageSize, bool]:
    """Size, and whether an EXIF chunk holds a GPS position. Every chunk's check sum must be right. Raises FileRefused."""
    at, size, located = 8, None, False
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(check) != 4 or zlib.crc32(name + body) != int.from_bytes(check, "big"):
            raise _damaged()
        if size is None:
            if name != b"IHDR" or length != 13:
                raise _damaged()
            size = _checked(int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big"))
        elif name == b"eXIf":
            located = located or _has_gps(body)
        at += 12 + length
        if name == b"IEND":
            if at != len(data):
                raise FileRefused("two_kinds", "圖檔後面夾帶了別的內容，不予收存。請重新存檔後再上傳。")
            return size, located
    raise _damaged()


_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Boxes of an ISO media file: kind, where its body begins and ends. Raises FileRefused when they do not fit."""
    stop = len(data) if end is None else end
    at = start
    while at < stop:
        size, kind, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = stop - at
        if size < head or at + size > stop:
            raise FileRefused("truncated", "檔案不完整或已損壞（可能只傳了一部分）。請重新上傳整個檔案。")
        yield kind, at + head, at + size
        at += size


def heic_size(data: bytes) -> tuple[ImageSize, bool]:
    """The largest size that a HEIC photo declares; whether it holds EXIF with a GPS position. Raises FileRefused."""
    top = {kind: (begin, end) for kind, begin, end in boxes(data)}
    begin, end = top[b"ftyp"]
    brands = {data[i : i + 4] for i in (begin, *range(begin + 8, end, 4))}
    if not brands & set(_HEIC_BRANDS) or b"meta" not in top:
        if b"moov" in top:
            raise FileRefused("video", "不收影片。請改傳照片，或只把聲音存成 M4A、MP3、WAV。")
        raise FileRefused("unknown", "認不出這是什麼檔案。照片請用 JPEG、PNG 或 HEIC。")
    meta = data[top[b"meta"][0] : top[b"meta"][1]]
    sizes, at = [], meta.find(b"ispe")
    while at >= 0:
        sizes.append(
            _checked(
                int.from_bytes(meta[at + 8 : at + 12], "big"), int.from_bytes(meta[at + 12 : at + 16], "big")
            )
        )
        at = meta.find(b"ispe", at + 4)
    if not sizes:
        raise _damaged()
    exif = data.find(b"Exif\0\0")
    return max(sizes, key=lambda size: size.width * size.height), exif >= 0 and _has_gps(
        data[exif + 6 : exif + 65_536]
    )
