"""Classifies files by owner: the author, Heapbook, the standard library, installed packages."""

import os

_HEAPBOOK = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_STANDARD_LIBRARY = os.path.dirname(os.path.abspath(os.__file__))
_PACKAGE_FOLDERS = ("site-packages", "dist-packages")


def packages_folder(path):
    """Returns the folder of installed packages that contains a file, or None."""
    for name in _PACKAGE_FOLDERS:
        before, separator, _ = path.partition(os.sep + name + os.sep)
        if separator:
            return before + separator[:-1]
    return None


def is_own(path):
    """Whether a file belongs to Heapbook or to the standard library."""
    return any(
        path == folder or path.startswith(folder + os.sep) or path == folder + ".zip"
        for folder in (_HEAPBOOK, _STANDARD_LIBRARY)
    )


def is_authors(path):
    """Whether a file of a traceback is the author's. Code without a file, such as ``<string>``, is not."""
    return not path.startswith("<") and packages_folder(path) is None and not is_own(path)
