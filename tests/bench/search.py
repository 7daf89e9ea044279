"""`python -m tests.bench.search`: searching a large site, beside a bare Flask hello (see run.py).

--pages and --comments say how large (10,000 and 200,000 is what is wanted; filling takes some minutes).
KAIRAN_DATABASE_URL names an empty PostgreSQL database to measure there.

Each query is measured twice: as a question never asked before (every request asks about another span of days, and
finds the same), and as one asked again, which is answered from memory until something public changes. What is wanted
is judged by the second, as the site serves it: no page that Flask renders anew comes near.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.bench.run import compare, free_port, hello, memory, running, wait_for, wrk

QUERIES = {"one character": "窓", "two characters": "窓口", "three characters": "カード", "two words": "窓口 カード"}
RARE = {"a word of no text": "鹿児島港", "the most frequent character": "の", "a word to leave out": "窓口 -カード"}
WANTED = {"sqlite": 0.4, "postgresql": 0.3}

EACH_ANOTHER = """
local count = %(start)d
function request()
  count = count + 1
  local day = count %% 28 + 1
  local month = math.floor(count / 28) %% 12 + 1
  local year = 1900 + math.floor(count / 336) %% 110
  return wrk.format("GET", string.format("%(path)s&from=%%04d-%%02d-%%02d", year, month, day))
end
function response(status) if status ~= 200 then io.stderr:write("status " .. status .. "\\n") end end
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=1000)
    options.add_argument("--comments", type=int, default=20_000)
    options.add_argument("--instance", type=Path, help="a folder with a site that is filled already, or to keep one in")
    size = options.parse_args()
    engine = "postgresql" if os.environ.get("KAIRAN_DATABASE_URL", "").startswith("postgres") else "sqlite"
    with tempfile.TemporaryDirectory() as name, hello(Path(name)) as base:
        folder = size.instance or Path(name) / "instance"
        with site(folder, size.pages, size.comments) as (url, pid):
            print(f"\n{engine}, {size.pages} pages, {size.comments} comments\n")
            print("| what | new: requests/s | × R | p99 ms | again: × R |\n|---|---|---|---|---|")
            short = []
            for number, (what, words) in enumerate({**QUERIES, **RARE}.items()):
                path = f"/search?q={quote(words)}"
                script = Path(name) / "each.lua"
                values = {"path": path.replace("%", "%%"), "start": number * 4000}  # a pattern of Lua's
                script.write_text(EACH_ANOTHER % values)
                ratio, new = compare(base, lambda script=script: wrk(url, "-s", str(script)))  # type: ignore[misc]
                again, _load = compare(base, lambda path=path: wrk(url + path))  # type: ignore[misc]
                print(f"| {what} | {new.rate:,.0f} | **{ratio:.2f}** | {new.p99:.1f} | {again:.2f} |", flush=True)
                if what in QUERIES and again < WANTED[engine]:
                    short.append(what)
            print(f"\nmemory of the workers {memory(pid)}")
    if short:
        sys.exit(f"below {WANTED[engine]} R: " + ", ".join(short))


@contextlib.contextmanager
def site(folder: Path, pages: int, comments: int) -> Iterator[tuple[str, int]]:
    """The site as `make serve` runs it, filled with so much."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = os.environ | {"KAIRAN_INSTANCE_PATH": str(folder), "KAIRAN_BASE_URL": url, "KAIRAN_RATE_LIMITS": "0"}
    kairan = str(Path(sys.executable).parent / "kairan")
    if not (folder / "filled").exists():
        subprocess.run([kairan, "db", "upgrade"], env=env, check=True)
        fill = ["bench", "fill", "--pages", str(pages), "--comments", str(comments), "--people", "200"]
        subprocess.run([kairan, *fill], env=env, check=True)
        (folder / "filled").touch()
    with running([kairan, "serve", "--port", str(port)], Path.cwd(), env) as process:
        wait_for(url + "/healthz")
        yield url, process.pid


if __name__ == "__main__":
    main()
