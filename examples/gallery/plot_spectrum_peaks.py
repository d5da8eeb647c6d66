"""
Spectrum peaks: the periods of the Sun
======================================

The strongest frequencies of a signal are the highest peaks of its spectrum, not the highest values:
a strong peak has neighbours that are higher than the next peak. So the mask of local maxima goes to
``where``, and ``top_k`` ranks what is left.
"""

# %%
# Yearly numbers of sunspots since 1700, from statsmodels.

import matplotlib.pyplot as plt
import numpy as np
from statsmodels.datasets import sunspots

import minloc

record = sunspots.load().data
numbers = record["SUNACTIVITY"].to_numpy()
padded = 4096
window = np.hanning(len(numbers))
power = np.abs(np.fft.rfft((numbers - numbers.mean()) * window, padded)) ** 2
frequency = np.fft.rfftfreq(padded)

# %%
# With and without the mask: three points of one peak, or three peaks.

is_peak = np.zeros(power.shape, dtype=bool)
is_peak[1:-1] = (power[1:-1] > power[:-2]) & (power[1:-1] >= power[2:])
highest = minloc.top_k(power, 3)
peaks = minloc.top_k(power, 3, where=is_peak)
print("highest values:", (1 / frequency[highest.indices]).round(1), "years")
print("highest peaks: ", (1 / frequency[peaks.indices]).round(1), "years")

# %%

figure, (top, bottom) = plt.subplots(2, 1, figsize=(9, 5.4), layout="constrained")
top.plot(record["YEAR"], numbers)
top.set(title="Sunspots", xlabel="year", ylabel="number")
bottom.plot(frequency, power / 1e6, linewidth=1)
bottom.plot(frequency[peaks.indices], peaks.values / 1e6, "v", color="tab:red")
for f, value in zip(frequency[peaks.indices], peaks.values / 1e6, strict=True):
    bottom.annotate(f"{1 / f:.1f} years", (f, value), (8, 0), textcoords="offset points")
bottom.set(xlim=(0, 0.2), title="Spectrum", xlabel="cycles a year", ylabel="power (arbitrary)")
