"""Blocks that Ctrl-C lets finish."""

import os
import signal

from qcodes.utils import DelayedKeyboardInterrupt

done = []
try:
    with DelayedKeyboardInterrupt():
        done.append("begin")
        os.kill(os.getpid(), signal.SIGINT)
        done.append("end")
    done.append("behind")
except KeyboardInterrupt:
    done.append("interrupted")
assert done == ["begin", "end", "interrupted"]

with DelayedKeyboardInterrupt():
    done.append("quiet")
assert done[-1] == "quiet"
