"""The entry of a python cell's process: reads its instructions and runs the cell.

Nothing but the standard library and Heapbook's own package is loaded here.
"""

import json
import os
import sys

if __name__ == "__main__":
    # This folder is sys.path[0]: Heapbook's package is loaded from it, then the report's folder takes its place.
    from heapbook import _trial

    instructions = json.loads(os.environ.pop("HEAPBOOK_TRIAL"))
    with open(instructions["bundle"], encoding="utf-8") as file:
        program = json.load(file)
    sys.exit(_trial.run(instructions, program))
