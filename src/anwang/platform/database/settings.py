"""How the embedded server is set up: who may come in, and how much memory and safety it uses."""

from anwang.platform.database.binaries import Binaries

SUPERUSER = "anwang_superuser"
OWNER = "anwang_owner"
APP = "anwang_app"
DATABASE = "anwang"
SOCKET_PORT = 5432

# The superuser exists because PostgreSQL cannot be without one, but nobody can sign in as it: the roles are made in
# single-user mode, before the server listens. SCRAM also inside the socket's folder, which only we can enter:
# the two roles differ by what they know, not by which account of the computer asks.
ACCESS_RULES = f"""\
# Written by Anwang at every start.
local  all  {OWNER},{APP}                scram-sha-256
host   all  {OWNER},{APP}  127.0.0.1/32  scram-sha-256
local  all  all                 reject
host   all  all  all            reject
"""


def role_statements(owner_password: str, app_password: str) -> list[str]:
    """SQL that gives the two roles their passwords; the passwords are our own, without quotes in them."""
    return [
        f"alter role {OWNER} password '{owner_password}'",
        f"alter role {APP} password '{app_password}'",
    ]


def database_statements(*, for_tests: bool) -> list[str]:
    """SQL for a fresh cluster, run once in `template1`, so that every database made later begins the same way.

    The owner migrates and owns the tables; the application role owns nothing, creates nothing, and is always
    under row security. It may touch a table only as far as the table's migration grants it: no default privileges.
    With `for_tests` the owner may also make databases, and drop one that the application is still connected to.
    """
    plain = "login nosuperuser nocreaterole noreplication nobypassrls"
    return [
        f"create role {OWNER} {plain} {'createdb' if for_tests else 'nocreatedb'}",
        f"create role {APP} {plain} nocreatedb noinherit",
        *grant_statements(),
        "revoke all on database template1 from public",
        f"grant pg_signal_backend to {OWNER}" if for_tests else "revoke all on database postgres from public",
        f"create database {DATABASE} owner {OWNER}",
        f"revoke all on database {DATABASE} from public",
        f"grant connect on database {DATABASE} to {APP}",
    ]


def grant_statements() -> list[str]:
    """SQL for one database: what the application role may do with what the owner makes in it."""
    return [
        "revoke all on schema public from public",
        f"grant usage on schema public to {APP}",
    ]


def server_settings(binaries: Binaries, *, test_mode: bool) -> dict[str, str]:
    """Parameters for two cores and little memory. `test_mode` gives up safety on power loss for speed."""
    values = {
        "max_connections": "50",
        "shared_buffers": "128MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "64MB",
        "effective_cache_size": "1GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        # Shared memory lives in the data folder: containers have little /dev/shm, and nothing stays outside.
        "dynamic_shared_memory_type": "mmap",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        "max_logical_replication_workers": "0",
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        # A statement carries names and numbers of people; the log must not.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_min_duration_statement": "-1",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_checkpoints": "off",
        # The keeper restarts it, and so knows when it is ready; told to stop amid its own restart, PostgreSQL hangs.
        "restart_after_crash": "off",
    }
    if binaries.major >= 18:
        values["io_method"] = "sync"  # no helper processes for a small server
    if test_mode:
        values |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
        }
    return values
