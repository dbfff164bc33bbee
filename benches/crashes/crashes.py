#!/usr/bin/env python3
"""Kills limbeck, or the server under it, all along a migration, and looks whether the same command again ends well.

    crashes.py --limbeck PATH --url URL [--points N] [--seed N] [--rows N]
               [--kill "COMMAND" --start "COMMAND"]      kill the server, too (a server of one's own!)
               [--statements [EVERY]]                    not at points in time, but at every statement (not on SQLite)
               [--meddle N]                              N points at which somebody changes the tables in between

The revisions (made here) run outside a transaction: structured operations, raw DDL, rows, statements that take long, a
trigger with a body; on PostgreSQL indexes made concurrently. They are applied and undone once undisturbed. Then, for
each point in time from the start of the command to its end, there and back: killed at that point, run again. The second
run must end with 0, the schema (as `limbeck inspect` shows it), all rows and the record must be those of the undisturbed
run. With --meddle, every table gets another column while a revision is in flight: the next run must either stop with 5
and name that column, or not have had to look; once the column is gone again, the same command must end as above. With --statements
limbeck speaks with the server through this program, which kills at every statement that changes something (at each
EVERYth, if that is given): before the server has got it, while it is at it, and when it is done and limbeck has not heard
of it. Rows are read with psql, mariadb or mysql, which must be on PATH, or through Python's sqlite3.

Exit status 0: everything was as it should be. Needs nothing but Python 3.
"""
import argparse, json, os, random, shlex, signal, sqlite3, subprocess, sys, tempfile, time
from pathlib import Path
from urllib.parse import urlsplit, unquote

from between import Mysql, PHASES, Postgres

TABLES = ["orders", "stock", "audit", "wide"]
DIGITS = "SELECT 0 AS d UNION ALL " + " UNION ALL ".join(f"SELECT {d}" for d in range(1, 10))
FILL = {
    "mysql": "INSERT INTO wide (id, v) SELECT i, concat('row ', i) FROM (SELECT 1 + "
             + " + ".join(f"{10 ** at} * d{at}.d" for at in range(5)) + " AS i FROM "
             + ", ".join(f"({DIGITS}) AS d{at}" for at in range(5)) + ") AS n WHERE i <= ROWS",
    "postgres": "INSERT INTO wide (id, v) SELECT i, 'row ' || i FROM generate_series(1, ROWS) AS i",
    "sqlite": "INSERT INTO wide (id, v) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ROWS) "
              "SELECT i, 'row ' || i FROM n",
}
TRIGGER = {
    "mysql": "CREATE TRIGGER orders_audit AFTER UPDATE ON orders FOR EACH ROW BEGIN\n"
             "  INSERT INTO audit (order_id, amount) VALUES (NEW.id, NEW.amount);\n"
             "  UPDATE stock SET label = 'touched' WHERE id = NEW.id;\nEND",
    "postgres": "CREATE FUNCTION orders_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
                "  INSERT INTO audit (order_id, amount) VALUES (NEW.id, NEW.amount); RETURN NEW;\nEND $$;\n"
                "CREATE TRIGGER orders_audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION orders_audit()",
    "sqlite": "CREATE TRIGGER orders_audit AFTER UPDATE ON orders BEGIN\n"
              "  INSERT INTO audit (order_id, amount) VALUES (NEW.id, NEW.amount);\nEND",
}
NO_TRIGGER = {
    "mysql": "DROP TRIGGER orders_audit",
    "postgres": "DROP TRIGGER orders_audit ON orders; DROP FUNCTION orders_audit()",
    "sqlite": "DROP TRIGGER orders_audit",
}
INDEX = {
    "mysql": "CREATE INDEX wide_v ON wide (v)",
    "postgres": "CREATE INDEX CONCURRENTLY wide_v ON wide (v)",
    "sqlite": "CREATE INDEX wide_v ON wide (v)",
}
NO_INDEX = {
    "mysql": "DROP INDEX wide_v ON wide",
    "postgres": "DROP INDEX CONCURRENTLY wide_v",
    "sqlite": "DROP INDEX wide_v",
}
TEXT = {"mysql": "varchar(40)", "postgres": "varchar(40)", "sqlite": "varchar(40)"}


