"""Where events may be sent to."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.exchange.addresses import BadTarget, may_call, read_target


@pytest.mark.parametrize(
    "url",
    [
        "http://example.gov.tw/",
        "ftp://example.gov.tw/",
        "https://",
        "https:///path",
        "example.gov.tw",
        "https://user:pass@example.gov.tw/",
        "https://@example.gov.tw/",
        "https://example.gov.tw/#part",
        "https://example.gov.tw:99999/",
        "https://[::1/",
        "https://例子.tw/",
        "https://example.gov.tw/a b",
        "https://example.gov.tw/a\nb",
        "https://example.gov.tw/" + "a" * 300,
        "http://127.0.0.1/",
        "file:///etc/passwd",
        "",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(BadTarget) as caught:
        read_target(url)
    assert str(caught.value).endswith("。")


def test_an_address_taken_apart() -> None:
    target = read_target("https://hook.example.gov.tw:8443/anwang?unit=3")
    assert (target.host, target.port, target.path, target.is_https) == (
        "hook.example.gov.tw", 8443, "/anwang?unit=3", True,
    )  # fmt: skip
    assert read_target("https://example.gov.tw").path == "/"
    assert read_target("https://example.gov.tw").port == 443
    assert read_target("http://localhost:8099/a", allow_loopback=True).is_https is False
    with pytest.raises(BadTarget):
        read_target("http://10.0.0.1/", allow_loopback=True)


INNER = [
    "127.0.0.1", "127.9.9.9", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "64:ff9b::7f00:1",
    "2002:a00:1::", "2002:7f00:1::", "not an address", "",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_not_called(address: str) -> None:
    assert not may_call(address)


@pytest.mark.parametrize(
    "address", ["203.69.0.1", "8.8.8.8", "2001:b000::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_called(address: str) -> None:
    assert may_call(address)


def test_the_operator_opens_inner_networks_and_this_machine_one_by_one() -> None:
    assert may_call("10.20.0.9", networks=("10.20.0.0/16",))
    assert not may_call("10.21.0.9", networks=("10.20.0.0/16",))
    assert may_call("127.0.0.1", allow_loopback=True)
    assert not may_call("10.0.0.1", allow_loopback=True)
    assert not may_call("169.254.169.254", allow_loopback=True)


@given(st.integers(0, 2**32 - 1))
def test_an_inner_address_stays_one_however_it_is_written(number: int) -> None:
    plain = ipaddress.IPv4Address(number)
    mapped = ipaddress.IPv6Address(f"::ffff:{plain}")
    translated = ipaddress.IPv6Address((0x0064FF9B << 96) | number)
    if not may_call(str(plain)):
        assert not may_call(str(mapped))
        assert not may_call(str(translated))
