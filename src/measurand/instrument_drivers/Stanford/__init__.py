"""Stanford Research Systems: preamplifiers and lock-in amplifiers."""
