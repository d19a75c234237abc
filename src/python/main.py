"""Entry of a python cell's process: reads the instructions and runs the cell.

The process loads the standard library and Heapbook's package only, before the cell's own imports.
"""

import json
import os
import sys

if __name__ == "__main__":
    # sys.path[0] is this folder, from which Heapbook's package is imported. The report's folder replaces it afterwards.
    from heapbook import _trial

    instructions = json.loads(os.environ.pop("HEAPBOOK_TRIAL"))
    with open(instructions["bundle"], encoding="utf-8") as file:
        program = json.load(file)
    sys.exit(_trial.run(instructions, program))
