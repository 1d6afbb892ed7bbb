"""Sound recordings: WAV, MP3 and M4A, told from their structure."""

from __future__ import annotations

from .image_sizes import boxes
from .refused import FileRefused

_MP3_RATES = {  # kbit/s by (MPEG-1?, layer)
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_AUDIO_BRANDS = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"3gp4", b"3gp5")


def is_wav(data: bytes) -> bool:
    return data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE" and b"fmt " in data[12:4096]


def is_mp3(data: bytes) -> bool:
    """Two frames in a row after an optional ID3 tag: two bytes alone would fit many files."""
    at = 0
    if data[:3] == b"ID3":
        size = data[6:10]
        at = 10 + sum(byte << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=False))
        while data[at : at + 1] == b"\0":
            at += 1
    first = _frame(data, at)
    return first > 0 and (_frame(data, at + first) > 0 or at + first >= len(data) - 4)


def _frame(data: bytes, at: int) -> int:
    """Length of the MP3 frame that begins here, 0 when none does."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate, hertz = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != 3 or rate in (0, 15) or hertz == 3:
        return 0
    bits = _MP3_RATES[version == 3, 3][rate] * 1000
    return (144 if version == 3 else 72) * bits // _HERTZ[version][hertz] + (head[2] >> 1 & 1)


def is_m4a(data: bytes) -> bool:
    """An ISO media file with sound and without pictures. Raises FileRefused when it is a film or cut off."""
    brand = data[8:12]
    if brand not in _AUDIO_BRANDS:
        return False
    top = {kind: (begin, end) for kind, begin, end in boxes(data)}
    if b"moov" not in top:
        if brand in (b"M4A ", b"M4B "):
            raise FileRefused("truncated", "錄音檔不完整（可能只傳了一部分）。請重新上傳整個檔案。")
        return False
    moov = data[slice(*top[b"moov"])]
    if b"vide" in moov:
        raise FileRefused("video", "不收影片。請改傳照片，或只把聲音存成 M4A、MP3、WAV。")
    return b"soun" in moov
