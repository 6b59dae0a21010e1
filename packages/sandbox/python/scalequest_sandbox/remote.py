"""What stands in the tests for a thing of the program's. What is asked of it is answered there, and compared here."""

from typing import Any, Dict, Iterator, List, Optional, Set

from wire import BASES

_own = object.__getattribute__
# No program gives its attributes these names, and each other name is asked of it.
_LINK, _HANDLE = "_scalequest_link", "_scalequest_handle"


def handle_of(value: Any) -> Optional[int]:
    """The program's name for a thing of its own; None for a thing of the tests."""
    return _own(value, _HANDLE) if type(value) in _remote_kinds else None


class Remote:
    __slots__ = (_LINK, _HANDLE)

    def __init__(self, link: Any, handle: int) -> None:
        object.__setattr__(self, _LINK, link)
        object.__setattr__(self, _HANDLE, handle)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return _own(self, _LINK).call(_own(self, _HANDLE), args, keywords)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in ("__name__", "__dict__"):
            raise AttributeError(name)
        return _own(self, _LINK).decode(_ask(self, "get", name=name))

    def __setattr__(self, name: str, value: Any) -> None:
        _ask(self, "set", name=name, value=_own(self, _LINK).encode(value))

    def __getitem__(self, key: Any) -> Any:
        link = _own(self, _LINK)
        return link.decode(_ask(self, "item", key=link.encode(key)))

    def __iter__(self) -> Iterator[Any]:
        return _own(self, _LINK).decode(_ask(self, "iterate"))

    def __len__(self) -> int:
        value = _ask(self, "length")
        if type(value) is not int:
            raise TypeError("the length is no whole number")
        return value

    def __bool__(self) -> bool:
        return _ask(self, "truth") is True

    def __str__(self) -> str:
        return str(_own(self, _LINK).decode(_ask(self, "text", form="str")))

    def __repr__(self) -> str:
        return str(_own(self, _LINK).decode(_ask(self, "text", form="repr")))

    def __contains__(self, item: Any) -> bool:
        return any(item == mine for mine in self)

    def __instancecheck__(self, item: Any) -> bool:
        return _ask(self, "instance", item=_own(self, _LINK).encode(item)) is True

    def __eq__(self, other: object) -> bool:
        # Never asked of the program: its answer would be a verdict.
        return type(other) in _remote_kinds and _own(self, _HANDLE) == handle_of(other)

    def __ne__(self, other: object) -> bool:
        return not self.__eq__(other)

    def __hash__(self) -> int:
        return hash(_own(self, _HANDLE))


class RemoteIterator(Remote):
    __slots__ = ()

    def __iter__(self) -> "RemoteIterator":
        return self

    def __next__(self) -> Any:
        value = _ask(self, "next")
        if type(value) is not list:
            raise TypeError("the next item is no list of one")
        if not value:
            raise StopIteration
        return _own(self, _LINK).decode(value[0])


def _ask(remote: Remote, do: str, **more: Any) -> Any:
    return _own(remote, _LINK).ask({"do": do, "on": _own(remote, _HANDLE), **more})


_remote_kinds: Set[type] = {Remote, RemoteIterator}
_EXTENDED = frozenset(base for base, _ in BASES)
_data_kinds: Dict[type, type] = {}


def make_remote_data(link: Any, handle: int, value: Any) -> Any:
    """Data that a class of the program extends: it compares as the data underneath, and has its attributes there."""
    base = type(value)
    if base not in _EXTENDED:
        return value
    kind = _data_kinds.get(base)
    if kind is None:
        kind = type("Remote" + base.__name__.capitalize(), (base,), {"__getattr__": _get_remote_attribute})
        _data_kinds[base] = kind
        _remote_kinds.add(kind)
    made = kind(value)
    setattr(made, _LINK, link)
    setattr(made, _HANDLE, handle)
    return made


def _get_remote_attribute(self: Any, name: str) -> Any:
    if name.startswith("__") and name != "__name__":
        raise AttributeError(name)
    return _own(self, _LINK).decode(_ask(self, "get", name=name))


def update_in_place(mine: Any, now: Any) -> None:
    """Gives an argument the content that the program left in it; what it holds keeps its identity where it can."""
    if type(mine) is not type(now):
        return
    if type(mine) is list:
        mine[:] = _merge(mine, now)
    elif type(mine) is tuple:
        for old, new in zip(mine, now):
            update_in_place(old, new)
    elif isinstance(mine, dict):
        merged = {key: _keep(mine[key], value) if key in mine else value for key, value in now.items()}
        mine.clear()
        mine.update(merged)
    elif type(mine) is set:
        mine.clear()
        mine.update(now)
    elif type(mine) is bytearray:
        mine[:] = now
    elif hasattr(mine, "extend"):
        mine.clear()
        mine.extend(now)


def _merge(mine: List[Any], now: List[Any]) -> List[Any]:
    return [_keep(mine[index], value) if index < len(mine) else value for index, value in enumerate(now)]


def _keep(old: Any, new: Any) -> Any:
    if type(old) is type(new) and type(old) in (list, dict, set, bytearray):
        update_in_place(old, new)
        return old
    return new
