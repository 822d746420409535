"""The providers that no record can describe alone; each is a small module that makes a check of its preset's record.

contentful   signs a canonical form of the request with headers that it names itself
paypal       names a certificate by its URL
sns          names a certificate too, and signs lines picked from the message
plaid        signs a token under a key that is asked for by its id
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hookspan.inbound.plugins import contentful, paypal, plaid, sns
from hookspan.inbound.recipe import Recipe
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.verdict import Check

PLUGINS: Mapping[str, Callable[[Recipe], Check]] = {
    "contentful": contentful.check_of,
    "paypal": paypal.check_of,
    "sns": sns.check_of,
    "plaid": plaid.check_of,
    "plaid-sandbox": plaid.check_of,
}
"""By the id of the preset, which no source can change."""

SIGNERS: Mapping[str, Callable[[InboundRequest, bytes, int], InboundRequest]] = {"contentful": contentful.signed}
"""Those we can sign a sample for."""
