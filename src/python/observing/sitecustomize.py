"""First module of a Python process that a cell started.

Reports what the process reads and the files that it writes, as lines of JSON, to the file named by
HEAPBOOK_OBSERVED."""

import os
import sys


def _observe(records):
    """Loads the observer of cells. Its modules import each other as `heapbook`, so that name exists only meanwhile.

    The program does not see a package `heapbook`, and may have its own."""
    import json
    import types

    write, dumps = os.write, json.dumps
    descriptor = os.open(records, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    here = os.path.dirname(os.path.abspath(__file__))
    package = types.ModuleType("heapbook")
    package.__path__ = [os.path.join(os.path.dirname(here), "heapbook")]
    channel = types.ModuleType("heapbook._channel")
    channel.send = lambda record: write(descriptor, (dumps(record) + "\n").encode())
    parameters = types.ModuleType("heapbook._params")
    parameters.params = None
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        sys.modules.update({"heapbook": package, "heapbook._channel": channel, "heapbook._params": parameters})
        from heapbook._reads import observe_child
    finally:
        sys.dont_write_bytecode = writes_bytecode
        for name in [name for name in sys.modules if name.split(".")[0] == "heapbook"]:
            del sys.modules[name]
    observe_child()


_records = os.environ.pop("HEAPBOOK_OBSERVED", None)
if _records is not None:
    _observe(_records)

# Then loads the sitecustomize that this file has displaced.
_here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != _here]
_own = sys.modules.pop("sitecustomize")
try:
    import sitecustomize  # noqa: F401
except ImportError:
    # Python's import of this module looks it up in sys.modules. If it were missing, Python would print an error on the
    # program's stderr.
    sys.modules["sitecustomize"] = _own
