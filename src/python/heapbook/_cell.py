"""Compiles and runs the code of a cell in a fresh ``__main__``."""

import ast
import linecache
import sys
import types

from heapbook._display import show_last

# File name of a cell in tracebacks. Python looks for the cell's lines in this file of the working folder.
FILE = "report.md"


def _is_silenced(source, last):
    """Whether a semicolon follows the last expression, which then is not shown (IPython's rule)."""
    end = source.split("\n")[last.end_lineno - 1].encode("utf-8")[last.end_col_offset :]
    return end.lstrip().startswith(b";")


def run(source, first_line):
    """Runs a cell that begins at line `first_line` of the report, and shows the value of its last expression."""
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    # Empty lines move the source to its lines in the report, so that tracebacks have the lines of report.md.
    placed = "\n" * (first_line - 1) + source
    # Tracebacks and warnings print the cell's lines from this cache. Reading report.md instead would make results
    # depend on its prose. Without a modification time, linecache does not check the file.
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
