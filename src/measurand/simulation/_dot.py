"""Physics of a gated quantum dot: sequential tunnelling in the constant-interaction model. Knows no time and no noise.

The dot hangs between two leads and below two gates. Its electrostatic energy is that of a capacitor, and its electrons
sit on a ladder of levels of equal spacing, two spins each. Electrons enter and leave one at a time; between two such
events they reach thermal equilibrium on the ladder, so the state of the dot is the number of its electrons. The rates

    in_l(N)  = Gamma_l(N)  sum_p (1 - n_p(N))    f(u(N) + d_p - mu_l)             N -> N + 1 through lead l
    out_l(N) = Gamma_l(N)  sum_p n_p(N + 1) (1 - f(u(N) + d_p - mu_l))            N + 1 -> N through lead l

hold the Fermi function f of the lead, the energy u(N) that the next electron costs in the ground state, the distance
d_p of level p from the level that this electron would take, and the mean occupation n_p(N) of level p with exactly N
electrons on the dot (canonical ensemble). The stationary solution gives the current. Lines of excited states, the
alternating size of the diamonds (every second electron also pays the level spacing) and peaks that widen with
temperature follow; cotunnelling, level broadening (h Gamma << kT is assumed) and displacement currents are left out.

Sources: C. W. J. Beenakker, Phys. Rev. B 44, 1646 (1991), from whom the rates are; L. P. Kouwenhoven et al.,
"Electron transport in quantum dots", in Mesoscopic Electron Transport, NATO ASI Series E 345 (Kluwer, 1997), for
the constant-interaction model and the diamonds.

Units: energies in eV, voltages in V, temperatures in K, rates in 1/s, currents in A. Electrons have energy -V.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

ELEMENTARY_CHARGE = 1.602176634e-19  # C, exact (SI 2019)
BOLTZMANN = 8.617333262e-5  # eV/K

_LEVELS = 9  # levels kept above and below the last electron: the next one is empty below 20 K for spacings of 1 meV
_FAR = 34.0  # energies further than this many kT from a lead count as infinitely far: exp(-34) is 2e-15
_NEGLIGIBLE = 1e-10  # relative probability of a charge state at which the chain of charge states ends

_PHASES = 5  # points on the excitation (Gauss-Chebyshev) at which the current is taken
_COSINES = tuple(math.cos(math.pi * (k + 0.5) / _PHASES) for k in range(_PHASES))


@dataclass(frozen=True)
class Dot:
    """A quantum dot with two leads and two gates.

    Args:
        charging_energy: e^2 / C in eV.
        level_spacing: Distance of the single-particle levels in eV.
        gate_lever: Shift of the dot's levels per volt of the plunger gate, C_gate / C.
        side_lever: The same for the side gate.
        bias_lever: The same for the biased lead; 0.5 makes symmetric diamonds.
        rates: Mean tunnelling rate in 1/s through the biased and through the grounded lead.
        offset: Charge in units of e that impurities induce on the dot.
    """

    charging_energy: float = 2.8e-3
    level_spacing: float = 1.4e-3
    gate_lever: float = 0.02
    side_lever: float = 0.004
    bias_lever: float = 0.45
    rates: tuple[float, float] = (0.9e9, 0.6e9)
    offset: float = 0.17

    def addition_energy(self, electrons: int, gate: float, side: float = 0.0, bias: float = 0.0) -> float:
        """Return in eV what the next electron costs in the ground state, counted from the grounded lead.

        Args:
            electrons: Number on the dot, counted from the even number it has when nothing is applied.
            gate: Plunger gate in V.
            side: Side gate in V.
            bias: Voltage of the biased lead in V.
        """
        induced = self.gate_lever * gate + self.side_lever * side + self.bias_lever * bias
        charging = self.charging_energy * (electrons + 0.5 - self.offset)
        return charging + self.level_spacing * (electrons // 2) - induced

    def current(self, gate: float, bias: float, temperature: float, side: float = 0.0) -> float:
        """Return the stationary current in A that flows from the biased lead through the dot to the grounded lead.

        Args:
            gate: Plunger gate in V.
            bias: Voltage of the biased lead in V; the sign of the current is the sign of the bias.
            temperature: Temperature of leads and dot in K, positive.
            side: Side gate in V.
        """
        energy = BOLTZMANN * temperature
        tables = _ladder(self.level_spacing / energy)
        start = electrons = self._resting(gate, side, bias)
        weight = total = 1.0  # probability of the present number of electrons, and of all, relative to that of `start`
        flow = 0.0  # electrons per second from the biased lead, times `total`
        while weight > _NEGLIGIBLE * total:  # upwards; out > 0: the grounded lead has room at these energies
            biased_in, biased_out, grounded_in, grounded_out = self._rates(electrons, gate, side, bias, energy, tables)
            above = weight * (biased_in + grounded_in) / (biased_out + grounded_out)
            flow += weight * biased_in - above * biased_out
            weight = above
            total += weight
            electrons += 1
        weight, electrons = 1.0, start - 1
        while weight > _NEGLIGIBLE * total:  # downwards; in > 0: the grounded lead is full at these energies
            biased_in, biased_out, grounded_in, grounded_out = self._rates(electrons, gate, side, bias, energy, tables)
            below = weight * (biased_out + grounded_out) / (biased_in + grounded_in)
            flow += below * biased_in - weight * biased_out
            weight = below
            total += weight
            electrons -= 1
        return -ELEMENTARY_CHARGE * flow / total

    def response(
        self, gate: float, bias: float, temperature: float, side: float = 0.0, excitation: float = 0.0
    ) -> tuple[float, float]:
        """Return mean current and first harmonic (rms), in A, with a slow sine added to the bias.

        The first harmonic over the excitation is the differential conductance, widened by the excitation as in a real
        measurement; exact where the current is a polynomial of ninth degree within the excitation.

        Args:
            gate: Plunger gate in V.
            bias: Mean voltage of the biased lead in V.
            temperature: In K, positive.
            side: Side gate in V.
            excitation: Amplitude (rms) of the sine in V; 0 gives a first harmonic of 0.
        """
        if excitation == 0.0:
            return self.current(gate, bias, temperature, side), 0.0
        peak = math.sqrt(2.0) * excitation
        mean = harmonic = 0.0
        for cosine in _COSINES:
            current = self.current(gate, bias + peak * cosine, temperature, side)
            mean += current
            harmonic += current * cosine
        return mean / _PHASES, math.sqrt(2.0) * harmonic / _PHASES  # the peak is 2 / n times the sum

    def _resting(self, gate: float, side: float, bias: float) -> int:
        """Return the number of electrons that the grounded lead alone would leave on the dot at zero temperature."""
        first = self.addition_energy(0, gate, side, bias)
        electrons = math.floor(-first / (self.charging_energy + 0.5 * self.level_spacing))
        while self.addition_energy(electrons, gate, side, bias) < 0:
            electrons += 1
        while self.addition_energy(electrons - 1, gate, side, bias) >= 0:
            electrons -= 1
        return electrons

    def _rates(
        self, electrons: int, gate: float, side: float, bias: float, energy: float, tables: _Ladder
    ) -> tuple[float, float, float, float]:
        """Return the rates in and out through the biased lead, then through the grounded lead, in 1/s."""
        cost = self.addition_energy(electrons, gate, side, bias)
        steps = tables[electrons % 2]
        biased, grounded = _couplings(electrons)
        biased *= self.rates[0]
        grounded *= self.rates[1]
        biased_in, biased_out = _through((cost + bias) / energy, steps)
        grounded_in, grounded_out = _through(cost / energy, steps)
        return biased * biased_in, biased * biased_out, grounded * grounded_in, grounded * grounded_out


_Steps = tuple[tuple[float, float, float], ...]  # (distance of the level in kT, empty places, electrons)
_Ladder = tuple[_Steps, _Steps]  # for an even and an odd number of electrons


def _through(cost: float, steps: _Steps) -> tuple[float, float]:
    """Sum over the levels what can enter from, and leave to, a lead ``cost`` (in kT) below the next electron."""
    entering = leaving = 0.0
    for distance, empty, filled in steps:
        x = cost + distance
        if x > _FAR:
            leaving += filled
        elif x < -_FAR:
            entering += empty
        else:
            lead = 1.0 / (1.0 + math.exp(x))
            entering += empty * lead
            leaving += filled * (1.0 - lead)
    return entering, leaving


@functools.lru_cache(maxsize=1024)
def _couplings(electrons: int) -> tuple[float, float]:
    """Return by what factor the two tunnelling rates of this electron differ from the mean, as wave functions differ."""
    return 1.0 + 0.45 * math.sin(2.4 * electrons + 1.0), 1.0 + 0.45 * math.sin(3.9 * electrons + 2.0)


@functools.lru_cache(maxsize=4096)
def _ladder(spacing: float) -> _Ladder:
    """Return for both parities of N the levels with what is empty at N and filled at N + 1 electrons.

    Args:
        spacing: Level spacing in kT.
    """
    occupied = [_occupations(math.exp(-spacing), extra) for extra in range(3)]
    ladders = []
    for parity in range(2):
        before, after = occupied[parity], occupied[parity + 1]
        levels = zip(range(-_LEVELS, _LEVELS + 1), before, after, strict=True)
        kept = ((level * spacing, 2.0 - empty, filled) for level, empty, filled in levels)
        ladders.append(tuple(step for step in kept if step[1] > 1e-15 or step[2] > 1e-15))
    return ladders[0], ladders[1]


def _occupations(factor: float, extra: int) -> list[float]:
    """Return the mean number of electrons, 0 to 2, in each level from the lowest kept to the highest.

    Args:
        factor: Boltzmann factor of one level spacing.
        extra: Electrons beyond the filled levels below level zero: the ensemble is canonical, so electrons above that
            line minus holes below it are always this number.
    """
    above = [factor**level for level in range(_LEVELS + 1)]
    below = [factor**level for level in range(1, _LEVELS + 1)]
    electrons, holes = _numbers(above), _numbers(below)
    total = _pair(electrons, holes, extra)
    up = [2 * w * _pair(_numbers(above, without=i), holes, extra - 1) / total for i, w in enumerate(above)]
    down = [2 - 2 * w * _pair(electrons, _numbers(below, without=i), extra + 1) / total for i, w in enumerate(below)]
    return [*reversed(down), *up]


def _numbers(weights: list[float], without: int | None = None) -> list[float]:
    """Return the statistical weight of having 0, 1, 2… particles in levels of two states each.

    ``without`` leaves out one of the two states of that level.
    """
    sums = [1.0]
    for i, weight in enumerate(weights):
        for _ in range(1 if i == without else 2):
            sums = [a + weight * b for a, b in zip([*sums, 0.0], [0.0, *sums], strict=True)]
    return sums


def _pair(electrons: list[float], holes: list[float], extra: int) -> float:
    """Return the summed weight of all states with ``extra`` more electrons than holes."""
    return sum(electrons[n + extra] * weight for n, weight in enumerate(holes) if 0 <= n + extra < len(electrons))
