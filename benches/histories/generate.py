#!/usr/bin/env python3
"""A long history of a schema for MySQL and MariaDB: FOLDER/0001.sql, 0002.sql, … each the whole schema.

    generate.py FOLDER [--steps N] [--seed N] [--tables N]

Each step changes one to four things by chance: tables, columns (types that only grow, defaults, comments, places,
generated ones), keys, unique and foreign keys, checks, partitions, table options, views, triggers, procedures, events.
Rows that are there fit every step. Needs nothing but Python 3.
"""
import random

from writing import arguments, write

GROWS = {"smallint": "int", "int": "bigint", "varchar(20)": "varchar(40)", "varchar(40)": "varchar(90)",
         "varchar(90)": "varchar(300)", "decimal(8,2)": "decimal(12,3)", "tinytext": "text", "text": "mediumtext",
         "enum('a','b')": "enum('a','b','c''d')", "set('x','y')": "set('x','y','z')", "datetime": "datetime(6)",
         "binary(4)": "varbinary(9)", "float": "double", "time": "time(3)", "char(3)": "varchar(20)"}
PLAIN = ["smallint", "int", "int unsigned", "bigint", "varchar(20)", "varchar(40)", "decimal(8,2)", "tinytext", "text",
         "enum('a','b')", "set('x','y')", "datetime", "date", "time", "binary(4)", "float", "char(3)", "json", "blob",
         "bit(5)", "year", "timestamp"]
DEFAULTS = {"smallint": "7", "int": "-3", "bigint": "99", "int unsigned": "5", "varchar(20)": "'it''s'",
            "varchar(40)": "'ü'", "decimal(8,2)": "1.50", "enum('a','b')": "'a'", "date": "'2020-02-29'",
            "datetime": "CURRENT_TIMESTAMP", "char(3)": "'abc'"}


