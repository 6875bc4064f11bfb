"""The language of searches: what is read, what is refused and how that is said, what times mean."""

from __future__ import annotations

import contextlib
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.dataset.catalogue import (
    All,
    Compare,
    Field,
    Has,
    Not,
    Order,
    Period,
    Quantity,
    Query,
    Some,
    Words,
    parse_condition,
    parse_field,
    parse_order,
    search_query,
)
from measurand.dataset.catalogue._times import period
from measurand.errors import QueryError

NOW = datetime.datetime(2026, 11, 25, 15, 30).astimezone()  # a Wednesday, here


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("", All(())),
        ("sample == 'S12'", Compare(Field("sample"), "==", "S12")),
        ("sample = S12", Compare(Field("sample"), "==", "S12")),
        ("tags <> bad", Compare(Field("tag"), "!=", "bad")),
        ('name ~ "gate \\"1\\""', Compare(Field("name"), "contains", 'gate "1"')),
        ("max(dac.ch3.voltage) > 1e-9", Compare(Field("max", "dac.ch3.voltage"), ">", Quantity(1e-9))),
        ("max('gate 1') > -.5 mV", Compare(Field("max", "gate 1"), ">", Quantity(-0.5, "mV"))),
        ("min(noise) < 5 nV/√Hz", Compare(Field("min", "noise"), "<", Quantity(5, "nV/√Hz"))),
        ("duration > 1.5 h", Compare(Field("duration"), ">", Quantity(5400))),
        ("size <= 2 MB", Compare(Field("size"), "<=", Quantity(2e6))),
        ("metadata.fridge.temperature < 0.05", Compare(Field("metadata", "fridge.temperature"), "<", Quantity(0.05))),
        ("metadata.'a key'.b == true", Compare(Field("metadata", "a key.b"), "==", True)),
        ("not starred", Not(Compare(Field("starred"), "==", True))),
        ("star == False", Compare(Field("starred"), "==", False)),
        ("has(current) and has(metadata.x)", All((Has(Field("parameter", "current")), Has(Field("metadata", "x"))))),
        ("text ~ 'gate sweep'", Words("gate sweep")),
        (
            "tag == a or tag == b and not (tag == c)",
            Some((
                Compare(Field("tag"), "==", "a"),
                All((Compare(Field("tag"), "==", "b"), Not(Compare(Field("tag"), "==", "c")))),
            )),
        ),
        ("tag in (a, 'b')", Some((Compare(Field("tag"), "==", "a"), Compare(Field("tag"), "==", "b")))),
        ("number not in (1)", Not(Some((Compare(Field("number"), "==", Quantity(1)),)))),
    ],
)  # fmt: skip
def test_a_search_says_what_it_means(text: str, condition: object):
    assert parse_condition(text, NOW) == condition


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("max(x) > 1e-9 adn sample == 'S12'", "adn", "joined by 'and' or 'or'; did you mean 'and'?"),
        ("tag == good sample == S12", "sample", "joined by 'and' or 'or'."),
        ("smple == 'S12'", "smple", "'smple' is nothing that a run has. Did you mean 'sample'?"),
        ("qqq == 'S12'", "qqq", "There are number, id, name"),
        ("sample > 3", ">", "sample has no order; compare it by ==, !=, contains and like"),
        ("rows ~ 3", "~", "rows is no text; compare it by == != < <= > >="),
        ("rows > many", "many", "rows is compared with a number"),
        ("rows > 5 V", "V", "rows has no unit; write the number alone"),
        ("metadata.x > 5 V", "V", "metadata.x has no unit"),
        ("duration > 3 weeks", "weeks", "duration has no unit 'weeks'; it has ms, s, sec, min, h"),
        ("max(current > 3", ">", "')' is missing: one column stands in the brackets: max(current)"),
        ("name == 'abc", "'abc", "a text begins here and does not end"),
        ("name contians x", "contians", "name is compared with nothing. Did you mean 'contains'?"),
        ("tag", "tag", "tag is compared with nothing. Compare tag by one of =="),
        ("tag == good and", "", "a condition is expected here"),
        ("(tag == good", "", "')' is missing: a bracket that was opened is closed here"),
        ("started > 'yesteday'", "'yesteday'", "'yesteday' is no time; did you mean 'yesterday'?"),
        ("since and", "and", "a time is expected here, e.g. 2026-11-20"),
        ("starred == 3", "3", "starred is true or false"),
        ("metadata > 3", ">", "the path of metadata follows a dot"),
        ("text < a", "<", "text is compared by ~"),
        ("tag in good", "good", "'(' is missing: the list stands in brackets"),
        ("name $ b", "$", "'$' means nothing here"),
        ("tag == ;", ";", "';' means nothing here"),
        ("has current", "current", "'(' is missing: what the run should have stands in brackets"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_shown_with_its_place(text: str, place: str, message: str):
    with pytest.raises(QueryError) as caught:
        parse_condition(text, NOW)
    first, source, marks, said = str(caught.value).splitlines()
    assert first == "This search cannot be read:"
    assert source == f"    {text}"
    start = marks.index("^")
    assert source[start : len(marks)] == place or (place == "" and start == len(source))
    assert message in said


@given(st.text(alphabet="abct (),.'\"=<>~!0123-en", max_size=30))
def test_no_text_breaks_the_parser(text: str):
    with contextlib.suppress(QueryError):  # nothing else may be raised
        parse_condition(text, NOW)


def day(*parts: int) -> float:
    return datetime.datetime(*parts).astimezone().timestamp()  # type: ignore[arg-type]  # year, month, day, …


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", (2026, 11, 25), (2026, 11, 26)),
        ("Yesterday", (2026, 11, 24), (2026, 11, 25)),
        ("monday", (2026, 11, 23), (2026, 11, 24)),
        ("wednesday", (2026, 11, 25), (2026, 11, 26)),
        ("last wednesday", (2026, 11, 18), (2026, 11, 19)),
        ("this week", (2026, 11, 23), (2026, 11, 30)),
        ("last week", (2026, 11, 16), (2026, 11, 23)),
        ("last month", (2026, 10, 1), (2026, 11, 1)),
        ("this year", (2026, 1, 1), (2027, 1, 1)),
        ("2026", (2026, 1, 1), (2027, 1, 1)),
        ("2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("2026-02-28", (2026, 2, 28), (2026, 3, 1)),
        ("2026-11-20 18:23", (2026, 11, 20, 18, 23), (2026, 11, 20, 18, 24)),
        ("2026-11-20T18:23:30", (2026, 11, 20, 18, 23, 30), (2026, 11, 20, 18, 23, 30)),
        ("now", (2026, 11, 25, 15, 30), (2026, 11, 25, 15, 30)),
        ("2 hours ago", (2026, 11, 25, 13, 30), (2026, 11, 25, 13, 30)),
        ("an hour  ago", (2026, 11, 25, 14, 30), (2026, 11, 25, 14, 30)),
        ("last 30 minutes", (2026, 11, 25, 15, 0), (2026, 11, 25, 15, 30)),
    ],
)  # fmt: skip
def test_times_are_periods_of_local_time(text: str, start: tuple[int, ...], end: tuple[int, ...]):
    assert period(text, NOW) == Period(day(*start), day(*end))


