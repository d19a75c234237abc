"""The BaseLibrary of the 2021 writeup, in Python: random walks on the grid of a city, and what becomes of them.

A walk is a list of directions. A result is the walk and its distance, or None and the distance where walks are not saved.
base-library.ts beside this file is the same library for V8.
"""

import random
from typing import Dict, Iterable, Iterator, List, Optional, Tuple

DIRECTIONS = ("N", "E", "S", "W")
STEPS = {"N": (0, 1), "E": (1, 0), "S": (0, -1), "W": (-1, 0)}

Position = Tuple[int, int]
Result = Tuple[Optional[List[str]], int]
Results = Dict[int, List[Result]]


def generate_walk(blocks: int) -> Iterator[str]:
    """Gives the directions of a random walk of `blocks` blocks, each as likely as the others."""
    for _ in range(blocks):
        yield random.choice(DIRECTIONS)


def decode_walk(walk: Iterable[str]) -> Position:
    """Gives where a walk ends that starts at home, (0, 0)."""
    east = north = 0
    for direction in walk:
        x, y = STEPS[direction]
        east += x
        north += y
    return east, north


def distance_of(position: Position) -> int:
    """Blocks between home and a position, along streets (Manhattan distance)."""
    east, north = position
    return abs(east) + abs(north)


def _check_count(name: str, value: int) -> None:
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{name} must be a whole number from 1, not {value}")


def monte_carlo_walk_analysis(max_blocks: int, repetitions: int) -> Results:
    """Walks `repetitions` times each number of blocks from 1 to `max_blocks`, and saves every walk."""
    _check_count("max_blocks", max_blocks)
    _check_count("repetitions", repetitions)
    results: Results = {}
    for blocks in range(1, max_blocks + 1):
        saved: List[Result] = []
        for _ in range(repetitions):
            walk = list(generate_walk(blocks))
            saved.append((walk, distance_of(decode_walk(walk))))
        results[blocks] = saved
    return results


def monte_carlo_walk(max_blocks: int, repetitions: int) -> Results:
    """The same, but each walk can be freed as soon as its distance is known."""
    _check_count("max_blocks", max_blocks)
    _check_count("repetitions", repetitions)
    results: Results = {}
    for blocks in range(1, max_blocks + 1):
        distances: List[Result] = []
        for _ in range(repetitions):
            distances.append((None, distance_of(decode_walk(generate_walk(blocks)))))
        results[blocks] = distances
    return results
