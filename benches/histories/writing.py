"""What the generators of histories share: their arguments, and the files that they write."""
import argparse
from pathlib import Path


def arguments(doc, steps, **more):
    """A generator's arguments; more: whole numbers of its own, each with its default and what it is."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", type=int, default=8)
    for name, (default, what) in more.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=what)
    return parser.parse_args()


def write(folder, steps, world):
    """Writes FOLDER/0001.sql and so on, each with one to four changes since the one before; what changed nothing is no step."""
    folder.mkdir(parents=True)
    last, number = None, 0
    while number < steps:
        world.done = []
        if number:
            for _ in range(world.chance.randint(1, 4)):
                world.change()
        text = world.text()
        if text != last:
            number, last = number + 1, text
            (folder / f"{number:04}.sql").write_text(f"-- {', '.join(world.done)}\n{text}")
