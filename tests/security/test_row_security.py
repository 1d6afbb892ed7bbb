"""Every table is protected or exempt with a reason; without a context nothing is seen; a unit sees its own."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from anwang.agencies.models import Agency
from anwang.platform.context import SYSTEM, AccessContext, Actor, acting
from anwang.platform.row_security import EXEMPT

pytestmark = pytest.mark.django_db


def _tables() -> dict[str, tuple[bool, bool, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, c.relrowsecurity, c.relforcerowsecurity,"
            " (select count(*) from pg_policy p where p.polrelid = c.oid)"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and c.relkind in ('r', 'p')"
        )
        return {name: (enabled, forced, policies) for name, enabled, forced, policies in cursor.fetchall()}


def test_tests_run_as_the_restricted_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user"
        )
        name, *powers = cursor.fetchone()
        cursor.execute(
            "select count(*) from pg_class where relowner = (select oid from pg_roles where rolname = %s)",
            [name],
        )
        owned = cursor.fetchone()[0]
    assert name == "anwang_app"
    assert not any(powers)
    assert owned == 0


def test_every_table_has_a_policy_or_a_written_exemption() -> None:
    tables = _tables()
    assert len(tables) > 20
    bare = {
        name for name, (enabled, forced, policies) in tables.items() if not (enabled and forced and policies)
    }
    assert bare - set(EXEMPT) == set(), "tables without a policy"
    assert set(EXEMPT) - set(tables) == set(), "exemptions for tables that do not exist"
    assert all(reason.strip() for reason in EXEMPT.values())
    assert not {name for name in EXEMPT if tables[name][2]}, "exempt tables that have a policy"


def test_without_a_context_no_row_is_seen_and_none_can_be_written() -> None:
    protected = [name for name in _tables() if name not in EXEMPT]
    with connection.cursor() as cursor:
        for table in protected:
            cursor.execute(f'select count(*) from "{table}"')  # noqa: S608
            assert cursor.fetchone()[0] == 0, table
        cursor.execute(
            "select c.relname, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)"
            " from pg_policy p join pg_class c on c.oid = p.polrelid"
        )
        for table, using, check in cursor.fetchall():
            assert "true" not in (using, check), f"{table} has a policy that lets everything through"


def test_the_audit_log_is_append_only_for_the_app_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select privilege_type from information_schema.role_table_grants"
            " where grantee = current_user and table_name = 'platform_auditentry'"
        )
        assert {row[0] for row in cursor.fetchall()} == {"SELECT", "INSERT"}


def test_the_app_role_may_not_truncate_or_reference_anything() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, privilege_type from information_schema.role_table_grants"
            " where grantee = current_user and privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')"
        )
        assert cursor.fetchall() == []


def test_nobody_goes_on_acting_as_the_system_in_a_longer_transaction() -> None:
    """The test itself is one long transaction that began without a context."""
    with acting(SYSTEM):
        Agency.objects.create(code="social", name="社會處")
        with acting(AccessContext(Actor.MEMBER, member_id=7)):
            assert _setting("anwang.member") == "7"
        assert (_setting("anwang.actor"), _setting("anwang.member")) == ("system", "")
    assert _setting("anwang.actor") == ""
    assert not Agency.objects.exists()


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting(%s, true)", [name])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_day_of_the_policies_is_the_day_in_taiwan_whatever_the_connection_says(zone: str) -> None:
    """A leave that ends today ends at midnight here, not when the day changes in Greenwich."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('timezone', %s, true)", [zone])
        cursor.execute("select anwang_today(), extract(epoch from now())")
        today, seconds = cursor.fetchone()
    assert today == dt.datetime.fromtimestamp(float(seconds), ZoneInfo("Asia/Taipei")).date()


def test_no_policy_asks_for_the_day_of_the_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(pg_get_expr(polqual, polrelid), '') from pg_policy")
        conditions = [condition for (condition,) in cursor.fetchall()]
    assert any("anwang_today()" in condition for condition in conditions)
    assert not [condition for condition in conditions if "CURRENT_DATE" in condition.upper()]
