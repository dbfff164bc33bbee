"""How long "nothing to do" and "one new column" take on 500 and 5,000 models in Django, Alembic and limbeck.

Prints a Markdown table. Alembic's autogenerate needs a database with the tables in it, which is made first and not
timed; Django and limbeck compare with their revisions. A time is what the whole process took of the processor, user and
system, which says the same on a busy machine; the best of `--runs`, and for limbeck of ten times as many.
Run it with the Python of a virtual environment that has `django` and `alembic`: see README.md beside it.
"""

import argparse
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

COLUMNS = 8


RUNS = 3


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command, cwd, undo, runs):
    best = None
    for _ in range(runs):
        undo()
        begun = spent()
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
        taken = spent() - begun
        if done.returncode not in (0, 3):
            raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
        best = taken if best is None else min(best, taken)
    undo()
    return best


def django(folder, count, extra):
    fields = "".join(f"    c{n} = models.IntegerField(null=True)\n" for n in range(COLUMNS))
    models = "".join(
        f"class M{n}(models.Model):\n{fields}{'    extra = models.IntegerField(null=True)' + chr(10) if extra and n == 0 else ''}\n"
        for n in range(count)
    )
    (folder / "shop/models.py").write_text("from django.db import models\n\n\n" + models)


def alembic(folder, count, extra):
    fields = "".join(f"    c{n} = mapped_column(Integer, nullable=True)\n" for n in range(COLUMNS))
    models = "".join(
        f"class M{n}(Base):\n    __tablename__ = 'm{n}'\n    id = mapped_column(Integer, primary_key=True)\n{fields}"
        f"{'    extra = mapped_column(Integer, nullable=True)' + chr(10) if extra and n == 0 else ''}\n"
        for n in range(count)
    )
    (folder / "models.py").write_text(
        "from sqlalchemy import Integer\nfrom sqlalchemy.orm import DeclarativeBase, mapped_column\n\n\n"
        "class Base(DeclarativeBase):\n    pass\n\n\n" + models
    )


def limbeck(folder, count, extra):
    fields = "".join(f"    pub c{n}: Option<i32>,\n" for n in range(COLUMNS))
    models = "".join(
        f"#[derive(limbeck::Table)]\npub struct M{n} {{\n    #[limbeck(primary_key, identity)] pub id: i64,\n{fields}"
        f"{'    pub extra: Option<i32>,' + chr(10) if extra and n == 0 else ''}}}\n"
        for n in range(count)
    )
    (folder / "src/lib.rs").write_text(models)


def newest_removed(folder, pattern, keep):
    for file in folder.glob(pattern):
        if file.name not in keep:
            file.unlink()


def measure(tool, count, program):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="speed-"))
    python = sys.executable
    try:
        if tool == "Django":
            (folder / "shop").mkdir()
            (folder / "shop/__init__.py").write_text("")
            (folder / "settings.py").write_text(
                "SECRET_KEY = 'x'\nINSTALLED_APPS = ['shop']\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n"
                "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'app.db'}}\n"
            )
            declare, versions, pattern = django, folder / "shop/migrations", "0*.py"
            command = [python, "-m", "django", "makemigrations", "shop", "--settings", "settings", "--pythonpath", "."]
        elif tool == "Alembic":
            subprocess.run([python, "-m", "alembic", "init", "alembic"], cwd=folder, check=True, capture_output=True)
            ini = folder / "alembic.ini"
            ini.write_text(re.sub(r"^sqlalchemy.url = .*$", "sqlalchemy.url = sqlite:///app.db", ini.read_text(), flags=re.M))
            env = folder / "alembic/env.py"
            env.write_text(env.read_text().replace("target_metadata = None", "import models\ntarget_metadata = models.Base.metadata"))
            declare, versions, pattern = alembic, folder / "alembic/versions", "*.py"
            command = [python, "-m", "alembic", "revision", "--autogenerate", "-m", "x"]
        else:
            (folder / "src").mkdir()
            subprocess.run([program, "init"], cwd=folder, check=True, capture_output=True)
            declare, versions, pattern = limbeck, folder / "migrations", "*.toml"
            command = [program, "makemigrations"]
        declare(folder, count, False)
        first = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if first.returncode:
            raise SystemExit(first.stdout + first.stderr)
        if tool == "Alembic":
            subprocess.run([python, "-m", "alembic", "upgrade", "head"], cwd=folder, check=True, capture_output=True)
        keep = {file.name for file in versions.glob(pattern)}

        def undo():
            newest_removed(versions, pattern, keep)

        # A short run is disturbed easily, and costs little.
        runs = RUNS * 10 if tool == "limbeck" else RUNS
        nothing = timed(command, folder, undo, runs)
        declare(folder, count, True)
        return nothing, timed(command, folder, undo, runs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limbeck", required=True)
    parser.add_argument("--models", default="500,5000")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    global RUNS
    RUNS = arguments.runs
    program = str(pathlib.Path(arguments.limbeck).resolve())
    print("| models | tool | nothing to do | one new column |\n|---|---|---|---|")
    for count in (int(text) for text in arguments.models.split(",")):
        times = {tool: measure(tool, count, program) for tool in ("limbeck", "Django", "Alembic")}
        ours = times["limbeck"]
        for tool, (nothing, change) in times.items():
            def shown(taken, base):
                factor = "" if tool == "limbeck" else f" ({taken / base:.0f} ×)"
                return f"{taken * 1000:,.0f} ms{factor}"
            print(f"| {count:,} | {tool} | {shown(nothing, ours[0])} | {shown(change, ours[1])} |", flush=True)


if __name__ == "__main__":
    main()
