"""Observes environment variables. Imports nothing of Heapbook, because Pythons started by a cell load it by its path.
"""

import os
import sys

_PASSING = ("_", "SHLVL", "PWD", "OLDPWD", "INIT_CWD", "WINDOWID", "TERM_SESSION_ID", "COLUMNS", "LINES")


def _is_passing(name):
    """Whether a variable differs from shell to shell, so that a list of all variables does not depend on it."""
    return name in _PASSING or name.startswith(("npm_", "SSH_"))


def list_environment(observe):
    """Observes all variables at once, for a way to read them that no `os.environ` sees."""
    observe("env-names", "")
    for name in list(dict.keys(os.environ._data)):
        name = os.fsdecode(name)
        if not _is_passing(name):
            observe("env", name)


def observe_kernel_file(path, observe, unobserved):
    """Observes the read of a kernel file, which may contain the environment that no `os.environ` sees.

    The kernel makes its files at each reading, so the parent cannot hash what the cell read. Files of the process's
    own state count as results, like its memory. Calls `unobserved(what)` for all other kernel files."""
    if not path.startswith(("/proc/", "/sys/")):
        return
    parts = path.split("/")
    is_own = parts[1] == "proc" and parts[2] in ("self", "thread-self", str(os.getpid()))
    if parts[-1] == "environ":
        list_environment(observe)
    if not is_own or parts[-1] in ("cmdline", "mounts", "mountinfo", "cgroup") or "net" in parts:
        unobserved("`%s`" % path)


def observe_environment(observe):
    """Observes `os.environ`, `os.environb` and `posix.environ`, which share one dictionary, by replacing that
    dictionary.

    Calls `observe("env", name)` for a variable that is read, and `observe("env-names", "")` when variables are
    listed."""
    own = set()
    state = {"listed": False}

    def ask(key):
        try:
            name = os.fsdecode(key)
        except TypeError:
            return
        if name not in own and not (state["listed"] and _is_passing(name)):
            observe("env", name)

    def list_names():
        state["listed"] = True
        observe("env-names", "")

    def set_own(key):
        own.add(os.fsdecode(key))

    def asking(name):
        original = getattr(dict, name)

        def method(self, key, *rest):
            ask(key)
            return original(self, key, *rest)

        return method

    def setting(name):
        original = getattr(dict, name)

        def method(self, key, *rest):
            result = original(self, key, *rest)
            set_own(key)
            return result

        return method

    def listing(name, with_values):
        original = getattr(dict, name)

        def method(self, *rest):
            list_names()
            if with_values:
                for key in dict.keys(self):
                    ask(key)
            return original(self, *rest)

        return method

    methods = {name: asking(name) for name in ("__getitem__", "__contains__", "get")}
    methods.update({name: setting(name) for name in ("__setitem__", "__delitem__", "pop", "setdefault")})
    methods.update({name: listing(name, False) for name in ("__iter__", "__len__", "__reversed__", "keys") if hasattr(dict, name)})
    whole = ("__eq__", "__ne__", "__repr__", "__or__", "__ror__", "copy", "items", "popitem", "values")
    methods.update({name: listing(name, True) for name in whole if hasattr(dict, name)})
    # The return values of `pop` and `setdefault` depend on the earlier value of the variable.
    for name in ("pop", "setdefault"):
        methods[name] = _both(ask, methods[name])
    observed = type("dict", (dict,), methods)(os.environ._data)
    for environment in (os.environ, getattr(os, "environb", None)):
        if environment is not None:
            environment._data = observed
    for module in ("posix", "nt"):
        if module in sys.modules:
            sys.modules[module].environ = observed


def _both(before, method):
    def both(self, key, *rest):
        before(key)
        return method(self, key, *rest)

    return both