def op(**keys):
    def value(v):
        if isinstance(v, bool):
            return "true" if v else "false"
        if isinstance(v, (int, float)):
            return str(v)
        if isinstance(v, str):
            return json.dumps(v)
        if isinstance(v, list):
            return "[" + ", ".join(map(value, v)) + "]"
        return "{ " + ", ".join(f"{k} = {value(x)}" for k, x in v.items()) + " }"
    return "\n".join(f"{k} = {value(v)}" for k, v in keys.items())


def revision(name, parents, up, down=None):
    text = f'revision = "{name}"\nparents = {json.dumps(parents)}\nmessage = "part of the crash matrix"\ntransaction = "none"\n'
    for direction, operations in (("upgrade", up), ("downgrade", down or [])):
        for operation in operations:
            text += f"\n[[{direction}]]\n{operation}\n"
    return text


def revisions(kind, rows):
    sql = lambda text: op(op="execute", sql=text)
    columns = lambda *pairs: [{"name": n, "type": t, **({"nullable": True} if null else {})} for n, t, null in pairs]
    create = lambda table, *pairs: op(
        op="create_table", table=table, columns=columns(*pairs), primary_key={"columns": ["id"]})
    yield "a", revision("a", [], [
        create("orders", ("id", "bigint", 0), ("title", "varchar(40)", 0), ("amount", "bigint", 0)),
        create("stock", ("id", "bigint", 0), ("code", "varchar(40)", 1)),
        op(op="insert", table="orders", rows=[{"id": i, "title": f"o{i}", "amount": i * 10} for i in range(1, 6)]),
        op(op="insert", table="stock", rows=[{"id": i, "code": f"c{i}"} for i in range(1, 6)]),
    ])
    yield "b", revision("b", ["a"], [
        op(op="add_column", table="orders", column={"name": "place", "type": "varchar(20)", "nullable": True}),
        sql("UPDATE orders SET amount = amount + 1; UPDATE orders SET amount = amount * 2"),
        op(op="create_index", table="orders", name="orders_title", columns=["title"], concurrently=kind == "postgres"),
        op(op="rename_column", table="stock", column="code", to="label"),
        op(op="alter_column", table="orders", column="title", type="varchar(80)"),
    ], [
        op(op="alter_column", table="orders", column="title", type="varchar(40)"),
        op(op="rename_column", table="stock", column="label", to="code"),
        op(op="drop_index", table="orders", name="orders_title", concurrently=kind == "postgres"),
        sql("UPDATE orders SET amount = amount / 2; UPDATE orders SET amount = amount - 1"),
        op(op="drop_column", table="orders", column="place"),
    ])
    text = TEXT[kind]
    yield "c", revision("c", ["b"], [
        sql(f"CREATE TABLE audit (order_id bigint, amount bigint); CREATE TABLE wide (id integer NOT NULL, v {text}, PRIMARY KEY (id))"),
        sql(TRIGGER[kind]),
        sql(FILL[kind].replace("ROWS", str(rows))),
        sql(f"ALTER TABLE wide ADD COLUMN w {text}; UPDATE wide SET w = v; {INDEX[kind]}"),
        sql("UPDATE orders SET amount = amount + 100; INSERT INTO stock (id, label) SELECT id + 100, label FROM stock"),
    ], [
        sql("DELETE FROM stock WHERE id > 100; UPDATE stock SET label = CASE id " +
            " ".join(f"WHEN {i} THEN 'c{i}'" for i in range(1, 6)) + " ELSE label END"),
        sql(NO_TRIGGER[kind]),
        sql("UPDATE orders SET amount = amount - 100"),
        sql(f"{NO_INDEX[kind]}; ALTER TABLE wide DROP COLUMN w"),
        sql("DELETE FROM wide WHERE id > 10; DROP TABLE wide"),
        sql("DROP TABLE audit"),
    ])


