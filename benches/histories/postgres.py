#!/usr/bin/env python3
"""A long history of a rich schema for PostgreSQL 15 and newer: FOLDER/0001.sql, 0002.sql, … each the whole schema.

    postgres.py FOLDER [--steps N] [--seed N] [--tables N] [--rich N]

Each file first empties the database it is run in. Each step changes one to four things by chance, out of all that
PostgreSQL has: tables (partitioned, inherited), columns, types, functions, views on views, triggers, policies, …
What stands on what is changed is left standing on it. Rows that are there fit every step. Needs nothing but Python 3.

Every name is a number in the texts of the world: \\x01 12 \\x02 is the name with its schema, \\x03 12 \\x02 without, \\x04 12 \\x02
is the first as a literal. So what stands on what can be read in the texts, and a name can change.
"""
import copy, random, re

from writing import arguments, write

EMPTY = r"""
SET client_min_messages = warning;
SET check_function_bodies = on;
DO $empty$
DECLARE r record;
BEGIN
  FOR r IN SELECT format('DROP EVENT TRIGGER %I', evtname) AS s FROM pg_event_trigger LOOP EXECUTE r.s; END LOOP;
  FOR r IN SELECT format('DROP PUBLICATION %I', pubname) AS s FROM pg_publication LOOP EXECUTE r.s; END LOOP;
  FOR r IN SELECT format('DROP EXTENSION %I CASCADE', extname) AS s FROM pg_extension WHERE extname <> 'plpgsql' LOOP EXECUTE r.s; END LOOP;
  FOR r IN SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname) AS s FROM pg_foreign_data_wrapper LOOP EXECUTE r.s; END LOOP;
  FOR r IN SELECT format('DROP SCHEMA %I CASCADE', nspname) AS s FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema') LOOP
    EXECUTE r.s;
  END LOOP;
  LOOP
    SELECT format('DROP %s %s CASCADE', CASE t.type WHEN 'composite type' THEN 'type' ELSE t.type END, t.identity) AS s INTO r
      FROM pg_depend d, pg_identify_object(d.classid, d.objid, d.objsubid) t
      WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'public'::regnamespace AND d.deptype = 'n' AND t.type <> 'statistics object'
        AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = d.classid AND i.objid = d.objid AND i.refobjid <> i.objid AND i.deptype = 'i') LIMIT 1;
    EXIT WHEN NOT FOUND;
    EXECUTE r.s;
  END LOOP;
  FOR r IN SELECT format('DROP CAST (%s AS %s)', castsource::regtype, casttarget::regtype) AS s FROM pg_cast WHERE oid >= 16384 LOOP EXECUTE r.s; END LOOP;
END $empty$;
"""

# What a type may become, rows and all. {e} an enum, {d} a domain over int, {x} a domain over text, {k} a composite type.
NEXT = {"smallint": ["integer", "text"], "integer": ["bigint", "numeric(12,2)", "text", "{d}", "double precision"],
        "bigint": ["integer", "numeric(12,2)", "numeric", "text"], "numeric(12,2)": ["numeric", "integer", "text", "money"],
        "numeric": ["numeric(12,2)", "double precision"], "varchar(20)": ["varchar(90)", "text", "{x}", "citext"],
        "varchar(90)": ["text", "char(30)", "varchar(20)"], "text": ["varchar(90)", "integer", "{x}", "{e}", "citext", "json", "text[]"],
        "citext": ["text"], "char(30)": ["varchar(90)"], "money": ["numeric(12,2)"], "{d}": ["integer", "bigint", "{d}"], "{x}": ["text", "varchar(20)", "{x}"],
        "{e}": ["text", "{e}"], "{e}[]": ["text[]"], "text[]": ["varchar(20)[]", "{e}[]", "{x}[]"], "varchar(20)[]": ["text[]"], "{x}[]": ["text[]"],
        "integer[]": ["bigint[]", "{d}[]"], "bigint[]": ["integer[]"], "{d}[]": ["integer[]"], "date": ["timestamp", "text"],
        "timestamp": ["timestamptz", "date", "timestamp(3)"], "timestamp(3)": ["timestamp"], "timestamptz": ["timestamp"], "time": ["interval", "timetz"],
        "interval": ["time", "interval hour to minute"], "timetz": ["time"], "json": ["jsonb", "text"], "jsonb": ["json"], "real": ["double precision"],
        "double precision": ["real", "numeric"], "boolean": ["integer", "text"], "inet": ["cidr", "text"], "cidr": ["inet"], "bit(5)": ["bit varying(9)"],
        "bit varying(9)": ["bit(5)"], "bytea": [], "uuid": ["text"], "int4range": ["int8range_", "text"], "xml": ["text"], "{k}": [], "{k}[]": [], "point": [],
        "tsvector": ["text"], "interval hour to minute": ["interval"]}
# Values that survive any way through NEXT are numbers; the rest is NULL in the rows.
DEFAULT = {"smallint": ["7", "-1"], "integer": ["7", "-3", "(1 + 2)"], "bigint": ["99", "7"], "numeric(12,2)": ["1.50", "'7'"], "varchar(20)": ["'7'", "'3'"],
           "varchar(90)": ["'7'", "lower('3')"], "text": ["'7'", "'5'::text", "''||7"], "numeric": ["7"], "double precision": ["7"], "{d}": ["7"], "{x}": ["'7'"]}
TEXTS = ["varchar(20)", "varchar(90)", "text"]
NUMBERS = ["smallint", "integer", "bigint", "numeric(12,2)", "numeric"]
PLAIN = [*DEFAULT, *NEXT]


def bare(n): return f"\x03{n}\x02"
def full(n): return f"\x01{n}\x02"
def text(n): return f"\x04{n}\x02"


MENTION = re.compile("[\x01\x03\x04](\\d+)\x02")
WORDS = re.compile("\x05(\\d+):(\\d+)\x02")


class Not(Exception):
    """That change does not go here."""


