"""
Sensor gaps: each year's lowest reading
=======================================

Sensors fail, and a series has gaps. ``nan_policy="omit"`` leaves missing readings out; ``where``
leaves out what you do not trust; ``default`` marks a year in which nothing is left, and does not
touch the others.
"""

# %%
# Weekly carbon dioxide at Mauna Loa, 1958 to 2001, from statsmodels: 59 weeks have no reading. The
# series becomes a table with one row for each year.

import matplotlib.pyplot as plt
import numpy as np
from statsmodels.datasets import co2

import minloc

series = co2.load().data["co2"]
year, week = series.index.year.values, (series.index.day_of_year.values - 1) // 7
years = np.arange(year[0], year[-1] + 1)
table = np.full((len(years), 53), np.nan)
table[year - years[0], week] = series.to_numpy()
known = ~np.isnan(table)
print(table.shape, f"{known.sum()} readings")

# %%
# The lowest reading comes in autumn, after the northern growing season. A year without more than
# ten of its weeks may lack it, so it does not count.

complete = known.sum(axis=1, keepdims=True) > 42
lowest = minloc.findmin(table, axis=1, nan_policy="omit", where=complete, default=-1)
print("too many gaps:", years[lowest.indices < 0])

# %%
# What has the default is not plotted.

found = lowest.indices >= 0
weeks = lowest.indices[found]
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
left.plot(series.index, series, linewidth=0.8)
dates = years[found].astype("U4").astype("datetime64[Y]").astype("datetime64[D]") + 7 * weeks
left.plot(dates, lowest.values[found], "o", markersize=4, color="tab:red", label="lowest of a year")
left.set(title="CO$_2$ at Mauna Loa", ylabel="ppm")
left.legend()
image = right.imshow(
    table - np.nanmean(table, axis=1, keepdims=True), aspect="auto", cmap="BrBG_r",
    extent=(0, 53, years[-1] + 1, years[0]), interpolation="nearest",
)  # fmt: skip
right.plot(weeks + 0.5, years[found] + 0.5, ".", color="black", markersize=5)
right.set(title="Difference from the year's mean; white is a gap", xlabel="week", ylabel="year")
figure.colorbar(image, ax=right, label="ppm")
