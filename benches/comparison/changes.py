"""The same ten changes of a model in Django, Alembic and limbeck: what each writes, and what becomes of the rows.

Prints Markdown. Run it with the Python of a virtual environment that has `django` and `alembic`:
see README.md beside it.
"""

import argparse
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

# A change: its name, the models before and after for each tool, the rows that are there (SQL), and the query that shows
# what became of them. Models are lists of (field, Django, SQLAlchemy, Rust).
def field(name, django, alchemy, rust):
    return (name, django, alchemy, rust)


NAME = field("name", "models.CharField(max_length=100)", "mapped_column(String(100), nullable=False)", "#[limbeck(length = 100)] pub name: String")
FULL = field("full_name", NAME[1], NAME[2], "#[limbeck(length = 100)] pub full_name: String")
FULL_LONG = field("full_name", "models.CharField(max_length=200)", "mapped_column(String(200), nullable=False)", "#[limbeck(length = 200)] pub full_name: String")
AGE = field("age", "models.IntegerField(null=True)", "mapped_column(Integer, nullable=True)", "pub age: Option<i32>")
AGE_SET = field("age", "models.IntegerField()", "mapped_column(Integer, nullable=False)", "pub age: i32")
AGE_TEXT = field("age", "models.CharField(max_length=20, null=True)", "mapped_column(String(20), nullable=True)", "#[limbeck(length = 20)] pub age: Option<String>")
CODE = field("code", "models.IntegerField()", "mapped_column(Integer, nullable=False)", "pub code: i32")

# The three tools call an identical table alike, so that one query serves all.
CHANGES = [
    ("A nullable column comes", [NAME], [NAME, AGE], "users", "users", "SELECT name, age FROM users"),
    ("A column without NULL or default comes", [NAME], [NAME, CODE], "users", "users", "SELECT name, code FROM users"),
    ("A column is renamed", [NAME], [FULL], "users", "users", "SELECT full_name FROM users"),
    ("A column is renamed and made longer", [NAME], [FULL_LONG], "users", "users", "SELECT full_name FROM users"),
    ("A table is renamed", [NAME], [NAME], "users", "people", "SELECT name FROM people"),
    ("A column goes", [NAME, AGE], [NAME], "users", "users", "SELECT name FROM users"),
    ("A column takes no NULL any longer", [NAME, AGE], [NAME, AGE_SET], "users", "users", "SELECT name, age FROM users"),
    ("A column changes its type", [NAME, AGE], [NAME, AGE_TEXT], "users", "users", "SELECT name, age FROM users"),
    ("A check comes", [NAME, AGE], [NAME, AGE, "check"], "users", "users", "SELECT name, age FROM users"),
    ("The primary key becomes two columns", [NAME, CODE], [NAME, CODE, "two"], "users", "users", "SELECT name, code FROM users"),
]

ROWS = {
    ("name",): "INSERT INTO {t} (name) VALUES ('Ada'), ('Bob')",
    ("name", "age"): "INSERT INTO {t} (name, age) VALUES ('Ada', 36), ('Bob', NULL)",
    ("name", "code"): "INSERT INTO {t} (name, code) VALUES ('Ada', 1), ('Bob', 2)",
}


