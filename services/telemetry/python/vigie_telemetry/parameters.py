"""Checks the parameters of a request; all problems are told at once."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

from vigie_telemetry.problems import InvalidParameter, Problem


class Parameters:
    """Reads parameters by name and remembers what was wrong.

    A read of a wrong one returns a usable placeholder, so that the later ones are checked too; `finish` raises.

    Example::

        parameters = Parameters(request.args, ("page",))
        page = parameters.integer("page", default=1, maximum=1000)
        parameters.finish()
    """

    def __init__(self, given: MultiDict[str, str], allowed: Sequence[str]) -> None:
        self._given = given
        self._errors: list[InvalidParameter] = []
        for name in given:
            values = given.getlist(name)
            if name not in allowed:
                self.refuse(name[:100], values[0], allowed)
            elif len(values) > 1:
                self.refuse(name, ", ".join(values), "the parameter once")

    def text(self, name: str, maximum: int) -> str:
        """A text of up to `maximum` printable characters; "" when it is left out."""
        value = self._given.get(name, "").strip()
        if len(value) > maximum or not value.isprintable():
            self.refuse(name, value, f"up to {maximum} printable characters")
            return ""
        return value

    def choice(self, name: str, default: str, allowed: Sequence[str]) -> str:
        """One of the `allowed` words."""
        value = self._given.get(name) or default
        if value not in allowed:
            self.refuse(name, value, allowed)
        return value

    def integer(self, name: str, default: int | None, maximum: int) -> int:
        """A whole number from 1 on. Without a default it must be given."""
        value = self._given.get(name) or None
        if value is None and default is not None:
            return default
        number = whole_number(value or "", maximum)
        if number is None:
            self.refuse(name, value, f"a whole number from 1 to {maximum}")
        return number or 1

    def refuse(self, name: str, got: str | None, allowed: str | Sequence[str]) -> None:
        """Remembers one parameter as wrong."""
        self._errors.append(InvalidParameter(name, got, allowed))

    def finish(self) -> None:
        """Raises a 400 `Problem` with everything that was wrong."""
        if self._errors:
            raise invalid_parameters(self._errors)


def invalid_parameters(errors: Sequence[InvalidParameter]) -> Problem:
    """The problem that names wrong parameters."""
    names = ", ".join(sorted({error.parameter for error in errors}))
    return Problem(400, "invalid-parameters", f"The request can't be answered as it is. Please check: {names}.", errors)


def whole_number(value: str, maximum: int) -> int | None:
    """The whole number from 1 to `maximum` that a text is, or None."""
    # Python's int() also takes signs, spaces, underscores and other scripts' digits.
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(maximum))):
        return None
    number = int(value)
    return number if 1 <= number <= maximum else None
