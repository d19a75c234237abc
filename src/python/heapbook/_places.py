"""Whose a file is: the author's, Heapbook's, or the interpreter's with what is installed in it."""

import os

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_STANDARD_LIBRARY = os.path.dirname(os.path.abspath(os.__file__))
_PACKAGE_FOLDERS = ("site-packages", "dist-packages")


def packages_folder(path):
    """The folder of installed packages that a file is in, or None."""
    for name in _PACKAGE_FOLDERS:
        before, separator, _ = path.partition(os.sep + name + os.sep)
        if separator:
            return before + separator[:-1]
    return None


def is_own(path):
    """Whether a file is Heapbook's, or of the standard library."""
    return any(
        path == folder or path.startswith(folder + os.sep) or path == folder + ".zip"
        for folder in (_OURS, _STANDARD_LIBRARY)
    )


def is_authors(path):
    """Whether a file of a traceback is the author's. Code without a file, as ``<string>``, is nobody's."""
    return not path.startswith("<") and packages_folder(path) is None and not is_own(path)
