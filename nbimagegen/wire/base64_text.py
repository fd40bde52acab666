"""Base64 as gateways write it, slice by slice → bytes: strict, once harmless liberties are taken back.

Line breaks, white space, URL-safe letters and missing padding are allowed; anything else is damage.
"""

from __future__ import annotations

from binascii import Error

import pybase64

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SPACE = b" \t\r\n"
_TO_PLAIN = bytes.maketrans(b"-_", b"+/")


class Run:
    """One stretch of base64. What comes behind damage is not read."""

    def __init__(self) -> None:
        self.is_damaged = False
        self._letters = b""  # those that make no whole group of four yet
        self._is_padded = False

    def feed(self, text: str) -> bytes:
        """Return the bytes that `text` completes."""
        plain = text.encode("ascii", "replace").translate(_TO_PLAIN, _SPACE)
        letters = plain.rstrip(b"=")
        return self._decoded(self._sound(letters), padded=len(letters) < len(plain))

    def feed_strict(self, letters: bytes) -> bytes | None:
        """Return the bytes that `letters` complete; None, and nothing is taken, where they need `feed`.

        The way of nearly all letters: one pass over them, which decodes and checks at once.
        """
        if self.is_damaged or self._is_padded:
            return None
        letters = self._letters + letters
        whole = len(letters) // 4 * 4
        rest = letters[whole:]
        if rest.translate(None, _ALPHABET):
            return None
        is_padded = letters.endswith(b"=", 0, whole)
        if is_padded and rest:
            return None
        try:
            done = pybase64.b64decode(memoryview(letters)[:whole], validate=True)
        except Error:
            return None
        self._letters, self._is_padded = rest, is_padded
        return done

    def close(self) -> bytes:
        """Return the last bytes: a group may be short, but one letter alone is damage."""
        if self.is_damaged or not self._letters:
            return b""
        self.is_damaged = len(self._letters) == 1
        return b"" if self.is_damaged else pybase64.b64decode(self._letters + b"==")

    def _sound(self, letters: bytes) -> bytes:
        """Return the letters before any damage, so that where slices end makes no difference."""
        if self.is_damaged or (self._is_padded and letters):
            self.is_damaged = True
            return b""
        if junk := letters.translate(None, _ALPHABET):
            self.is_damaged = True
            return letters[: letters.index(junk[:1])]
        return letters

    def _decoded(self, letters: bytes, *, padded: bool) -> bytes:
        self._is_padded |= padded
        self._letters += letters
        whole = len(self._letters) // 4 * 4
        done, self._letters = self._letters[:whole], self._letters[whole:]
        return pybase64.b64decode(done)
