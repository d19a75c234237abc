"""Compiles the sources on stdin, a JSON list of strings. Prints a JSON list: the first syntax error of each, or null.
"""

import json
import sys
import warnings


def check(source):
    """Returns the first syntax error of a source (name, message, line and column, counted from 1), or None."""
    try:
        compile(source, "report.md", "exec", dont_inherit=True)
    except SyntaxError as error:
        kind = type(error).__name__
        return {"name": kind, "message": error.msg, "line": error.lineno or 1, "column": error.offset or 1}
    except ValueError as error:  # a null byte, before Python 3.12
        return {"name": "SyntaxError", "message": str(error), "line": 1, "column": 1}
    except (RecursionError, MemoryError, OverflowError):
        pass  # too complex for the compiler here. If the trial cannot compile it either, the cell fails with this error
    return None


if __name__ == "__main__":
    # Warnings, such as that of an invalid escape, are shown when the cell runs.
    warnings.simplefilter("ignore")
    json.dump([check(source) for source in json.loads(sys.stdin.buffer.read().decode("utf-8"))], sys.stdout)
