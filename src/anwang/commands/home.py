"""Opening a home: its database started, migrated, and Django ready; and the commands about the home itself."""

from __future__ import annotations

import argparse
import datetime as dt
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
from anwang.platform.locks import FileLock
from anwang.policy import PolicyError

from .errors import CommandError
from .failing import release_output, system_words


def say(text: str) -> None:
    """Progress for the person at the terminal; results go to standard output."""
    print(text, file=sys.stderr, flush=True)


def emit(result: Any) -> None:
    """A result as JSON on standard output. Raises CommandError when it cannot be written there."""
    try:
        print(json.dumps(result, ensure_ascii=False, indent=1), flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        release_output()
        raise CommandError(f"工作已完成，但結果無法寫到標準輸出（{system_words(error)}）。") from error


@contextmanager
def opened(path: Path | None, *, create: bool = False, county: Path | None = None) -> Iterator[Home]:
    """The home with its server running and Django set up; the server is left as it was found.

    `create`: make the home when there is none yet. Raises CommandError with a reason.
    """
    home = Home(path)
    if not create and not _is_home(home):
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
    except (DatabaseError, HomeError, PolicyError) as error:
        # A county's file with a mistake is told with its line: who reads this is who can mend it.
        raise CommandError(str(error)) from error


def _is_home(home: Home) -> bool:
    try:
        return home.state_file.exists()
    except OSError as error:
        raise CommandError(
            f"無法讀取「{home.path}」（{system_words(error)}）。請用建立它的帳號執行。"
        ) from error


def _demo_environment(home: Home) -> dict[str, str]:
    """What the pages of a demo home need to show its accounts; nothing in any other home."""
    state = home.read_state()
    if not state.get("demo"):
        return {}
    return {"ANWANG_DEMO": "1", "ANWANG_DEMO_PASSWORD": state.get("demo_password", "")}


def migrate(home: Home, county: Path | None) -> None:
    """Bring the tables to this version, as the owner role; set up the county's organisation at the first time."""
    from anwang import __version__

    def is_done() -> bool:
        state = home.read_state()
        return state.get("version") == __version__ and state.get("schema") == _schema_digest()

    if is_done() and county is None:
        return
    # Two commands at once on a fresh home: the second waits, and finds the tables made.
    with FileLock(home.locks / "migrate.lock"):
        if not is_done() or county is not None:
            _migrate(home, county)


def _migrate(home: Home, county: Path | None) -> None:
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor
    from django.utils import timezone

    from anwang import __version__

    owner = connections["owner"]
    executor = MigrationExecutor(owner)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    owner.close()
    from anwang.agencies.actions import CountyFileError, establish_county, read_county
    from anwang.platform.context import SYSTEM, acting
    from anwang.services.cases.actions import name_older_services, promise_older

    try:
        with acting(SYSTEM):
            establish_county(county=read_county(county))
    except CountyFileError as error:
        raise CommandError(str(error)) from error
    # Cases of an older version: what was planned and promised in them becomes duties, and others see their programme.
    promise_older(now=timezone.now())
    name_older_services()
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

        from anwang.agencies.actions import StaffError
        from anwang.platform.context import SYSTEM, acting

        password = getpass.getpass("密碼：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password)
            with acting(SYSTEM):
                name = _enrol(given, password, timezone.now())
        except ValidationError as error:
            raise CommandError("密碼不合規定：" + "".join(error.messages)) from error
        except StaffError as error:
            raise CommandError(str(error)) from error
        emit({"username": given.username, "name": name, "unit": given.unit, "roles": given.role})
    return 0


def _enrol(given: argparse.Namespace, password: str, now: dt.datetime) -> str:
    """A new member, or more posts and the password of one that is there. Returns the name."""
    from django.utils import timezone

    from anwang.agencies.actions import StaffError, add_member, give_post, reset_password
    from anwang.agencies.models import Member, Role, Unit
    from anwang.agencies.queries import posts_on
    from anwang.platform.context import SYSTEM

    unit = Unit.objects.filter(code=given.unit).first()
    if unit is None:
        raise StaffError(f"沒有這個單位：{given.unit}")
    if unknown := set(given.role) - set(Role.values):
        raise StaffError(f"沒有這個角色：{'、'.join(sorted(unknown))}")
    today, who = timezone.localdate(now), "命令列"
    roles = list(dict.fromkeys(given.role))
    member = Member.objects.filter(username=given.username).first()
    if member is None:
        member, _ = add_member(
            username=given.username,
            name=given.name,
            unit_id=unit.pk,
            roles=roles,
            from_on=today,
            password=password,
            by=SYSTEM,
            by_name=who,
            now=now,
        )
        return member.name
    held = {post.role for post in posts_on(member, today) if post.unit_id == unit.pk}
    for role in roles:
        if role not in held:
            give_post(
                member_id=member.pk,
                unit_id=unit.pk,
                role=role,
                from_on=today,
                by=SYSTEM,
                by_name=who,
                now=now,
            )
    reset_password(member_id=member.pk, password=password, by=SYSTEM, by_name=who, now=now)
    return member.name


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
