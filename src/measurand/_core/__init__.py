"""Python and time; nothing about laboratories.

Each module is one idea: `clock` (time that tests can drive), `interrupt` (Ctrl-C at a safe moment), `stop` (asking a
running thing to end), `names` and `ids`, `hook` (tell whoever listens), `lanes` (threads, one per connection),
`json` (plain data), `filelock` (who is alive), `defaults` (the slot through which the face supplies its defaults).
"""
