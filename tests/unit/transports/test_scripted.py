import pytest

from measurand.errors import TransportTimeout
from measurand.transports import ScriptedTransport


def test_says_what_the_script_says_and_remembers_it():
    with ScriptedTransport([("VOLT 1.5", None), ("VOLT?", "1.5")]) as transport:
        transport.write("VOLT 1.5")
        assert transport.ask("VOLT?") == "1.5"
    assert transport.sent == ["VOLT 1.5", "VOLT?"]


def test_an_unexpected_line_fails_and_names_both():
    transport = ScriptedTransport([("VOLT 1", None), ("VOLT?", "1")])
    transport.write("VOLT 1")
    with pytest.raises(AssertionError, match=r"'CURR\?' was sent after 'VOLT 1', but the script expects 'VOLT\?'"):
        transport.ask("CURR?")


def test_a_line_after_the_end_fails():
    with pytest.raises(AssertionError, match="the script has no more lines"):
        ScriptedTransport().write("VOLT 1")


def test_left_over_lines_fail():
    with pytest.raises(AssertionError, match=r"2 line\(s\) of the script were never sent, next"):  # noqa: SIM117
        with ScriptedTransport([("A", None), ("B", None)]):
            pass


def test_left_over_answers_fail():
    transport = ScriptedTransport([("A?", "1")])
    transport.write("A?")
    with pytest.raises(AssertionError, match="1 answer"):
        transport.finish()


def test_left_over_lines_do_not_hide_another_failure():
    with pytest.raises(ZeroDivisionError), ScriptedTransport([("A", None)]):
        _ = 1 / 0


def test_reading_without_an_answer_fails():
    transport = ScriptedTransport([("VOLT 1", None)])
    with pytest.raises(AssertionError, match="An answer to 'VOLT 1' was read"):
        transport.ask("VOLT 1")


def test_an_exception_in_the_script_is_raised():
    with pytest.raises(TransportTimeout, match="late"):
        ScriptedTransport([("A?", TransportTimeout("late"))]).ask("A?")


def test_a_closed_transport_refuses():
    transport = ScriptedTransport([("A", None)])
    transport.close()
    with pytest.raises(AssertionError, match="closed"):
        transport.write("A")
