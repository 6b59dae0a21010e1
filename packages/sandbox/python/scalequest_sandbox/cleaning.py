"""Empties the folder in which a program wrote, whatever it left there: closed modes, deep trees, links to elsewhere."""

import os
import stat
from typing import List, Tuple


def empty_folder(folder: str) -> bool:
    """Removes all that is in the folder, follows no link, and says whether it is empty now.

    A folder inside is emptied after its own folders have moved up beside it, so that no depth is too great and no
    path too long. Nothing else may run in the folder meanwhile.
    """
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        moved = 0
        waiting = os.listdir(top)
        while waiting:
            name = waiting.pop()
            if not _is_folder(top, name):
                os.unlink(name, dir_fd=top)
                continue
            inner = _open_folder(top, name)
            try:
                for child in os.listdir(inner):
                    if _is_folder(inner, child):
                        moved += 1
                        place = "\x01%d" % moved
                        _open_up(inner, child)
                        os.rename(child, place, src_dir_fd=inner, dst_dir_fd=top)
                        waiting.append(place)
                    else:
                        os.unlink(child, dir_fd=inner)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)
        return not os.listdir(top)
    except OSError:
        return False
    finally:
        os.close(top)


def measure_folder(folder: str, most_files: int) -> Tuple[int, int]:
    """How many files and folders lie in it, and how many bytes they take; it stops counting after `most_files`."""
    files = size = 0
    waiting: List[str] = [folder]
    while waiting and files <= most_files:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    files += 1
                    if files > most_files:
                        break
                    found = entry.stat(follow_symlinks=False)
                    size += found.st_blocks * 512
                    if stat.S_ISDIR(found.st_mode):
                        waiting.append(entry.path)
        except OSError:
            continue
    return files, size


def _is_folder(parent: int, name: str) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)


def _open_up(parent: int, name: str) -> None:
    # Moving a folder writes its "..", for which it must be writable.
    os.chmod(name, 0o700, dir_fd=parent)


def _open_folder(parent: int, name: str) -> int:
    _open_up(parent, name)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