class World:
    def __init__(self, seed, tables, rich):
        self.chance, self.number = random.Random(seed), 0
        # names: number -> [schema's number or None, identifier]; units: key -> dict; home: number -> key of the unit that makes it.
        self.names, self.units, self.home = {}, {}, {}
        public = self.new("schema", "public", None, ident="public")
        self.schemas = [public]
        for extension in ("citext", "btree_gist", "pg_trgm"):
            self.unit("extension", f"CREATE EXTENSION {extension} SCHEMA public;", name=extension)
        self.citext = True
        for _ in range(2):
            self.try_one(self.add_schema)
        for _ in range(3):
            for make in (self.add_enum, self.add_domain, self.add_composite, self.add_function, self.add_function):
                self.try_one(make)
        for _ in range(tables):
            self.try_one(self.add_table)
        for _ in range(rich):
            self.change()

    # ---- names and units

    def ident(self, prefix):
        self.number += 1
        n, r = self.number, self.chance.random()
        if r < 0.62:
            return f"{prefix}_{n}"
        if r < 0.67:
            return (f"{prefix}_{n}_" + "long_" * 20)[:63]
        return self.chance.choice([f"{prefix.upper()}{n}", f"{prefix} {n}", f"{prefix}ä{n}", f'{prefix}"q"{n}', f"{prefix}.{n}", f"{prefix}'{n}" if prefix not in "tpis" else f"{prefix}&{n}",
                                   f"{prefix}\\{n}", f"日本{n}", f"{prefix}-{n}", f"%s{n}", f"${n}", f"{{{n}}}", f"Select{n}"])

    def name(self, prefix, schema=None):
        ident = self.ident(prefix)
        self.names[self.number] = [schema, ident]
        return self.number

    def new(self, kind, body, schema, ident=None, prefix=None):
        if ident:
            self.number += 1
            self.names[self.number] = [schema, ident]
            n = self.number
        else:
            n = self.name(prefix or kind[0], schema)
        self.home[n] = self.unit(kind, body, name=n)
        return n

    def unit(self, kind, body, **more):
        self.number += 1
        self.units[self.number] = dict(kind=kind, body=body, **more)
        return self.number

    def schema(self):
        return self.chance.choice(self.schemas + self.schemas[:1])

    def of(self, *kinds):
        return [k for k, u in self.units.items() if u["kind"] in kinds]

    def one(self, *kinds, where=lambda u: True):
        found = [k for k in self.of(*kinds) if where(self.units[k])]
        if not found:
            raise Not
        return self.chance.choice(found)

    def quoted(self, ident):
        return ident if re.fullmatch("[a-z_][a-z0-9_]*", ident) else '"' + ident.replace('"', '""') + '"'

    def full(self, n):
        schema, ident = self.names[n]
        return (self.quoted(self.names[schema][1]) + "." if schema else "") + self.quoted(ident)

    def render(self, body):
        def word(m):
            words = self.units[int(m[1])]["words"]
            return words[int(m[2]) % len(words)].replace("'", "''")

        def put(m):
            n = int(m[1])
            return {"\x01": self.full(n), "\x03": self.quoted(self.names[n][1]), "\x04": "'" + self.full(n).replace("'", "''") + "'"}[m[0][0]]
        return MENTION.sub(put, WORDS.sub(word, body))

    # ---- what stands on what

    def body(self, key):
        u = self.units[key]
        return getattr(self, "sql_" + u["kind"].replace(" ", "_"), lambda u: u["body"])(u)

    def web(self):
        """key -> keys of what it stands on."""
        web = {}
        for key in self.units:
            body = self.body(key)
            on = {self.home[int(n)] for n in MENTION.findall(body)} | {int(n) for n, _ in WORDS.findall(body)}
            on |= {self.home[self.names[int(n)][0]] for n in MENTION.findall(body) if self.names[int(n)][0]}
            on |= set(self.units[key].get("after", ()))
            if "citext" in body and self.units[key]["kind"] != "extension":
                on.add(self.of("extension")[0])
            web[key] = on - {key}
        return web

    def order(self):
        web, done, out = self.web(), {}, []
        for first in sorted(self.units, key=lambda k: (("schema", "extension", "domain", "domain check", "").index(self.units[k]["kind"] if "domain" in self.units[k]["kind"] or self.units[k]["kind"] in ("schema", "extension") else ""), k)):
            stack = [(first, None)]
            while stack:
                key, rest = stack.pop()
                if rest is None:
                    if key in done:
                        if done[key] == 0:
                            raise Not
                        continue
                    if key not in web:
                        raise Not
                    done[key], rest = 0, sorted(web[key])
                for i, on in enumerate(rest):
                    if done.get(on) == 0:
                        raise Not
                    if on not in done:
                        stack += [(key, rest[i:]), (on, None)]
                        break
                else:
                    done[key] = 1
                    out.append(key)
        return out

    def users(self, key):
        return [k for k, on in self.web().items() if key in on]

    def mentions(self, n, but=()):
        return [k for k in self.units if k not in but and str(n) in MENTION.findall(self.body(k))]

    def drop(self, key, most=5):
        """Away with it and with what stands on it, if that is not too much."""
        web, gone = self.web(), {key}
        while more := {k for k, on in web.items() if on & gone} - gone:
            gone |= more
            if len(gone) > most:
                raise Not
        tables = [k for k in gone if self.units[k]["kind"] == "table"]
        if len(tables) > 1 or (tables and len(self.of("table")) < 5):
            raise Not
        for k in gone:
            self.forget(k)

    def forget(self, key):
        u = self.units.pop(key)
        if u["kind"] == "schema":
            self.schemas.remove(u["name"])
        for n in [n for n, k in self.home.items() if k == key]:
            del self.home[n]

    # ---- schemas

    def add_schema(self):
        if len(self.schemas) < 5:
            n = self.new("schema", "", None, prefix="s")
            self.units[self.home[n]]["body"] = f"CREATE SCHEMA {bare(n)};"
            self.schemas.append(n)

    def sql_schema(self, u):
        return "" if u["body"] == "public" else u["body"]

    # ---- types

    def add_enum(self):
        n = self.new("enum", None, self.schema(), prefix="e")
        self.units[self.home[n]]["words"] = [f"w{self.number}", f"it's {self.number}", f"ü{self.number}", f"W-{self.number}"]

    def sql_enum(self, u):
        words = ", ".join("'" + w.replace("'", "''") + "'" for w in u["words"])
        return f"CREATE TYPE {full(u['name'])} AS ENUM ({words});"

    def change_enum(self):
        key = self.one("enum")
        u = self.units[key]
        words, what = u["words"], self.chance.choice(["add", "add", "rename", "remove", "reorder"])
        self.number += 1
        if what == "add":
            words.insert(self.chance.randint(0, len(words)), f"new {self.number}")
        elif what == "rename":
            words[self.chance.randrange(len(words))] = f"re{self.number}"
        elif what == "remove" and len(words) > 3:
            del words[self.chance.randrange(1, len(words))]
        elif what == "reorder":
            self.chance.shuffle(words)

    def word(self, key):
        return f"'\x05{key}:{self.chance.randrange(3)}\x02'"

    def add_domain(self):
        r = self.chance.random()
        base = self.chance.choice(["integer", "bigint", "numeric(12,2)"]) if r < 0.5 else self.chance.choice(["text", "varchar(90)"])
        n = self.new("domain", None, self.schema(), prefix="d")
        u = self.units[self.home[n]]
        u.update(base=base, default=None, over="d" if r < 0.5 else "x", collate=None, null=True)
        if self.chance.random() < 0.3 and (others := [k for k in self.of("domain") if k != self.home[n] and self.units[k]["over"] == u["over"]]):
            u["base"] = full(self.units[self.chance.choice(others)]["name"])
        if self.chance.random() < 0.5:
            self.domain_check(self.home[n])

    def sql_domain(self, u):
        return (f"CREATE DOMAIN {full(u['name'])} AS {u['base']}" + (f" COLLATE {u['collate']}" if u["collate"] else "")
                + (f" DEFAULT {u['default']}" if u["default"] else "") + ";")

    def domain_check(self, key=None):
        key = key or self.one("domain")
        n = self.name("dc")
        u = self.units[key]
        test = f"VALUE IS NULL OR length(VALUE::text) < {900 + n}"
        if self.chance.random() < 0.4 and u["over"] == "d":
            test = f"VALUE IS NULL OR {self.call('VALUE::integer')} IS NOT NULL"
        self.home[n] = self.unit("domain check", f"ALTER DOMAIN {full(u['name'])} ADD CONSTRAINT {bare(n)} CHECK ({test})"
                                 f"{self.chance.choice(['', '', ' NOT VALID'])};", name=n)

    def change_domain(self):
        key = self.one("domain")
        u = self.units[key]
        what = self.chance.choice(["default", "base", "check", "drop check", "collate"])
        if what == "default":
            u["default"] = None if u["default"] else self.chance.choice(["7", "'3'"])
        elif what == "base":
            if "\x01" in u["base"]:
                u["base"] = "integer" if u["over"] == "d" else "text"
            else:
                u["base"] = self.chance.choice(["integer", "bigint", "numeric(12,2)"] if u["over"] == "d" else ["text", "varchar(90)"])
        elif what == "check":
            self.domain_check(key)
        elif what == "collate" and u["over"] == "x" and "\x01" not in u["base"]:
            u["collate"] = self.chance.choice([None, '"C"', *(full(self.units[k]["name"]) for k in self.of("collation"))])
        elif what == "drop check":
            self.drop(self.one("domain check"), 1)

    def add_composite(self):
        n = self.new("composite", None, self.schema(), prefix="k")
        u = self.units[self.home[n]]
        u["attributes"] = {}
        for _ in range(self.chance.randint(2, 4)):
            self.attribute(u)

    def attribute(self, u, at=None):
        a = self.name("a", None)
        self.home[a] = self.home[u["name"]]
        options = ["integer", "text", "numeric(12,2)", "varchar(20)", "date", "text[]", "{e}", "{d}", "{x}"]
        u["attributes"][a] = self.chance.choice(options).replace("{", "\x06").replace("\x06", "{")
        u["attributes"][a] = self.type(u["attributes"][a])

    def sql_composite(self, u):
        return f"CREATE TYPE {full(u['name'])} AS (" + ", ".join(f"{bare(a)} {t}" for a, t in u["attributes"].items()) + ");"

    def change_composite(self):
        u = self.units[self.one("composite")]
        what, a = self.chance.choice(["add", "drop", "type", "rename"]), self.chance.choice(list(u["attributes"]))
        if what == "add":
            self.attribute(u)
        elif what == "drop" and len(u["attributes"]) > 2 and not self.mentions(a, [self.home[u["name"]]]):
            del u["attributes"][a], self.home[a]
        elif what == "type":
            u["attributes"][a] = self.type(self.chance.choice(["integer", "text", "bigint", "{e}", "{d}", "{x}"]))
        elif what == "rename" and self.chance.random() < 0.3:
            self.names[a][1] = self.ident("a")

    def add_range(self):
        n = self.new("range", None, self.schema(), prefix="r")
        m = self.name("mr", self.names[n][0])
        self.home[m] = self.home[n]
        sub = self.chance.choice(["integer", "text", "numeric", "date"])
        self.units[self.home[n]]["body"] = (f"CREATE TYPE {full(n)} AS RANGE (SUBTYPE = {sub}"
            + (', COLLATION = "C"' if sub == "text" else "") + (f", MULTIRANGE_TYPE_NAME = {full(m)}" if self.chance.random() < 0.6 else "") + ");")

    def type(self, family):
        """A type's text for its family: {e} is some enum …"""
        family = family.replace("int8range_", "text")
        for sign, kind, over in (("{e}", "enum", None), ("{d}", "domain", "d"), ("{x}", "domain", "x"), ("{k}", "composite", None)):
            if sign in family:
                family = family.replace(sign, full(self.units[self.one(kind, where=lambda u: over is None or u["over"] == over)]["name"]))
        return family

    def add_collation(self):
        n = self.new("collation", None, self.schema(), prefix="co")
        how = self.chance.choice(["provider = libc, locale = 'C'", "provider = icu, locale = 'de-u-co-phonebk'", "provider = icu, locale = 'und', deterministic = false",
                                  "provider = libc, locale = 'POSIX'"])
        self.units[self.home[n]]["body"] = f"CREATE COLLATION {full(n)} ({how});"
        self.units[self.home[n]]["sure"] = "false" not in how

    # ---- tables

    def column(self, kinds=PLAIN):
        family = self.chance.choice(kinds)
        c = {"family": family, "type": self.type(family), "default": None, "null": True, "gen": None, "identity": None, "collate": None, "virgin": True,
             "storage": None, "compression": None, "statistics": None, "distinct": None}
        if family in DEFAULT and self.chance.random() < 0.5:
            c["default"], c["virgin"] = self.chance.choice(DEFAULT[family]), False
            c["null"] = self.chance.random() < 0.5
        if family in TEXTS and self.chance.random() < 0.15:
            c["collate"] = self.chance.choice(['"C"', '"POSIX"', *(full(self.units[k]["name"]) for k in self.of("collation"))])
        return c

    def add_table(self):
        n = self.name("t", self.schema())
        key = self.unit("table", None, name=n, columns={}, how="plain", of=None, bound=None, local=True, unlogged=self.chance.random() < 0.1,
                        with_={}, pk=None, by=None, security=None, identity=None, cluster=None)
        self.home[n] = key
        u = self.units[key]
        one = self.add_column(u, dict(self.column(["integer"]), default=None, null=False, virgin=False), "id")
        if self.chance.random() < 0.2:
            u["columns"][one]["identity"] = "GENERATED BY DEFAULT AS IDENTITY"
        u["id"] = one
        keys = [one]
        if self.chance.random() < 0.2:
            u["by"] = self.chance.choice(["LIST", "RANGE", "HASH", "RANGE ID"])
            u["unlogged"] = False
            if u["by"] in ("LIST", "RANGE"):
                kind = dict(self.column(["text"]), default="'7'", null=False, collate=None) if u["by"] == "LIST" else dict(self.column(["date"]), default="'2020-01-01'", null=False)
                keys.append(self.add_column(u, dict(kind, fixed=True, virgin=False), "part"))
            u["key"] = keys[-1]
        for _ in range(self.chance.randint(2, 7)):
            self.add_column(u, self.column())
        if self.chance.random() < 0.9 or u["by"]:
            p = self.name("pk")
            self.home[p] = key
            u["pk"] = (p, keys)
        if u["by"]:
            for _ in range(self.chance.randint(1, 3)):
                self.add_part(u)
        return key

    def add_column(self, u, column, prefix="c"):
        c = self.name(prefix)
        u["columns"][c] = column
        self.home[c] = self.home[u["name"]]
        return c

    FIRST = re.compile("'7'|MINVALUE|FROM .0")

    def is_whole(self, u):
        """Whether rows of a part have nowhere else to go."""
        return not any(p["kind"] == "table" and p["how"] == "part" and p["of"] == u["of"] and p["bound"] == "DEFAULT" for p in self.units.values())

    def bound(self, by, taken):
        """Where a part of it stands; the first one takes the rows that stand in for all."""
        if by == "HASH":
            return f"FOR VALUES WITH (MODULUS 4, REMAINDER {taken})" if taken < 4 else None
        if taken == 1 and by != "HASH":
            return "DEFAULT"
        if by == "LIST":
            return f"FOR VALUES IN ({chr(39)}{7 if taken == 0 else 100 + taken}{chr(39)}, 'more {taken}')"
        if by == "RANGE ID":
            return f"FOR VALUES FROM ({taken * 1000}) TO ({taken * 1000 + 1000})"
        return f"FOR VALUES FROM ('{2020 + taken}-01-01') TO ('{2021 + taken}-01-01')" if taken else "FOR VALUES FROM (MINVALUE) TO ('2021-01-01')"

    def add_part(self, u=None):
        u = u or self.units[self.one("table", where=lambda u: u["by"])]
        taken = u["taken"] = u.get("taken", -1) + 1
        bound = self.bound(u["by"], taken)
        parts = [p["bound"] for p in self.units.values() if p["kind"] == "table" and p.get("of") == u["name"] and p["how"] == "part"]
        # Rows would be in the way of the first one, on the way back.
        if not bound or (bound == "DEFAULT" and not any(self.FIRST.search(other) for other in parts)):
            raise Not
        n = self.name("p", self.schema())
        key = self.unit("table", None, name=n, columns={}, how="part", of=u["name"], bound=bound, local=True, unlogged=False, with_={}, pk=None, by=None,
                        security=None, identity=None, cluster=None, id=None)
        self.home[n] = key
        if taken and "FOR" in bound and self.chance.random() < 0.25:
            v = self.units[key]
            v["by"], v["key"], v["id"] = "HASH", u["id"], u["id"]
            for _ in range(2):
                self.add_part(v)

    def add_child(self):
        p = self.units[self.one("table", where=lambda u: u["how"] == "plain" and not u["by"])]
        n = self.name("i", self.schema())
        key = self.unit("table", None, name=n, columns={}, how="child", of=p["name"], bound=None, local=True, unlogged=False, with_={}, pk=None, by=None,
                        security=None, identity=None, cluster=None, id=p["id"])
        self.home[n] = key
        for _ in range(self.chance.randint(0, 2)):
            self.add_column(self.units[key], self.column())

    def sql_table(self, u):
        unlogged = "UNLOGGED " if u["unlogged"] else ""
        options = f" WITH ({', '.join(f'{k}={v}' for k, v in u['with_'].items())})" if u["with_"] else ""
        by = ""
        if u["by"]:
            by = f" PARTITION BY {u['by'].split()[0]} ({bare(u['key'])})"
            options = ""
        lines = [self.column_sql(c, d) for c, d in u["columns"].items()]
        if u["pk"]:
            lines.append(f"CONSTRAINT {bare(u['pk'][0])} PRIMARY KEY ({', '.join(bare(c) for c in u['pk'][1])})")
        n = full(u["name"])
        if u["how"] == "part":
            out = f"CREATE TABLE {n} PARTITION OF {full(u['of'])} {u['bound']}{by}{options};"
        else:
            out = f"CREATE {unlogged}TABLE {n} (\n  " + ",\n  ".join(lines) + "\n)" + (f" INHERITS ({full(u['of'])})" if u["how"] == "child" else "") + by + options + ";"
        for c, d in u["columns"].items():
            for what, word in (("storage", "STORAGE"), ("compression", "COMPRESSION"), ("statistics", "STATISTICS")):
                if d[what] is not None:
                    out += f"\nALTER TABLE {n} ALTER {bare(c)} SET {word} {d[what]};"
            if d["distinct"] is not None:
                out += f"\nALTER TABLE {n} ALTER {bare(c)} SET (n_distinct={d['distinct']});"
        if u["security"]:
            out += f"\nALTER TABLE {n} ENABLE ROW LEVEL SECURITY;" + (f"\nALTER TABLE {n} FORCE ROW LEVEL SECURITY;" if u["security"] == 2 else "")
        if u["identity"]:
            out += f"\nALTER TABLE {n} REPLICA IDENTITY {u['identity']};"
        return out

    def column_sql(self, c, d):
        line = f"{bare(c)} {d['type']}" + (f" COLLATE {d['collate']}" if d["collate"] else "")
        if d["gen"]:
            return line + f" GENERATED ALWAYS AS ({d['gen']}) STORED"
        if d["identity"]:
            line += " " + d["identity"]
        if d["default"]:
            line += f" DEFAULT {d['default']}"
        return line + ("" if d["null"] else " NOT NULL")

    def table(self, *how):
        how = how or ("plain", "child")
        key = self.one("table", where=lambda u: u["how"] in how)
        return key, self.units[key]

    def a_column(self, u, families=None, fixed=False):
        found = [c for c, d in u["columns"].items() if c != u["id"] and (fixed or not d.get("fixed")) and not d.get("refers") and (families is None or d["family"] in families)
                 and not d["gen"]]
        if not found:
            raise Not
        return self.chance.choice(found)

    def new_column(self):
        _, u = self.table("plain")
        self.add_column(u, self.column())

    def drop_column(self):
        key, u = self.table()
        c = self.chance.choice([c for c in u["columns"] if c != u["id"] and not u["columns"][c].get("fixed")] or [None])
        if c is None or any(str(c) in MENTION.findall(d["gen"] or "") for d in u["columns"].values()):
            raise Not
        users = self.mentions(c, [key])
        if len(u["columns"]) < 3 or any(self.units[k]["kind"] == "table" for k in users):
            raise Not
        web, gone = self.web(), set(users)
        while more := {k for k, on in web.items() if on & gone} - gone:
            gone |= more
        if len(gone) > 4 or any(self.units[k]["kind"] == "table" for k in gone):
            raise Not
        for k in gone:
            self.forget(k)
        del u["columns"][c], self.home[c]

    def rename_column(self):
        _, u = self.table("plain")
        self.names[self.a_column(u)][1] = self.ident("c")

    def change_type(self):
        key, u = self.table("plain")
        c = self.a_column(u)
        d = u["columns"][c]
        if d["family"] not in NEXT or not NEXT[d["family"]]:
            raise Not
        new = self.chance.choice(NEXT[d["family"]])
        if not d["virgin"] and new not in DEFAULT:
            raise Not
        users = [self.units[k] for k in self.mentions(c, [key])]
        if any("USING gin" in x["body"] for x in users if x["kind"] == "index"):
            raise Not
        narrow = new not in TEXTS + NUMBERS + ["{d}", "{x}"]
        if narrow and any(x["kind"] in ("statistics", "unique", "exclude", "index", "publication") for x in users):
            raise Not
        # What is computed out of it stays computable.
        if any(str(c) in MENTION.findall(o["gen"] or "") for o in u["columns"].values()) and new not in (NUMBERS if d["family"] in NUMBERS else TEXTS):
            raise Not
        if any(x["kind"] in ("exclude",) for x in users) and new not in NUMBERS:
            raise Not
        if any(re.search(r"pattern_ops|trgm|lower\(|COLLATE", self.body(k)) for k in self.mentions(c, [key])) and new not in TEXTS:
            raise Not
        if any(x["kind"] == "default" and x["column"] == c for x in users) and new not in NUMBERS + TEXTS:
            raise Not
        d["family"], d["type"] = new, self.type(new)
        d["default"] = self.chance.choice(DEFAULT[new]) if d["default"] else None
        d["collate"] = d["collate"] if new in TEXTS else None
        d["storage"] = d["compression"] = None

    def default(self):
        key, u = self.table("plain")
        c = self.a_column(u, DEFAULT)
        d = u["columns"][c]
        for k in [k for k in self.of("default") if self.units[k]["column"] == c]:
            self.forget(k)
        if d["identity"]:
            raise Not
        if d["default"] and d["null"]:
            d["default"] = None
        elif d["family"] in ("integer", "bigint", "numeric", "text") and self.chance.random() < 0.4:
            d["virgin"] = False
            d["default"] = None
            d["null"] = True
            self.unit("default", f"ALTER TABLE {full(u['name'])} ALTER {bare(c)} SET DEFAULT {self.call('7')};", column=c)
        elif d["family"] in ("integer", "bigint") and self.chance.random() < 0.5 and self.of("sequence"):
            d["virgin"], d["null"], d["default"] = False, True, None
            s = self.units[self.one("sequence")]["name"]
            self.unit("default", f"ALTER TABLE {full(u['name'])} ALTER {bare(c)} SET DEFAULT nextval({text(s)});", column=c)
        else:
            d["default"], d["virgin"] = self.chance.choice(DEFAULT[d["family"]]), False

    def null(self):
        _, u = self.table("plain")
        d = u["columns"][self.a_column(u)]
        if d["identity"]:
            raise Not
        d["null"] = not d["null"] if d["default"] else True

    def identity(self):
        key, u = self.table("plain")
        c = self.chance.choice([u["id"], u["id"], self.a_column(u, ["integer", "bigint", "smallint"])])
        d = u["columns"][c]
        if d["identity"] and self.chance.random() < 0.4:
            d["identity"] = None
        elif d["identity"] or not (d["default"] or any(self.units[k].get("column") == c for k in self.of("default"))) and (c == u["id"] or not d["null"]) and not u["by"]:
            options = self.chance.choice(["", " (START WITH 100 INCREMENT BY 5)", " (MINVALUE 1 MAXVALUE 5000 CYCLE)", " (CACHE 7)"])
            d["identity"] = f"GENERATED {self.chance.choice(['ALWAYS', 'BY DEFAULT'])} AS IDENTITY{options}"
            d["virgin"] = False

    def generated(self):
        _, u = self.table("plain")
        c = self.a_column(u, NUMBERS + TEXTS)
        d = u["columns"][c]
        if d["family"] in NUMBERS:
            family, kind, expression = self.chance.choice([("numeric", "numeric", f"{bare(c)} * 2 + 1"), ("text", "text", f"coalesce({bare(c)}::text, 'none')"),
                ("integer", "integer", self.call(f"{bare(c)}::integer"))])
        else:
            family, kind, expression = self.chance.choice([("integer", "integer", f"length({bare(c)})"), ("text", "text", f"lower({bare(c)}) || '!'")])
        if self.chance.random() < 0.8:
            self.add_column(u, dict(self.column([family]), type=kind, family="computed", default=None, null=True, collate=None, gen=expression), "g")
        elif found := [x for x in u["columns"].values() if x["gen"]]:
            x = self.chance.choice(found)
            x["gen"] = expression if x["type"] == kind else x["gen"]

    def column_attribute(self):
        _, u = self.table("plain")
        c = self.a_column(u)
        d = u["columns"][c]
        what = self.chance.choice(["storage", "compression", "statistics", "distinct", "collate"])
        if what == "storage" and d["family"] in [*TEXTS, "jsonb", "bytea", "json", "text[]"]:
            d[what] = self.chance.choice([None, "EXTERNAL", "MAIN", "PLAIN"])
        elif what == "compression" and d["family"] in [*TEXTS, "jsonb", "bytea", "json"]:
            d[what] = self.chance.choice([None, "pglz"])
        elif what == "statistics":
            d[what] = self.chance.choice([None, 0, 500])
        elif what == "distinct":
            d[what] = self.chance.choice([None, -0.5, 100])
        elif what == "collate" and d["family"] in TEXTS and not any(str(c) in MENTION.findall(o["gen"] or "") for o in u["columns"].values()):
            sure = [full(self.units[k]["name"]) for k in self.of("collation") if self.units[k]["sure"]]
            d[what] = self.chance.choice([None, '"C"', *sure])

    def table_attribute(self):
        key, u = self.table("plain", "child", "part")
        what = self.chance.choice(["with", "with", "unlogged", "security", "identity", "move"])
        if what == "with" and not u["by"]:
            option, values = self.chance.choice([("fillfactor", [70, 90]), ("autovacuum_enabled", ["false"]), ("toast.autovacuum_enabled", ["false"]),
                                                 ("parallel_workers", [2]), ("autovacuum_vacuum_scale_factor", [0.3])])
            if u["with_"].pop(option, None) is None:
                u["with_"][option] = self.chance.choice(values)
        elif what == "unlogged" and u["how"] == "plain" and not u["by"]:
            if self.mentions(u["name"], [key]):
                raise Not
            u["unlogged"] = not u["unlogged"]
        elif what == "security":
            u["security"] = self.chance.choice([None, 1, 2])
        elif what == "identity" and u["how"] == "plain" and not u["by"]:
            u["identity"] = self.chance.choice([None, "FULL", "NOTHING", *([f"USING INDEX {bare(u['pk'][0])}"] if u["pk"] else [])])
        elif what == "move" and self.chance.random() < 0.3 and not any(str(u["name"]) in MENTION.findall(self.units[k]["body"]) for k in self.of("own")):
            self.names[u["name"]][0] = self.schema()

    def part_change(self):
        what = self.chance.choice(["add", "add", "drop", "detach", "attach", "child"])
        if what == "add":
            self.add_part()
        elif what == "child":
            self.add_child()
        elif what == "drop":
            # The rows of a child count as its parent's.
            key, u = self.table("part")
            if self.FIRST.search(u["bound"]) and not self.is_whole(u):
                raise Not
            self.drop(key)
        elif what == "detach":
            key, u = self.table("part")
            p = self.units[self.home[u["of"]]]
            # The rows that stand in for all find their way back.
            if not self.FIRST.search(u["bound"]) or not self.is_whole(u) or u["by"] or p["how"] == "part" or self.mentions(u["name"], [key]) or any(d["gen"] for d in p["columns"].values()):
                raise Not
            if any(self.units[k]["kind"] == "foreign" for k in self.mentions(p["name"], [])):
                raise Not
            # The names of its columns are those of the whole: a table of its own has its own.
            mine = {}
            for c, d in p["columns"].items():
                n = self.name("c")
                self.names[n][1] = self.names[c][1]
                mine[c], self.home[n] = n, key
                u["columns"][n] = dict(copy.deepcopy(d), was=c, identity=None, statistics=None, distinct=None)
            u.update(how="plain", was=(u["of"], u["bound"]), id=mine[p["id"]], of=None)
            p = self.name("pk")
            self.home[p] = key
            u["pk"] = (p, [mine[c] for c in self.units[self.home[u["was"][0]]]["pk"][1]])
        elif what == "attach":
            key = self.one("table", where=lambda u: u.get("was") and u["how"] == "plain" and u["was"][0] in self.home)
            u, p = self.units[key], self.units[self.home[self.units[key]["was"][0]]]
            if [(d["type"], d["collate"], self.names[c][1]) for c, d in u["columns"].items()] != [(d["type"], d["collate"], self.names[c][1]) for c, d in p["columns"].items()]:
                raise Not
            if any(str(c) in MENTION.findall(self.body(k)) for c in u["columns"] for k in self.units if k != key):
                raise Not
            for c in u["columns"]:
                del self.home[c]
            del self.home[u["pk"][0]]
            u.update(how="part", of=u["was"][0], bound=u["was"][1], columns={}, pk=None, was=None, unlogged=False, identity=None)

    # ---- constraints and indexes

    def constraint(self, kind, u, body, prefix, **more):
        n = self.name(prefix)
        self.home[n] = self.unit(kind, f"ALTER TABLE {full(u['name'])} ADD CONSTRAINT {bare(n)} {body};", name=n, **more)

    def add_check(self):
        _, u = self.table("plain", "child")
        c = self.chance.choice(list(u["columns"]) or [None])
        if not c or u["columns"][c]["family"] in ("xml",):
            raise Not
        test = f"coalesce(length({bare(c)}::text), 0) < {9000 + c}"
        if self.chance.random() < 0.35:
            test += f" AND {self.call('1')} IS NOT NULL"
        tail = "" if u["by"] else self.chance.choice(["", "", " NOT VALID", " NO INHERIT"])
        self.constraint("check", u, f"CHECK ({test}){tail}", "ck")

    def add_unique(self):
        _, u = self.table("plain")
        c = self.a_column(u, NUMBERS + TEXTS + ["date", "uuid"])
        keys = [*(u["pk"][1] if u["pk"] else [u["id"]]), c]
        middle = self.chance.choice([" ", " NULLS NOT DISTINCT ", " "])
        tail = self.chance.choice(["", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", f" INCLUDE ({bare(self.a_column(u, NUMBERS))})", " WITH (fillfactor=80)"])
        self.constraint("unique", u, f"UNIQUE{middle}({', '.join(bare(x) for x in keys)}){tail}", "uq")

    def add_exclude(self):
        _, u = self.table("plain")
        if u["by"]:
            raise Not
        c = self.a_column(u, ["integer", "bigint"])
        self.constraint("exclude", u, f"EXCLUDE USING gist ({bare(u['id'])} WITH =, {bare(c)} WITH {self.chance.choice(['=', '<>'])})"
                        f"{self.chance.choice(['', f' WHERE ({bare(c)} > 100)', ' DEFERRABLE'])}", "ex")

    def add_foreign(self):
        _, u = self.table("plain")
        _, v = self.table("plain")
        if not v["pk"] or (v["unlogged"] and not u["unlogged"]) or (u["unlogged"] and not v["unlogged"]):
            raise Not
        mine = []
        for c in v["pk"][1]:
            d = v["columns"][c]
            mine.append(self.add_column(u, dict(self.column([d["family"]]), type=d["type"], default=None, null=True, collate=d["collate"], virgin=True, refers=True), "f"))
        actions = ["NO ACTION", "CASCADE", "SET NULL", "RESTRICT", "SET DEFAULT", f"SET NULL ({bare(mine[0])})"]
        tail = self.chance.choice(["", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", "" if u["by"] else " NOT VALID"])
        self.constraint("foreign", u, f"FOREIGN KEY ({', '.join(bare(c) for c in mine)}) REFERENCES {full(v['name'])} ({', '.join(bare(c) for c in v['pk'][1])})"
                        f"{self.chance.choice(['', ' MATCH FULL'])} ON DELETE {self.chance.choice(actions)} ON UPDATE {self.chance.choice(actions[:5])}{tail}", "fk")

    def change_constraint(self):
        u = self.units[self.one("foreign", "unique", "check")]
        for a, b in (("ON DELETE CASCADE", "ON DELETE RESTRICT"), ("NOT VALID", ""), ("DEFERRABLE INITIALLY DEFERRED", ""), ("NULLS NOT DISTINCT ", ""), ("ON DELETE NO ACTION", "ON DELETE CASCADE")):
            if a in u["body"]:
                u["body"] = u["body"].replace(a, b)
                return

    def drop_constraint(self):
        self.drop(self.one("foreign", "unique", "check", "exclude", "domain check"), 1)

    def add_index(self):
        key = self.one("table", "matview", where=lambda u: u["columns"])
        u = self.units[key]
        if u["kind"] == "matview":
            c = self.chance.choice(list(u["columns"]))
            what = f"({bare(c)})" if u["columns"][c] in ("number", "text") else None
            if not what:
                raise Not
        else:
            c = self.a_column(u)
            family = u["columns"][c]["family"]
            b, odd = bare(c), any(full(self.units[k]["name"]) == u["columns"][c]["collate"] and not self.units[k]["sure"] for k in self.of("collation"))
            options = [f"({b})", f"({b} DESC)", f"({b} DESC NULLS LAST)", f"({b} NULLS FIRST, {bare(u['id'])})", f"USING hash ({b})" if not u["by"] else f"({b})",
                       f"({b}) WHERE {b} IS NOT NULL", f"({bare(u['id'])}) INCLUDE ({b})"]
            if family in NUMBERS:
                options += [f"(({b} + 1))", f"USING brin ({b}) WITH (pages_per_range=16)", f"({self.call(f'{b}::integer')})", f"({b}) WITH (fillfactor=60)"]
                if family in ("integer", "bigint"):
                    options += [f"USING gist ({b})"]
            elif family in TEXTS:
                options += [f"(lower({b}))", f'({b} COLLATE "C" DESC)', f"((length({b})), {bare(u['id'])})"]
                options += [] if odd else [f"({b} text_pattern_ops)", f"USING gin ({b} gin_trgm_ops)", f"USING gin (to_tsvector('simple'::regconfig, {b}))"]
            elif family in ("text[]", "integer[]", "jsonb", "bigint[]", "tsvector"):
                options = [f"USING gin ({b})"] + ([f"USING gin ({b} jsonb_path_ops)"] if family == "jsonb" else [])
            elif family in ("json", "xml", "point", "{k}", "{k}[]", "bit(5)", "bit varying(9)"):
                raise Not
            else:
                options = options[:4] + [f"({b}) WHERE {b} IS NOT NULL"]
            what = self.chance.choice(options)
        # Of two that are the same but for their names, only the server knows which one a part's belongs to.
        tail = f" ON {full(u['name'])} {what};"
        if any(v["kind"] == "index" and v["body"].endswith(tail) for v in self.units.values()):
            raise Not
        n = self.name("ix")
        self.names[n][0] = None
        self.home[n] = self.unit("index", f"CREATE INDEX {bare(n)} ON {full(u['name'])} {what};", name=n)

    def add_statistics(self):
        _, u = self.table("plain")
        if u["by"]:
            raise Not
        c = self.a_column(u, NUMBERS + TEXTS)
        n = self.name("st", self.schema())
        kinds = self.chance.choice(["", " (ndistinct)", " (dependencies, mcv)"])
        self.home[n] = self.unit("statistics", f"CREATE STATISTICS {full(n)}{kinds} ON {bare(u['id'])}, {bare(c)} FROM {full(u['name'])};"
                                 + (f"\nALTER STATISTICS {full(n)} SET STATISTICS 99;" if self.chance.random() < 0.3 else ""), name=n)

    def add_sequence(self):
        n = self.name("sq", self.schema())
        options = self.chance.choice(["", " AS smallint", " INCREMENT BY 5 START WITH 10", " MINVALUE -5 MAXVALUE 500 CYCLE", " CACHE 9"])
        key = self.home[n] = self.unit("sequence", f"CREATE SEQUENCE {full(n)}{options};", name=n)
        if self.chance.random() < 0.3:
            _, u = self.table("plain")
            self.names[n][0] = self.names[u["name"]][0]
            self.unit("own", f"ALTER SEQUENCE {full(n)} OWNED BY {full(u['name'])}.{bare(self.a_column(u))};", after=[key])

    def change_sequence(self):
        u = self.units[self.one("sequence")]
        u["body"] = f"CREATE SEQUENCE {full(u['name'])}" + self.chance.choice(["", " INCREMENT BY 5", " CACHE 3 CYCLE", " AS bigint MAXVALUE 99999"]) + ";"

    # ---- functions

    def call(self, argument):
        """A call of a function that takes a number and gives one, and reads no table."""
        f = self.units[self.one("function", where=lambda u: u["how"] == "number")]
        return f"{full(f['name'])}({argument})"

    def source(self):
        """A table or view, with its columns {number: what}."""
        key = self.one("table", "view", "matview", where=lambda u: u["columns"] and u.get("data", True))
        u = self.units[key]
        return u, {c: (d if isinstance(d, str) else "number" if d["family"] in NUMBERS else "text" if d["family"] in TEXTS else "other") for c, d in u["columns"].items()}

    def add_function(self):
        how = self.chance.choice(["number", "number", "count", "rows", "set", "table", "row", "trigger", "procedure", "out", "any", "variadic", "type", "chain"])
        n = self.name("fn", self.schema())
        u = dict(kind="function", body=None, name=n, how=how, args=[("integer", None)], returns="integer", attributes={}, text="", proc="FUNCTION")
        if how == "number":
            u["args"] = [(self.chance.choice(["integer", "bigint", "numeric"]), None)]
        elif how in ("trigger",):
            u["args"], u["returns"] = [], "trigger"
        key = self.unit(**{k: v for k, v in u.items()}, )
        self.home[n] = key
        self.function_body(self.units[key])

    def function_body(self, u):
        how = u["how"]
        self.number += 1
        k = self.number
        u["standard"] = self.chance.random() < 0.4
        u["more"] = u.get("more", "")
        if how == "number":
            u["returns"] = "integer"
            u["attributes"].setdefault("volatile", "IMMUTABLE")
            u["language"], u["text"] = self.chance.choice([("sql", f"SELECT ($1 + {k % 97})::integer"), ("plpgsql", f"BEGIN RETURN $1 + {k % 97}; -- a 'comment' $ {k}\nEND"),
                                                           ("sql", f"SELECT abs($1)::integer + {k % 13}")])
            return
        u["language"] = "sql"
        if how in ("count", "chain"):
            s, columns = self.source()
            c = self.chance.choice(list(columns))
            u["text"] = f"SELECT count(x.{bare(c)})::integer + $1 FROM {full(s['name'])} AS x"
            if how == "chain":
                others = [o for o in self.of("function") if self.units[o]["how"] in ("count", "chain") and o != self.home[u["name"]]]
                if others:
                    u["text"] = f"SELECT {full(self.units[self.chance.choice(others)]['name'])}(1) + $1 FROM {full(s['name'])} AS x WHERE x.{bare(c)} IS NULL LIMIT 1"
            if self.chance.random() < 0.3:
                u["language"], u["text"] = "plpgsql", f"DECLARE n integer; BEGIN {u['text'].replace(' FROM', ' INTO n FROM', 1)}; RETURN n; END"
        elif how == "rows":
            s, columns = self.source()
            kinds = [c for c, w in columns.items() if w in ("number", "text")][:3]
            if not kinds:
                raise Not
            outs = [f"o{i}" for i, _ in enumerate(kinds)]
            u["returns"] = "TABLE (" + ", ".join(f"{o} text" for o in outs) + ")"
            u["text"] = f"SELECT {', '.join(f'x.{bare(c)}::text' for c in kinds)} FROM {full(s['name'])} AS x"
            u["standard"] = False if self.chance.random() < 0.5 else u["standard"]
        elif how == "set":
            s, columns = self.source()
            if s["kind"] == "table" and s["by"]:
                raise Not
            u["returns"] = f"SETOF {full(s['name'])}"
            u["language"], u["text"] = "plpgsql", f"BEGIN RETURN QUERY SELECT * FROM {full(s['name'])} AS x; END"
        elif how == "row":
            s, columns = self.source()
            u["args"] = [(full(s["name"]), None)]
            u["returns"] = "text"
            u["text"] = f"SELECT $1.{bare(self.chance.choice(list(columns)))}::text || {k}"
        elif how == "table":
            s, columns = self.source()
            c = self.chance.choice(list(columns))
            u["returns"] = "boolean"
            u["text"] = f"SELECT EXISTS (SELECT 1 FROM {full(s['name'])} AS x WHERE x.{bare(c)} IS NOT NULL AND $1 > {k % 50})"
        elif how == "type":
            t = self.units[self.one("composite", "enum", "domain")]
            u["args"] = [(full(t["name"]), None)]
            u["returns"] = full(t["name"]) + self.chance.choice(["", "[]"])
            u["text"] = "SELECT " + ("ARRAY[$1]" if u["returns"].endswith("[]") else "$1")
        elif how == "trigger":
            u["language"], u["standard"] = "plpgsql", False
            u["text"] = f"BEGIN PERFORM {k}; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
        elif how == "procedure":
            s, columns = self.source()
            u["proc"], u["returns"] = "PROCEDURE", None
            u["text"] = f"SELECT count(*) + {k} FROM {full(s['name'])}"
        elif how == "out":
            u["returns"], u["more"] = None, ", INOUT second integer DEFAULT 3, OUT first text"
            u["text"] = f"SELECT $2 AS second, 'a{k}'::text AS first"
        elif how == "any":
            u["args"], u["returns"] = [("anyelement", None)], "anyelement"
            u["text"], u["standard"] = f"SELECT $1 /* {k} */", False
        elif how == "variadic":
            u["more"], u["text"] = ", VARIADIC rest integer[]", f"SELECT coalesce(array_length($2, 1), $1) + {k}"

    def sql_function(self, u):
        names = ["first_", "\"Second\"", "third"]
        args = ", ".join((f"{names[i]} " if u["how"] in ("variadic", "out") or self.names[u["name"]][1][-1] in "13579" else "") + kind + (f" DEFAULT {d}" if d else "") for i, (kind, d) in enumerate(u["args"]))
        out = f"CREATE {u['proc']} {full(u['name'])}({args}{u.get('more', '')})"
        if u["returns"]:
            out += f" RETURNS {u['returns']}"
        out += f" LANGUAGE {u['language']}" + "".join(" " + v for v in u["attributes"].values() if v)
        if u["standard"] and u["language"] == "sql":
            simple = not u["text"].startswith("SELECT $1.") and " FROM " not in u["text"] and u["returns"] and u["how"] not in ("out",)
            return out + (f" RETURN {u['text'][7:]};" if simple else f" BEGIN ATOMIC {u['text']}; END;")
        return out + f" AS $body${u['text']}$body$;"

    def change_function(self):
        key = self.one("function")
        u = self.units[key]
        what = self.chance.choice(["body", "body", "type", "argument", "default", "attribute", "attribute", "move", "rename"])
        used = self.users(key)
        if what == "body":
            if u["how"] in ("set", "row", "rows", "type") and used:
                raise Not
            if u["how"] == "number" and u["attributes"].get("volatile") != "IMMUTABLE":
                raise Not
            self.function_body(u)
        elif what == "type" and u["how"] == "number":
            u["args"][0] = (self.chance.choice(["integer", "bigint", "numeric"]), None)
        elif what == "argument" and u["how"] in ("number", "count", "table"):
            if len(u["args"]) < 3 and self.chance.random() < 0.7:
                u["args"].append(self.chance.choice([("integer", "5"), ("text", "'x'::text"), ("boolean", "true")]))
            elif len(u["args"]) > 1:
                u["args"].pop()
        elif what == "default" and len(u["args"]) > 1:
            i = self.chance.randrange(1, len(u["args"]))
            u["args"][i] = (u["args"][i][0], {"integer": "6", "text": "'y'", "boolean": "NULL"}[u["args"][i][0]])
        elif what == "attribute":
            a, values = self.chance.choice([("strict", ["STRICT", ""]), ("cost", ["COST 7", "COST 900", ""]), ("parallel", ["PARALLEL SAFE", "PARALLEL RESTRICTED", ""]),
                ("security", ["SECURITY DEFINER", ""]), ("leak", ["LEAKPROOF", ""]), ("set", ["SET search_path TO public, pg_temp", "SET work_mem TO '8MB'", ""]), ("volatile", ["STABLE", ""])])
            if u["how"] == "number" and a == "volatile" or u["proc"] == "PROCEDURE" and a in ("strict", "cost", "parallel", "leak", "volatile"):
                raise Not
            if u["standard"] and a == "strict" and u["how"] == "type":
                raise Not
            u["attributes"][a] = self.chance.choice(values)
        elif what == "move":
            self.names[u["name"]][0] = self.schema()
        elif what == "rename":
            self.names[u["name"]][1] = self.ident("fn")

    def overload(self):
        u = self.units[self.one("function", where=lambda u: u["how"] == "number" and len(u["args"]) == 1)]
        if any(o["kind"] == "overload" and self.names[o["name"]] == self.names[u["name"]] for o in self.units.values()):
            raise Not
        n = self.name("fn")
        self.names[n] = list(self.names[u["name"]])
        self.home[n] = self.unit("overload", f"CREATE FUNCTION {full(n)}(uuid, text) RETURNS text LANGUAGE sql AS $$SELECT '{n}'::text$$;", name=n)

    def add_aggregate(self):
        n = self.name("ag", self.schema())
        f = self.name("fs", self.schema())
        self.home[f] = self.unit("state", f"CREATE FUNCTION {full(f)}(bigint, integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + coalesce($2, {n})';", name=f)
        tail = self.chance.choice(["", ", PARALLEL = SAFE", ", FINALFUNC = pg_catalog.int8up" if False else ", INITCOND = '5'"])
        init = "" if "INITCOND" in tail else ", INITCOND = '0'"
        self.home[n] = self.unit("aggregate", f"CREATE AGGREGATE {full(n)}(integer) (SFUNC = {full(f)}, STYPE = bigint{init}{tail});", name=n)

    def add_operator(self):
        f = self.name("fo", self.schema())
        k = self.units[self.one("composite", "domain", "enum")]
        if k["kind"] == "domain":
            raise Not
        self.home[f] = self.unit("operator function", f"CREATE FUNCTION {full(f)}({full(k['name'])}, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $2 > {f}';", name=f)
        n = self.name("op", self.schema())
        self.names[n][1] = self.chance.choice(["<+>", "<%>", "@@@", "~>~", "&&&&"])
        schema = self.names[n][0]
        if any(u["kind"] == "operator" and u["on"] == k["name"] and self.names[u["name"]] == self.names[n] for u in self.units.values()):
            raise Not
        self.home[n] = self.unit("operator", f"CREATE OPERATOR {bare(schema)}.{self.names[n][1]} (FUNCTION = {full(f)}, LEFTARG = {full(k['name'])}, RIGHTARG = integer"
                                 f"{self.chance.choice(['', ', RESTRICT = contsel, JOIN = contjoinsel'])});", name=n, on=k["name"])

    def add_cast(self):
        k = self.units[self.one("composite")]
        if any(u["kind"] == "cast" and u["on"] == k["name"] for u in self.units.values()):
            raise Not
        f = self.name("fc", self.schema())
        self.home[f] = self.unit("cast function", f"CREATE FUNCTION {full(f)}({full(k['name'])}) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT {f}';", name=f)
        self.unit("cast", f"CREATE CAST ({full(k['name'])} AS integer) WITH FUNCTION {full(f)}({full(k['name'])}){self.chance.choice(['', ' AS ASSIGNMENT'])};", on=k["name"])

    # ---- views

    def add_view(self):
        kind = self.chance.choice(["view", "view", "view", "matview"])
        n = self.name("v" if kind == "view" else "m", self.schema())
        key = self.unit(kind, None, name=n, columns={}, shape=None, options={}, check="", data=self.chance.random() < 0.8)
        self.home[n] = key
        self.fill_view(self.units[key], key)

    def fill_view(self, u, key):
        s, columns = self.source()
        if s is u:
            raise Not
        kinds = {c: w for c, w in columns.items()}
        picked = self.chance.sample(list(kinds), min(len(kinds), self.chance.randint(1, 4)))
        u["from"], u["items"] = s["name"], {}
        for c in picked:
            self.view_item(u, key, c, kinds[c])
        u["shape"] = self.chance.choice(["plain", "plain", "plain", "where", "join", "group", "union", "window", "cte", "lateral", "call"])
        u["check"] = ""
        u["key"] = self.chance.choice(picked)
        u["other"] = self.one("table", "view", where=lambda v: v["columns"] and v is not u)
        u["other"] = self.units[u["other"]]["name"]
        u["call"] = self.call("1")
        u["counts"] = self.chance.choice([full(self.units[k]["name"]) for k in self.of("function") if self.units[k]["how"] == "count"] or [None])

    def view_item(self, u, key, c, what):
        o = self.name("o")
        self.home[o] = key
        expressions = [(f"x.{bare(c)}", what)] * 3
        if what == "number":
            expressions += [(f"x.{bare(c)}::text::numeric + 1", "number"), (f"x.{bare(c)}::text", "text"), (f"{self.call(f'x.{bare(c)}::text::numeric::integer')}", "number")]
        elif what == "text":
            expressions += [(f"upper(x.{bare(c)}::text)", "text"), (f"length(x.{bare(c)}::text)", "number"), (f"coalesce(x.{bare(c)}::text, 'it''s')", "text")]
        e, w = self.chance.choice(expressions)
        # Whether a column stays what it is cannot be told here: what was passed on is of any kind.
        u["items"][o], u["columns"][o] = e, w if e != f"x.{bare(c)}" else what

    def sql_view(self, u):
        items = ", ".join(f"{e} AS {bare(o)}" for o, e in u["items"].items())
        source, k, shape = full(u["from"]), bare(u["key"]), u["shape"]
        query = f"SELECT {items} FROM {source} AS x"
        if shape == "where":
            query += f" WHERE x.{k} IS NOT NULL"
        elif shape == "join":
            query += f" LEFT JOIN (SELECT count(*) AS n FROM {full(u['other'])} AS z) AS y ON y.n > 3"
        elif shape == "group":
            query += f" WHERE EXISTS (SELECT FROM {full(u['other'])})"
        elif shape == "union":
            query += f" UNION ALL SELECT {items} FROM {source} AS x WHERE x.{k} IS NULL"
        elif shape == "window":
            query = query.replace(" FROM", f", row_number() OVER (ORDER BY x.{k}::text) AS place FROM", 1)
        elif shape == "cte":
            query = f"WITH c AS (SELECT count(*) AS n FROM {full(u['other'])}) SELECT {items} FROM {source} AS x, c WHERE c.n > 0"
        elif shape == "lateral" and u["counts"]:
            query += f", LATERAL {u['counts']}(1) AS l(n) WHERE l.n > 0"
        elif shape == "call":
            query += f" WHERE {u['call']} > 0"
        options = f" WITH ({', '.join(f'{a}={b}' for a, b in u['options'].items())})" if u["options"] else ""
        if u["kind"] == "matview":
            return f"CREATE MATERIALIZED VIEW {full(u['name'])}{options} AS {query} WITH {'' if u['data'] else 'NO '}DATA;"
        check = u["check"] if shape in ("plain", "where") else ""
        return f"CREATE VIEW {full(u['name'])}{options} AS {query}{check};"

    sql_matview = sql_view

    def change_view(self):
        key = self.one("view", "matview")
        u = self.units[key]
        what = self.chance.choice(["column", "column", "drop", "order", "shape", "shape", "option", "check", "refill", "move"])
        if what == "column":
            s = self.units[self.home[u["from"]]]
            columns = {c: (d if isinstance(d, str) else "number" if d["family"] in NUMBERS else "text" if d["family"] in TEXTS else "other") for c, d in s["columns"].items()}
            c = self.chance.choice(list(columns))
            self.view_item(u, key, c, columns[c])
        elif what == "drop" and len(u["items"]) > 1:
            free = [o for o in u["items"] if not self.mentions(o, [key])]
            if not free:
                raise Not
            o = self.chance.choice(free)
            del u["items"][o], u["columns"][o], self.home[o]
        elif what == "order":
            items = list(u["items"].items())
            self.chance.shuffle(items)
            u["items"] = dict(items)
        elif what == "shape":
            u["shape"] = self.chance.choice(["plain", "where", "join", "group", "union", "window", "cte", "lateral", "call"])
        elif what == "option" and u["kind"] == "view":
            o = self.chance.choice(["security_barrier", "security_invoker"])
            if u["options"].pop(o, None) is None:
                u["options"][o] = "true"
        elif what == "option":
            if u["options"].pop("fillfactor", None) is None:
                u["options"]["fillfactor"] = 70
        elif what == "check" and u["kind"] == "view" and self.units[self.home[u["from"]]]["kind"] == "table":
            u["check"] = self.chance.choice(["", " WITH CHECK OPTION", " WITH LOCAL CHECK OPTION"])
        elif what == "refill" and not self.users(key):
            for o in u["items"]:
                del self.home[o]
            u["items"], u["columns"] = {}, {}
            self.fill_view(u, key)
        elif what == "move" and self.chance.random() < 0.5:
            self.names[u["name"]][0] = self.schema()

    # ---- triggers, rules, policies

    def add_trigger(self):
        f = self.units[self.one("function", where=lambda u: u["how"] == "trigger")]["name"]
        n = self.name("tr")
        key = self.one("table", "view")
        u = self.units[key]
        end = f"EXECUTE FUNCTION {full(f)}({self.chance.choice(['', '', chr(39) + 'a' + chr(39)])});"
        if u["kind"] == "view":
            body = f"CREATE TRIGGER {bare(n)} INSTEAD OF {self.chance.choice(['INSERT', 'UPDATE', 'DELETE', 'INSERT OR UPDATE'])} ON {full(u['name'])} FOR EACH ROW {end}"
        else:
            whole = u["by"] or u["how"] == "part"
            c = bare(self.chance.choice(list(u["columns"]))) if u["columns"] else None
            forms = ["BEFORE INSERT OR UPDATE ON {t} FOR EACH ROW ", "AFTER DELETE ON {t} FOR EACH STATEMENT ", "AFTER INSERT ON {t} FOR EACH ROW "]
            if c:
                forms += [f"AFTER UPDATE OF {c} ON {{t}} FOR EACH ROW ", f"AFTER UPDATE ON {{t}} FOR EACH ROW WHEN (OLD.{c}::text IS DISTINCT FROM NEW.{c}::text) "]
            if not whole and u["how"] == "plain":
                forms += ["AFTER INSERT ON {t} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT ", "AFTER UPDATE ON {t} REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT ",
                          "CONSTRAINT AFTER INSERT ON {t} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "]
            form = self.chance.choice(forms).replace("{t}", full(u["name"]))
            body = f"CREATE {'CONSTRAINT ' if 'CONSTRAINT' in form else ''}TRIGGER {bare(n)} {form.replace('CONSTRAINT ', '')}{end}"
        self.home[n] = self.unit("trigger", body, name=n, table=u["name"], state=None)

    def sql_trigger(self, u):
        return u["body"] + (f"\nALTER TABLE {full(u['table'])} {u['state']} TRIGGER {bare(u['name'])};" if u["state"] else "")

    def change_trigger(self):
        u = self.units[self.one("trigger")]
        if self.chance.random() < 0.6:
            if self.units[self.home[u["table"]]]["kind"] == "view":
                raise Not
            u["state"] = self.chance.choice([None, "DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"])
        else:
            u["body"] = u["body"].replace("()", "('x')") if "()" in u["body"] else u["body"].replace("('x')", "()")

    def add_part_state(self):
        """A trigger that is switched in one part."""
        key = self.one("trigger", where=lambda u: "FOR EACH ROW" in u["body"] and self.units[self.home[u["table"]]].get("by"))
        u = self.units[key]
        part = self.one("table", where=lambda p: p["how"] == "part" and p["of"] == u["table"])
        for k in self.of("part state"):
            if self.units[k]["on"] == (key, part):
                return self.forget(k)
        self.unit("part state", f"ALTER TABLE {full(self.units[part]['name'])} {self.chance.choice(['DISABLE', 'ENABLE ALWAYS', 'ENABLE REPLICA'])} TRIGGER {bare(u['name'])};",
                  on=(key, part))

    def add_rule(self):
        key = self.one("table", "view", where=lambda u: u["kind"] == "view" or u["how"] == "plain" and not u["by"])
        u = self.units[key]
        _, v = self.table("plain")
        n = self.name("ru")
        if self.chance.random() < 0.5:
            body = f"CREATE RULE {bare(n)} AS ON DELETE TO {full(u['name'])} WHERE false DO ALSO NOTHING;"
        else:
            c = self.chance.choice(list(u["columns"]))
            body = f"CREATE RULE {bare(n)} AS ON UPDATE TO {full(u['name'])} WHERE OLD.{bare(c)} IS NULL AND false DO ALSO DELETE FROM {full(v['name'])} WHERE {bare(v['id'])} = -1;"
        self.home[n] = self.unit("rule", body, name=n)

    def add_policy(self):
        _, u = self.table()
        if not u["columns"]:
            raise Not
        n, c = self.name("po"), self.chance.choice(list(u["columns"]))
        test = self.chance.choice([f"{bare(c)} IS NOT NULL", f"{self.call('1')} > 0", "current_user = 'postgres'"])
        body = f"CREATE POLICY {bare(n)} ON {full(u['name'])}{self.chance.choice(['', ' AS RESTRICTIVE'])} " + self.chance.choice([
            f"FOR SELECT USING ({test})", f"USING ({test}) WITH CHECK ({test})", f"FOR INSERT TO postgres WITH CHECK ({test})", f"FOR ALL TO PUBLIC USING ({test})"]) + ";"
        self.home[n] = self.unit("policy", body, name=n)

    def change_policy(self):
        u = self.units[self.one("policy")]
        u["body"] = u["body"].replace(" AS RESTRICTIVE", "") if self.chance.random() < 0.5 else u["body"].replace("IS NOT NULL", "IS NULL")

    # ---- the rest

    def add_publication(self):
        n = self.name("pub")
        tables = [k for k in self.of("table") if not self.units[k]["unlogged"] and self.units[k]["how"] == "plain"]
        some = self.chance.sample(tables, min(2, len(tables)))
        if self.chance.random() < 0.2:
            what = f"FOR TABLES IN SCHEMA {bare(self.chance.choice(self.schemas))}"
        elif self.chance.random() < 0.2:
            what = "FOR ALL TABLES"
        else:
            u = self.units[some[0]]
            c = self.chance.choice(list(u["columns"]))
            if u["columns"][c]["gen"]:
                raise Not
            tail = self.chance.choice(["", f" ({bare(u['id'])}, {bare(c)})" if c != u["id"] else "", f" WHERE ({bare(u['id'])} > 5)"]) if not u["by"] else ""
            what = "FOR TABLE " + full(u["name"]) + tail + "".join(", " + full(self.units[k]["name"]) for k in some[1:])
        self.home[n] = self.unit("publication", f"CREATE PUBLICATION {bare(n)} {what} WITH (publish = '{self.chance.choice(['insert', 'insert, update', 'insert, delete'])}'{self.chance.choice(['', ', publish_via_partition_root = true'])});", name=n)

    def add_event_trigger(self):
        f = self.name("fe", self.schema())
        self.home[f] = self.unit("event function", f"CREATE FUNCTION {full(f)}() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM {f}; END';", name=f)
        n = self.name("et")
        what = self.chance.choice(["ddl_command_start", "ddl_command_end", "sql_drop", "ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE')"])
        self.home[n] = self.unit("event trigger", f"CREATE EVENT TRIGGER {bare(n)} ON {what} EXECUTE FUNCTION {full(f)}();"
                                 + (f"\nALTER EVENT TRIGGER {bare(n)} DISABLE;" if self.chance.random() < 0.4 else ""), name=n)

    def add_search(self):
        d, c = self.name("td", self.schema()), self.name("tc", self.schema())
        self.home[d] = self.unit("dictionary", f"CREATE TEXT SEARCH DICTIONARY {full(d)} (TEMPLATE = simple, ACCEPT = {self.chance.choice(['true', 'false'])});", name=d)
        self.home[c] = self.unit("configuration", f"CREATE TEXT SEARCH CONFIGURATION {full(c)} (PARSER = pg_catalog.\"default\");\n"
            f"ALTER TEXT SEARCH CONFIGURATION {full(c)} ADD MAPPING FOR asciiword, word WITH {full(d)}, english_stem;", name=c)

    def add_foreign_table(self):
        servers = self.of("server")
        if not servers or self.chance.random() < 0.3:
            w = self.name("w")
            self.home[w] = self.unit("wrapper", f"CREATE FOREIGN DATA WRAPPER {bare(w)} OPTIONS (debug 'x''y');", name=w)
            s = self.name("sv")
            self.home[s] = self.unit("server", f"CREATE SERVER {bare(s)} TYPE 'odd' VERSION '1.{s}' FOREIGN DATA WRAPPER {bare(w)} OPTIONS (host 'h', \"Port\" '{s}');", name=s)
            self.unit("mapping", f"CREATE USER MAPPING FOR PUBLIC SERVER {bare(s)} OPTIONS (user 'u{s}');")
            servers = [self.home[s]]
        server = self.units[self.chance.choice(servers)]
        n = self.name("ft", self.schema())
        key = self.home[n] = self.unit("foreign table", None, name=n, columns={}, server=server["name"], options=f"\"table\" 't{n}'")
        for _ in range(3):
            c = self.name("c")
            self.home[c] = key
            self.units[key]["columns"][c] = (self.chance.choice(["integer", "text", "date", self.type("{e}")]), self.chance.choice(["", " NOT NULL", " OPTIONS (col 'x')", " DEFAULT NULL"]))

    def sql_foreign_table(self, u):
        columns = []
        for c, (t, more) in u["columns"].items():
            columns.append(f"{bare(c)} {t}{more}")
        return f"CREATE FOREIGN TABLE {full(u['name'])} ({', '.join(columns)}) SERVER {bare(u['server'])} OPTIONS ({u['options']});"

    def change_foreign_table(self):
        u = self.units[self.one("foreign table", "server", "dictionary", "wrapper")]
        if u["kind"] == "foreign table":
            if self.chance.random() < 0.5 and len(u["columns"]) > 1:
                c = self.chance.choice(list(u["columns"]))
                if self.mentions(c, [self.home[u["name"]]]):
                    raise Not
                del u["columns"][c], self.home[c]
            else:
                c = self.name("c")
                self.home[c] = self.home[u["name"]]
                u["columns"][c] = ("integer", self.chance.choice(["", " OPTIONS (col 'y')"]))
        else:
            u["body"] = u["body"].replace("'h'", "'other'").replace("ACCEPT = true", "ACCEPT = false").replace("'x''y'", "'z'")

    WHAT = {"table": "TABLE {f}", "view": "VIEW {f}", "matview": "MATERIALIZED VIEW {f}", "enum": "TYPE {f}", "composite": "TYPE {f}", "domain": "DOMAIN {f}", "sequence": "SEQUENCE {f}",
            "schema": "SCHEMA {b}", "collation": "COLLATION {f}", "statistics": "STATISTICS {f}", "publication": "PUBLICATION {b}", "event trigger": "EVENT TRIGGER {b}",
            "server": "SERVER {b}", "configuration": "TEXT SEARCH CONFIGURATION {f}", "dictionary": "TEXT SEARCH DICTIONARY {f}", "foreign table": "FOREIGN TABLE {f}",
            "aggregate": "AGGREGATE {f}(integer)", "trigger": "TRIGGER {b} ON {t}", "range": "TYPE {f}"}

    def add_comment(self):
        key = self.one(*self.WHAT, "column", "constraint") if self.chance.random() < 0.6 else None
        self.number += 1
        words = self.chance.choice([f"a 'comment' {self.number}", f"日本\nline {self.number}", f"\\x $$ {self.number}"]).replace("'", "''")
        if key is None:
            if self.chance.random() < 0.6:
                k, u = self.table()
                if not u["columns"]:
                    raise Not
                on = f"COLUMN {full(u['name'])}.{bare(self.chance.choice(list(u['columns'])))}"
            else:
                u = self.units[self.one("check", "unique", "foreign", "policy", "rule", "trigger")]
                table = MENTION.search(u["body"].split(" ON ", 1)[1] if u["kind"] in ("policy", "trigger") else u["body"].split(" TO ", 1)[1] if u["kind"] == "rule" else u["body"])
                on = f"{u['kind'].upper() if u['kind'] in ('policy', 'rule', 'trigger') else 'CONSTRAINT'} {bare(u['name'])} ON {full(int(table[1]))}"
        else:
            u = self.units[key]
            if u["kind"] == "schema" and u["body"] == "public":
                raise Not
            t = full(u["table"]) if u["kind"] == "trigger" else ""
            on = self.WHAT[u["kind"]].format(f=full(u["name"]), b=bare(u["name"]), t=t)
        for k in self.of("comment"):
            if self.units[k]["on"] == on:
                if self.chance.random() < 0.4:
                    self.forget(k)
                else:
                    self.units[k]["body"] = f"COMMENT ON {on} IS '{words}';"
                return
        self.unit("comment", f"COMMENT ON {on} IS '{words}';", on=on)

    def drop_some(self):
        kinds = ["function", "view", "matview", "index", "trigger", "rule", "policy", "statistics", "sequence", "enum", "domain", "composite", "range", "collation", "publication",
                 "event trigger", "event function", "configuration", "dictionary", "foreign table", "server", "wrapper", "aggregate", "operator", "cast", "comment", "default", "own", "overload", "state",
                 "operator function", "cast function", "schema", "unique", "check", "foreign"]
        key = self.one(self.chance.choice(kinds))
        if self.units[key]["kind"] == "schema" and self.units[key]["body"] == "public":
            raise Not
        if self.units[key]["kind"] in ("view", "function"):
            if len(self.of("function")) < 20 and self.units[key]["kind"] == "function":
                raise Not
        self.drop(key)

    def move(self):
        u = self.units[self.one("enum", "domain", "composite", "sequence", "collation", "statistics", "configuration", "range", "aggregate")]
        if any(self.units[k]["kind"] == "own" and str(u["name"]) in MENTION.findall(self.units[k]["body"]) for k in self.of("own")):
            raise Not
        self.names[u["name"]][0] = self.schema()

    def try_one(self, change):
        before = copy.deepcopy((self.names, self.units, self.home, self.schemas, self.number))
        number = None
        try:
            change()
            self.order()
            return True
        except (Not, IndexError, KeyError):
            number = self.number
            self.names, self.units, self.home, self.schemas, _ = before
            self.number = number
            return False

    WEIGHTS = [("add_table", 3), ("new_column", 6), ("drop_column", 4), ("rename_column", 1), ("change_type", 9), ("default", 4), ("null", 2), ("identity", 2), ("generated", 3),
               ("column_attribute", 3), ("table_attribute", 4), ("part_change", 5), ("add_check", 3), ("add_unique", 2), ("add_exclude", 1), ("add_foreign", 4), ("change_constraint", 2),
               ("drop_constraint", 3), ("add_index", 6), ("add_statistics", 1), ("add_sequence", 1), ("change_sequence", 1), ("add_function", 8), ("change_function", 9), ("overload", 1),
               ("add_aggregate", 1), ("add_operator", 1), ("add_cast", 1), ("add_view", 6), ("change_view", 9), ("add_trigger", 4), ("change_trigger", 2), ("add_part_state", 2), ("add_rule", 1), ("add_policy", 2),
               ("change_policy", 1), ("add_publication", 1), ("add_event_trigger", 1), ("add_search", 1), ("add_foreign_table", 1), ("change_foreign_table", 1), ("add_comment", 5),
               ("drop_some", 8), ("move", 2), ("add_schema", 1), ("add_enum", 1), ("change_enum", 4), ("add_domain", 1), ("change_domain", 3), ("add_composite", 1), ("change_composite", 3),
               ("add_range", 1), ("add_collation", 1), ("drop_table", 1)]

    def drop_table(self):
        self.drop(self.one("table"), 9)

    def change(self):
        names, weights = zip(*self.WEIGHTS)
        for _ in range(60):
            what = self.chance.choices(names, weights)[0]
            if self.try_one(getattr(self, what)):
                self.done.append(what)
                return

    done = []

    def text(self):
        return EMPTY + "\n".join(filter(None, (self.render(self.body(k)) for k in self.order()))) + "\n"


def main():
    a = arguments(__doc__, steps=300, rich=(60, "changes before the first step"))
    write(a.folder, a.steps, World(a.seed, a.tables, a.rich))


if __name__ == "__main__":
    main()
