"""What is written and read: tables as data, values as bytes, records, batches, lines. Knows no writer and no reader.

The same in words, for readers in other languages: ``docs/reference/run-format.md``.
"""
