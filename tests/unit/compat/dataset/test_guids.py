from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.compat import dataset as ds
from measurand.compat.configuration import settings
from measurand.compat.dataset._guids import derived_guid
from measurand.errors import ConfigurationError


@pytest.fixture
def components() -> Iterator[dict]:
    found = settings()["GUID_components"]
    before = dict(found)
    yield found
    found.update(before)


@given(
    st.fixed_dictionaries(
        {
            "sample": st.integers(0, 2**32 - 1),
            "location": st.integers(0, 255),
            "work_station": st.integers(0, 2**24 - 1),
            "time": st.integers(0, 2**63),
        }
    )
)
def test_a_guid_is_its_parts(parts: dict[str, int]) -> None:
    assert ds.parse_guid(ds.build_guid_from_components(parts)) == parts


def test_parts_come_from_the_settings(components: dict) -> None:
    components.update(location=3, work_station=0xABCDEF)
    parts = ds.parse_guid(ds.generate_guid(123))
    assert (parts["location"], parts["work_station"], parts["time"]) == (3, 0xABCDEF, 123)
    assert ds.generate_guid(123) != ds.generate_guid(123)
    with pytest.raises(ConfigurationError, match="configured to disregard GUID_components.sample"):
        ds.generate_guid(123, 7)
    components["GUID_type"] = "explicit_sample"
    assert ds.generate_guid(123, 7).startswith("00000007-03ab-cdef-")
    assert ds.generate_guid(123).startswith("aaaaaaaa-")


def test_what_is_no_guid_is_told(components: dict) -> None:
    with pytest.raises(ds.InvalidGuid, match="Did not receive a valid guid. Got 'x'"):
        ds.validate_guid_format("x")
    with pytest.raises(ds.InvalidGuid, match="given for tail is not a valid guid"):
        ds.Link(ds.generate_guid(), "x", "analysis")


def test_a_plain_run_has_one_that_follows_from_it(components: dict) -> None:
    assert derived_guid("0123456789abcdef0123456789abcdef", 1.5) == "01234567-0000-0000-0000-0000000005dc"


def test_guids_are_chosen_by_parts() -> None:
    guids = [ds.build_guid_from_components({"sample": i, "location": 1, "work_station": 2, "time": 3}) for i in (1, 2)]
    assert ds.filter_guids_by_parts(guids) == guids
    assert ds.filter_guids_by_parts(guids, location=1, sample_id=2, work_station=2) == guids[1:]
    assert ds.filter_guids_by_parts(guids, work_station=3) == []


def test_codes_are_asked_for_and_kept(components: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[bool] = []
    monkeypatch.setattr(settings(), "save_to_home", lambda: saved.append(True))
    monkeypatch.setattr("builtins.input", lambda _: "17")
    ds.set_guid_location_code()
    ds.set_guid_work_station_code()
    assert (components["location"], components["work_station"], saved) == (17, 17, [True, True])
    monkeypatch.setattr("builtins.input", lambda _: "300")
    with pytest.raises(ConfigurationError, match="from 1 to 255. Nothing was set"):
        ds.set_guid_location_code()


def test_links_are_text_and_back() -> None:
    links = [ds.Link(ds.generate_guid(), ds.generate_guid(), "analysis", text) for text in ("", "why")]
    assert ds.str_to_links(ds.links_to_str(links)) == links
    assert ds.str_to_link(ds.link_to_str(links[1])) == links[1]
    assert ds.str_to_links("") == []
