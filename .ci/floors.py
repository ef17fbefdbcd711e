#!/usr/bin/env python3
"""Compares scores with the floors they must not fall under (standard library only).

    floors.py [--raise] SET.json...

Each file holds the totals that score.py --json wrote for the set of letters after which it is named. Prints a table
and exits with 1 when a score is lower than its floor in floors.json beside this program. With --raise, floors that the
scores have left behind are lifted to them (rounded down to three places); floors never go down.
"""
import argparse
import json
import math
import pathlib
import sys

FLOORS = pathlib.Path(__file__).with_name("floors.json")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("scores", nargs="+", type=pathlib.Path, metavar="SET.json")
    arguments.add_argument("--raise", dest="lift", action="store_true", help="lift the floors to the scores")
    options = arguments.parse_args()

    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    lower = 0
    print(f"{'set':10} {'measure':10} {'floor':>7} {'score':>7}")
    for path in options.scores:
        if path.stem not in floors:
            sys.exit(f"{FLOORS}: there are no floors for the set {path.stem}")
        scores = json.loads(path.read_text(encoding="utf-8"))
        for measure, floor in floors[path.stem].items():
            score = scores.get(measure)
            missed = score is None or score < floor
            lower += missed
            shown = "-" if score is None else f"{score:.4f}"
            print(f"{path.stem:10} {measure:10} {floor:7.4f} {shown:>7}{'  LOWER' if missed else ''}")
            if score is not None:
                floors[path.stem][measure] = max(floor, math.floor(score * 1000) / 1000)
    if options.lift:
        FLOORS.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")
    if lower:
        sys.exit(f"{lower} scores are lower than their floors")


if __name__ == "__main__":
    main()
