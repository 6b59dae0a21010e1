"""The closed format in which a program and its checker talk: data by exact type, everything else by handle.

A frame is four bytes of length and JSON. A value is None, a bool, an int, a float or a str as it is, or a list whose
first item is a tag. Decoding makes plain data only: nothing that arrives can run, whoever wrote it.
"""

import collections
import datetime
import decimal
import fractions
import json
import socket
import struct
from typing import Any, Callable, Iterator, List, Optional, Tuple

MAX_FRAME = 64 << 20
MAX_DEPTH = 200
_BIG = 1 << 1024
_SCALARS = frozenset((type(None), bool, str))
_PLAIN = frozenset((type(None), bool, str, int))

_dumps = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode
_read_json = json.JSONDecoder().raw_decode
_pack = struct.Struct(">I").pack
_unpack = struct.Struct(">I").unpack


class WireError(Exception):
    """A value that the wire cannot carry, or bytes that are no frame."""


def send_frame(sock: socket.socket, message: Any) -> None:
    body = _dumps(message).encode("ascii")
    if len(body) > MAX_FRAME:
        raise WireError("a value of %d MiB is too large" % (len(body) >> 20))
    sock.sendall(_pack(len(body)) + body)


def receive_frame(sock: socket.socket) -> Any:
    """The next message, or None where the other side is gone."""
    head = receive_exactly(sock, 4)
    if head is None:
        return None
    (size,) = _unpack(head)
    if size > MAX_FRAME:
        raise WireError("a message of %d MiB is too large" % (size >> 20))
    body = receive_exactly(sock, size)
    if body is None:
        return None
    text = body.decode("ascii")
    message, end = _read_json(text)
    if end != len(text):
        raise WireError("something stands behind a message")
    return message


def receive_exactly(sock: socket.socket, size: int) -> Optional[bytes]:
    """So many bytes, or None where the other side is gone before."""
    data = sock.recv(size)
    if len(data) == size:
        return data
    parts = [data]
    left = size - len(data)
    while left > 0:
        if not parts[-1]:
            return None
        part = sock.recv(min(left, 1 << 20))
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _float(value: float) -> Any:
    return value if value - value == 0 else ["f", repr(value)]


def _int(value: int) -> Any:
    return value if -_BIG < value < _BIG else ["i", hex(value)]


class Encoder:
    """Turns values into what JSON carries. `reference` names whatever is no data."""

    def __init__(self, reference: Callable[[Any, int], List[Any]]) -> None:
        self._reference = reference

    def encode(self, value: Any, depth: int = 0) -> Any:
        kind = type(value)
        if kind in _SCALARS:
            return value
        if kind is int:
            return _int(value)
        if kind is float:
            return _float(value)
        if depth > MAX_DEPTH:
            raise WireError("a value is nested more than %d deep, or holds itself" % MAX_DEPTH)
        write = _WRITERS.get(kind)
        if write is None:
            return self._reference(value, depth)
        return write(self, value, depth + 1)

    def items(self, values: Any, depth: int) -> List[Any]:
        encode = self.encode
        return [encode(value, depth) for value in values]


def _write_sequence(tag: str) -> Callable[..., List[Any]]:
    def write(encoder, value, depth):
        types = set(map(type, value))
        if types <= _SCALARS:
            return [tag, *value]
        return [tag, *encoder.items(value, depth)]

    return write


def _write_mapping(tag: str) -> Callable[..., List[Any]]:
    def write(encoder, value, depth):
        encode = encoder.encode
        flat = [tag]
        for key in value:
            flat.append(encode(key, depth))
            flat.append(encode(value[key], depth))
        return flat

    return write


