"""stdout and stderr of a cell: unbuffered, so that a crash loses nothing, with a count of written bytes."""

import io
import sys


class _Counted(io.FileIO):
    written = 0

    def write(self, data):
        count = super().write(data)
        self.written += count or 0
        return count


_raw = {}


def _open(descriptor):
    raw = _Counted(descriptor, "w", closefd=False)
    _raw[descriptor] = raw
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)


def replace():
    """Replaces stdout and stderr of the interpreter by counted streams."""
    sys.stdout = sys.__stdout__ = _open(1)
    sys.stderr = sys.__stderr__ = _open(2)


def written():
    """Bytes written so far, as the pair (stdout, stderr)."""
    return tuple(_raw[descriptor].written if descriptor in _raw else 0 for descriptor in (1, 2))
