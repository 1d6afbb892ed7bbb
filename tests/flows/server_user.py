"""A process that uses the database of a home, for the launcher's tests: `server_user.py HOME ORIGIN DEED`.

Deeds: `hold` says `ready`, then holds until its input ends; `leave` starts, answers and stops; `write` adds rows, each
in its own transaction, and prints each number once it is committed.
"""

import itertools
import sys

import psycopg

from anwang.platform.database.launcher import DatabaseServer
from anwang.platform.home import Home


def main(home: str, origin: str, deed: str) -> None:
    server = DatabaseServer(Home(home), origin="path" if origin == "path" else "wheel")
    info = server.ensure_started()
    if deed == "write":
        with psycopg.connect(info.url_owner, autocommit=True) as connection:
            connection.execute("create table if not exists kept (number bigint primary key)")
            row = connection.execute("select coalesce(max(number), 0) from kept").fetchone()
            assert row
            for number in itertools.count(row[0] + 1):
                connection.execute("insert into kept values (%s)", [number])
                print(number, flush=True)
    with psycopg.connect(info.url_app) as connection:
        print(*(connection.execute("select current_user::text").fetchone() or ()), flush=True)
    if deed == "hold":
        print("ready", flush=True)
        sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
