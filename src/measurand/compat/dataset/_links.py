"""Links between runs: this one was made from that one. Pure data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from measurand.compat.dataset._guids import InvalidGuid, validate_guid_format


@dataclass(frozen=True)
class Link:
    """An edge from one run to another.

    Args:
        head: Guid of the run that was made.
        tail: Guid of the run that it was made from.
        edge_type: What it is, e.g. ``"analysis"``.
        description: Free text.

    Raises:
        InvalidGuid: ``head`` or ``tail`` is no guid.
    """

    head: str
    tail: str
    edge_type: str
    description: str = ""

    def __post_init__(self) -> None:
        for name in ("head", "tail"):
            guid = getattr(self, name)
            try:
                validate_guid_format(guid)
            except InvalidGuid:
                raise InvalidGuid(
                    f"The guid given for {name} is not a valid guid. Received {guid}; give dataset.guid."
                ) from None


def link_to_str(link: Link) -> str:
    """Return a link as JSON text."""
    return json.dumps(asdict(link))


def links_to_str(links: Iterable[Link]) -> str:
    """Return links as JSON text, as a run keeps them."""
    return json.dumps([link_to_str(link) for link in links])


def str_to_link(string: str) -> Link:
    """Return the link that `link_to_str` wrote."""
    return Link(**json.loads(string))


def str_to_links(links_string: str) -> list[Link]:
    """Return the links that `links_to_str` wrote; links as objects instead of texts are read, too."""
    return [str_to_link(link) if isinstance(link, str) else Link(**link) for link in json.loads(links_string or "[]")]
