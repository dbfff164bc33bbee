#!/usr/bin/env python3
"""Migrates many tenant schemas of one PostgreSQL database, beside shell loops of psql that do the same.

    tenants.py --limbeck PATH --url URL [--tenants 1000] [--revisions 20] [--jobs 8] [--rounds 1]

URL leads to a server; databases of this script's own are made beside the one that it names, and dropped. What is measured:

  limbeck     `limbeck migrate -d tenants --jobs N`, from nothing: schemas, records, all revisions
  files       a shell loop that calls psql once for each tenant and each revision
  tenants     a shell loop that calls psql once for each tenant, with all revisions (`-f … -f …`) in a transaction each

The loops run what `limbeck sqlmigrate` prints, and keep no record. Then limbeck is killed in the middle (-9) and run again,
and all tenants are held against each other: tables, columns, indexes, constraints, records. Exit status 1 if one differs.
Needs psql and Python 3.
"""
import argparse, json, os, shutil, signal, subprocess, sys, tempfile, time
from pathlib import Path
from urllib.parse import urlsplit

LOOKS = {
    "tables": "SELECT n.nspname, c.relname || ' ' || c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
    "columns": "SELECT n.nspname, c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull "
               "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attnum > 0 AND NOT a.attisdropped",
    "constraints": "SELECT n.nspname, replace(o.conname || ' ' || pg_get_constraintdef(o.oid), n.nspname || '.', '') "
                   "FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace",
}


