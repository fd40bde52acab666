"""The magics themselves: a line or a cell → generations → the pictures that it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbimagegen.errors import ImageGenError, PromptError
from nbimagegen.magic import completion, options
from nbimagegen.magic.line import parse
from nbimagegen.magic.sessions import session
from nbimagegen.session import template
from nbimagegen.session.variables import of_shell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbimagegen.session import Session
    from nbimagegen.session.template import Filled

_NO_EXPANSION = "_ipython_magic_no_var_expand"  # IPython's own would evaluate whatever stands in braces


def load_ipython_extension(shell: Any) -> None:
    """Register `%imagine` and `%%imagine`; IPython calls this at `%load_ext nbimagegen`."""
    shell.register_magic_function(Imagine(shell).imagine, magic_kind="line_cell", magic_name="imagine")
    completion.register(shell)


class Imagine:
    """The magics of one shell."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell

    def imagine(self, line: str, cell: str | None = None) -> Any:
        """Make pictures from words: `%imagine [options] a prompt`, or `%%imagine [options]` over a cell.

            %imagine an otter, ink on paper
            %imagine --model gpt-image-1 --size 1024x1024 --quality low a fox at {place}
            %imagine --n 2 --as drafts a tea house in the rain

            %%imagine --as poster --aspect-ratio 16:9
            A poster for a night market,
            lanterns and steam, {season}

        Options, with the values that your gateway and model take (Tab completes them):

            --model M       the model                     --gateway G   the gateway
            --n 2           how many pictures, 1 to 10    --session S   another history than the notebook's
            --as NAME       keep the result as a variable --timeout 60  seconds for an answer
            --fresh         pay for a new picture, also where the history holds one for this very call
            --size, --quality, --aspect-ratio, --seed ...  any parameter of the model, as it is named

        Options may stand behind the prompt too. A value with spaces goes in quotes; what stands behind a bare
        -- is prompt, whatever it looks like.

        {name} is the value of your variable of that name: a text, a number, or a list of them, which makes
        one generation for each value. A plain name only: no attribute, no index. Write {{ or }} for a brace.

        The result is a Picture, or a list of them, which shows itself: `.image` is PIL, `.array` NumPy, and
        `.save("otter.png")` writes it. All pictures are in `Session().history` of the notebook.
        """
        typed = parse(line, options.FLAGS)
        asked = options.read(typed.options)
        filled = template.filled(_template(typed.prompt, cell), of_shell(self._shell))
        owner = session(asked.session)
        call = options.typed_by_catalogue(asked.call, owner)
        if len(filled.prompts) > 1:
            print(_announced(filled, int(call.get("n", 1))))  # noqa: T201 - said before it is paid
        result = _result(_made(owner, filled.prompts, call))
        if asked.variable:
            self._shell.push({asked.variable: result})
        return result

    setattr(imagine, _NO_EXPANSION, True)


class Shown(list[Any]):
    """Several pictures, each of which shows itself."""

    def _ipython_display_(self) -> None:
        from IPython import display  # noqa: PLC0415 - it is IPython that asks

        show: Any = vars(display)["display"]  # it has no types of its own
        show(*self)


def _template(prompt: str, cell: str | None) -> str:
    if cell is None:
        return prompt
    if prompt:
        message = f"Behind %%imagine stand options, and {prompt!r} is none; write the prompt below it."
        raise PromptError(message)
    return cell.strip()


def _announced(filled: Filled, n: int) -> str:
    """Return how many generations come of it, and why."""
    lists = " x ".join(f"{count} {name}" for name, count in filled.lists.items())
    many = len(filled.prompts)
    pictures = f", {many * n} pictures" if n > 1 else ""
    return f"{many} generations ({lists}){pictures}."


def _made(owner: Session, prompts: Sequence[str], call: dict[str, Any]) -> list[Any]:
    """Return the generations, once all have ended: all are on their way at once."""
    failed: list[ImageGenError] = []
    with owner.cancelling():  # a refusal, or Ctrl-C: the others stop, too
        started = [owner.submit(prompt, **call) for prompt in prompts]
        done = [each for each in started if _has_come(each, failed)]
    if failed and not done:
        raise failed[0]
    for each in failed:
        print(each)  # noqa: T201 - the others are there
    return done


def _has_come(generation: Any, failed: list[ImageGenError]) -> bool:
    try:
        generation.wait()
    except ImageGenError as error:
        failed.append(error)
        return False
    return True


def _result(generations: Sequence[Any]) -> Any:
    pictures = [picture for each in generations for picture in each.pictures]
    return pictures[0] if len(pictures) == 1 else Shown(pictures)
