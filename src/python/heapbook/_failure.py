"""Describes an exception to the parent: name, message, and the frames of the cell and of the author's modules."""

import linecache
import traceback

from heapbook._places import is_authors

# Number of frames reported at each end of a long stack, such as that of an endless recursion.
_FRAMES_AT_END = 10


def _column(line, offset):
    """Returns a column in characters, from 1.

    `offset` is in bytes of UTF-8. Before Python 3.11 it is None, which gives the first non-blank column."""
    if offset is None:
        return len(line) - len(line.lstrip()) + 1
    return len(line.encode("utf-8")[:offset].decode("utf-8", "replace")) + 1


def _describe_frame(entry):
    name = "" if entry.name == "<module>" else entry.name
    # `entry.line` is stripped, so the line's indentation is read from the file.
    line = linecache.getline(entry.filename, entry.lineno or 1).rstrip("\n")
    column = _column(line, getattr(entry, "colno", None))
    return {"functionName": name, "file": entry.filename, "line": entry.lineno or 1, "column": column}


def _frames(error, cell_file):
    """Returns the author's frames, innermost first, and the number of hidden frames. Heapbook's own outer frames are in
    neither."""
    entries = traceback.extract_tb(error.__traceback__)
    start = next((index for index, entry in enumerate(entries) if entry.filename == cell_file), len(entries))
    shown = [entry for entry in entries[start:] if is_authors(entry.filename)]
    hidden = len(entries) - start - len(shown)
    frames = [_describe_frame(entry) for entry in shown]
    if isinstance(error, SyntaxError) and error.filename:
        place = {"file": error.filename, "line": error.lineno or 1, "column": max(1, error.offset or 1)}
        frames.append(dict(place, functionName=""))
    frames.reverse()
    if len(frames) <= 2 * _FRAMES_AT_END + 1:
        return frames, hidden
    between = {"functionName": "… %d more frames" % (len(frames) - 2 * _FRAMES_AT_END), "file": "", "line": 0, "column": 0}
    return [*frames[:_FRAMES_AT_END], between, *frames[-_FRAMES_AT_END:]], hidden


def _name(error):
    kind = type(error)
    module = kind.__module__
    return kind.__qualname__ if module in ("builtins", "__main__") else "%s.%s" % (module, kind.__qualname__)


def _text(error):
    """Returns the text of an exception. If `str()` raises one, the text names that second exception."""
    try:
        # The text of a SyntaxError contains its place, which the frames have already.
        return str(error.msg) if isinstance(error, SyntaxError) else str(error)
    except Exception as second:
        return "<no text: str() raised %s>" % type(second).__name__


def _message(error):
    lines = [_text(error), *(str(note) for note in getattr(error, "__notes__", ()))]
    lines += ["%s: %s" % (_name(each), _text(each)) for each in getattr(error, "exceptions", ())]
    cause = error.__cause__
    if cause is not None:
        lines[0] += " [cause: %s: %s]" % (_name(cause), _text(cause))
    return "\n".join(lines)


def describe(error, cell_file):
    """Converts an exception to the field `error` of an `error` record: `ThrownError` in src/model/thrown-error.ts."""
    frames, hidden = _frames(error, cell_file)
    traced = {"frames": frames, "hiddenFrames": hidden}
    return {"name": _name(error), "message": _message(error), "stack": "", "uncaught": False, "traceback": traced}
