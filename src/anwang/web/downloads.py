"""Lists as files: every list of the pages goes out as ODS and as CSV."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from anwang.platform.attachments import Attachment
from anwang.platform.files.ods import ColumnOut, SheetOut, write_csv, write_ods
from anwang.platform.files.sheet import Cell

TYPES = {"ods": "application/vnd.oasis.opendocument.spreadsheet", "csv": "text/csv; charset=utf-8"}
DOCUMENT_TYPES = {**TYPES, "odt": "application/vnd.oasis.opendocument.text"}


def as_download(
    name: str, suffix: str, write: Callable[[io.BytesIO], None], types: Mapping[str, str] = TYPES
) -> HttpResponse:
    """What `write` puts into the stream, as an attachment `name`.`suffix`. Raises Http404 for a suffix not in `types`."""
    if suffix not in types:
        raise Http404(suffix)
    stream = io.BytesIO()
    write(stream)
    answer = HttpResponse(stream.getvalue(), content_type=types[suffix])
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{suffix}") or ""
    return answer


def attachment_download(attachment: Attachment, content: bytes) -> HttpResponse:
    """A kept file as a download, never shown in the page: our type, our name; the headers of every answer forbid
    the browser to guess another type (nosniff) and to run anything in it."""
    answer = HttpResponse(content, content_type=attachment.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, attachment.download_name) or ""
    return answer


def list_download(
    name: str, suffix: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], titles: Sequence[str] = ()
) -> HttpResponse:
    """A list as ODS (with `titles` above its header) or CSV (without)."""

    def write(stream: io.BytesIO) -> None:
        if suffix == "csv":
            write_csv(stream, columns, rows)
        else:
            write_ods(stream, [SheetOut(name, [ColumnOut(each, 3.6) for each in columns], rows, titles)])

    return as_download(name, suffix, write)
