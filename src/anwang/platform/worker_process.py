"""The job worker's process: Procrastinate, as the application's database role."""

from anwang.platform.process_tree import die_with_parent


def main() -> None:
    """Work on jobs until SIGTERM; a running job then has ten seconds to finish and is otherwise done again."""
    die_with_parent()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("procrastinate", "worker", "--shutdown-graceful-timeout", "10")


if __name__ == "__main__":
    main()
