"""Compiles and runs the code of a cell in a fresh ``__main__``."""

import ast
import linecache
import sys
import types

from heapbook._display import show_last

# The file name of a cell in tracebacks. Python finds the cell's lines in this file of the working directory.
FILE = "report.md"


def _is_silenced(source, last):
    """IPython's rule: a semicolon after the last expression keeps its value from being shown."""
    end = source.split("\n")[last.end_lineno - 1].encode("utf-8")[last.end_col_offset :]
    return end.lstrip().startswith(b";")


def run(source, first_line):
    """Runs a cell that begins on `first_line` of the report, and shows the value of its last expression."""
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    # Empty lines put the source on its lines of the report, so that every place in a traceback is one of report.md.
    placed = "\n" * (first_line - 1) + source
    # Tracebacks and warnings print the cell's lines from here. Were these read from report.md, results would depend on all of its prose.
    # Without a time of change, linecache never looks whether the file is newer.
    linecache.cache[FILE] = (len(placed), None, placed.splitlines(True), FILE)
    tree = ast.parse(placed, FILE)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, FILE, "exec", dont_inherit=True), module.__dict__)
        return
    tree.body.pop()
    exec(compile(tree, FILE, "exec", dont_inherit=True), module.__dict__)
    value = eval(compile(ast.Expression(last.value), FILE, "eval", dont_inherit=True), module.__dict__)
    if not _is_silenced(placed, last):
        show_last(value)
