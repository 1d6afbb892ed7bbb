"""`anwang bench pages`: its members sign in, open pages and save on a real server, and nothing else counts."""

from __future__ import annotations

import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from anwang.commands.bench.pages import _share
from anwang.commands.bench.sessions import Member, Session, Times, Visit, at_work, decide, get, post
from anwang.people.linkage.models import PairDecision
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Draft
from tests.county import PASSWORD, context, establish
from tests.review_pairs import records_to_review


@pytest.mark.django_db(transaction=True)
def test_members_at_work_are_answered_and_leave_only_what_they_save(live_server) -> None:  # type: ignore[no-untyped-def]
    establish("data", "luodong.worker")
    seen = records_to_review(timezone.now())
    address = live_server.url.replace("localhost", "127.0.0.1")
    worker = Member(
        "luodong.worker",
        [get("today", "/"), post("draft", "/drafts/bench/", lambda _: {"note": "一"})],
    )
    reviewer = Member("data", [decide("decision", seen.pairs[1:2]), get("rosters", lambda _: "/rosters/")])
    done = Times()
    while done.failed == 0 and not {"today", "draft", "decision", "rosters"} <= set(done.milliseconds):
        done = at_work(address, [worker, reviewer], PASSWORD, seconds=2, pause=0.05, seed=1)
    assert (done.failed, len(done.milliseconds["登入"])) == (0, 2)
    assert sum(map(len, done.milliseconds.values())) == done.answered
    with acting(context("luodong.worker")):
        assert Draft.objects.get().form == "bench"
    with acting(SYSTEM):
        assert PairDecision.objects.exists()
        assert not PairDecision.objects.filter(undone_at=None).exists(), "each decision is undone"


def test_another_answer_than_expected_is_an_error_and_not_a_time() -> None:
    class Refuses(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    times = Times()
    with ThreadingHTTPServer(("127.0.0.1", 0), Refuses) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        session = Session(f"http://127.0.0.1:{server.server_port}/")
        visit: Visit = get("page", "/")
        times.add(visit.label, visit.deed(session, random.Random(1)), visit.status)
        session.close()
        server.shutdown()
        thread.join()
    assert (times.answered, times.errors) == (0, {"page": 1})
    with pytest.raises(AssertionError):
        Session("http://example.org/")


def test_the_share_below_a_value() -> None:
    hundred = [float(number) for number in range(100)]
    assert [_share(hundred, share) for share in (0.5, 0.95, 1.0)] == [50, 95, 99]
    assert _share([7.0], 0.95) == 7