def revisions(folder, count):
    """Tables, columns, indexes, keys and rows, in turn."""
    parent = []
    for at in range(1, count + 1):
        table = (at - 1) // 4 + 1
        steps = [
            f'op = "create_table"\ntable = "t{table}"\ncolumns = [{{ name = "id", type = "bigint", identity = true }}, {{ name = "title", type = "varchar(100)" }}, '
            f'{{ name = "parent_id", type = "bigint", nullable = true }}]\nprimary_key = {{ columns = ["id"] }}',
            f'op = "add_column"\ntable = "t{table}"\ncolumn = {{ name = "amount", type = "decimal(12,2)", default = "0" }}',
            f'op = "create_index"\ntable = "t{table}"\ncolumns = ["title"]',
            f'op = "add_foreign_key"\ntable = "t{table}"\ncolumns = ["parent_id"]\nreferences = {{ table = "t{table}", columns = ["id"] }}',
        ]
        name = f"r{at:03}"
        (folder / f"{name}.toml").write_text(
            f'revision = "{name}"\nparents = {json.dumps(parent)}\nmessage = "step {at}"\n\n[[upgrade]]\n{steps[(at - 1) % 4]}\n')
        parent = [name]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--limbeck", required=True)
    arguments.add_argument("--url", required=True)
    for name, default in [("tenants", 1000), ("revisions", 20), ("jobs", 8), ("rounds", 1)]:
        arguments.add_argument(f"--{name}", type=int, default=default)
    arguments.add_argument("--without-files", action="store_true", help="leave the loop over files out: it takes long")
    given = arguments.parse_args()
    psql = shutil.which("psql") or sys.exit("psql is not on PATH")
    limbeck = str(Path(given.limbeck).resolve())
    place = given.url.rsplit("/", 1)[0]
    tenants = [f"tenant_{at:04}" for at in range(given.tenants)]
    # The password goes where psql looks for it, and into no argument.
    parts = urlsplit(given.url)
    environment = dict(os.environ, PGPASSWORD=parts.password or "", PGHOST=parts.hostname or "", PGPORT=str(parts.port or 5432),
                       PGUSER=parts.username or "", PGOPTIONS="-c client_min_messages=warning")

    def ask(database, sql):
        ran = subprocess.run([psql, "-XAtqF", "\t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql], env=environment,
                             capture_output=True, text=True)
        if ran.returncode:
            sys.exit(f"{sql}: {ran.stderr}")
        return [line.split("\t") for line in ran.stdout.splitlines()]

    def equal(database):
        """What the tenants that are there have, and how many differ from the first."""
        differ = set()
        total = 0
        for what, sql in LOOKS.items():
            found = {}
            for schema, text in ask(database, sql):
                if schema.startswith("tenant_"):
                    found.setdefault(schema, []).append(text)
            total = max(total, len(found))
            first = sorted(found.get(tenants[0], []))
            differ |= {tenant for tenant in tenants if sorted(found.get(tenant, [])) != first or not first}
        return total, differ

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "migrations").mkdir()
        revisions(folder / "migrations", given.revisions)

        def project(database):
            (folder / "limbeck.toml").write_text(
                f'[databases.tenants]\nurl = "{place}/{database}"\nschema = "{{each}}"\neach = {{ list = {json.dumps(tenants)} }}\n')

        def migrate(kill_in=None):
            """Runs it to its end, or kills it as soon as half of the tenants of the database `kill_in` have a record."""
            begun = time.monotonic()
            run = subprocess.Popen([limbeck, "migrate", "-d", "tenants", "--jobs", str(given.jobs), "-q"], cwd=folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            if kill_in is not None:
                records = "SELECT count(*) FROM pg_class WHERE relname = 'limbeck_revisions'"
                while run.poll() is None and int(ask(kill_in, records)[0][0]) * 2 < len(tenants):
                    time.sleep(0.05)
                run.send_signal(signal.SIGKILL)
                run.communicate()
                return time.monotonic() - begun
            errors = run.communicate()[1]
            if run.returncode:
                sys.exit(f"limbeck ended with {run.returncode}: {errors.decode()}")
            return time.monotonic() - begun

        project("none")
        scripts = []
        for at in range(1, given.revisions + 1):
            made = subprocess.run([limbeck, "sqlmigrate", f"r{at:03}", "-d", f"tenants/{tenants[0]}", "--dialect", "postgres"], cwd=folder, capture_output=True, text=True)
            if made.returncode:
                sys.exit(made.stderr)
            script = folder / f"r{at:03}.sql"
            script.write_text("BEGIN;\n" + made.stdout + "\nCOMMIT;\n")
            scripts.append(str(script))

        def loop(database, command):
            for tenant in tenants:
                ask_schema.append(f'CREATE SCHEMA "{tenant}";')
            ask(database, "\n".join(ask_schema))
            ask_schema.clear()
            script = folder / "loop.sh"
            script.write_text(
                "set -e\n" + f"for tenant in {' '.join(tenants)}; do\n  export PGOPTIONS=\"-c search_path=$tenant -c client_min_messages=warning\"\n  {command}\ndone\n")
            begun = time.monotonic()
            ran = subprocess.run(["sh", str(script)], env=dict(environment, PGDATABASE=database), cwd=folder, capture_output=True, text=True)
            if ran.returncode:
                sys.exit(ran.stderr)
            return time.monotonic() - begun

        ask_schema = []
        times = {"limbeck": [], "files": [], "tenants": []}
        made = []

        def fresh(name):
            database = f"limbeck_tenants_{os.getpid()}_{name}"
            ask("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            ask("postgres", f'CREATE DATABASE "{database}"')
            made.append(database)
            return database

        def drop(database):
            ask("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            made.remove(database)

        call = f"{psql} -Xq -v ON_ERROR_STOP=1"
        wrong = False
        try:
            for round in range(given.rounds):
                ways = ["limbeck", "tenants"] + ([] if given.without_files else ["files"])
                for way in ways[round % len(ways):] + ways[:round % len(ways)]:
                    database = fresh(way)
                    if way == "limbeck":
                        project(database)
                        taken = migrate()
                    elif way == "tenants":
                        taken = loop(database, call + "".join(f" -f {script}" for script in scripts))
                    else:
                        taken = loop(database, f"for script in {' '.join(scripts)}; do {call} -f $script; done")
                    count, differ = equal(database)
                    print(f"{way}: {taken:.1f} s, {count} tenants, {len(differ)} differ", flush=True)
                    wrong |= bool(differ)
                    times[way].append(taken)
                    drop(database)
            database = fresh("killed")
            project(database)
            before = migrate(kill_in=database)
            count, _ = equal(database)
            again = migrate()
            total, still = equal(database)
            recorded = ask(database, "SELECT count(*) FROM pg_class WHERE relname = 'limbeck_revisions'")[0][0]
            print(f"killed after {before:.1f} s: {count} tenants begun; "
                  f"run again {again:.1f} s: {total} tenants, {recorded} records, {len(still)} differ")
            steps = {row[0] for tenant in tenants[:: max(1, len(tenants) // 50)]
                     for row in ask(database, f'SELECT count(*) FROM "{tenant}".limbeck_revisions')}
            print(f"revisions recorded in every twentieth of them: {', '.join(sorted(steps))}")
            wrong |= bool(still) or total != len(tenants) or steps != {str(given.revisions)}
        finally:
            for database in list(made):
                drop(database)
        best = {way: min(taken) for way, taken in times.items() if taken}
        for way in ("tenants", "files"):
            if way in best:
                print(f"limbeck ÷ loop over {way}: {best['limbeck'] / best[way]:.2f}")
    sys.exit(1 if wrong else 0)


main()