class Database:
    def __init__(self, url):
        self.url, self.parts = url, urlsplit(url)
        scheme = self.parts.scheme
        self.kind = {"postgresql": "postgres", "mariadb": "mysql"}.get(scheme, scheme)
        self.client = {"postgres": "psql", "sqlite": None}.get(self.kind, os.environ.get("MYSQL_CLIENT", scheme))

    def rows(self, sql):
        if self.kind == "sqlite":
            path = self.url.removeprefix("sqlite://")
            with sqlite3.connect(path) as connection:
                return "\n".join(map(str, connection.execute(sql).fetchall()))
        if self.kind == "postgres":
            command, env = [self.client, "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c", sql], None
        else:
            p = self.parts
            command = [self.client, "--no-defaults", "-NB", "-h", p.hostname, "-P", str(p.port or 3306),
                       "-u", unquote(p.username or ""), p.path.lstrip("/"), "-e", sql]
            env = dict(os.environ, MYSQL_PWD=unquote(p.password or ""))
        return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout


class Matrix:
    def __init__(self, arguments):
        self.arguments = arguments
        self.database = Database(arguments.url)
        self.folder = Path(tempfile.mkdtemp(prefix="limbeck-crashes-"))
        (self.folder / "migrations").mkdir()
        for name, text in revisions(self.database.kind, arguments.rows):
            (self.folder / "migrations" / f"{name}.toml").write_text(text)
        (self.folder / "limbeck.toml").write_text(
            '[databases.default]\nurl = "${CRASH_URL}"\nwait = "2m"\n')
        self.environment = dict(os.environ, CRASH_URL=arguments.url, NO_COLOR="1")

    def command(self, *words):
        return [self.arguments.limbeck, "--no-input", *words]

    def limbeck(self, *words):
        return subprocess.run(self.command(*words), cwd=self.folder, env=self.environment, capture_output=True, text=True)

    def start(self, *words):
        return subprocess.Popen(self.command(*words), cwd=self.folder, env=self.environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def state(self):
        seen = self.limbeck("-q", "inspect", "--format", "json")
        if seen.returncode:
            raise SystemExit(f"inspect failed:\n{seen.stderr}")
        rows = {}
        for table in TABLES:
            if f'"{table}"' in seen.stdout:
                rows[table] = self.database.rows(f"SELECT * FROM {table} ORDER BY 1, 2")
        revisions = self.database.rows("SELECT revision FROM limbeck_revisions ORDER BY revision")
        return seen.stdout, rows, revisions

    def in_flight(self):
        try:
            return bool(self.database.rows("SELECT revision FROM limbeck_journal").strip())
        except (sqlite3.Error, subprocess.CalledProcessError):
            return False

    def wait_for_server(self):
        for n in range(1, 600):
            try:
                self.database.rows("SELECT 1")
                return
            except subprocess.CalledProcessError:
                time.sleep(0.2)
            # A server that was started while the dead one's children were still dying may have given up.
            if n % 15 == 0:
                subprocess.run(shlex.split(self.arguments.start), check=True, capture_output=True)
        raise SystemExit("the server does not come back")

    def undisturbed(self, words):
        begun = time.monotonic()
        run = self.limbeck(*words)
        if run.returncode:
            raise SystemExit(f"an undisturbed {words[0]} failed:\n{run.stdout}{run.stderr}")
        return time.monotonic() - begun

    def point(self, words, after, victim):
        process = self.start(*words)
        time.sleep(after)
        if victim == "server":
            subprocess.run(shlex.split(self.arguments.kill), check=True, capture_output=True)
            process.wait(timeout=120)
            subprocess.run(shlex.split(self.arguments.start), check=True, capture_output=True)
            self.wait_for_server()
        else:
            process.send_signal(signal.SIGKILL)
            process.wait()
        # A statement whose client is gone may still be under way: what is in flight now is what the next run finds.
        in_flight = self.in_flight()
        again = self.limbeck(*words)
        return in_flight, again

    def alter_all(self, what):
        for table in TABLES:
            try:
                self.database.rows(f"ALTER TABLE {table} {what}")
            except (sqlite3.Error, subprocess.CalledProcessError):
                pass  # it is not there at this point

    def meddle(self, words, after, row):
        """Somebody else changes the tables between the crash and the next run."""
        process = self.start(*words)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        process.wait()
        row["points"] += 1
        if not self.in_flight():
            return self.limbeck(*words)
        row["in_flight"] += 1
        # The statement of the one that was killed may still be under way: it is over when the table can be altered.
        self.alter_all("ADD COLUMN meddled integer")
        first = self.limbeck(*words)
        said = first.stdout + first.stderr
        if first.returncode == 5 and "meddled" in said:
            row["stopped"] += 1
        elif first.returncode != 0:
            print(f"after a change by somebody else: exit {first.returncode}\n{said}", file=sys.stderr)
            row["wrong"] += 1
        self.alter_all("DROP COLUMN meddled")
        return self.limbeck(*words)

    def statements(self):
        """Kills at each statement, instead of at points in time."""
        a, parts = self.arguments, self.database.parts
        protocols = {"mysql": (Mysql, 3306), "postgres": (Postgres, 5432)}
        if self.database.kind not in protocols:
            raise SystemExit("--statements knows the protocols of MySQL and PostgreSQL")
        protocol, port = protocols[self.database.kind]
        between = protocol(parts.hostname, parts.port or port)
        direct = self.environment["CRASH_URL"]
        login = parts.netloc.rsplit("@", 1)[0]
        through = parts._replace(netloc=f"{login}@127.0.0.1:{between.port}").geturl()
        failures = 0
        ends, wanted = [("migrate",), ("downgrade", "base")], []
        for words in ends:
            self.undisturbed(words)
            wanted.append(self.state())
        # With a command that kills the server, that alone: the other figures are had without it.
        for victim in ["server" if a.kill else "limbeck"]:
            for words in ends:
                self.undisturbed(words)
            for at, (words, want) in enumerate(zip(ends, wanted)):
                # How many there are is counted when it is undisturbed; then back again.
                between.reset(None, None, None)
                self.environment["CRASH_URL"] = through
                self.undisturbed(words)
                self.environment["CRASH_URL"] = direct
                count = len(between.seen)
                self.undisturbed(ends[1 - at])
                figures = {phase: [0, 0, 0] for phase in PHASES}
                for number in range((a.seed - 1) % a.statements, count, a.statements):
                    for phase in PHASES:
                        process = None
                        def strike():
                            if victim == "server":
                                subprocess.run(shlex.split(a.kill), check=True, capture_output=True)
                            else:
                                process.send_signal(signal.SIGKILL)
                        between.reset(number, phase, strike)
                        self.environment["CRASH_URL"] = through
                        process = self.start(*words)
                        self.environment["CRASH_URL"] = direct
                        process.wait(timeout=180)
                        if victim == "server" and between.struck:
                            subprocess.run(shlex.split(a.start), check=True, capture_output=True)
                            self.wait_for_server()
                        in_flight = self.in_flight()
                        again = self.limbeck(*words)
                        row = figures[phase]
                        row[0] += between.struck
                        row[1] += in_flight
                        if again.returncode or self.state() != want:
                            row[2] += 1
                            failures += 1
                            print(f"{victim} killed {phase} statement {number} of {words} "
                                  f"({between.seen[-1:]}): exit {again.returncode}\n{again.stdout}{again.stderr}",
                                  file=sys.stderr, flush=True)
                            if a.stop:
                                raise SystemExit(f"the project is in {self.folder}")
                            self.limbeck("resolve", "--mark-applied" if at == 0 else "--mark-unapplied")
                            self.limbeck(*words)
                        between.reset(None, None, None)
                        self.undisturbed(ends[1 - at])
                    if a.verbose:
                        print(f"{victim}, {words[0]}: statement {number} of {count}, {figures}", file=sys.stderr, flush=True)
                for phase, (points, in_flight, wrong) in figures.items():
                    print(f"{victim:8} killed {phase:6} a statement of {words[0]:10} {points:4} points of {count} statements, "
                          f"{in_flight:4} with a revision in flight, {wrong:3} wrong", flush=True)
                self.undisturbed(words)
        return 1 if failures else 0

    def run(self):
        if self.arguments.statements:
            return self.statements()
        a, out = self.arguments, []
        ends = [("migrate",), ("downgrade", "base")]
        times = [self.undisturbed(words) for words in ends]
        wanted = []
        for words in ends:
            self.undisturbed(words)
            wanted.append(self.state())
        chance = random.Random(a.seed)
        victims = ["limbeck"] + (["server"] if a.kill else [])
        failures = 0
        for victim in victims:
            for at, (words, whole, want) in enumerate(zip(ends, times, wanted)):
                out.append({"victim": victim, "command": words[0], "points": 0, "in_flight": 0, "wrong": 0})
            for n in range(a.points):
                for at, (words, whole, want) in enumerate(zip(ends, times, wanted)):
                    row = out[-2 + at]
                    after = whole * (n + chance.random()) / a.points
                    in_flight, again = self.point(words, after, victim)
                    row["points"] += 1
                    row["in_flight"] += in_flight
                    if again.returncode or self.state() != want:
                        row["wrong"] += 1
                        failures += 1
                        print(f"{victim} killed {after:.3f} s after the start of {words}: exit {again.returncode}\n"
                              f"{again.stdout}{again.stderr}", file=sys.stderr)
                        if a.stop:
                            raise SystemExit(f"the project is in {self.folder}")
                        self.limbeck("resolve", "--mark-applied" if at == 0 else "--mark-unapplied")
                        self.limbeck(*words)
        for at, (words, whole, want) in enumerate(zip(ends, times, wanted)):
            if not a.meddle:
                break
            out.append({"victim": "meddled", "command": words[0], "points": 0, "in_flight": 0, "wrong": 0, "stopped": 0})
        for n in range(a.meddle):
            for at, (words, whole, want) in enumerate(zip(ends, times, wanted)):
                row = out[-2 + at]
                again = self.meddle(words, whole * (n + chance.random()) / a.meddle, row)
                if again.returncode or self.state() != want:
                    row["wrong"] += 1
                    print(f"meddled with {words}: exit {again.returncode}\n{again.stdout}{again.stderr}", file=sys.stderr)
                    self.limbeck("resolve", "--mark-applied" if at == 0 else "--mark-unapplied")
                    self.limbeck(*words)
        failures += sum(row["wrong"] for row in out if row["victim"] == "meddled")
        for row in out:
            if "stopped" in row:
                print(f"meddled with during {row['command']:10} {row['points']:4} points, {row['in_flight']:4} with a revision "
                      f"in flight, {row['stopped']:4} stopped with the difference, {row['wrong']:3} wrong")
                continue
            print(f"{row['victim']:8} killed during {row['command']:10} {row['points']:4} points, "
                  f"{row['in_flight']:4} with a revision in flight, {row['wrong']:3} wrong")
        print(f"undisturbed: migrate {times[0]:.2f} s, downgrade {times[1]:.2f} s")
        return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limbeck", required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--points", type=int, default=40)
    parser.add_argument("--statements", type=int, nargs="?", const=1, default=0, help="kill at each, or each Nth, statement")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=60000, help="of the table whose statements take long; at most 100000")
    parser.add_argument("--kill", help="the command that kills the server")
    parser.add_argument("--start", help="the command that starts it again")
    parser.add_argument("--meddle", type=int, default=0, help="how often somebody changes the tables in between")
    parser.add_argument("--verbose", action="store_true", help="say what each statement came to")
    parser.add_argument("--stop", action="store_true", help="stop at the first thing that is wrong")
    arguments = parser.parse_args()
    arguments.limbeck = str(Path(arguments.limbeck).resolve())
    sys.exit(Matrix(arguments).run())


if __name__ == "__main__":
    main()
