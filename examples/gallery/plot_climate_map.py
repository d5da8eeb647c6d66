"""
Climate map: the warmest year at every point
============================================

A climate model gives one map of surface temperature for each year from 1860 to 2099. Which year is
the warmest at every point, and how does that change if only the years before 2000 count?

Reducing the first axis of a (time, latitude, longitude) array is slow in NumPy, which transposes a
copy of it first. minloc reads the maps in the order in which they lie in memory.
"""

# %%
# The data are a run under the A1B scenario over North America, from the package iris-sample-data.
# Axes of a DataArray have names.

import matplotlib.pyplot as plt
import xarray as xr
from iris_sample_data import path

import minloc

air = xr.load_dataset(f"{path}/A1B_north_america.nc")["air_temperature"]
warmest = minloc.findmax(air, axis="time")
print(dict(air.sizes), "->", dict(warmest.indices.sizes))

# %%
# ``where`` leaves out years without cutting the array. A mask along time broadcasts to every point.

past = air.time.dt.year < 2000
warmest_before_2000 = minloc.findmax(air, axis="time", where=past)

# %%
# Indices become years by a look-up.

years = air.time.dt.year.values
figure, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
for ax, found, title in zip(
    axes, [warmest_before_2000, warmest], ["of 1860 to 1999", "of 1860 to 2099"], strict=True
):
    image = ax.pcolormesh(air.longitude, air.latitude, years[found.indices], cmap="viridis")
    figure.colorbar(image, ax=ax, label="year")
    ax.set(title=f"Warmest year {title}", xlabel="longitude (°E)", ylabel="latitude (°N)")

# %%
# The hottest place and year of all, as coordinates:

year, row, column = minloc.maxloc(air.values)
print(
    f"{air.values[year, row, column]:.1f} K in {years[year]}"
    f" at {air.latitude[row].item():.1f} °N, {air.longitude[column].item():.1f} °E"
)
