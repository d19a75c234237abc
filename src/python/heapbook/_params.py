"""Parameters of the report and of the variant, as the cell reads them."""

from collections.abc import ItemsView, KeysView, ValuesView

_READ_ONLY = (
    "params is read-only. Set parameters in the report, or by -P on the command line. `dict(params)` is a copy to change."
)


_CHANGING = frozenset(("clear", "fromkeys", "pop", "popitem", "setdefault", "update"))


class _Hidden:
    """A method of `dict` that Params hides: it changes the dictionary, or copies it.

    A parameter of the same name takes precedence: `params.update` is then the parameter's value."""

    def __init__(self, name, method=None):
        self._name = name
        self._method = method

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        if self._method is None:
            raise AttributeError(self._name)  # `__getattr__` then returns the value or raises the message
        instance._note(self._name)
        if dict.__contains__(instance, self._name):
            return dict.__getitem__(instance, self._name)
        return self._method.__get__(instance, owner)


class Copy(dict):
    """A plain copy of the parameters, with attributes. Reads are not observed, because copying has read all values."""

    __slots__ = ()

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError("Unknown parameter %r. Available: %s." % (name, ", ".join(self))) from None


class Params(dict):
    """Parameters by name, as ``params["blocks"]`` or ``params.blocks``. The variant's take precedence over the
    report's.

    A read-only dictionary, so that functions for dictionaries accept it: `json.dumps`, `|`, `match`, `copy`,
    `pickle`. Each method that reads a value reports its name, because the stored result depends on the value."""

    # Without a `__dict__`, `vars(params)` cannot show values unobserved.
    __slots__ = ("_has_report", "_of_variant", "_report")
    __hash__ = None

    def __init__(self):
        super().__init__()
        object.__setattr__(self, "_has_report", True)
        object.__setattr__(self, "_of_variant", ())
        object.__setattr__(self, "_report", None)

    def _observe(self, report):
        """Makes reads of the report's parameters call `report(kind, name)`."""
        object.__setattr__(self, "_report", report)
        # `json.dumps` writes an empty dictionary without calling a method, so an empty one counts as read.
        if self._has_report and dict.__len__(self) == 0:
            self._note_names()

    def _note(self, name):
        if self._report is not None and name not in self._of_variant:
            self._report("param", str(name))

    def _note_names(self):
        if self._report is not None:
            self._report("param-names", "")

    def _fill(self, report, variant):
        """Sets the values. `report` is None if the cell's source does not use the report's parameters."""
        dict.update(self, report or {})
        dict.update(self, variant)
        object.__setattr__(self, "_has_report", report is not None)
        object.__setattr__(self, "_of_variant", tuple(variant))

    def _explain(self, name):
        if not self._has_report:
            return (
                "Unknown parameter %r. Heapbook found no use of the report's parameters in the cell. "
                "Write `from heapbook import params` in the cell itself." % name
            )
        known = list(dict.keys(self))
        if not known:
            return "Unknown parameter %r. The report has no parameters." % name
        import difflib

        near = difflib.get_close_matches(str(name), known, 1)
        hint = "Did you mean %r? " % near[0] if near else ""
        return "Unknown parameter %r. %sAvailable: %s." % (name, hint, ", ".join(known))

    def __getitem__(self, name):
        self._note(name)
        try:
            return dict.__getitem__(self, name)
        except KeyError:
            raise KeyError(self._explain(name)) from None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        self._note(name)
        try:
            return dict.__getitem__(self, name)
        except KeyError:
            raise AttributeError(_READ_ONLY if name in _CHANGING else self._explain(name)) from None

    def __contains__(self, name):
        self._note(name)
        return dict.__contains__(self, name)

    def get(self, name, default=None):
        self._note(name)
        return dict.get(self, name, default)

    def __iter__(self):
        self._note_names()
        return dict.__iter__(self)

    def __reversed__(self):
        return reversed(list(self))

    def __len__(self):
        self._note_names()
        return dict.__len__(self)

    def keys(self):
        return KeysView(self)

    def values(self):
        return ValuesView(self)

    def items(self):
        return ItemsView(self)

    def __eq__(self, other):
        return dict(self) == other if isinstance(other, dict) else NotImplemented

    def __ne__(self, other):
        return dict(self) != other if isinstance(other, dict) else NotImplemented

    def __or__(self, other):
        if not isinstance(other, dict):
            return NotImplemented
        joined = dict(self)
        joined.update(other)
        return joined

    def __ror__(self, other):
        if not isinstance(other, dict):
            return NotImplemented
        joined = dict(other)
        joined.update(self)
        return joined

    def __ior__(self, other):
        # `params |= {…}` binds the name to a new dictionary.
        return self.__or__(other)

    def __setattr__(self, name, value):
        raise AttributeError(_READ_ONLY)

    def __delattr__(self, name):
        raise AttributeError(_READ_ONLY)

    def __setitem__(self, name, value):
        raise TypeError(_READ_ONLY)

    def __delitem__(self, name):
        raise TypeError(_READ_ONLY)

    copy = _Hidden("copy", lambda self: dict(self))
    clear = _Hidden("clear")
    fromkeys = _Hidden("fromkeys")
    pop = _Hidden("pop")
    popitem = _Hidden("popitem")
    setdefault = _Hidden("setdefault")
    update = _Hidden("update")

    def __reduce_ex__(self, protocol):
        return Copy, (dict(self),)

    def __repr__(self):
        return "params(%s)" % ", ".join("%s=%r" % (name, self[name]) for name in self)


params = Params()
