"""`anwang connected systems` on a server without a browser: JSON out, secrets once, exit statuses."""

from __future__ import annotations

from pathlib import Path

from tests.flows.test_commands import run


def test_a_system_from_the_command_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("init", "--home", home)[0] == 0
    at = ("--home", home)
    status, made, _ = run(
        "systems", "add", "警政系統", "--unit", "police_office",
        "--scope", "reports:create", "--scope", "events:receive", "--network", "203.0.113.0/24", *at,
    )  # fmt: skip
    assert (status, made["scopes"]) == (0, ["reports:create", "events:receive"])
    status, token, _ = run("systems", "token", "警政系統", "--days", "30", *at)
    assert status == 0
    assert token["token"].startswith("anw_")
    status, told, _ = run("systems", "subscribe", "警政系統", "https://example.gov.tw/anwang", *at)
    assert told["secret"].startswith("whsec_")
    status, _, words = run("systems", "subscribe", "警政系統", "http://example.gov.tw/", *at)
    assert (status, "https://" in words) == (1, True)
    assert run("systems", "token", "沒有的", *at)[0] == 1
    assert run("systems", "add", "別的", "--unit", "nowhere", "--scope", "reports:create", *at)[0] == 1
    assert run("systems", "revoke", token["token"], *at)[0] == 0
    status, (line,), _ = run("systems", "list", *at)
    assert (line["name"], line["unit"], line["networks"]) == ("警政系統", "police_office", ["203.0.113.0/24"])
    assert [each["state"] for each in line["tokens"]] == ["已停用"]
    assert line["subscriptions"] == ["https://example.gov.tw/anwang"]
