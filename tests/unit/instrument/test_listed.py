"""Which instruments exist, asked of their classes: E17."""

import pytest

from measurand import close_all, find_instrument
from measurand.errors import UnknownName
from measurand.instrument import Instrument


class Dac(Instrument):
    pass


class BigDac(Dac):
    pass


@pytest.fixture
def lab():
    return Instrument("preamp"), Dac("dac"), BigDac("big")


def test_instances_of_a_class_and_its_subclasses(lab, registry):
    """E17."""
    preamp, dac, big = lab
    assert Instrument.instances() == [preamp, dac, big]
    assert Dac.instances() == registry.all(Dac) == [dac, big]
    assert BigDac.instances() == dac.instances()[1:] == [big]
    dac.close()
    assert Dac.instances() == [big]


def test_an_instrument_is_found_by_name_and_class(lab):
    """E17."""
    assert Instrument.find_instrument("dac") is find_instrument("dac", Dac) is lab[1]
    assert Instrument.find_instrument("big", Dac) is lab[2]
    with pytest.raises(UnknownName, match="The instrument 'dac' is a Dac, not a BigDac"):
        Instrument.find_instrument("dac", BigDac)
    with pytest.raises(KeyError, match="There is no instrument 'dacc'; did you mean 'dac'"):
        Instrument.find_instrument("dacc")


def test_whether_one_exists(lab):
    assert Instrument.exist("dac")
    assert Instrument.exist("dac", Dac)
    assert not Instrument.exist("dac", BigDac)
    assert not Instrument.exist("dacc")


def test_whether_one_is_still_valid(lab):
    dac = lab[1]
    assert Instrument.is_valid(dac)
    dac.close()
    assert not Instrument.is_valid(dac)
    assert Instrument.is_valid(Dac("dac"))
    assert not Instrument.is_valid(dac)
    assert not Instrument.is_valid("dac")


def test_forgetting_frees_the_name_but_closes_nothing(lab):
    dac = lab[1]
    Instrument.remove_instance(dac)
    assert not Instrument.exist("dac")
    assert not dac.closed
    again = Dac("dac")
    dac.close()
    Instrument.remove_instance(dac)
    assert find_instrument("dac") is again, "what was forgotten does not take the name from its successor"


def test_closing_all(lab):
    Dac.close_all()
    assert Instrument.instances() == []
    assert all(instrument.closed for instrument in lab)
    close_all()
