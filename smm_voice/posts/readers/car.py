"""CAR files, the containers of content-addressed blocks: their frames, without their contents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from smm_voice.posts.files import ExportFile

_DAG_CBOR = 0x71
# Servers take no record beyond 1 MiB.
_LARGEST_BLOCK = 16 * 2**20


def blocks(file: ExportFile) -> Iterator[tuple[bytes, bytes]]:
    """Hash and content of every block in DAG-CBOR, one at a time.

    Raises:
        ValueError: the file breaks off, or is none; the blocks before were yielded.
    """
    with file.open() as stream:
        number = 0
        try:
            _frame(stream)  # the header
            while frame := _frame(stream):
                number += 1
                length, codec = _cid(frame)
                if codec == _DAG_CBOR:
                    yield frame[:length], frame[length:]
        except EOFError as error:
            raise ValueError(f"the CAR file breaks off after block {number}") from error


def _frame(stream: BinaryIO) -> bytes:
    """The next block with its hash; b"" at the end of the file."""
    first = stream.read(1)
    if not first:
        return b""
    head = bytearray(first)
    while head[-1] & 0x80 and len(head) < 10:
        head += stream.read(1) or _cut()
    size, _ = _varint(bytes(head), 0)
    if size > _LARGEST_BLOCK:
        raise ValueError(f"the CAR file has a block larger than {_LARGEST_BLOCK >> 20} MiB")
    frame = stream.read(size)
    return frame if frame and len(frame) == size else _cut()


def _cid(frame: bytes) -> tuple[int, int]:
    """Length of the hash that a block begins with, and the codec it names."""
    if frame[:2] == b"\x12\x20":  # version 0 is a bare hash
        return 34, 0x70
    _, at = _varint(frame, 0)
    codec, at = _varint(frame, at)
    _, at = _varint(frame, at)
    digest, at = _varint(frame, at)
    return at + digest, codec


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            _cut()
        value |= (data[at] & 0x7F) << shift
        at += 1
        if not data[at - 1] & 0x80:
            break
    return value, at


def _cut() -> NoReturn:
    raise EOFError