def run(command, cwd, answers=""):
    done = subprocess.run(command, cwd=cwd, input=answers, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def plain(fields):
    return [one for one in fields if not isinstance(one, str)]


class Django:
    name = "Django"

    def __init__(self, folder):
        self.folder = folder
        (folder / "shop").mkdir()
        (folder / "shop/__init__.py").write_text("")
        (folder / "settings.py").write_text(
            "SECRET_KEY = 'x'\nINSTALLED_APPS = ['shop']\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n"
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'app.db'}}\n"
        )

    def declare(self, table, fields):
        body = "".join(f"    {name} = {django}\n" for name, django, _, _ in plain(fields))
        meta = f"    class Meta:\n        db_table = '{table}'\n"
        if "check" in fields:
            meta += "        constraints = [models.CheckConstraint(condition=models.Q(age__gt=0), name='age_positive')]\n"
        key = ""
        if "two" in fields:
            key = "    pk = models.CompositePrimaryKey('id', 'code')\n    id = models.BigIntegerField()\n"
        model = {"users": "User", "people": "Person"}[table]
        (self.folder / "shop/models.py").write_text(f"from django.db import models\n\n\nclass {model}(models.Model):\n{key}{body}{meta}")

    def call(self, *arguments):
        return run([sys.executable, "-m", "django", *arguments, "--settings", "settings", "--pythonpath", "."], self.folder)

    def make(self, first=False):
        arguments = ["makemigrations", "shop", "--no-input"]
        code, out, error = self.call(*arguments)
        lines = [line.strip() for line in out.splitlines() if re.match(r"\s+[+~-] ", line)]
        if code and not lines:
            lines = [first_line(out + error)]
        return code, lines

    def migrate(self):
        code, out, error = self.call("migrate", "--no-input")
        return code, error.strip().splitlines()[-1] if code else ""


class Alembic:
    name = "Alembic"

    def __init__(self, folder):
        self.folder = folder
        run([sys.executable, "-m", "alembic", "init", "alembic"], folder)
        ini = folder / "alembic.ini"
        ini.write_text(re.sub(r"^sqlalchemy.url = .*$", "sqlalchemy.url = sqlite:///app.db", ini.read_text(), flags=re.M))
        env = folder / "alembic/env.py"
        text = env.read_text().replace("target_metadata = None", "import models\ntarget_metadata = models.Base.metadata")
        # What its documentation tells users of SQLite to write.
        env.write_text(text.replace("target_metadata=target_metadata", "target_metadata=target_metadata, render_as_batch=True"))
        self.count = 0

    def declare(self, table, fields):
        body = "".join(f"    {name} = {alchemy}\n" for name, _, alchemy, _ in plain(fields))
        arguments = ""
        if "check" in fields:
            arguments = "    __table_args__ = (CheckConstraint('age > 0', name='age_positive'),)\n"
        if "two" in fields:
            body = body.replace("    code = mapped_column(Integer, nullable=False)", "    code = mapped_column(Integer, primary_key=True)")
        (self.folder / "models.py").write_text(
            "from sqlalchemy import BigInteger, CheckConstraint, Integer, String\nfrom sqlalchemy.orm import DeclarativeBase, mapped_column\n\n\n"
            f"class Base(DeclarativeBase):\n    pass\n\n\nclass Model(Base):\n    __tablename__ = '{table}'\n{arguments}"
            f"    id = mapped_column(Integer, primary_key=True)\n{body}"
        )

    def make(self, first=False):
        self.count += 1
        code, out, error = run([sys.executable, "-m", "alembic", "revision", "--autogenerate", "-m", f"r{self.count}"], self.folder)
        if code:
            return code, [first_line(error)]
        written = max((self.folder / "alembic/versions").glob("*.py"), key=lambda file: file.stat().st_mtime).read_text()
        upgrade = written.split("def upgrade()", 1)[1].split("def downgrade()", 1)[0]
        lines = [line.strip() for line in upgrade.splitlines()[1:]]
        lines = [line for line in lines if re.match(r"(with op|op|batch_op)\b", line)]
        return 0, [line for line in lines if not line.startswith("with op")] or ["(nothing)"]

    def migrate(self):
        code, out, error = run([sys.executable, "-m", "alembic", "upgrade", "head"], self.folder)
        reason = [line for line in error.splitlines() if "Error" in line]
        return code, (reason or [""])[-1].strip() if code else ""


