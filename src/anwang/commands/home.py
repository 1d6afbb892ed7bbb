"""Opening a home: its database started, migrated, and Django ready; and the commands about the home itself."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anwang.platform.database.errors import DatabaseError
from anwang.platform.database.launcher import DatabaseServer
from anwang.platform.home import Home, HomeError

from .errors import CommandError


def say(text: str) -> None:
    """Progress for the person at the terminal; results go to standard output."""
    print(text, file=sys.stderr, flush=True)


def emit(result: Any) -> None:
    """A result as JSON on standard output."""
    print(json.dumps(result, ensure_ascii=False, indent=1))


@contextmanager
def opened(path: Path | None, *, create: bool = False, county: Path | None = None) -> Iterator[Home]:
    """The home with its server running and Django set up; the server is left as it was found.

    `create`: make the home when there is none yet. Raises CommandError with a reason.
    """
    home = Home(path)
    if not create and not home.state_file.exists():
        raise CommandError(f"「{home.path}」還不是安網的資料夾。請先執行：anwang init --home {home.path}")
    os.environ["ANWANG_HOME"] = str(home.path)
    try:
        with DatabaseServer(home) as connection:
            os.environ.update(home.environment())
            os.environ.update(connection.owner_environment())
            os.environ["DJANGO_SETTINGS_MODULE"] = "anwang.platform.settings"
            os.environ.update(_demo_environment(home))
            import django

            django.setup()
            migrate(home, county)
            try:
                yield home
            finally:
                from django.db import connections

                connections.close_all()
    except (DatabaseError, HomeError) as error:
        raise CommandError(str(error)) from error


def _demo_environment(home: Home) -> dict[str, str]:
    """What the pages of a demo home need to show its accounts; nothing in any other home."""
    state = home.read_state()
    if not state.get("demo"):
        return {}
    return {"ANWANG_DEMO": "1", "ANWANG_DEMO_PASSWORD": state.get("demo_password", "")}


def migrate(home: Home, county: Path | None) -> None:
    """Bring the tables to this version, as the owner role; set up the county's organisation at the first time."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from anwang import __version__

    state = home.read_state()
    if state.get("version") == __version__ and state.get("schema") == _schema_digest() and county is None:
        return
    owner = connections["owner"]
    executor = MigrationExecutor(owner)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    owner.close()
    from anwang.agencies.actions import CountyFileError, establish_county, read_county
    from anwang.platform.context import SYSTEM, acting

    try:
        with acting(SYSTEM):
            establish_county(county=read_county(county))
    except CountyFileError as error:
        raise CommandError(str(error)) from error
    home.write_state(version=__version__, schema=_schema_digest())


def _schema_digest() -> str:
    """Changes when a migration is added: opening a home then looks whether there is something to do."""
    import hashlib

    root = Path(__file__).parent.parent
    names = sorted(str(p.relative_to(root)) for p in root.glob("**/migrations/0*.py"))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def init(given: argparse.Namespace) -> int:
    with opened(given.home, create=True, county=given.county) as home:
        from anwang.agencies.models import Unit
        from anwang.platform.context import SYSTEM, acting

        with acting(SYSTEM):
            units = Unit.objects.count()
        emit({"home": str(home.path), "units": units})
    return 0


def serve(given: argparse.Namespace) -> int:
    from anwang.platform.processes import serve as run

    with opened(given.home) as home:
        pass
    return run(home, port=given.port)


def member(given: argparse.Namespace) -> int:
    """Add a member or a post; the password comes from standard input, never from the command line.

    A member that is there already gets the password anew, and a lock is lifted.
    """
    with opened(given.home):
        from django.contrib.auth.password_validation import validate_password
        from django.core.exceptions import ValidationError
        from django.utils import timezone

        from anwang.agencies.actions import CountyFileError, appoint, set_password
        from anwang.agencies.models import Member
        from anwang.platform.context import SYSTEM, acting

        password = getpass.getpass("密碼：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password)
            with acting(SYSTEM):
                is_known = Member.objects.filter(username=given.username).exists()
                appointed = appoint(
                    username=given.username,
                    name=given.name,
                    unit_code=given.unit,
                    roles=given.role,
                    password=password,
                    from_on=timezone.localdate(),
                )
                if is_known:
                    set_password(member=appointed, password=password)
        except ValidationError as error:
            raise CommandError("密碼不合規定：" + "".join(error.messages)) from error
        except CountyFileError as error:
            raise CommandError(str(error)) from error
        emit(
            {"username": appointed.username, "name": appointed.name, "unit": given.unit, "roles": given.role}
        )
    return 0


def verify_audit(given: argparse.Namespace) -> int:
    with opened(given.home):
        from django.utils import timezone

        from anwang.platform import audit
        from anwang.platform.context import SYSTEM, acting

        with acting(SYSTEM):
            sealed = audit.seal(now=timezone.now())
            result = audit.verify()
        emit(
            {
                "sealed_now": sealed,
                "rows": result.rows,
                "seals": result.seals,
                "sound": result.is_sound,
                "broken": result.broken,
            }
        )
    return 0 if result.is_sound else 1
