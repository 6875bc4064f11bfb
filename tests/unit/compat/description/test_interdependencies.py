"""Relations between columns: what is allowed, what can be asked, and that a refused step changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.compat.description import (
    FrozenInterDependencies_,
    IncompleteSubsetError,
    InterDependencies,
    InterDependencies_,
    ParamSpec,
    ParamSpecBase,
    new_to_old,
    old_to_new,
)
from measurand.errors import DefinitionError

A, B, C, D, E = (ParamSpecBase(name, "numeric") for name in "abcde")


@pytest.fixture
def relations() -> InterDependencies_:
    return InterDependencies_({A: (B, C)}, {D: (A,)}, (E,))


def test_what_is_there_can_be_asked(relations: InterDependencies_) -> None:
    assert relations.names == ("a", "b", "c", "d", "e")
    assert relations.dependencies == {A: (B, C)}
    assert relations.inferences == {D: (A,)}
    assert relations.standalones == {E}
    assert relations.top_level_parameters == (A, E)
    assert relations.what_depends_on(B) == (A,)
    assert relations.what_is_inferred_from(A) == (D,)
    assert relations.find_all_parameters_in_tree(A) == {A, B, C, D}
    assert relations.all_parameters_in_tree_by_group(A) == (A, (B, C), (D,))
    assert B in relations
    assert relations["b"] == B


def test_related_columns_do_not_stand_alone() -> None:
    assert InterDependencies_({A: (B,)}, standalones=(A, B)).standalones == frozenset()
    assert InterDependencies_({A: ()}).standalones == {A}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"dependencies": 3}, "Invalid dependencies: ParamSpecTree must be a dict, not 3"),
        ({"dependencies": {"a": (B,)}}, "must have ParamSpecs as keys"),
        ({"inferences": {A: [B]}}, "Invalid inferences: ParamSpecTree must have tuple values"),
        ({"dependencies": {A: ("b",)}}, "can only have tuples of ParamSpecs as values"),
        ({"dependencies": {A: (A,)}}, "can not have cycles: a on both sides"),
        ({"dependencies": {A: (B,), B: (C,)}}, "can not have cycles: b on both sides"),
        ({"dependencies": {A: (B,)}, "inferences": {A: (B,)}}, "An edge between a and b already exists"),
        ({"dependencies": {A: (B,)}, "inferences": {B: (A,)}}, "An edge between b and a already exists"),
        ({"standalones": (A, "b")}, "Invalid standalones: 'b' is no ParamSpecBase"),
        ({"dependencies": {A: (B,)}, "standalones": (ParamSpecBase("a", "text"),)}, "name a already exists"),
    ],
)
def test_relations_that_contradict_themselves_are_refused(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        InterDependencies_(**arguments)


def test_a_setpoint_has_no_setpoints_and_a_refused_step_changes_nothing(relations: InterDependencies_) -> None:
    before = relations._to_dict()
    with pytest.raises(ValueError, match="Paramspec b both depends on .* and is depended upon by"):
        relations.add_dependencies({B: (E,)})
    with pytest.raises(ValueError, match="cyclic"):
        relations.add_inferences({C: (D,)})
    assert relations._to_dict() == before


def test_extending_and_removing_make_another_one(relations: InterDependencies_) -> None:
    longer = relations.extend(dependencies={E: (B,)})
    assert longer.dependencies == {A: (B, C), E: (B,)}
    assert relations.standalones == {E}
    assert longer.remove(E).names == ("a", "b", "c", "d")
    with pytest.raises(ValueError, match="Cannot remove a, other parameters depend on or are inferred from it: d"):
        relations.remove(A)
    with pytest.raises(ValueError, match="'z' is not part of the graph"):
        relations.remove(ParamSpecBase("z", "numeric"))


def test_a_result_comes_with_its_setpoints(relations: InterDependencies_) -> None:
    relations.validate_subset((A, B, C))
    relations.validate_subset((B,))
    with pytest.raises(IncompleteSubsetError, match="a is not a complete subset.*missing: b and c. Give them"):
        relations.validate_subset((A,))
    with pytest.raises(ValueError, match="'z' is not part"):
        relations.validate_subset((ParamSpecBase("z", "numeric"),))


def test_order_does_not_count_in_comparisons() -> None:
    assert InterDependencies_({A: (B, C)}) == InterDependencies_({A: (C, B)})
    assert InterDependencies_({A: (B,)}) != InterDependencies_({A: (B,)}, standalones=(C,))
    assert InterDependencies_() != 3


def test_a_chain_of_inferences_survives_being_written() -> None:
    chain = InterDependencies_().extend(inferences={B: (A,)}).extend(inferences={C: (B,)})
    assert InterDependencies_._from_dict(chain._to_dict()) == chain


def test_a_frozen_one_is_asked_and_extended_but_not_changed(relations: InterDependencies_) -> None:
    frozen = FrozenInterDependencies_(relations)
    assert frozen == relations
    assert type(frozen.extend(standalones=())) is InterDependencies_
    for change in (frozen.add_dependencies, frozen.add_inferences):
        with pytest.raises(TypeError, match="immutable: use extend"):
            change({E: (B,)})
    with pytest.raises(TypeError, match="immutable"):
        frozen.add_paramspecs((E,))
    free = frozen.to_interdependencies()
    free.add_dependencies({E: (B,)})
    assert frozen == relations


def test_the_older_form_says_the_same(relations: InterDependencies_) -> None:
    older = new_to_old(relations)
    assert [one.name for one in older.paramspecs] == ["b", "c", "a", "d", "e"]
    assert old_to_new(older) == relations
    assert InterDependencies._from_dict(older._to_dict()) == older
    assert older != 3


def test_the_older_form_is_judged() -> None:
    with pytest.raises(ValueError, match="All paramspecs must be ParamSpecs"):
        InterDependencies(A)  # type: ignore[arg-type]  # the mistake
    with pytest.raises(ValueError, match="q names zz, which is not among"):
        old_to_new(InterDependencies(ParamSpec("q", "numeric", depends_on=["zz"])))


@given(st.permutations([A, B, C, D, E]), st.integers(1, 4))
def test_written_and_read_it_is_the_same(columns: list[ParamSpecBase], results: int) -> None:
    """Whatever lies along whatever: describe, write, read is the identity."""
    setpoints = tuple(columns[results:])
    made = InterDependencies_(dict.fromkeys(columns[:results], setpoints))
    assert InterDependencies_._from_dict(made._to_dict()) == made
    assert made.top_level_parameters == tuple(sorted(columns[:results], key=lambda one: one.name))