class World:
    def __init__(self, seed, tables):
        self.chance, self.tables, self.objects, self.number, self.done = random.Random(seed), {}, {}, 0, []
        for _ in range(tables):
            self.add_table()

    def name(self, prefix):
        self.number += 1
        return self.chance.choice([f"{prefix}_{self.number}", f"{prefix.upper()}{self.number}", f"{self.number} {prefix}",
                                   f"{prefix}ä{self.number}"])

    def column(self):
        kind = self.chance.choice(PLAIN)
        default = DEFAULTS.get(kind) if self.chance.random() < 0.5 else None
        if kind == "timestamp":
            return {"type": kind, "null": True, "default": None, "comment": ""}
        return {"type": kind, "null": default is None or self.chance.random() < 0.5, "default": default,
                "comment": self.chance.choice(["", "", "a \\\\ 'comment'", "日本"])}

    def add_table(self):
        columns = {"id": {"type": "int", "null": False, "default": None, "comment": ""}}
        for _ in range(self.chance.randint(2, 7)):
            columns[self.name("c")] = self.column()
        self.tables[self.name("t")] = {
            "columns": columns, "keys": {}, "foreign": {}, "checks": {}, "partition": None,
            "options": {}, "auto": self.chance.random() < 0.3}

    def pick(self):
        return self.chance.choice(list(self.tables))

    def plain(self, table, kinds=None):
        found = [c for c, d in self.tables[table]["columns"].items()
                 if c != "id" and not {"as", "refers"} & set(d) and (kinds is None or d["type"].split("(")[0] in kinds)]
        return self.chance.choice(found) if found else None

    def used(self, table, column):
        t = self.tables[table]
        return (any(column in k for _, k in t["keys"].values()) or column in t["foreign"].values()
                or any(column in f[0] for f in t["foreign"].values()) or column in t["checks"].values()
                or any(column == d.get("of") for d in t["columns"].values()))

    def change(self):
        t = self.pick()
        table = self.tables[t]
        columns = table["columns"]
        what = self.chance.choice(
            ["add_table", "drop_table"] + ["add_column"] * 4 + ["drop_column"] * 2 + ["grow"] * 3 + ["default", "comment", "null"]
            + ["move", "generated"] + ["key"] * 3 + ["unique", "drop_key", "fulltext", "foreign", "drop_foreign", "check", "drop_check"]
            + ["partition", "partition", "option", "option", "view", "trigger", "procedure", "event", "drop_object"])
        self.done.append(what)
        if what == "add_table":
            self.add_table()
        elif what == "drop_table":
            pointed = any(f[1] == t for other in self.tables.values() for f in other["foreign"].values())
            shown = any(o["on"] == t for o in self.objects.values())
            if len(self.tables) > 4 and not pointed and not shown:
                del self.tables[t]
        elif what == "add_column":
            new = self.name("c")
            at = self.chance.randint(1, len(columns))
            items = list(columns.items())
            items.insert(at, (new, self.column()))
            table["columns"] = dict(items)
        elif what == "drop_column":
            c = self.plain(t)
            if c and not self.used(t, c) and len(columns) > 2:
                del columns[c]
        elif what == "grow":
            c = self.plain(t)
            # What a generated column is made of stays.
            if c and columns[c]["type"] in GROWS and not any(c == d.get("of") for d in columns.values()):
                columns[c]["type"] = GROWS[columns[c]["type"]]
        elif what in ("default", "comment", "null"):
            c = self.plain(t)
            if c and what == "comment":
                columns[c]["comment"] = self.chance.choice(["", "other", "new\\nline"])
            elif c and what == "null":
                columns[c]["null"] = True
            elif c and columns[c]["type"] in DEFAULTS and columns[c]["null"]:
                columns[c]["default"] = None if columns[c]["default"] else DEFAULTS[columns[c]["type"]]
        elif what == "move":
            c = self.plain(t)
            if c:
                items = [(k, v) for k, v in columns.items() if k != c]
                items.insert(self.chance.randint(1, len(items)), (c, columns[c]))
                table["columns"] = dict(items)
        elif what == "generated":
            c = self.plain(t, ["int", "bigint", "smallint"])
            if c and table["partition"] is None:
                columns[self.name("g")] = {"type": "bigint", "null": True, "default": None, "comment": "", "of": c,
                                           "as": f"`{c}` + 1", "stored": self.chance.random() < 0.5}
        elif what == "key":
            c, d = self.plain(t, ["int", "varchar", "date", "decimal"]), self.plain(t, ["int", "varchar"])
            if c:
                both = [c] + ([d] if d and d != c else [])
                table["keys"][self.name("k")] = ("KEY", both)
        elif what == "unique":
            c = self.plain(t, ["int", "varchar", "date"])
            if c:
                table["keys"][self.name("u")] = ("UNIQUE KEY", ["id", c])
        elif what == "fulltext":
            c = self.plain(t, ["text", "varchar"])
            if c and table["partition"] is None and not any(k == "FULLTEXT KEY" for k, _ in table["keys"].values()):
                table["keys"][self.name("f")] = ("FULLTEXT KEY", [c])
        elif what == "drop_key" and table["keys"]:
            del table["keys"][self.chance.choice(list(table["keys"]))]
        elif what == "foreign":
            other = self.pick()
            if table["partition"] is None and self.tables[other]["partition"] is None:
                c = self.name("r")
                columns[c] = {"type": "int", "null": True, "default": None, "comment": "", "refers": True}
                rule = self.chance.choice(["", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON UPDATE CASCADE"])
                # A key of its own, or the one of the server's.
                table["keys"][c] = ("KEY", [c])
                table["foreign"][self.name("fk")] = ([c], other, rule)
        elif what == "drop_foreign" and table["foreign"]:
            del table["foreign"][self.chance.choice(list(table["foreign"]))]
        elif what == "check":
            c = self.plain(t, ["int", "bigint", "varchar"])
            if c:
                table["checks"][self.name("ck")] = c
        elif what == "drop_check" and table["checks"]:
            del table["checks"][self.chance.choice(list(table["checks"]))]
        elif what == "partition":
            pointed = any(f[1] == t for other in self.tables.values() for f in other["foreign"].values())
            odd = any(k == "FULLTEXT KEY" for k, _ in table["keys"].values())
            if not table["foreign"] and not pointed and not odd:
                table["partition"] = self.chance.choice([
                    None, "KEY () PARTITIONS 3", "KEY (`id`) PARTITIONS 2", "HASH (`id`) PARTITIONS 4",
                    "RANGE (`id`) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
                    "RANGE (`id`) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20), "
                    "PARTITION p2 VALUES LESS THAN MAXVALUE)"])
        elif what == "option":
            key, values = self.chance.choice([("COMMENT", ["'one'", "'two'"]), ("ROW_FORMAT", ["DYNAMIC", "COMPACT"]),
                                              ("STATS_PERSISTENT", ["0", "1"])])
            if key in table["options"] and self.chance.random() < 0.4:
                del table["options"][key]
            else:
                table["options"][key] = self.chance.choice(values)
        elif what == "view":
            self.objects[self.name("v")] = {"on": t, "kind": "VIEW", "text": f"AS SELECT `id` + {self.number} AS `a` FROM `{t}`"}
        elif what == "trigger":
            event = self.chance.choice(["BEFORE INSERT", "AFTER UPDATE", "AFTER DELETE"])
            if not any(o["on"] == t and event in o["text"] for o in self.objects.values()):
                self.objects[self.name("tr")] = {
                    "on": t, "kind": "TRIGGER",
                    "text": f"{event} ON `{t}` FOR EACH ROW BEGIN SET @seen = {self.number}; SET @more = ';'; END"}
        elif what == "procedure":
            self.objects[self.name("p")] = {"on": None, "kind": "PROCEDURE",
                                            "text": f"(IN a int) BEGIN SELECT a + {self.number}; END"}
        elif what == "event":
            self.objects[self.name("e")] = {"on": None, "kind": "EVENT",
                                            "text": f"ON SCHEDULE EVERY {self.number} DAY STARTS '2030-01-01 00:00:00' DISABLE DO SELECT 1"}
        elif what == "drop_object" and self.objects:
            del self.objects[self.chance.choice(list(self.objects))]

    def text(self):
        out, after = [], []
        for t, table in self.tables.items():
            lines = []
            for c, d in table["columns"].items():
                line = f"`{c}` {d['type']}"
                if "as" in d:
                    line += f" GENERATED ALWAYS AS ({d['as']}) {'STORED' if d['stored'] else 'VIRTUAL'}"
                else:
                    line += " NULL" if d["null"] else " NOT NULL"
                    if c == "id" and table["auto"]:
                        line += " AUTO_INCREMENT"
                    if d["default"]:
                        precise = "(6)" if d["type"] == "datetime(6)" and d["default"].startswith("CURRENT") else ""
                        line += f" DEFAULT {d['default']}{precise}"
                if d["comment"]:
                    line += f" COMMENT '{d['comment'].replace(chr(39), chr(39) * 2)}'"
                lines.append(line)
            lines.append("PRIMARY KEY (`id`)")
            for k, (kind, columns) in table["keys"].items():
                lines.append(f"{kind} `{k}` ({', '.join(f'`{c}`' for c in columns)})")
            for k, c in table["checks"].items():
                lines.append(f"CONSTRAINT `{k}` CHECK (coalesce(char_length(`{c}`), 0) < 10000)")
            options = "".join(f" {k}={v}" for k, v in table["options"].items())
            partition = f"\nPARTITION BY {table['partition']}" if table["partition"] else ""
            out.append(f"CREATE TABLE `{t}` (\n  " + ",\n  ".join(lines) + f"\n){options}{partition};")
            for k, (columns, other, rule) in table["foreign"].items():
                after.append(f"ALTER TABLE `{t}` ADD CONSTRAINT `{k}` FOREIGN KEY (`{columns[0]}`) REFERENCES `{other}` (`id`){rule};")
        bodies = []
        for o, d in self.objects.items():
            create = f"CREATE {d['kind']} `{o}` {d['text']}"
            bodies.append(f"DELIMITER //\n{create}//\nDELIMITER ;" if "BEGIN" in d["text"] else create + ";")
        return "\n".join(out + after + bodies) + "\n"


def main():
    a = arguments(__doc__, steps=350)
    write(a.folder, a.steps, World(a.seed, a.tables))


if __name__ == "__main__":
    main()
