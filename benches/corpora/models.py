#!/usr/bin/env python3
"""Models of real databases: what `inspect --format rust` writes must say exactly what the database is.

    models.py [--limbeck PATH] URL...

For each database: its models are written, and `makemigrations --check` between the database and the models must find
nothing. Then the models are edited (a table and a column are renamed, a column is added, one is widened, one is dropped),
and in a scratch copy of the schema, made by the revisions alone at --copy-url with {} for a name, makemigrations,
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


def edited(text):
    """The models with a change of each kind, as far as there is a place for it."""
    changes = []
    plain = re.search(r'\n    pub (\w+): Option<String>,\n', text)
    if plain:
        name = plain.group(1)
        # What the column is called, where the structs say that all names are in another case.
        pascal = 'rename_all = "PascalCase"' in text[: plain.start()]
        old = "".join(word.capitalize() for word in name.split("_")) if pascal else name
        text = text.replace(plain.group(0), f'\n    #[limbeck(renamed_from = "{old}")]\n    pub {name}_renamed: Option<String>,\n    pub {name}_added: Option<i32>,\n', 1)
        changes.append(f"{name} renamed, and a column added")
    narrow = re.search(r'pub (\w+): Option<i(16|32)>,\n', text)
    if narrow:
        text = text.replace(narrow.group(0), f"pub {narrow.group(1)}: Option<i64>,\n", 1)
        changes.append(f"{narrow.group(1)} widened")
    return text, changes


def check_edits(program, folder, url, copy):
    """The database made anew by a revision, then the models edited: what went wrong on the way."""
    (folder / "limbeck.toml").write_text(f'[databases.default]\nurl = "{copy}"\n[models]\nsource = "src"\n')
    models = folder / "src" / "lib.rs"
    text, changes = edited(models.read_text())
    if not changes:
        return "nothing to edit"
    # Out of the database, for models speak of tables, and defaults may need functions and sequences.
    steps = [("makemigrations", "as it is", "--to", url), ("migrate",), ("makemigrations", "--check")]
    steps += [("makemigrations", "edited"), ("migrate", "-y"), ("check",)]
    for at, arguments in enumerate(steps):
        if at == 3:
            models.write_text(text)
        code, out, said = limbeck(program, folder, *arguments)
        if code:
            return f"{' '.join(arguments[:2])}: exit {code}: {(out + said).strip()}"
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
