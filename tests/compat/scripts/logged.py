"""Log messages: of an instrument, as a table, for a while."""

import logging

from qcodes.instrument import Instrument
from qcodes.logger import (
    LogCapture,
    capture_dataframe,
    console_level,
    filter_instrument,
    get_instrument_logger,
    start_logger,
)

start_logger()


class Talker(Instrument):
    def say(self, text):
        self.log.warning(text)


loud, quiet = Talker("loud"), Talker("quiet")
with capture_dataframe(level="DEBUG") as (_, table):
    loud.say("one")
    quiet.say("two")
    found = table()
assert [text for text in found.message if "one" in text or "two" in text] != []
with LogCapture(level=logging.WARNING) as captured:
    loud.say("three")
assert "three" in captured.value
logger = get_instrument_logger(loud, "mine")
assert logger.extra["instrument"] is loud or logger.extra["instrument"] == loud.full_name
with console_level("CRITICAL"):
    logger.warning("nobody sees this on the console")
with filter_instrument(loud):
    quiet.say("not shown")
