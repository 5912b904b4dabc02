"""Settings from the environment: every problem is collected, then all are told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

MAX_SECRET_BYTES = 4096

T = TypeVar("T")


@dataclass(frozen=True)
class SettingProblem:
    """One setting that can't be used, in the words of the person who sets it."""

    name: str
    got: str
    allowed: str
    fix: str

    def __str__(self) -> str:
        return f"{self.name}: got {self.got}; allowed: {self.allowed}; fix: {self.fix}"


class SettingsError(Exception):
    """All problems of the settings together. Nothing was started."""

    def __init__(self, problems: list[SettingProblem]) -> None:
        self.problems = problems
        count = "one setting is wrong" if len(problems) == 1 else f"{len(problems)} settings are wrong"
        super().__init__(f"{count}. " + " | ".join(str(problem) for problem in problems))


class Environment:
    """Reads settings by name and remembers what was wrong.

    A read of a wrong setting returns a usable placeholder, so that the later ones are checked too; `finish` raises.

    Example::

        environment = Environment(os.environ)
        port = environment.integer("DATABASE_PORT", default=5432, minimum=1, maximum=65535)
        environment.finish()
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[SettingProblem] = []

    def text(self, name: str, default: str | None = None) -> str:
        """A text that isn't empty. Without a default it must be given."""
        value = self._values.get(name, "").strip()
        if value:
            return value
        if default is None:
            self._refuse(name, "nothing", "a text that isn't empty", f"set {name}")
            return ""
        return default

    def integer(self, name: str, default: int, minimum: int, maximum: int) -> int:
        """A whole number between `minimum` and `maximum`, both included."""
        value = self._values.get(name, "").strip()
        if not value:
            return default
        if value.isascii() and value.isdigit() and len(value) <= 18 and minimum <= int(value) <= maximum:
            return int(value)
        fix = f"set {name}={default}, or leave it out for the same"
        self._refuse(name, repr(value[:60]), f"a whole number from {minimum} to {maximum}", fix)
        return default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of the `allowed` words."""
        value = self._values.get(name, "").strip()
        if not value:
            return default
        if value in allowed:
            return value
        self._refuse(name, repr(value[:60]), ", ".join(allowed), f"set {name}={default}")
        return default

    def parsed(self, name: str, default: T, read: Callable[[str], T | None], allowed: str, fix: str) -> T:
        """A value with a form of its own: `read` gives None for a text that can't be used."""
        value = self._values.get(name, "").strip()
        if not value:
            return default
        found = read(value)
        if found is None:
            self._refuse(name, repr(value[:60]), allowed, fix)
            return default
        return found

    def file(self, name: str, default: str | None = None) -> Path:
        """The path of a file that can be read."""
        path = Path(self.text(name, default) or "/")
        if str(path) != "/":
            try:
                with path.open("rb"):
                    pass
            except OSError as error:
                fix = f"mount the file there, or set {name} to where it is"
                self._refuse(name, f"{str(path)!r} ({error.strerror})", "the path of a file that can be read", fix)
        return path

    def secret_file(self, name: str) -> Path:
        """The path of a file with one secret in it. The secret itself is never an environment variable."""
        before = len(self._problems)
        path = self.file(name)
        if len(self._problems) == before:
            size = len(read_secret(path).encode())
            if not 0 < size <= MAX_SECRET_BYTES:
                got = f"{str(path)!r} with {size} bytes"
                self._refuse(name, got, f"a file with 1 to {MAX_SECRET_BYTES} bytes", "write the secret into that file")
        return path

    def finish(self) -> None:
        """Raises `SettingsError` with every problem that was met."""
        if self._problems:
            raise SettingsError(self._problems)

    def _refuse(self, name: str, got: str, allowed: str, fix: str) -> None:
        self._problems.append(SettingProblem(name, got, allowed, fix))


def read_secret(path: Path) -> str:
    """The secret in a file, without the line end that editors add."""
    return path.read_bytes()[: MAX_SECRET_BYTES + 2].decode(errors="replace").rstrip("\r\n")