class Limbeck:
    name = "limbeck"
    program = "limbeck"

    def __init__(self, folder):
        self.folder = folder
        (folder / "src").mkdir()
        run([self.program, "init"], folder)

    def declare(self, table, fields):
        body = "".join(f"    {rust},\n" for _, _, _, rust in plain(fields))
        extra = ", check(name = \"age_positive\", sql = \"age > 0\")" if "check" in fields else ""
        key = "#[limbeck(primary_key, identity)] pub id: i64"
        if "two" in fields:
            key = "pub id: i64"
            extra = ", primary_key(id, code)"
        (self.folder / "src/lib.rs").write_text(
            f"#[derive(limbeck::Table)]\n#[limbeck(table = \"{table}\"{extra})]\npub struct Model {{\n    {key},\n{body}}}\n"
        )

    def make(self, first=False):
        code, out, error = run([self.program, "makemigrations", "--no-input"], self.folder)
        lines = [line.strip() for line in out.splitlines() if re.match(r"\s+[+~-] ", line)]
        if code:
            asked = [line.strip() for line in error.splitlines() if line.startswith("error:") or "= help:" in line]
            lines = [line.replace("= help:", "help:") for line in asked]
        return code, lines

    def migrate(self):
        code, out, error = run([self.program, "migrate", "--no-input"], self.folder)
        return code, first_line(error) if code else ""


def first_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    wanted = [line for line in lines if re.search(r"[Ee]rror|impossible|non-nullable", line)]
    return (wanted or lines or ["(no word)"])[0]


# How a user of limbeck answers where it asks: the flags that its message names.
ANSWERS = {
    "A column without NULL or default comes": ["--fill", "users.code=0"],
    "A column is renamed": ["--rename", "column:users.name=full_name"],
    "A column is renamed and made longer": ["--rename", "column:users.name=full_name"],
    "A table is renamed": ["--rename", "table:users=people"],
    "A column takes no NULL any longer": ["--fill", "users.age=0"],
}


def rows(folder, query):
    with sqlite3.connect(folder / "app.db") as database:
        try:
            found = database.execute(query).fetchall()
        except sqlite3.Error as error:
            return f"({error})"
    shown = ", ".join("/".join("NULL" if value is None else str(value) for value in row) for row in found)
    return shown or "**no rows**"


def one(tool, folder, title, before, after, old, new, query):
    project = tool(folder)
    project.declare(old, before)
    code, lines = project.make(first=True)
    if code:
        return ["cannot declare it: " + "; ".join(lines)], "", ""
    project.migrate()
    with sqlite3.connect(folder / "app.db") as database:
        database.execute(ROWS[tuple(name for name, *_ in plain(before))].format(t=old))
    project.declare(new, after)
    code, lines = project.make()
    note = ""
    if code and tool is Limbeck and title in ANSWERS:
        lines.append("answered with `" + " ".join(ANSWERS[title]) + "`:")
        code, out, error = run([tool.program, "makemigrations", "--no-input", *ANSWERS[title]], folder)
        lines += [line.strip() for line in out.splitlines() if re.match(r"\s+[+~-] ", line)]
    if code:
        return lines, f"stops with exit {code}", rows(folder, query.replace(new, old) if new != old else query)
    code, why = project.migrate()
    state = f"fails: {why}" if code else "applied"
    return lines, state, rows(folder, query)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limbeck", required=True)
    parser.add_argument("--only", type=int, help="the number of one change")
    arguments = parser.parse_args()
    Limbeck.program = str(pathlib.Path(arguments.limbeck).resolve())
    for number, (title, before, after, old, new, query) in enumerate(CHANGES, 1):
        if arguments.only not in (None, number):
            continue
        print(f"### {number}. {title}\n")
        print("| tool | writes | then | rows after it |\n|---|---|---|---|")
        for tool in (Django, Alembic, Limbeck):
            folder = pathlib.Path(tempfile.mkdtemp(prefix="comparison-"))
            try:
                lines, state, left = one(tool, folder, title, before, after, old, new, query)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            cell = "<br>".join(line.replace("|", "\\|") for line in lines) or "(nothing)"
            print(f"| {tool.name} | {cell} | {state.replace('|', chr(92) + '|')} | {left} |")
        print()


if __name__ == "__main__":
    main()
