"""Entry of a trial in Pyodide. The host (src/python/pyodide.ts) calls it."""

import atexit
import json

from heapbook import _trial


def run(instructions, program):
    """Runs the cell and returns the exit code. Both arguments are JSON.

    Calls the exit handlers, because the interpreter in Pyodide does not exit by itself.
    """
    code = _trial.run(json.loads(instructions), json.loads(program))
    atexit._run_exitfuncs()
    return code
