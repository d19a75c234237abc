"""Observes what a cell reads about the entries of a folder that it scans; finds the paths of open folders."""

import os


_readlink = os.readlink  # before it is observed


def path_of(descriptor):
    """Returns the path of an open folder or file; None if the system does not tell it."""
    try:
        return _readlink("/proc/self/fd/%d" % descriptor)
    except OSError:
        pass
    try:
        import fcntl

        # macOS: 1024 is MAXPATHLEN.
        return os.fsdecode(fcntl.fcntl(descriptor, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    except (ImportError, AttributeError, OSError):
        return None


class _Entry:
    """An `os.DirEntry` that records each read of an entry's state.

    The type of an entry other than a link needs no record: the list of the folder contains it."""

    __slots__ = ("_entry", "_place", "_recorder")

    # Makes `isinstance(entry, os.DirEntry)` true, on which shutil depends.
    __class__ = property(lambda self: os.DirEntry)

    def __init__(self, entry, place, recorder):
        self._entry = entry
        self._place = place
        self._recorder = recorder

    name = property(lambda self: self._entry.name)
    path = property(lambda self: self._entry.path)

    def _ask(self, kind):
        if self._place is not None:
            self._recorder.read(kind, os.path.join(self._place, os.fsdecode(self._entry.name)))

    def _follow(self):
        if self._entry.is_symlink():
            self._ask("exists")

    def inode(self):
        return self._entry.inode()

    def is_dir(self, *, follow_symlinks=True):
        self._follow()
        return self._entry.is_dir(follow_symlinks=follow_symlinks)

    def is_file(self, *, follow_symlinks=True):
        self._follow()
        return self._entry.is_file(follow_symlinks=follow_symlinks)

    def is_symlink(self):
        return self._entry.is_symlink()

    def stat(self, *, follow_symlinks=True):
        self._ask("state")
        return self._entry.stat(follow_symlinks=follow_symlinks)

    def __getattr__(self, name):
        return getattr(self._entry, name)  # is_junction of Python 3.12

    def __fspath__(self):
        return self._entry.path

    def __repr__(self):
        return repr(self._entry)


class _Scan:
    """The iterator that the observed `os.scandir` returns."""

    def __init__(self, entries, place, recorder):
        self._entries = entries
        self._place = place
        self._recorder = recorder

    def __iter__(self):
        return self

    def __next__(self):
        return _Entry(next(self._entries), self._place, self._recorder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._entries.close()


def observe_entries(recorder, replace):
    """Observes the entries of `os.scandir`. `replace(name, make)` replaces a function of `os` by `make(original)`."""

    def make(original):
        def scandir(path="."):
            entries = original(path)
            place = recorder.place(path)
            return _Scan(entries, None if place is None else recorder.path(place), recorder)

        return scandir

    replace("scandir", make)
