"""Database addresses survive being written as a URL, whatever is in the names and passwords."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.platform.database.errors import DatabaseError
from anwang.platform.database.urls import DatabaseAddress, django_database, parse_address

words = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
hosts = st.sampled_from(["", "127.0.0.1", "db.example.org", "::1", "/var/lib/安網 home/run"])


@given(words, st.one_of(st.just(""), words), words, hosts, st.sampled_from(["", "5432"]))
def test_an_address_comes_back_from_its_url(
    user: str, password: str, name: str, host: str, port: str
) -> None:
    if not host:
        port = ""
    name = name.lstrip("/") or "x"
    address = DatabaseAddress(user, password, name, host, port, (("sslmode", "require"),))
    assert parse_address(address.url) == address


def test_django_gets_the_socket_folder_as_host_and_the_rest_as_options() -> None:
    entry = django_database("postgresql://app:p%40ss@/anwang?host=%2Fhome%2Fx&port=5432&connect_timeout=3")
    assert (entry["HOST"], entry["PORT"], entry["USER"], entry["PASSWORD"]) == (
        "/home/x",
        "5432",
        "app",
        "p@ss",
    )
    assert entry["OPTIONS"] == {"connect_timeout": "3"}


@pytest.mark.parametrize("url", ["mysql://a:hidden@b/c", "postgresql://a:hidden@b:port/c", "anwang"])
def test_a_wrong_address_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(DatabaseError) as refusal:
        parse_address(url)
    assert "hidden" not in str(refusal.value)
