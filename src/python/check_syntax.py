"""Compiles the sources on stdin, a JSON list of texts, and prints for each what is wrong with it, or null."""

import json
import sys
import warnings


def check(source):
    """The first syntax error of a text: message, line and column, counted from 1; None where there is none."""
    try:
        compile(source, "report.md", "exec", dont_inherit=True)
    except SyntaxError as error:
        kind = type(error).__name__
        return {"name": kind, "message": error.msg, "line": error.lineno or 1, "column": error.offset or 1}
    except ValueError as error:  # a null byte, before Python 3.12
        return {"name": "SyntaxError", "message": str(error), "line": 1, "column": 1}
    except (RecursionError, MemoryError, OverflowError):
        pass  # too complex for the compiler: the cell tells, if it is so there too
    return None


if __name__ == "__main__":
    # A warning, such as that of an invalid escape, is told when the cell runs.
    warnings.simplefilter("ignore")
    json.dump([check(source) for source in json.loads(sys.stdin.buffer.read().decode("utf-8"))], sys.stdout)
