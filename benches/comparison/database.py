"""How long "nothing to do" and "one new column" take against a PostgreSQL database in Alembic and limbeck.

    database.py --limbeck PATH --url postgres://… [--tables 500] [--runs 5]

Both read the tables from a database of their own, which is made first and not timed, and compare them with the same
models. A time is that of the clock, since the server works too; the median of `--runs`, in turn. Prints a Markdown table.
Run it with the Python of a virtual environment that has `alembic` and `psycopg[binary]`: see README.md beside it.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import speed


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
    return done


class Project:
    """A folder with models and a database that has their tables."""

    def __init__(self, tool, program, url, tables):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="database-"))
        self.tables = tables
        if tool == "Alembic":
            alembic = [sys.executable, "-m", "alembic"]
            run([*alembic, "init", "alembic"], self.folder)
            ini, env = self.folder / "alembic.ini", self.folder / "alembic/env.py"
            address = url.replace("postgres://", "postgresql+psycopg://").replace("%", "%%")
            ini.write_text(re.sub(r"^sqlalchemy.url = .*$", lambda _: f"sqlalchemy.url = {address}", ini.read_text(), flags=re.M))
            env.write_text(env.read_text().replace("target_metadata = None", "import models\ntarget_metadata = models.Base.metadata"))
            self.declare, self.versions, self.pattern = speed.alembic, self.folder / "alembic/versions", "*.py"
            self.command = [*alembic, "revision", "--autogenerate", "-m", "x"]
            first, apply = self.command, [*alembic, "upgrade", "head"]
        else:
            (self.folder / "src").mkdir()
            run([program, "init", "--url", url], self.folder)
            self.declare, self.versions, self.pattern = speed.limbeck, self.folder / "migrations", "*.toml"
            first, apply = [program, "makemigrations"], [program, "migrate"]
            self.command = [program, "makemigrations", "--from", "database:default"]
        self.declare(self.folder, tables, False)
        run(first, self.folder)
        run(apply, self.folder)
        self.keep = {file.name for file in self.versions.glob(self.pattern)}

    def timed(self):
        begun = time.monotonic()
        run(self.command, self.folder)
        taken = time.monotonic() - begun
        speed.newest_removed(self.versions, self.pattern, self.keep)
        return taken


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limbeck", required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--tables", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    program = str(pathlib.Path(given.limbeck).resolve())
    place = given.url.rsplit("/", 1)[0]
    names = {tool: f"limbeck_comparison_{os.getpid()}_{tool.lower()}" for tool in ("limbeck", "Alembic")}

    def administer(sql):
        run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", given.url, "-c", sql], None)

    projects = {}
    try:
        for tool, name in names.items():
            administer(f"CREATE DATABASE {name}")
            projects[tool] = Project(tool, program, f"{place}/{name}", given.tables)
        print("| tables | tool | nothing to do | one new column |\n|---|---|---|---|")
        times = {tool: [] for tool in names}
        for extra in (False, True):
            taken = {tool: [] for tool in names}
            for tool, project in projects.items():
                project.declare(project.folder, given.tables, extra)
            for _ in range(given.runs):
                for tool, project in projects.items():
                    taken[tool].append(project.timed())
            for tool in names:
                times[tool].append(statistics.median(taken[tool]))
        for tool, medians in times.items():
            shown = [
                f"{taken * 1000:,.0f} ms" + ("" if tool == "limbeck" else f" ({taken / ours:.1f} ×)")
                for taken, ours in zip(medians, times["limbeck"])
            ]
            print(f"| {given.tables:,} | {tool} | {' | '.join(shown)} |")
    finally:
        for project in projects.values():
            shutil.rmtree(project.folder, ignore_errors=True)
        for name in names.values():
            administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
