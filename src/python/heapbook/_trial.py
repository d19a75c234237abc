"""One trial: one process that runs one variant of a cell once."""

import atexit
import os
import sys

from heapbook import _cell, _failure, _reads, _streams
from heapbook._channel import send
from heapbook._params import params


def _left_processes(names=os.listdir, opened=open, process=os.getpid()):
    """Sends to the parent the ids of this process's children at its exit.

    A child with its own session and environment could not be assigned to the trial once this process has ended."""
    if os.getpid() != process:
        return
    _reads.stop()
    pids = []
    try:
        for thread in names("/proc/self/task"):
            with opened("/proc/self/task/%s/children" % thread) as file:
                pids.extend(int(each) for each in file.read().split())
    except OSError:
        return  # no Linux, or a kernel that lists no children
    if pids:
        send({"type": "left-processes", "pids": pids})


class _Ending:
    """Sends the record `end` if the cell ran to its end. Runs after the cell's threads and exit handlers."""

    def __init__(self):
        self.well = False
        self._process = os.getpid()

    def report(self):
        # A process forked by the cell inherits this handler.
        if self.well and os.getpid() == self._process:
            send({"type": "end"})


def run(instructions, program):
    """Runs the cell and returns the exit code of the process.

    `instructions`: `folder`, `variant` and `firstLine`; `program`: `source`, and `params` or null.
    """
    ending = _Ending()
    atexit.register(_left_processes)
    atexit.register(ending.report)  # handlers run in reverse order. Only `_left_processes` runs later
    params._fill(program["params"], instructions["variant"])
    _streams.replace()
    sys.path[0] = instructions["folder"]
    sys.argv = [""]
    _reads.observe()
    try:
        _cell.run(program["source"], instructions["firstLine"])
    except SystemExit as exit:
        code = exit.code
        if code is None or code == 0:
            ending.well = True
            return 0
        if isinstance(code, int):
            return code
        print(code, file=sys.stderr)
        return 1
    except BaseException as error:
        send({"type": "error", "error": _failure.describe(error, _cell.FILE)})
        return 1
    ending.well = True
    return 0
