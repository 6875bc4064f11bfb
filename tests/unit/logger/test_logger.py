import logging

import pytest

from measurand.logger import InstrumentFilter, filter_instrument, get_instrument_logger


class Node:
    def __init__(self, *name_parts):
        self.name_parts = list(name_parts)


class Keep(logging.Handler):
    def __init__(self):
        super().__init__()
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())


@pytest.fixture
def handler():
    logger = logging.getLogger("lab_drivers")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler := Keep())
    yield handler
    logger.removeHandler(handler)


def log_of(*name_parts):
    return get_instrument_logger(Node(*name_parts), "lab_drivers.dac")


def test_messages_begin_with_the_full_name(handler, caplog):
    """H06; H05: under the name of the driver's module."""
    log_of("dac", "ch3").info("set to %g V", 0.5)
    assert handler.texts == ["[dac_ch3(Node)] set to 0.5 V"]
    assert caplog.records[0].name == "lab_drivers.dac"
    assert caplog.records[0].instrument == "dac.ch3"


def test_the_module_of_the_class_by_default():
    """H05."""
    assert get_instrument_logger(Node("dac")).logger.name == __name__


def test_extra_fields_are_kept(handler, caplog):
    log_of("dac").info("x", extra={"temperature": 0.1})
    assert caplog.records[0].temperature == 0.1
    assert caplog.records[0].instrument == "dac"


@pytest.mark.parametrize("chosen", ["dac", Node("dac"), ["dac"], [Node("dac"), "nothing"]])
def test_records_are_filtered_by_instrument(handler, chosen):
    """H06: an instrument is meant with all its channels."""
    logs = [log_of("dac"), log_of("dac", "ch3"), log_of("dac2"), logging.getLogger("lab_drivers")]

    def all_say(text):
        for log in logs:
            log.info(text)

    with filter_instrument(chosen, handler) as handlers:
        assert handlers == (handler,)
        all_say("in")
    assert handler.texts == ["[dac(Node)] in", "[dac_ch3(Node)] in"]
    all_say("after")
    assert len(handler.texts) == 6


def test_level_inside_the_block(handler):
    handler.setLevel(logging.WARNING)
    with filter_instrument("dac", [handler], level="DEBUG"):
        log_of("dac").debug("in")
    log_of("dac").debug("after")
    assert handler.texts == ["[dac(Node)] in"]


def test_all_handlers_of_the_root_by_default(caplog):
    with filter_instrument("dac"):
        log_of("dac").warning("in")
        log_of("dmm").warning("in")
    assert [record.getMessage() for record in caplog.records] == ["[dac(Node)] in"]


def test_a_filter_for_one_channel(handler):
    handler.addFilter(InstrumentFilter("dac.ch3"))
    for parts in (("dac",), ("dac", "ch3"), ("dac", "ch31"), ("dac", "ch3", "ramp")):
        log_of(*parts).info("x")
    assert handler.texts == ["[dac_ch3(Node)] x", "[dac_ch3_ramp(Node)] x"]
