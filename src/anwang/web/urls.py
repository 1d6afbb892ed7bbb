"""Root addresses: each page is mounted here and nowhere else."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from anwang.exchange.api import api

from .cases import urls as cases
from .dispatch import urls as dispatch
from .drafts import draft, draft_conflict
from .households.urls import urlpatterns as households
from .intake import urls as intake
from .investigations import urls as investigations
from .jobs import urls as jobs
from .lists import urls as lists
from .load import urls as load
from .members import urls as members
from .office_calendar import urls as office_calendar
from .programs import urls as programs
from .review import urls as review
from .rosters import urls as rosters
from .search.pages import search_page
from .signing_in import pages as signing_in
from .systems import urls as systems
from .systems.contract import contract
from .today.pages import today
from .views import pages as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("password/", signing_in.change_password, name="change_password"),
    path("post/", signing_in.choose_post, name="choose_post"),
    path("keep-alive/", signing_in.keep_alive, name="keep_alive"),
    path("drafts/<slug:form>/", draft, name="draft"),
    path("drafts/<slug:form>/conflict/", draft_conflict, name="draft-conflict"),
    path("", today, name="today"),
    path("search/", search_page, name="search"),
    *households,
    path("views/", views.log, name="views"),
    path("views/unusual/", views.unusual, name="views-unusual"),
    path("views/verify/", views.verify, name="views-verify"),
    path("reports/", include(intake)),
    path("rosters/", include(rosters)),
    path("review/", include(review)),
    path("lists/", include(lists)),
    path("members/", include(members)),
    path("cases/", include(cases)),
    path("programs/", include(programs)),
    path("systems/", include(systems)),
    path("api/v1/docs", contract, name="api-contract"),
    path("api/v1/", api.urls),
    path("calendar/", include(office_calendar)),
    path("load/", include(load)),
    path("jobs/", include(jobs)),
    path("investigations/", include(investigations)),
    path("dispatch/", include(dispatch)),
]

handler400 = "anwang.web.errors.bad_request"
handler403 = "anwang.web.errors.permission_denied"
handler404 = "anwang.web.errors.page_not_found"
handler500 = "anwang.web.errors.server_error"
