"""What the gateway says when it cannot do what was asked, as an OpenAI error object."""

from typing import Any


class Refusal(Exception):  # noqa: N818 - it is an answer, not an accident
    """A request that is answered with an error.

    Args:
        message: one sentence that says what to do.
        param: the name of the field that is wrong, if it is one field.
        code: a word for programs.
        status: the HTTP status.
    """

    def __init__(
        self,
        message: str,
        param: str | None = None,
        code: str = "invalid_value",
        status: int = 400,
    ) -> None:
        super().__init__(message)
        self.message, self.param, self.code, self.status = message, param, code, status

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        error = {
            "message": self.message,
            "type": "invalid_request_error",
            "param": self.param,
            "code": self.code,
        }
        return {"error": error}
