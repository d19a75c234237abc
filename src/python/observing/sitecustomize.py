"""What a Python that a cell started loads first: reports the files and the environment variables that it reads, as lines of JSON, to
the file that HEAPBOOK_OBSERVED names."""

import os
import sys


def _observe(records):
    import json

    standard = os.path.dirname(os.path.abspath(os.__file__))
    here = os.path.dirname(os.path.abspath(__file__))
    seen = set()
    write = os.write
    # The package itself is not imported: it belongs to the processes of cells.
    shared = {"__name__": "heapbook_environment"}
    with open(os.path.join(os.path.dirname(here), "heapbook", "_environment.py"), "rb") as file:
        exec(compile(file.read(), file.name, "exec"), shared)
    descriptor = os.open(records, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def hook(event, arguments):
        if event == "open":
            path, mode, flags = arguments
            if not isinstance(path, (str, bytes)):
                return
            if isinstance(mode, str) and "r" not in mode and "+" not in mode:
                return
            if mode is None and (flags or 0) & os.O_WRONLY:
                return
            kind = "content"
        elif event in ("os.listdir", "os.scandir"):
            path, kind = arguments[0] if arguments[0] is not None else ".", "names"
            if isinstance(path, int) or sys._getframe(1).f_code.co_filename.startswith("<frozen"):
                return
        else:
            return
        path = os.path.abspath(os.fsdecode(path))
        if event == "open":
            shared["observe_kernel_file"](path, note, unobserved)
        if path.startswith((standard, here)) or (kind, path) in seen:
            return
        seen.add((kind, path))
        write(descriptor, (json.dumps({"type": "read", "path": path, "kind": kind}) + "\n").encode())

    def unobserved(what):
        if ("unobserved", what) not in seen:
            seen.add(("unobserved", what))
            write(descriptor, (json.dumps({"type": "unobserved", "what": what}) + "\n").encode())

    sys.addaudithook(hook)

    def note(kind, name):
        if (kind, name) not in seen:
            seen.add((kind, name))
            write(descriptor, (json.dumps({"type": "read", "path": name, "kind": kind}) + "\n").encode())

    shared["observe_environment"](note)


_records = os.environ.pop("HEAPBOOK_OBSERVED", None)
if _records is not None:
    _observe(_records)

# The sitecustomize that this one stands before.
_here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != _here]
_own = sys.modules.pop("sitecustomize")
try:
    import sitecustomize  # noqa: F401
except ImportError:
    # The importer of this module looks for it, and would print an error into the program's own.
    sys.modules["sitecustomize"] = _own
