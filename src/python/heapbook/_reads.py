"""Reports to the parent what a cell reads besides its code, so that a change makes a stored result stale.

Python's audit events (PEP 578) name every file that it opens, imported modules included. Functions without an event,
such as `os.stat`, are wrapped."""

import _thread
import os
import stat
import sys

from heapbook._channel import send
from heapbook._databases import database_stamp, observe_attached, observe_database
from heapbook._environment import list_environment, observe_environment, observe_kernel_file
from heapbook._folders import observe_entries, path_of
from heapbook._foreign import observe_certificates, observe_extension, observe_forks, observe_symbol
from heapbook._params import params
from heapbook._places import is_own, packages_folder

_IMPORTER = "<frozen importlib._bootstrap_external>"
_WRITING = os.O_WRONLY
# Modules of the interpreter that are observed from their first import on.
_BEFORE_IMPORT = {"_sqlite3": observe_attached, "_ssl": observe_certificates, "_posixsubprocess": observe_forks}
# Not empty once the cell has ended: later reads of this process are not the cell's.
_stopped = []


def stop():
    """Ends the observation. A flag does so, because audit hooks cannot be removed."""
    _stopped.append(True)


def _source_of(path):
    """Returns the source file of a .pyc file; any other path unchanged. Python itself checks that the two agree."""
    folder, name = os.path.split(path)
    if os.path.basename(folder) != "__pycache__" or not name.endswith(".pyc"):
        return path
    return os.path.join(os.path.dirname(folder), name.split(".", 1)[0] + ".py")


def _depends_on(kind, path):
    """Returns the paths on which a result depends if the cell reads `path`.

    None for files of the interpreter and of Heapbook. For a file of an installed package: the file, and the folder
    of packages, in which the names of entries contain the versions."""
    packages = packages_folder(path)
    if packages is None and is_own(path):
        return ()
    if kind != "content":
        return (path,)
    source = _source_of(path)
    return (source,) if packages is None else (packages, source)


