"""Observes the databases that a cell opens with sqlite3."""

import os

# SQLITE_ATTACH and SQLITE_OK of sqlite3.h.
_ATTACH = 24
_OK = 0


def _paths(name):
    """Returns the paths that the name of a database may mean. SQLite reads `file:…` as a URI or as a path, depending on
    the connection."""
    name = os.fsdecode(name)
    if name in ("", ":memory:"):
        return []
    if not name.startswith("file:"):
        return [name]
    from urllib.parse import unquote

    rest, _, query = name[len("file:") :].partition("#")[0].partition("?")
    if rest.startswith("//"):
        rest = "/" + rest[2:].partition("/")[2]  # the authority is empty or `localhost`
    in_memory = rest in ("", ":memory:") or "mode=memory" in query.split("&")
    return [name] if in_memory else [name, unquote(rest)]


def database_stamp(path, stamp_of):
    """Returns the stamps of a database and of its non-empty journals, joined by spaces; None if there are none.
    The same as `databaseStamp` in src/model/observations.ts. `stamp_of` returns the stamp of one path."""
    sides = [stamp_of(path + side) for side in ("-wal", "-journal")]
    sides = [stamp for stamp in sides if stamp is not None and stamp.split(":")[1] != "0"]
    stamp = stamp_of(path)
    return None if stamp is None and not sides else " ".join([stamp or "", *sides])


def observe_database(recorder, name):
    """Records the database of a connection or of ATTACH. `name` is a path or a URI, as SQLite gets it."""
    if isinstance(name, (str, bytes)) or hasattr(name, "__fspath__"):
        for path in _paths(os.fspath(name)):
            recorder.read("database", path)


def observe_attached(recorder):
    """Observes databases that SQL attaches, by an authorizer on each connection. Must be called before sqlite3 is
    imported.

    An authorizer that the cell sets replaces this one."""
    try:
        import _sqlite3
    except ImportError:
        return  # the cell's own import raises the error

    def authorize(action, name, *_):
        if action == _ATTACH:
            if name is None:  # SQLite gives no name for an expression or a parameter
                recorder.unobserved("a database that SQL attaches by a parameter")
            else:
                observe_database(recorder, name)
        return _OK

    original = _sqlite3.connect

    def connect(*args, **options):
        connection = original(*args, **options)
        connection.set_authorizer(authorize)
        return connection

    connect.__doc__ = original.__doc__
    _sqlite3.connect = connect