def test_a_time_with_zone_is_an_instant_everywhere():
    moment = datetime.datetime(2026, 11, 20, 17, tzinfo=datetime.UTC).timestamp()
    assert period("2026-11-20T18:00:00+01:00", NOW) == (moment, moment)


@pytest.mark.parametrize("text", ["2026-13-01", "2026-06-31", "3 fortnights ago", "soon", "last 3", ""])
def test_what_is_no_time_is_refused(text: str):
    with pytest.raises(ValueError, match="is no time"):
        period(text, NOW)


def test_fields_and_orders_are_read():
    assert parse_field("count(x)") == Field("count", "x")
    assert parse_order(" -max(current)") == Order(Field("max", "current"), descending=True)
    with pytest.raises(QueryError, match="Runs cannot be sorted by tag: a run may have several"):
        parse_order("tags")
    with pytest.raises(QueryError, match="this is one field"):
        parse_field("name sample")


def test_keywords_make_a_query():
    query = search_query(
        "starred",
        now=NOW,
        name=["gate*", "bias"],
        tag="good",
        since="yesterday",
        until=datetime.date(2026, 11, 25),
        limit=3,
    )
    assert isinstance(query.where, All)
    assert query.limit == 3
    assert Compare(Field("tag"), "==", "good") in query.where.parts
    names = Some((Compare(Field("name"), "like", "gate*"), Compare(Field("name"), "contains", "bias")))
    assert names in query.where.parts
    assert Compare(Field("started"), "<=", Period(day(2026, 11, 25), day(2026, 11, 26))) in query.where.parts
    assert search_query(now=NOW) == Query()


