"""Run as a program of its own: starts another one that may reach nothing, and leaves nothing behind.

    python -I -S confined.py HELD SAID FOLDER PROGRAM ARGUMENT…

The program has no network, sees of the disk its own folder and what it is made of, and ends with whoever wanted it:
HELD is the descriptor of a pipe that the caller keeps open. When the program ends, a byte is written to SAID; when HELD
is closed, however that comes, all that was started is killed and the folder is removed.

What confines it are namespaces and Landlock of the Linux kernel, each as far as this machine and this user have them.
The standard library alone is used, and little of it: this runs anew for every document.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import socket
import struct
import sys
import time
from contextlib import suppress

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
_PDEATHSIG, _NO_NEW_PRIVS, _SUBREAPER = 1, 38, 36  # of prctl
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # system calls, the same on all machines
_READ = 0b1101  # execute, read a file, read a folder
_FILE = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 14) | (1 << 15)  # rights that a file can have, not only a folder
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}  # by version
_TCP = 0b11  # bind and connect
# What an office program is made of, and looks at.
_MADE_OF = (
    "/usr /lib /lib32 /lib64 /bin /opt /nix /etc/fonts /etc/libreoffice /etc/ld.so.cache /etc/alternatives "
    "/var/lib/libreoffice /var/spool/libreoffice /etc/localtime /etc/locale.alias /etc/passwd /etc/nsswitch.conf "
    "/var/cache/fontconfig /proc /sys/devices/system/cpu /dev/random /dev/urandom"
).split()
_WRITTEN = ("/dev/null", "/dev/zero", "/dev/full")
_BIND, _REC, _PRIVATE = 1 << 12, 1 << 14, 1 << 18  # of mount
# Where LibreOffice makes a socket for itself, whatever it is told: one's own, or the true ones without a right to read.
_TEMPORARY, _SOCKET = ("/tmp", "/var/tmp"), "OSL_PIPE_"
_MAKE_SOCKET = 1 << 9 | 1 << 5

_libc = ctypes.CDLL(None, use_errno=True)


def main(arguments: list[str]) -> int:
    """See the module; the exit code is of no meaning."""
    held, said, folder, *command = int(arguments[0]), int(arguments[1]), *arguments[2:]
    _libc.prctl(_SUBREAPER, 1, 0, 0, 0)
    is_first = _unshared()
    child = os.fork()
    if child == 0:
        os.close(held)
        os.close(said)
        _start(command, folder, is_first)
    try:
        _wait(child, held)
        with suppress(OSError):
            os.write(said, b".")
        _wait_for_end(held)
    finally:
        _end(child)
        _remove_sockets()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _unshared() -> bool:
    """Take a network, and numbers of processes, that nobody else has; whether the next child is the first of those."""
    user, group = os.geteuid(), os.getegid()
    for others in (_NEWNET | _NEWPID | _NEWIPC, _NEWNET):
        for more in (0,) if user == 0 else (_NEWUSER,):
            if _libc.unshare(others | more) == 0:
                if more:
                    _map_user(user, group)
                return bool(others & _NEWPID)
    return False


def _map_user(user: int, group: int) -> None:
    with suppress(OSError):
        for name, words in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123
                file.write(words)


def _hide_temporary(*kept: str) -> None:
    """Empty folders for temporary files, but for what is needed of them; as they are where that is not allowed."""
    if _libc.unshare(_NEWNS) or _libc.mount(b"none", b"/", None, _REC | _PRIVATE, None):
        return
    places = [(path, os.open(path, os.O_PATH | os.O_CLOEXEC)) for path in kept if path.startswith(_TEMPORARY)]
    for path in _TEMPORARY:
        _libc.mount(b"tmpfs", os.fsencode(path), b"tmpfs", 0, b"mode=1777,size=1m")
    for path, descriptor in places:
        with suppress(OSError):
            os.makedirs(path, exist_ok=True)  # noqa: PTH103
            _libc.mount(b"/proc/self/fd/%d" % descriptor, os.fsencode(path), None, _BIND | _REC, None)


def _home(program: str) -> str:
    """The folder that an installed program lies in, with its own folder of programs."""
    return os.path.dirname(os.path.dirname(os.path.realpath(program)))  # noqa: PTH120


def _start(command: list[str], folder: str, is_first: bool) -> None:
    """In the child: become the program; or, as the first process, start it and end with it."""
    try:
        _libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.setpgid(0, 0)
        if is_first:  # the system ends all others when this one ends
            program = os.fork()
            if program:
                while os.wait()[0] != program:
                    pass
                os._exit(0)
        _hide_temporary(os.path.realpath(folder), _home(command[0]))
        os.chdir(folder)
        _libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
        _restrict(folder, command[0])
        os.execv(command[0], command)
    except BaseException as error:
        print(f"cannot be started: {error}", flush=True)
    finally:
        os._exit(127)


def _restrict(folder: str, program: str) -> None:
    """Landlock: of the disk what is needed, no TCP; as far as the kernel has it."""
    version = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return
    rights = _RIGHTS.get(version, _RIGHTS[5])
    about = struct.pack("=QQ", rights, _TCP)[: 16 if version >= 4 else 8]
    ruleset = _libc.syscall(_CREATE_RULESET, about, ctypes.c_size_t(len(about)), 0)
    if ruleset < 0:
        return
    allowed = [(path, _READ) for path in (*_MADE_OF, _home(program))]
    allowed += [(path, 0b110) for path in _WRITTEN]
    allowed += [(path, _MAKE_SOCKET) for path in _TEMPORARY]
    for path, right in (*allowed, (folder, rights)):
        with suppress(OSError):
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            right &= rights if os.path.isdir(path) else rights & _FILE  # noqa: PTH112
            rule = struct.pack("=Qi", right, descriptor)
            _libc.syscall(_ADD_RULE, ruleset, 1, rule, 0)
    _libc.syscall(_RESTRICT_SELF, ruleset, 0)


def _wait(child: int, held: int) -> None:
    """Until the child has ended, or nobody wants it any more."""
    ended = os.pidfd_open(child)
    select.select([ended, held], [], [])
    os.close(ended)


def _wait_for_end(held: int) -> None:
    """Until nobody holds the other end of the pipe."""
    while os.read(held, 1):
        pass


def _end(child: int) -> None:
    """Kill the child, its group, and whatever of it has become ours."""
    for kill in (os.killpg, os.kill):
        with suppress(OSError):
            kill(child, signal.SIGKILL)
    for _ in range(100):  # five seconds: there are no more children before that, or never
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        left = _children()
        if not left:
            return
        for process in left:
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.05)


def _remove_sockets() -> None:
    """Remove sockets of this user's at which nobody listens any more: one that was killed has left its own."""
    for folder in _TEMPORARY:
        with suppress(OSError):
            for entry in os.scandir(folder):
                if not entry.name.startswith(f"{_SOCKET}{os.geteuid()}_"):
                    continue
                with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                    try:
                        client.connect(entry.path)
                    except ConnectionRefusedError:
                        os.unlink(entry.path)  # noqa: PTH108


def _children() -> list[int]:
    """Our children, and those of ours that have lost their parents."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123
            return [int(number) for number in file.read().split()]
    except OSError:
        return []


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