_WRITERS = {
    list: _write_sequence("l"),
    tuple: _write_sequence("t"),
    set: _write_sequence("s"),
    frozenset: _write_sequence("z"),
    dict: _write_mapping("d"),
    collections.OrderedDict: _write_mapping("od"),
    collections.Counter: _write_mapping("ct"),
    collections.defaultdict: _write_mapping("dd"),
    collections.deque: lambda e, v, d: ["dq", v.maxlen, *e.items(v, d)],
    complex: lambda e, v, d: ["c", _float(v.real), _float(v.imag)],
    bytes: lambda e, v, d: ["b", v.decode("latin-1")],
    bytearray: lambda e, v, d: ["ba", v.decode("latin-1")],
    range: lambda e, v, d: ["r", _int(v.start), _int(v.stop), _int(v.step)],
    slice: lambda e, v, d: ["sl", e.encode(v.start, d), e.encode(v.stop, d), e.encode(v.step, d)],
    type(Ellipsis): lambda e, v, d: ["el"],
    type(NotImplemented): lambda e, v, d: ["ni"],
    fractions.Fraction: lambda e, v, d: ["fr", _int(v.numerator), _int(v.denominator)],
    decimal.Decimal: lambda e, v, d: ["de", str(v)],
    datetime.date: lambda e, v, d: ["da", v.isoformat()],
    datetime.datetime: lambda e, v, d: ["dt", v.isoformat()] if v.tzinfo is None else e._reference(v, d),
    datetime.time: lambda e, v, d: ["ti", v.isoformat()] if v.tzinfo is None else e._reference(v, d),
    datetime.timedelta: lambda e, v, d: ["td", v.days, v.seconds, v.microseconds],
}


class Decoder:
    """Turns what JSON carried into values. `resolve(tag, rest)` gives what the other side named."""

    def __init__(self, resolve: Callable[[str, List[Any]], Any]) -> None:
        self._resolve = resolve

    def decode(self, value: Any) -> Any:
        if type(value) is not list:
            if type(value) is dict:
                raise WireError("a JSON object is no value")
            return value
        tag = value[0]
        read = _READERS.get(tag) if type(tag) is str else None
        if read is None:
            return self._resolve(tag, value[1:])
        return read(self, value)

    def items(self, value: List[Any], start: int = 1) -> List[Any]:
        decode = self.decode
        return [item if type(item) is not list else decode(item) for item in value[start:]]

    def pairs(self, value: List[Any]) -> Iterator[Tuple[Any, Any]]:
        items = self.items(value)
        return zip(items[0::2], items[1::2])


_READERS = {
    "l": lambda d, v: d.items(v),
    "t": lambda d, v: tuple(d.items(v)),
    "s": lambda d, v: set(d.items(v)),
    "z": lambda d, v: frozenset(d.items(v)),
    "d": lambda d, v: dict(d.pairs(v)),
    "od": lambda d, v: collections.OrderedDict(d.pairs(v)),
    "ct": lambda d, v: collections.Counter(dict(d.pairs(v))),
    "dd": lambda d, v: collections.defaultdict(None, d.pairs(v)),
    "dq": lambda d, v: collections.deque(d.items(v, 2), v[1]),
    "c": lambda d, v: complex(d.decode(v[1]), d.decode(v[2])),
    "b": lambda d, v: v[1].encode("latin-1"),
    "ba": lambda d, v: bytearray(v[1].encode("latin-1")),
    "r": lambda d, v: range(*d.items(v)),
    "sl": lambda d, v: slice(*d.items(v)),
    "el": lambda d, v: Ellipsis,
    "ni": lambda d, v: NotImplemented,
    "i": lambda d, v: int(v[1], 16),
    "f": lambda d, v: float(v[1]),
    "fr": lambda d, v: fractions.Fraction(*d.items(v)),
    "de": lambda d, v: decimal.Decimal(v[1]),
    "da": lambda d, v: datetime.date.fromisoformat(v[1]),
    "dt": lambda d, v: datetime.datetime.fromisoformat(v[1]),
    "ti": lambda d, v: datetime.time.fromisoformat(v[1]),
    "td": lambda d, v: datetime.timedelta(v[1], v[2], v[3]),
}

#: Data that a class of one's own may extend: what crosses is the value underneath, which no override reaches.
BASES = (
    (int, lambda v: int.__add__(v, 0)),
    (float, lambda v: float.__mul__(v, 1.0)),
    (complex, lambda v: complex.__mul__(v, 1)),
    (str, lambda v: str.__str__(v)),
    (bytes, lambda v: bytes.__getitem__(v, slice(None))),
    (bytearray, lambda v: bytearray.__getitem__(v, slice(None))),
    (tuple, lambda v: tuple.__getitem__(v, slice(None))),
    (list, lambda v: list.__getitem__(v, slice(None))),
    (dict, lambda v: {key: dict.__getitem__(v, key) for key in dict.__iter__(v)}),
    (set, lambda v: set.union(set(), set.__iter__(v))),
    (frozenset, lambda v: frozenset.union(frozenset(), frozenset.__iter__(v))),
)
