"""Reports to the parent every file that a cell reads, so that a changed file makes a stored result stale. Python's audit events
(PEP 578) name every file that it opens, imported modules included."""

import os
import sys

from heapbook._channel import send
from heapbook._places import is_own, packages_folder

_IMPORTER = "<frozen importlib._bootstrap_external>"
_WRITING = os.O_WRONLY


def _source_of(path):
    """The source file of a .pyc file; any other path unchanged. Python checks that the two agree."""
    folder, name = os.path.split(path)
    if os.path.basename(folder) != "__pycache__" or not name.endswith(".pyc"):
        return path
    return os.path.join(os.path.dirname(folder), name.split(".", 1)[0] + ".py")


def _depends_on(path):
    """The path on which a result depends if the cell reads `path`; None for files of the interpreter and of Heapbook.

    For a file of an installed package: the folder of packages, whose list of names contains the versions.
    """
    packages = packages_folder(path)
    if packages is not None:
        return packages
    return None if is_own(path) else _source_of(path)


def _is_read(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if not isinstance(path, (str, bytes)):
            return False  # a file descriptor: its path was noted when the file was opened
        if isinstance(mode, str):
            return "r" in mode or "+" in mode
        return not (flags or 0) & _WRITING
    # The importer lists folders to find modules, and then opens the modules that it finds.
    return sys._getframe(2).f_code.co_filename != _IMPORTER


def observe():
    """Starts to report reads. An audit hook cannot be removed, so reporting does not stop."""
    seen = set()

    def hook(event, arguments):
        if event not in ("open", "os.listdir", "os.scandir") or not _is_read(event, arguments):
            return
        path = arguments[0] if arguments[0] is not None else "."
        if isinstance(path, int):
            return
        path = _depends_on(os.path.abspath(os.fsdecode(path)))
        if path is None or path in seen:
            return
        seen.add(path)
        send({"type": "read", "path": path})

    sys.addaudithook(hook)
