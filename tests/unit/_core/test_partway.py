"""The same for several things, one of which may fail."""

import pytest

from measurand._core.partway import do_each


def test_results_in_order():
    assert do_each("dac", "read", [1, 2, 3], lambda number: number * 2) == [2, 4, 6]


@pytest.mark.parametrize("failing", [0, 1, 2])
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_the_error_says_how_far_it_came(failing, error):
    names, done = ["a", "b", "c"], []

    def act(name):
        if name == names[failing]:
            raise error("no")
        done.append(name)

    with pytest.raises(error) as caught:
        do_each(lambda: "dac", "set", names, act, str.upper)
    assert done == names[:failing]
    (note,) = caught.value.__notes__
    assert note.startswith(f"dac: stopped at {'ABC'[failing]}; set before it: ")
    for name in names[:failing]:
        assert name.upper() in note.split(";")[1]
    for name in names[failing + 1 :]:
        assert name.upper() in note.split(";")[2]
