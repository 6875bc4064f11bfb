"""Going through the tokens of a search one by one, and refusing the present one. Knows no grammar beyond a word."""

from __future__ import annotations

from measurand._core.names import nearest
from measurand.dataset.catalogue._lex import Token, refusal, tokens, unquoted
from measurand.errors import QueryError

JOINS = ("and", "or", "not", "in")


class Cursor:
    """A place in the tokens of a search."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._tokens = tokens(source)
        self._at = 0

    @property
    def here(self) -> Token:
        """The token that comes next; its kind is empty at the end."""
        return self._tokens[self._at]

    @property
    def after(self) -> Token:
        """The token after the next."""
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Return the next token and go on behind it."""
        token = self.here
        self._at += bool(token.kind)
        return token

    def accept(self, text: str) -> bool:
        """Go on behind the next token if it is this word or sign; return whether it was."""
        if self.here.kind in ("word", "sign") and self.here.text == text:
            self._at += 1
            return True
        return False

    def expect(self, text: str, message: str) -> None:
        """Go on behind this word or sign, which must come next."""
        if not self.accept(text):
            raise self.refusal(self.here, f"{text!r} is missing: {message}.")

    def expect_end(self, message: str, known: tuple[str, ...] = ()) -> None:
        """Refuse whatever comes next; ``known`` are the words that could."""
        if self.here.kind:
            meant = nearest(self.here.text, known)
            raise self.refusal(self.here, message + (f"; did you mean {meant!r}?" if meant else "."))

    def text(self) -> str:
        """Return the text that comes next, in quotes or a single word."""
        token = self.take()
        if token.kind == "text":
            return unquoted(token.text)
        if token.kind in ("word", "number", "date") and token.text not in JOINS:
            return token.text
        raise self.refusal(token, "a text is expected here, e.g. 'S12'.")

    def name(self) -> str:
        """Return the name that comes next, dots included."""
        parts = [self._part()]
        while self.accept("."):
            parts.append(self._part())
        return ".".join(parts)

    def refusal(self, token: Token, message: str) -> QueryError:
        """Return the exception that points at ``token``."""
        return refusal(self.source, token, message)

    def _part(self) -> str:
        token = self.take()
        if token.kind == "text":
            return unquoted(token.text)
        if token.kind in ("word", "number"):
            return token.text
        raise self.refusal(token, "a name is expected here; one with other signs in it stands in quotes.")
