"""Addresses of 名單, below lists/."""

from __future__ import annotations

from django.urls import path, register_converter

from anwang.network.cocases.facts import ListCode
from anwang.standard.record import Period

from . import answering, giving_back, making, month, overruling, receiving, sending


class PeriodConverter:
    """A month in an address: 115-03."""

    regex = r"\d{2,3}-\d{2}"

    def to_python(self, value: str) -> Period:
        return Period.parse(value)

    def to_url(self, value: Period | str) -> str:
        return value.roc if isinstance(value, Period) else value


class ListConverter:
    """One of the four lists in an address."""

    regex = "|".join(ListCode)

    def to_python(self, value: str) -> ListCode:
        return ListCode(value)

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(PeriodConverter, "period")
register_converter(ListConverter, "list")

urlpatterns = [
    path("", month.lists, name="lists"),
    path("received/", receiving.received, name="lists-received"),
    path("received/<int:sending_id>/", receiving.one, name="list-received"),
    path("received/<int:sending_id>/receipt/", receiving.receipt, name="list-receipt"),
    path("received/<int:sending_id>/file.<str:suffix>", receiving.as_file, name="list-received-file"),
    path("received/<int:sending_id>/return/", giving_back.give_back, name="list-return"),
    path("sendings/<int:sending_id>/returns/", answering.answer, name="list-returns"),
    path("entries/<int:entry_id>/leave-out/", overruling.leave, name="list-leave-out"),
    path("entries/<int:entry_id>/take-back/", overruling.back, name="list-take-back"),
    path("sendings/<int:sending_id>/", sending.one, name="list-sending"),
    path("sendings/<int:sending_id>/send/", sending.send, name="list-send"),
    path("sendings/<int:sending_id>/file.<str:suffix>", sending.as_file, name="list-sending-file"),
    path("<period:period>/", month.overview, name="list-month"),
    path("<period:period>/make/", making.make, name="list-make"),
    path("<period:period>/progress/", making.progress, name="list-progress"),
    path("<period:period>/sendings.<str:suffix>", month.sendings_file, name="list-sendings-file"),
    path("<period:period>/<list:list_code>/", month.entries, name="list-entries"),
    path("<period:period>/<list:list_code>/file.<str:suffix>", month.as_file, name="list-file"),
]
