"""A VISA instrument that is simulated by pyvisa-sim: the driver does not know it."""

from pathlib import Path

from qcodes.instrument import VisaInstrument
from qcodes.validators import Numbers

Path("attenuator.yaml").write_text(
    """
spec: "1.0"
devices:
  device 1:
    eom:
      GPIB INSTR:
        q: "\\r\\n"
        r: "\\n"
    dialogues:
      - q: "*IDN?"
        r: "QCoDeS, attenuator, 1337, 0.0.01"
    properties:
      attenuation:
        default: 0
        getter:
          q: "ATTN?"
          r: "{:02.0f}"
        setter:
          q: "ATTN {:02.0f}"
        specs:
          min: 0
          max: 60
          type: float
resources:
  GPIB::1::INSTR:
    device: device 1
"""
)


class Attenuator(VisaInstrument):
    default_terminator = "\r\n"

    def __init__(self, name, address, **kwargs):
        super().__init__(name, address, **kwargs)
        self.attenuation = self.add_parameter(
            "attenuation", unit="dB", set_cmd="ATTN {:02.0f}", get_cmd="ATTN?", get_parser=float, vals=Numbers(0, 60)
        )
        self.connect_message()


attenuator = Attenuator("attenuator", "GPIB::1::INSTR", visalib="attenuator.yaml@sim")
assert attenuator.get_idn()["model"] == "attenuator"
assert attenuator.IDN()["firmware"] == "0.0.01"
assert attenuator.attenuation() == 0
attenuator.attenuation(40)
assert attenuator.attenuation() == 40
assert float(attenuator.ask("ATTN?")) == 40
for wrong in (-1, 61, "much"):
    try:
        attenuator.attenuation(wrong)
    except (ValueError, TypeError):
        continue
    raise AssertionError(f"{wrong} was sent")
assert attenuator.attenuation() == 40
attenuator.close()