@pytest.mark.parametrize(
    ("search", "message"),
    [
        ({"status": "complete"}, "status 'complete': there is running, completed, .* Did you mean 'completed'"),
        ({"limit": 0}, "limit 0: a whole number of runs can be asked for, one at least"),
        ({"tag": 3}, "3 cannot be searched for"),
        ({"sample": [3]}, "3 cannot be searched for: give a text"),
        ({"since": "soon"}, "'soon' is no time"),
        ({"since": 3}, "3 is no time"),
    ],
)
def test_keywords_that_mean_nothing_are_refused(search: dict, message: str):
    with pytest.raises(QueryError, match=message):
        search_query(now=NOW, **search)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("name ~ a AND tag == b", "AND", "joined by 'and' or 'or'; did you mean 'and'?"),
        ("name ~ a && tag == b", "&", "'&' means nothing here; say 'and'."),
        ("!starred", "!", "'!' means nothing here; say 'not'."),
        ("or name ~ a", "or", "a condition is expected here"),
        ("NAME == a", "NAME", "Did you mean 'name'?"),
        ("since 20.11.2026", "20.11.2026", "a date is written 2026-11-20."),
        ("since 2026-02-30", "2026-02-30", "'2026-02-30' is no time: day"),
        ("since last 99999999 days", "last 99999999 days", "is no time: "),
        ("since 0001", "0001", "'0001' is no time: "),
        ("1e-9 < max(current)", "1e-9", "what is compared comes first: max(current) > 1e-9."),
        ("current > 1e-9", "current", "A column is asked for by its values, as in max(current), metadata by its path"),
        ("status == complete", "complete", "status 'complete': there is running, completed, .* Did you mean 'completed'?"),
        ("size > 3 apples", "apples", "size has no unit 'apples'; it has B, kB, KB, MB, GB, TB, KiB"),
    ],
)  # fmt: skip
def test_what_other_languages_would_say_is_answered_with_what_this_one_says(text: str, place: str, message: str):
    with pytest.raises(QueryError, match=f"(?s).*{message.replace('(', '[(]').replace(')', '[)]')}") as caught:
        parse_condition(text, NOW)
    _, source, marks, _ = str(caught.value).splitlines()
    assert source[marks.index("^") : len(marks)] == place


def test_the_place_is_shown_in_one_line_also_in_a_long_search_of_several_lines():
    lines = "\n".join(["name ~ a and"] * 50)
    with pytest.raises(QueryError) as caught:
        parse_condition(f"{lines} smple == b\n{lines} tag == c", NOW)
    _, source, marks, _ = str(caught.value).splitlines()
    assert source[marks.index("^") : len(marks)] == "smple"
    assert len(source) < 250
    assert source.strip().startswith("…")
    assert source.endswith("…")


@pytest.mark.parametrize("word", ["(", "not "])
def test_brackets_may_be_deep_but_not_endless(word: str):
    end = ")" if word == "(" else ""
    assert parse_condition(word * 40 + "starred" + end * 40, NOW)
    with pytest.raises(QueryError, match="brackets and 'not' may be 40 deep"):
        parse_condition(word * 5000 + "starred" + end * 5000, NOW)


def test_units_of_durations_and_sizes_are_those_that_people_write():
    assert parse_condition("duration < 10 minutes", NOW) == Compare(Field("duration"), "<", Quantity(600))
    assert parse_condition("size > 2 GiB", NOW) == Compare(Field("size"), ">", Quantity(2.0**31))


@pytest.mark.parametrize(
    ("search", "message"),
    [
        ({"where": 5}, "5 cannot be searched for: give a text"),
        ({"name": 5}, "5 cannot be searched for"),
        ({"text": 5}, "5 cannot be searched for"),
        ({"limit": "3"}, "limit '3': a whole number of runs can be asked for"),
        ({"limit": 2.5}, "limit 2.5: a whole number"),
        ({"until": datetime.date.max}, "is no time: "),
        ({"name": [f"run {n}" for n in range(10_001)]}, "This search compares 10001 things; 10000 can be asked for"),
        ({"name": "a" * 10_001}, "has 10001 characters; 10000 can be searched for"),
    ],
)
def test_searches_that_no_index_can_answer_are_refused(search: dict, message: str):
    with pytest.raises(QueryError, match=message):
        search_query(now=NOW, **search)


def test_more_runs_than_can_be_counted_are_all():
    assert search_query(now=NOW, limit=10**30).limit == 1 << 62
