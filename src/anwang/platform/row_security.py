"""Row security: what a migration says about who may read and write a table.

Every table of the platform is protected by `Protect` in the migration that makes it, or is named in
`EXEMPT` with the reason. `tests/security/test_row_security.py` walks the database and fails on any other table.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# Tables without a policy, each with the reason why that leaks nothing about a person.
EXEMPT: dict[str, str] = {
    "django_migrations": "names of migrations; the app role may only read it",
    "django_content_type": "names of models",
    "django_session": "rows are found only by a 190-bit random key that the browser holds; content is signed",
    "auth_permission": "names of permissions; unused",
    "auth_group": "unused; the app role has no rights on it",
    "auth_group_permissions": "unused; the app role has no rights on it",
    "procrastinate_jobs": "job names with row numbers as arguments; never personal data",
    "procrastinate_events": "when jobs changed state",
    "procrastinate_periodic_defers": "when periodic jobs ran",
    "procrastinate_workers": "heartbeats of worker processes",
}

# SQL fragments that policies are made of. Scalar sub-selects are evaluated once per statement.
SYSTEM_ACTS = "(select anwang_actor()) = 'system'"
ANYONE_KNOWN = "(select anwang_actor()) in ('member', 'system')"
DIRECTORY = "(select anwang_actor()) in ('member', 'system', 'sign_in')"


def has_role(*roles: str) -> str:
    return "(select anwang_roles()) && array[" + ", ".join(f"'{role}'" for role in roles) + "]::text[]"


def for_purpose(purpose: str, *roles: str) -> str:
    return f"((select anwang_purpose()) = '{purpose}' and {has_role(*roles)})"


# Made by the migration 0004_today; policies of migrations before it ask for current_date, and later ones mend that.
TODAY = "(select anwang_today())"
OWN_UNIT = "unit_id = (select anwang_unit())"

FUNCTIONS = """
create function anwang_actor() returns text language sql stable as
  $$ select nullif(current_setting('anwang.actor', true), '') $$;
create function anwang_member() returns bigint language sql stable as
  $$ select nullif(current_setting('anwang.member', true), '')::bigint $$;
create function anwang_unit() returns bigint language sql stable as
  $$ select nullif(current_setting('anwang.unit', true), '')::bigint $$;
create function anwang_agency() returns bigint language sql stable as
  $$ select nullif(current_setting('anwang.agency', true), '')::bigint $$;
create function anwang_roles() returns text[] language sql stable as
  $$ select coalesce(nullif(current_setting('anwang.roles', true), ''), '{}')::text[] $$;
create function anwang_purpose() returns text language sql stable as
  $$ select nullif(current_setting('anwang.purpose', true), '') $$;
"""
DROP_FUNCTIONS = "".join(
    f"drop function anwang_{name}();" for name in ("actor", "member", "unit", "agency", "roles", "purpose")
)


@dataclass(frozen=True)
class Policy:
    """SQL conditions per verb; an empty one means that the app role may not use the verb at all."""

    select: str
    insert: str = ""
    update: str = ""
    delete: str = ""


def _quoted_role() -> str:
    return '"' + settings.ANWANG_APP_ROLE.replace('"', '""') + '"'


class Protect(Operation):
    """Enable and force row security on `table`, create its policies and grant the verbs that have one."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, policy: Policy) -> None:
        self.table = table
        self.policy = policy

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        role, table, policy = _quoted_role(), self.table, self.policy
        statements = [
            f'alter table "{table}" enable row level security',
            f'alter table "{table}" force row level security',
            f'create policy app_select on "{table}" for select to {role} using ({policy.select})',
        ]
        verbs = ["select"]
        if policy.insert:
            verbs.append("insert")
            statements.append(
                f'create policy app_insert on "{table}" for insert to {role} with check ({policy.insert})'
            )
        if policy.update:
            verbs.append("update")
            statements.append(
                f'create policy app_update on "{table}" for update to {role}'
                f" using ({policy.update}) with check ({policy.update})"
            )
        if policy.delete:
            verbs.append("delete")
            statements.append(
                f'create policy app_delete on "{table}" for delete to {role} using ({policy.delete})'
            )
        statements.append(f'grant {", ".join(verbs)} on "{table}" to {role}')
        if policy.insert:
            statements.append(
                "do $$ declare s text := pg_get_serial_sequence("
                f"'\"{table}\"', 'id'); begin if s is not null then "
                f"execute 'grant usage, select on sequence ' || s || ' to {role}'; end if; end $$"
            )
        for statement in statements:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for verb in ("select", "insert", "update", "delete"):
            schema_editor.execute(f'drop policy if exists app_{verb} on "{self.table}"', params=None)
        schema_editor.execute(f'alter table "{self.table}" no force row level security', params=None)
        schema_editor.execute(f'alter table "{self.table}" disable row level security', params=None)
        schema_editor.execute(f'revoke all on "{self.table}" from {_quoted_role()}', params=None)

    def describe(self) -> str:
        return f"Protect rows of {self.table}"


class AllowColumns(Operation):
    """Let the app role change these columns of a table that `Protect` lets nobody change, in rows that `condition` names."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, columns: tuple[str, ...], condition: str) -> None:
        self.table, self.columns, self.condition = table, columns, condition

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        role = _quoted_role()
        schema_editor.execute(
            f'create policy app_update on "{self.table}" for update to {role}'
            f" using ({self.condition}) with check ({self.condition})",
            params=None,
        )
        schema_editor.execute(
            f'grant update ({", ".join(self.columns)}) on "{self.table}" to {role}', params=None
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        schema_editor.execute(f'drop policy app_update on "{self.table}"', params=None)
        schema_editor.execute(
            f'revoke update ({", ".join(self.columns)}) on "{self.table}" from {_quoted_role()}', params=None
        )

    def describe(self) -> str:
        return f"Allow changes of {', '.join(self.columns)} in {self.table}"


class Grant(Operation):
    """Grant verbs on an exempt table (see `EXEMPT`) to the app role."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, verbs: str, sequence: bool = False) -> None:
        if table not in EXEMPT:
            raise ValueError(f"{table} has no written exemption")
        self.table, self.verbs, self.sequence = table, verbs, sequence

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        schema_editor.execute(f'grant {self.verbs} on "{self.table}" to {_quoted_role()}', params=None)
        if self.sequence:
            schema_editor.execute(
                f"grant usage, select on all sequences in schema public to {_quoted_role()}", params=None
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        schema_editor.execute(f'revoke all on "{self.table}" from {_quoted_role()}', params=None)

    def describe(self) -> str:
        return f"Grant {self.verbs} on {self.table}"
