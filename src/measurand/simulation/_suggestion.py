"""What to measure in the simulated laboratory, so that one need not search: where the diamonds are, and good settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Suggestion:
    """Settings and ranges that show the physics of the standard dot, and what converts readings into its quantities.

    With these, a map of gate and bias shows five whole Coulomb diamonds. Their height alternates between 2.8 mV (the
    charging energy) and 4.2 mV (and the level spacing), their width along the gate is 50 times that; lines of excited
    states run parallel to their edges. At 0.3 K the lines are 0.09 meV (3.5 kT) wide; the excitation widens them to
    some 0.5 mV, so that a map of 101 x 101 points shows them without gaps.

    Args:
        gate: First and last voltage of ``source.ch1``, the plunger gate, in V.
        bias: First and last voltage of ``source.ch2`` in V; the dot sees it divided by ``bias_divider``.
        sweep_bias: Voltage of ``source.ch2`` in V for a sweep of the gate alone.
        excitation: Amplitude of the lock-in's oscillator in V rms; the dot sees it divided by ``excitation_divider``.
        frequency: Of the excitation, in Hz.
        time_constant: Of the lock-in, in s.
        sensitivity: Of the lock-in, in V.
        nplc: Integration time of the multimeter in power line cycles of 20 ms.
        dmm_range: Range of the multimeter in V.
        settle: Wait in s between a step of the gate and the reading: five time constants of the lock-in.
        preamp_gain: V/A; a current is the multimeter's voltage over this.
        bias_divider: Volts at the source per volt at the dot.
        excitation_divider: Volts at the oscillator per volt at the dot; dI/dV is the lock-in's x over ``preamp_gain``,
            over the excitation at the dot.
    """

    gate: tuple[float, float] = (-1.0, 0.0)
    bias: tuple[float, float] = (-0.6, 0.6)
    sweep_bias: float = 0.03
    excitation: float = 0.2
    frequency: float = 1e4
    time_constant: float = 1e-4
    sensitivity: float = 0.05
    nplc: float = 0.02
    dmm_range: float = 1.0
    settle: float = 5e-4
    preamp_gain: float = 1e8
    bias_divider: float = 100.0
    excitation_divider: float = 1000.0


SUGGESTION = Suggestion()
