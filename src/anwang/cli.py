"""The command `anwang`: what each sub-command takes, and which function answers it.

Results go to standard output as JSON (or CSV to a file), progress and messages to standard error, so that other
programs can rely on the former. Exit status: 0 done, 1 could not be done, 2 a whole file was refused or wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from anwang.commands.errors import CommandError
from anwang.commands.failing import keep_failure, release_output
from anwang.commands.usage import Parser, speak_utf8

Command = Callable[[argparse.Namespace], int]


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = Parser(prog="anwang", description="安網：強化社會安全網平台")
    parser.add_argument("--version", action="store_true", help="印出版本")
    _home(parser)
    commands = parser.add_subparsers(dest="command", metavar="指令")

    def add(
        name: str,
        run: str,
        text: str,
        *,
        under: argparse._SubParsersAction[argparse.ArgumentParser] = commands,
    ) -> argparse.ArgumentParser:
        command = under.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        _home(command)
        return command

    def group(name: str, text: str, metavar: str) -> argparse._SubParsersAction[argparse.ArgumentParser]:
        parent = commands.add_parser(name, help=text, description=text)
        _home(parent)
        return parent.add_subparsers(dest="sub", metavar=metavar, required=True)

    demo = add("demo", "demo:demo", "建立示範縣並啟動網站")
    demo.add_argument("--households", type=int, default=1500, metavar="N", help="示範縣的戶數（預設 1500）")
    demo.add_argument("--no-serve", action="store_true", help="只建立資料，不啟動網站")
    demo.add_argument("--port", type=int, default=8000, help="網站的埠（被占用時用下一個）")
    init = add("init", "home:init", "建立空的資料夾與資料庫（沒有示範資料）")
    init.add_argument("--county", type=Path, metavar="FILE", help="縣市組織檔（YAML）")
    serve = add("serve", "home:serve", "啟動網站")
    serve.add_argument("--port", type=int, default=8000, help="網站的埠（被占用時用下一個）")

    member = add("member", "home:member", "新增成員或職務、重設密碼；密碼由標準輸入讀取")
    member.add_argument("username")
    member.add_argument("--name", required=True, help="姓名")
    member.add_argument("--unit", required=True, help="單位代碼")
    member.add_argument("--role", required=True, action="append", help="角色代碼（可重複）")

    systems = group("systems", "介接系統", "動作")
    add("list", "systems:list_systems", "列出介接系統與權杖", under=systems)
    system = add("add", "systems:add", "新增介接系統", under=systems)
    system.add_argument("name", help="系統名稱")
    system.add_argument("--unit", required=True, help="以哪個單位的名義通報（單位代碼）")
    system.add_argument(
        "--scope", required=True, action="append", help="可以做的事（可重複），如 reports:create"
    )
    system.add_argument("--network", action="append", metavar="CIDR", help="只能從這個網路呼叫（可重複）")
    token = add("token", "systems:token", "發給一支權杖（只印一次）", under=systems)
    token.add_argument("name", help="系統名稱")
    token.add_argument("--days", type=int, default=365, metavar="N", help="有效天數（預設 365）")
    revoke = add("revoke", "systems:revoke", "停用一支權杖", under=systems)
    revoke.add_argument("prefix", help="權杖的前段，如 anw_k3f9…")
    subscribe = add("subscribe", "systems:subscribe", "新增接收通知的網址（印出簽章密鑰一次）", under=systems)
    subscribe.add_argument("name", help="系統名稱")
    subscribe.add_argument("url", help="https:// 開頭的網址")

    roster = group("roster", "名冊", "動作")
    load = add("load", "rosters:load", "載入名冊檔", under=roster)
    load.add_argument("files", nargs="+", metavar="FILE")
    load.add_argument("--agency", help="局處代碼")
    load.add_argument("--list", dest="roster", help="名冊代碼")
    load.add_argument("--period", help="月份，如 115-03")
    again = load.add_mutually_exclusive_group()
    again.add_argument("--add", action="store_true", help="這是同名冊同月份的另一部分（例如另一個中心的）")
    again.add_argument("--replace", action="store_true", help="取代同名冊同月份先前載入的全部")
    load.add_argument("--refusals", type=Path, metavar="DIR", help="退回列的 ODS 存放資料夾")

    link = add("link", "linking:link", "比對與歸戶，並產製各月名單")
    link.add_argument("--train", action="store_true", help="重新訓練模型")
    link.add_argument("--again", action="store_true", help="沒有新資料也重新比對")

    files = add("link-files", "link_files:link_files", "比對任何一個或兩個檔（不用資料庫）")
    files.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="一個檔：找重複；兩個檔：找兩檔之間相同的"
    )
    files.add_argument("--map", type=Path, required=True, metavar="YAML", help="對應檔：各欄是什麼、怎麼比")
    files.add_argument("--out", type=Path, required=True, metavar="CSV", help="配對寫到這裡")
    files.add_argument("--clusters", type=Path, metavar="CSV", help="各紀錄屬於哪一個人，寫到這裡")
    files.add_argument("--model", type=Path, metavar="JSON", help="用先前存下的模型，不再訓練")
    files.add_argument("--threshold", type=float, metavar="P", help="機率門檻（預設照對應檔，未寫為 0.5）")
    files.add_argument(
        "--truth", metavar="欄名或檔案", help="正確答案：寫明是誰的欄，或兩欄編號的檔；印出準確度"
    )
    files.add_argument("--overwrite", action="store_true", help="取代已經存在的輸出檔")

    records = add(
        "link-records", "records:link_records", "在一台機器上比對整批紀錄，每月接續（Parquet，不用資料庫）"
    )
    records.add_argument(
        "records", nargs="+", type=Path, metavar="PARQUET", help="紀錄：先前的月份在前，新的在後"
    )
    records.add_argument("--out", type=Path, required=True, metavar="DIR", help="配對與分群寫到這個資料夾")
    records.add_argument(
        "--kept", type=Path, metavar="DIR", help="上一次的 --out：只比對新的紀錄，結果和全部比對一樣"
    )
    records.add_argument(
        "--decisions", type=Path, metavar="CSV", help="人的決定：left,right,decision（same 或 different）"
    )
    records.add_argument("--model", type=Path, metavar="JSON", help="模型（預設為隨程式附的）")
    records.add_argument("--threshold", type=float, default=0.0, metavar="BITS", help="權重門檻（預設 0）")
    records.add_argument(
        "--most", type=int, default=1000, metavar="N", help="同一個鍵超過 N 筆就不比（預設 1000）"
    )
    records.add_argument("--overwrite", action="store_true", help="取代已經存在的輸出")

    spark = add("link-on-spark", "spark:link_on_spark", "以 Spark 比對更多的紀錄（Parquet，不用資料庫）")
    spark.add_argument("records", metavar="PARQUET", help="紀錄：檔案或資料夾，每一台機器都要讀得到")
    spark.add_argument("--out", required=True, metavar="DIR", help="配對（pairs）與分群（clusters）寫到這裡")
    spark.add_argument(
        "--master",
        metavar="URL",
        help="叢集，如 spark://host:7077；未寫時用本機（local[*]）或 spark-submit 的",
    )
    spark.add_argument("--model", type=Path, metavar="JSON", help="模型（預設為隨程式附的）")
    spark.add_argument(
        "--scorer",
        choices=("anwang", "splink"),
        default="anwang",
        help="用哪一個引擎分塊與評分（預設 anwang）",
    )
    spark.add_argument("--threshold", type=float, default=0.0, metavar="BITS", help="權重門檻（預設 0）")
    spark.add_argument(
        "--most", type=int, default=1000, metavar="N", help="同一個鍵超過 N 筆就不比（預設 1000）"
    )
    spark.add_argument("--parts", type=int, default=0, metavar="N", help="分割數（預設依筆數）")
    spark.add_argument("--conf", action="append", default=[], metavar="K=V", help="Spark 的設定（可重複）")
    spark.add_argument("--overwrite", action="store_true", help="取代已經存在的輸出")

    export = group("export", "匯出", "內容")
    for name, text in (("links", "每筆紀錄的人與家戶（CSV）"), ("lists", "四種名單（JSON）")):
        command = add(name, f"linking:export_{name}", text, under=export)
        command.add_argument("--period", required=True, help="月份，如 115-03")
        command.add_argument("--out", type=Path, required=True, metavar="FILE")

    audit = group("audit", "稽核紀錄", "動作")
    add("verify", "home:verify_audit", "核對稽核紀錄是否被更動", under=audit)

    keys = group("keys", "欄位加密的金鑰", "動作")
    add("check", "keys:check", "各金鑰加密了多少資料，有沒有缺", under=keys)
    add("rotate", "keys:rotate", "換新金鑰，並用它重新加密所有欄位", under=keys)

    standard = commands.add_parser("standard", help="印出資料標準", description="印出資料標準")
    standard.set_defaults(run="documents:standard")
    standard.add_argument("roster", nargs="?", help="只印一種名冊的欄位")
    standard.add_argument("--markdown", action="store_true", help="印成手冊頁")
    programs = add("programs", "programs:programs", "服務方案：列出，或檢查縣府的方案檔")
    programs.add_argument("--list", action="store_true", help="列出所有方案（JSON）")
    programs.add_argument("--check", type=Path, action="append", metavar="FILE", help="檢查方案檔（可重複）")

    bench = commands.add_parser("bench", help="量測", description="量測")
    bench.set_defaults(run="bench:bench")
    bench.add_argument(
        "name", choices=("linkage", "linkfiles", "review", "kills", "pages", "worklist", "lookup", "intake")
    )
    bench.add_argument("--households", type=int, action="append", metavar="N", help="戶數（可重複）")
    bench.add_argument("--persons", type=int, metavar="N", help="lookup、intake：縣內人數（預設 450000）")
    bench.add_argument("--profile", action="append", help="示範縣的樣貌（可重複）")
    bench.add_argument("--seed", type=int, default=20260301)
    bench.add_argument(
        "--against",
        choices=("splink", "spark"),
        help="linkage：同一批名冊另以 Splink 5 比對，並列結果；spark（只限 --records）：同一批紀錄在 Spark 上",
    )
    bench.add_argument("--points", type=int, default=200, metavar="N", help="kills：中斷幾次（預設 200）")
    bench.add_argument("--deeds", action="store_true", help="kills：改為中斷執行中的網站上每天的作業")
    bench.add_argument(
        "--open", type=int, default=50_000, metavar="N", help="worklist、intake：多少件待辦（預設 50000）"
    )
    bench.add_argument(
        "--sessions",
        type=int,
        metavar="N",
        help="pages、worklist、intake：同時的工作階段（預設 50，intake 200）",
    )
    bench.add_argument(
        "--seconds", type=float, help="pages、worklist、intake：量多久（預設 60 秒，intake 120 秒）"
    )
    bench.add_argument(
        "--pause", type=float, help="pages、worklist、intake：每次回覆後平均停幾秒（預設 1，intake 7）"
    )
    bench.add_argument("--no-browser", action="store_true", help="pages：不量慢電腦上的瀏覽器")
    bench.add_argument("--data", type=Path, metavar="DIR", help="linkfiles：放 FEBRL 檔案的資料夾")
    _home(bench)
    bench.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    bench.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    bench.add_argument(
        "--records",
        type=int,
        action="append",
        metavar="N",
        help="linkage：只量分塊與評分，多少筆紀錄（可重複）",
    )
    bench.add_argument("--side", nargs=2, help=argparse.SUPPRESS)
    bench.add_argument("--quick", action="store_true", help=argparse.SUPPRESS)
    return parser


def _home(parser: argparse.ArgumentParser) -> None:
    """`--home` may stand before or after the sub-command; the last one counts."""
    parser.add_argument(
        "--home", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="所有資料所在的資料夾"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    speak_utf8()
    parser = _parser()
    given = parser.parse_args(arguments)
    given.home = getattr(given, "home", None)
    if given.version:
        from anwang import __version__

        print(__version__)
        return 0
    if not given.command:
        parser.print_help(sys.stderr)
        return 2
    from importlib import import_module

    module, _, function = given.run.partition(":")
    command: Command = getattr(import_module(f"anwang.commands.{module}"), function)
    try:
        return command(given)
    except CommandError as error:
        print(f"錯誤：{error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        print("\n已中止。", file=sys.stderr)
        return 130
    except BrokenPipeError:
        release_output()
        return 1
    except Exception as error:
        from anwang.platform.home import Home

        print(f"錯誤：{keep_failure(error, Home(given.home).path)}", file=sys.stderr)
        return 1
