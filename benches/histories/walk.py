#!/usr/bin/env python3
"""Walks a long history with limbeck, step by step, and all the way back.

    walk.py --limbeck PATH --accept FOLDER SERVER FOLDER [--to N] [--once]

FOLDER holds 0001.sql, 0002.sql, … (generate.py, postgres.py), each a whole schema; SERVER is pg15, pg18, mariadb or mysql;
--accept names the folder with databases.py and roundtrip.py, whose reading of a server's own dump is the judge.

Each step: rows in the tables, `makemigrations --to` a database of that step, `migrate`; the result must be that step and
no row be lost; `downgrade -1` must lead back, and `migrate` up again (not with --once). In the end `downgrade base` must
leave nothing. The project is one from the first step to the last, so that the way back is that of all steps. Before it the
default partitions are emptied, since a row that has come there meanwhile may be one of a part that comes again, and the
server rightly refuses that. A step that goes wrong is said and ends the walk.
"""
import argparse, os, sys, tempfile, time
from pathlib import Path


DEFAULTS = ("SELECT oid::regclass FROM pg_catalog.pg_class WHERE relispartition AND relkind = 'r' "
            "AND pg_catalog.pg_get_expr(relpartbound, oid) = 'DEFAULT'")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limbeck", required=True)
    parser.add_argument("--accept", required=True)
    parser.add_argument("--to", type=int, default=9999, help="the number of the last step")
    parser.add_argument("--once", action="store_true", help="not each step back and up again")
    parser.add_argument("server")
    parser.add_argument("folder", type=Path)
    a = parser.parse_args()
    sys.path.insert(0, a.accept)
    import databases as db
    import roundtrip as trip

    trip.LIMBECK = str(Path(a.limbeck).resolve())
    server, tag = a.server, f"walk{os.getpid()}_{a.folder.name}"
    source, target = tag + "_s", tag + "_t"
    begun = time.monotonic()
    try:
        db.create(server, source), db.create(server, target)
        with tempfile.TemporaryDirectory() as home:
            trip.project(home, server, target)
            done, problem = walk(db, trip, a, home, source, target, begun)
            problem = problem or back(db, trip, server, home, target)
    finally:
        for name in (source, target):
            db.drop(server, name)
    print(f"{server} {a.folder.name}: {done} steps and back to nothing, {time.monotonic() - begun:.0f} s, "
          f"{f'WRONG: {problem}' if problem else 'nothing wrong'}", flush=True)
    sys.exit(1 if problem else 0)


def walk(db, trip, a, home, source, target, begun):
    """The steps one after the other: how many were right, and what is wrong with the one behind them."""
    server, done, before = a.server, 0, trip.objects(a.server, source)
    for path in sorted(path for path in a.folder.glob("[0-9]*.sql") if int(path.stem) <= a.to):
        db.create(server, source)
        db.load(server, source, path.read_text())
        want = trip.objects(server, source)
        if want == before:
            continue
        db.seed(server, target, trip.wants_more(before, want))
        rows = db.counts(server, target)
        problem = step(db, trip, server, home, source, target, path.stem, before, want, rows, a.once)
        if problem:
            return done, f"{path.name}: {problem}"
        before, done = want, done + 1
        if done % 10 == 0:
            print(f"{server}: {done} steps, {len(want)} objects, {time.monotonic() - begun:.0f} s", flush=True)
    return done, None


def back(db, trip, server, home, target):
    """What is wrong with the way back of all steps."""
    if db.is_pg(server):
        for table, in db.query(server, target, DEFAULTS):
            db.load(server, target, f"DELETE FROM {table};")
    code, said = trip.run(home, "downgrade", "base", "-y", "--allow-destructive", timeout=3000)
    left = trip.objects(server, target)
    return f"downgrade base exit {code}, leaves {sorted(left)[:9]}\n{said[-2000:]}" if code or left else None


def step(db, trip, server, home, source, target, message, before, want, rows, once):
    """What is wrong with one step, there and back and there."""
    said = lambda differing: "; ".join(" ".join(d[:3]) for d in differing[:5])
    differing, error = trip.step(home, server, source, target, message)
    differing = [d for d in differing or [] if not (db.is_pg(server) and d[1] == "column order")]
    if error or differing:
        return error or f"{len(differing)} differ: {said(differing)}"
    now = db.counts(server, target)
    lost = {t: (n, now[t]) for t, n in rows.items() if t in now and now[t] < n}
    if lost:
        return f"rows lost: {lost}"
    if once:
        return None
    code, words = trip.run(home, "downgrade", "-1", "-y", "--allow-destructive")
    undone = trip.differences(server, before, trip.objects(server, target))
    if code or undone:
        return f"downgrade exit {code}: {words[-400:] if code else said(undone)}"
    code, words = trip.run(home, "migrate", "-y", "--allow-destructive")
    differing = trip.differences(server, want, trip.objects(server, target))
    if code or differing:
        return f"up again: exit {code}: {words[-400:] if code else said(differing)}"
    return None


if __name__ == "__main__":
    main()