def _is_read(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if not isinstance(path, (str, bytes)):
            return False  # a file descriptor: its path was noted when the file was opened
        if isinstance(mode, str):
            return "r" in mode or "+" in mode
        return not (flags or 0) & _WRITING
    # Ignores listings by the importer, which looks for modules there and then opens those that it finds.
    return sys._getframe(3).f_code.co_filename != _IMPORTER


def _makes_file(path, mode, flags):
    """Whether an `open` makes a new file or empties one. A later read of that file by the cell is not recorded."""
    if not isinstance(path, (str, bytes)):
        return False
    if isinstance(mode, str):
        return mode[:1] in ("w", "x")
    flags = flags or 0
    temporary = getattr(os, "O_TMPFILE", 0)
    return bool(flags & (os.O_TRUNC | os.O_EXCL)) or (temporary != 0 and flags & temporary == temporary)


class _Recorder:
    """Records what a cell observes, each thing once. Files that the cell itself made are not recorded."""

    def __init__(self):
        self._seen = set()
        self._own = set()
        self._cwd = os.getcwd
        self._stat = os.stat
        # For each thread, the open folder to which its `os.open` is relative. The audit event does not contain it.
        self.opening = _thread._local()

    def path(self, path):
        return os.path.normpath(os.path.join(self._cwd(), os.fsdecode(path)))

    def place(self, path, dir_fd=None):
        """Returns the path that a function of `os` means by a path or descriptor; None if the system does not tell it.
        """
        if dir_fd == -1:  # how audit events write None
            dir_fd = None
        if isinstance(path, int):
            dir_fd, path = path, ""
        path = os.fsdecode(path)
        if dir_fd is None or os.path.isabs(path):
            return path
        folder = path_of(dir_fd)
        if folder is None:
            self.unobserved("a folder that is named by its descriptor")
            return None
        return os.path.join(folder, path) if path else folder

    def _is_own(self, path):
        while self._own:
            if path in self._own:
                return True
            above = os.path.dirname(path)
            if above == path:
                break
            path = above
        return False

    def read(self, kind, path):
        path = self.path(path)
        if self._is_own(path):
            return
        for target in _depends_on(kind, path):
            self._read(kind, target)

    def _read(self, kind, target):
        if (kind, target) in self._seen:
            return
        self._seen.add((kind, target))
        stamp = database_stamp(target, self._stamp) if kind == "database" else self._stamp(target)
        if "_heapbook_host" in sys.modules:
            send({"type": "read", "path": target, "kind": kind})  # Pyodide's file system has stamps of its own
        else:
            send({"type": "read", "path": target, "kind": kind, "stamp": stamp})

    def is_there(self, path):
        return self._stamp(path) is not None

    def _stamp(self, path):
        try:
            found = self._stat(path)
        except (OSError, ValueError):
            return None
        return "%d:%d:%d" % (found.st_ino, found.st_size, found.st_mtime_ns)

    def observe(self, kind, name):
        if (kind, name) not in self._seen:
            self._seen.add((kind, name))
            send({"type": "read", "path": name, "kind": kind})

    def is_folder(self, path):
        try:
            return stat.S_ISDIR(self._stat(path).st_mode)
        except (OSError, ValueError):
            return False

    def wrote(self, path):
        path = self.path(path)
        if path not in self._own and not is_own(path):
            self._own.add(path)
            send({"type": "written", "path": path})

    def unobserved(self, what):
        if ("unobserved", what) not in self._seen:
            self._seen.add(("unobserved", what))
            send({"type": "unobserved", "what": what})


def _observe_files(recorder):
    def wrote(path, dir_fd):
        path = recorder.place(path, dir_fd)
        if path is not None:
            recorder.wrote(path)

    def on_event(event, arguments):
        if event in ("open", "os.listdir", "os.scandir"):
            path = arguments[0] if arguments[0] is not None else "."
            if event == "open":
                if isinstance(path, int):
                    return
                path = recorder.place(path, getattr(recorder.opening, "dir_fd", None))
            else:
                path = recorder.place(path)
            if path is None:
                return
            if event == "open" and _makes_file(*arguments):
                # An `open` with an `opener`, as in tempfile, has the path of a folder here. The opener's own event
                # names the file.
                if not recorder.is_folder(path):
                    recorder.wrote(path)
            elif _is_read(event, arguments):
                if event == "open":
                    observe_kernel_file(recorder.path(path), recorder.observe, recorder.unobserved)
                recorder.read("content" if event == "open" else "names", path)
        elif event == "socket.gethostname":
            recorder.observe("machine", "hostname")
        elif event == "os.mkdir":
            path = recorder.place(arguments[0], arguments[2])
            # os.makedirs(exist_ok=True) tries existing folders, too. These stay the author's.
            if path is not None and not recorder.is_folder(path):
                recorder.wrote(path)
        elif event == "os.remove":
            wrote(arguments[0], arguments[1])
        elif event == "os.rename":
            wrote(arguments[0], arguments[2])
            wrote(arguments[1], arguments[3])
        elif event == "os.link":
            path = recorder.place(arguments[0], arguments[2])
            if path is not None:
                recorder.read("content", path)
            wrote(arguments[1], arguments[3])
        elif event == "os.symlink":
            wrote(arguments[1], arguments[2])
        elif event == "tempfile.mkdtemp":
            recorder.wrote(arguments[0])
        elif event == "sqlite3.connect":
            observe_database(recorder, arguments[0])
        elif event == "import":
            before = _BEFORE_IMPORT.get(arguments[0])
            if before is not None and arguments[0] not in sys.modules:
                before(recorder)
            # The event of an import names the file of an extension module, which the dynamic linker opens.
            if isinstance(arguments[1], str):
                observe_extension(recorder, arguments[0], arguments[1])
        elif event in ("ctypes.dlsym", "ctypes.dlsym/handle"):
            observe_symbol(recorder, arguments[0], arguments[1], lambda: list_environment(recorder.observe))
        elif event == "ctypes.dlopen":
            if isinstance(arguments[0], str) and os.sep in arguments[0]:
                recorder.read("content", arguments[0])
        elif event in ("subprocess.Popen", "os.posix_spawn", "os.exec"):
            program = os.path.basename(os.fsdecode(arguments[0] or arguments[1][0]))
            recorder.unobserved("the program `%s`" % program)
        elif event == "os.system":
            recorder.unobserved("a shell command")

    working = []

    observed = ("open", "os.", "socket.gethost", "tempfile.", "sqlite3.", "ctypes.dl", "subprocess.", "import")

    def hook(event, arguments):
        if _stopped or working or not event.startswith(observed):
            return
        working.append(event)
        try:
            on_event(event, arguments)
        finally:
            working.pop()

    sys.addaudithook(hook)


def _replace(name, make):
    """Replaces a function of `os` by `make(original)`, also in the module that `os` has it from and in sets such as `os.supports_dir_fd`."""
    original = getattr(os, name, None)
    if original is None:
        return
    # An instance, not a function: as a class attribute a function would become a method (pathlib of Python up to 3.10).
    wrapped = type(name, (), {"__call__": staticmethod(make(original))})()
    wrapped.__name__ = wrapped.__qualname__ = name
    wrapped.__doc__ = original.__doc__
    for abilities in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if original in abilities:
            abilities.add(wrapped)
    for module in (os, sys.modules.get(os.name)):
        if getattr(module, name, None) is original:
            setattr(module, name, wrapped)


def _precede(name, before):
    """Makes a function of `os` call `before` with its arguments first."""

    def make(original):
        def wrapped(*args, **options):
            # What the importer asks for is a question of where modules are, which is observed for itself.
            if sys._getframe(1).f_code.co_filename != _IMPORTER:
                before(*args, **options)
            return original(*args, **options)

        return wrapped

    _replace(name, make)


def _observe_questions(recorder):
    """Observes functions that ask about a file without opening it: os.path.exists, Path.stat, os.access."""

    def ask(path, *_, dir_fd=None, **__):
        if isinstance(path, int):
            return  # its path was noted when the file was opened
        caller = sys._getframe(2).f_code
        asks = caller.co_name in ("exists", "isfile", "isdir", "lexists", "is_file", "is_dir")
        note("exists" if asks else "state", path, dir_fd)

    def note(kind, path, dir_fd):
        path = recorder.place(os.fspath(path), dir_fd)
        if path is not None:
            recorder.read(kind, path)

    def access(path, mode, *, dir_fd=None, **_):
        if not isinstance(path, int):
            note("exists" if mode == os.F_OK else "mode", path, dir_fd)

    _precede("stat", ask)
    _precede("lstat", ask)
    _precede("access", access)
    _precede("readlink", lambda path, *_, dir_fd=None, **__: note("link", path, dir_fd))
    _precede("getcwd", lambda: recorder.observe("cwd", ""))
    observe_entries(recorder, _replace)
    _replace("open", lambda original: _opening(recorder, original))


# Functions of `os` that return a fact about the machine, by fact. The facts are those of MACHINE_FACTS in
# src/model/observations.ts.
_FACTS = {
    "hostname": ("uname",),
    "system": ("uname",),
    "processors": ("cpu_count", "process_cpu_count", "sched_getaffinity"),
    "priority": ("nice", "getpriority"),
    "umask": ("umask",),
    "user": ("getlogin",),
    "groups": ("getuid", "geteuid", "getgid", "getegid", "getgroups", "getresuid", "getresgid"),
}


def _observe_machine(recorder):
    """Observes what `os` returns about the machine, its user and the shell."""
    for fact, names in _FACTS.items():
        for name in names:
            _precede(name, lambda *_, fact=fact, **__: recorder.observe("machine", fact))


def _opening(recorder, original):
    def open(path, flags, mode=0o777, *, dir_fd=None):
        if dir_fd is None:
            return original(path, flags, mode)
        before = getattr(recorder.opening, "dir_fd", None)
        recorder.opening.dir_fd = dir_fd
        try:
            return original(path, flags, mode, dir_fd=dir_fd)
        finally:
            recorder.opening.dir_fd = before

    return open


def _observe_modules(recorder, folder):
    """Records each place where Python looks for a module, found or not: another module may appear there.

    `folder()` returns the first entry of `sys.path`; empty means the working folder."""

    class First:
        """First of all finders. Records the earlier places, where a module of the same name would be found first."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            if path is None and name in sys.builtin_module_names:
                return None
            last = name.rpartition(".")[2]
            entries = [folder(), *sys.path] if path is None else list(path)
            for entry in entries:
                if not isinstance(entry, str):
                    continue
                place = os.path.join(entry, last)
                recorder.read("exists", place + ".py")
                recorder.read("exists", place)
                if recorder.is_there(place + ".py") or recorder.is_there(os.path.join(place, "__init__.py")):
                    break
            return None

    class Last:
        """Last of all finders: asked for each module that no other has found."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            for entry in sys.path if path is None else path:
                if isinstance(entry, str):
                    place = os.path.join(entry, name.rpartition(".")[2])
                    recorder.read("exists", place + ".py")
                    recorder.read("exists", place)
            return None

    sys.meta_path.insert(0, First)
    sys.meta_path.append(Last)


def observe():
    """Starts to report reads of the cell, until `stop()`."""
    recorder = _Recorder()
    folder = sys.path[0]
    _observe_all(recorder, lambda: folder)
    params._observe(recorder.observe)


def observe_child():
    """Starts to report reads of a Python that a cell started.

    Parameters are not observed, because the program gets them as arguments. The folder of its script is known only
    later."""
    _observe_all(_Recorder(), lambda: sys.path[0] if sys.path else "")


def _observe_all(recorder, folder):
    _observe_files(recorder)
    _observe_questions(recorder)
    _observe_modules(recorder, folder)
    _observe_machine(recorder)
    observe_environment(recorder.observe)
