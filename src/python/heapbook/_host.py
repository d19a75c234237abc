"""The entry of a trial in Pyodide, called by its host (src/python/pyodide.ts)."""

import atexit
import json

from heapbook import _trial


def run(instructions, program):
    """Runs the cell; both arguments are JSON. Gives the exit code. The interpreter never ends here by itself, so its exit
    handlers are called."""
    code = _trial.run(json.loads(instructions), json.loads(program))
    atexit._run_exitfuncs()
    return code
