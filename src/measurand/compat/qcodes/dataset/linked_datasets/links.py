"""``qcodes.dataset.linked_datasets.links``."""

from measurand.compat.dataset import Link, link_to_str, links_to_str, str_to_link, str_to_links

__all__ = ["Link", "link_to_str", "links_to_str", "str_to_link", "str_to_links"]
