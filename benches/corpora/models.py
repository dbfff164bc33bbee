#!/usr/bin/env python3
"""Models of real databases: what `inspect --format rust` writes must say exactly what the database is.

    models.py [--limbeck PATH] URL...

For each database: its models are written, and `makemigrations --check` between the database and the models must find
nothing. Then the models are edited (a column is renamed, one is added, one is widened, a table is renamed, and a column moves
out of its table to a new one that points back at it), and in a scratch copy of the schema, made by the revisions alone at --copy-url with {} for a name, makemigrations,
migrate and check must lead to the edited models, with nothing left over. Nothing is written to the databases themselves.
"""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def limbeck(program, folder, *arguments):
    done = subprocess.run([program, "--no-input", *arguments], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def project(folder, url):
    (folder / "src").mkdir()
    (folder / "migrations").mkdir()
    (folder / "limbeck.toml").write_text(f'[databases.default]\nurl = "{url}"\n[models]\nsource = "src"\n')


def written(program, folder, url):
    """Writes the models of a database; what was said if that fails."""
    code, text, said = limbeck(program, folder, "inspect", url, "--format", "rust")
    if code:
        return f"inspect: {said.strip()}"
    (folder / "src" / "lib.rs").write_text(text)
    return None


def unedited(program, folder, url):
    """What differs between a database and its models."""
    code, out, said = limbeck(program, folder, "makemigrations", "--check", "--from", url)
    return None if code == 0 else f"exit {code}: {(out + said).strip()}"


STRUCT = re.compile(
    r'#\[derive\([^\n]*\]\n(?P<said>(?:#\[limbeck\((?:[^\n]*|\n.*?\n)\)\]\n)?)pub struct (?P<name>\w+) \{\n(?P<body>.*?)\n\}\n', re.S)


def table_of(struct):
    """The table of a struct, as its attributes or its name say."""
    said = re.search(r'\btable = "([^"]+)"', struct["said"])
    if said:
        return said.group(1)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", struct["name"]).lower()


def column_of(struct, field):
    """The column of a field, where the structs may say that all names are in another case."""
    if 'rename_all = "PascalCase"' in struct["said"]:
        return "".join(word.capitalize() for word in field.split("_"))
    return field


def field_edits(text):
    """A column is renamed, one comes, one gets wider."""
    changes = []
    for struct in STRUCT.finditer(text):
        plain = re.search(r"^    pub (\w+): Option<String>,$", struct["body"], re.M)
        before = struct["body"][: plain.start()].rstrip() if plain else ""
        said = before.rsplit("\n    pub ", 1)[-1]
        if not plain or any(word in said for word in ("index", "unique", "references", "check")):
            continue
        name = plain.group(1)
        new = (f'    #[limbeck(renamed_from = "{column_of(struct, name)}")]\n    pub {name}_renamed: Option<String>,\n'
               f"    pub {name}_added: Option<i32>,")
        at = struct.start("body")
        text = text[: at + plain.start()] + new + text[at + plain.end():]
        changes.append(f"{table_of(struct)}.{name} renamed, and a column added")
        break
    # Not of a key: its other end would have to follow.
    fields = re.finditer(r"((?:#\[limbeck\([^\n]*\)\]|\)\])\n)?    pub (\w+): Option<i(?:16|32)>,\n", text)
    narrow = next((field for field in fields if not field.group(1) and not field.group(2).endswith("_added")), None)
    if narrow:
        text = text[: narrow.start()] + f"    pub {narrow.group(2)}: Option<i64>,\n" + text[narrow.end():]
        changes.append(f"{narrow.group(2)} widened")
    return text, changes


def table_edits(text):
    """A table is renamed, and a column moves to a table of its own."""
    changes = []
    # Texts of views, triggers and routines may name a table; whether they follow is another question.
    head = text[: text.find("#[derive")]
    quiet = [s for s in STRUCT.finditer(text) if "Not said here" not in head and "renamed_from" not in s.group(0)]
    for struct in quiet[-1:]:
        table = table_of(struct)
        words = f'table = "{table}_renamed", renamed_from = "{table}"'
        said = struct["said"]
        if f'table = "{table}"' in said:
            said = said.replace(f'table = "{table}"', words, 1)
        else:
            said = f"#[limbeck({words})]\n{said}"
        text = text[: struct.start("said")] + said + text[struct.end("said"):]
        changes.append(f"{table} renamed")
    for struct in STRUCT.finditer(text):
        key = re.search(r"#\[limbeck\(primary_key(?:\([^)]*\))?\)\]\n    pub (\w+): (i32|i64),", struct["body"])
        moved = re.search(r"^(    #\[limbeck\([^\n]*\)\]\n)?    pub (\w+): Option<(?:String|i64)>,\n?", struct["body"], re.M)
        # What an index or a key of the table names stays.
        if not (key and moved) or re.search(rf"\b{moved.group(2)}\b", struct["said"]) or "renamed" in moved.group(0):
            continue
        if any(word in (moved.group(1) or "") for word in ("index", "unique", "references", "check")):
            continue
        at = struct.start("body")
        text = text[: at + moved.start()] + text[at + moved.end():]
        text += (f"\n#[derive(limbeck::Table)]\n#[limbeck(table = \"{table_of(struct)}_moved\")]\npub struct Moved {{\n"
                 f"    #[limbeck(primary_key, references({struct['name']}.{key.group(1)}))]\n    pub id: {key.group(2)},\n"
                 f"    pub {moved.group(2)}: Option<String>,\n}}\n")
        changes.append(f"{table_of(struct)}.{moved.group(2)} moved out")
        break
    return text, changes


def edited(text):
    """The models with a change of each kind, as far as there is a place for it, and the changes in words."""
    text, of_fields = field_edits(text)
    text, of_tables = table_edits(text)
    return text, of_fields + of_tables


def check_edits(program, folder, url, copy):
    """The database made anew by a revision, then the models edited: what went wrong on the way."""
    (folder / "limbeck.toml").write_text(f'[databases.default]\nurl = "{copy}"\n[models]\nsource = "src"\n')
    models = folder / "src" / "lib.rs"
    text, changes = edited(models.read_text())
    if not changes:
        return "nothing to edit"
    print(f"     {'; '.join(changes)}")
    # Out of the database, for models speak of tables, and defaults may need functions and sequences.
    steps = [("makemigrations", "as it is", "--to", url), ("migrate",), ("makemigrations", "--check")]
    steps += [("makemigrations", "edited"), ("migrate", "-y"), ("check",)]
    for at, arguments in enumerate(steps):
        if at == 3:
            models.write_text(text)
        code, out, said = limbeck(program, folder, *arguments)
        if code:
            return f"{'; '.join(changes)}: {' '.join(arguments[:2])}: exit {code}: {(out + said).strip()}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limbeck", default="limbeck")
    parser.add_argument("--copy-url", help="an empty database for the edits; the default is a SQLite file for SQLite")
    parser.add_argument("urls", nargs="+", metavar="URL")
    options = parser.parse_args()
    program = str(Path(options.limbeck).resolve()) if "/" in options.limbeck else options.limbeck
    failed = 0
    for url in options.urls:
        with tempfile.TemporaryDirectory(prefix="limbeck-models-") as place:
            folder = Path(place)
            project(folder, url)
            said = written(program, folder, url) or unedited(program, folder, url)
            copy = options.copy_url or ("sqlite://copy.db" if url.startswith("sqlite") else None)
            if said is None and copy:
                said = check_edits(program, folder, url, copy)
        # Never the URL itself: it may hold a password.
        name = re.sub(r"//[^/@]*@", "//", url)
        print(f"{'ok  ' if said is None else 'FAIL'} {name}" + (f"\n     {said[:1500]}" if said else ""))
        failed += said is not None
    print(f"{len(options.urls) - failed} of {len(options.urls)}")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
