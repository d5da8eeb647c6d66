"""
Nearest station: which airport is closest?
==========================================

For each of many points, which of many stations is the nearest? The distances form a matrix with
one row for each point, and ``argmin`` along its rows gives the answers. ``top_k`` gives the next
ones, too.
"""

# %%
# The 3376 airports of the United States, from the package vega_datasets, and a grid over the
# continental part. Points on a sphere are nearest where the dot product of their unit vectors is
# largest, so this asks for the largest.

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from vega_datasets import data

import minloc


def unit_vectors(
    latitude: NDArray[np.floating], longitude: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return the vectors from the centre of the Earth, shape (..., 3)."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


airports = data.airports()
stations = unit_vectors(airports["latitude"].to_numpy(), airports["longitude"].to_numpy())
lat, lon = np.linspace(24.5, 49.5, 60), np.linspace(-125, -66.5, 120)
points = unit_vectors(*np.meshgrid(lat, lon, indexing="ij"))
nearness = points.reshape(-1, 3) @ stations.T
nearest = minloc.findmax(nearness, axis=1)
print(nearness.shape, f"{nearness.nbytes / 1e6:.0f} MB")

# %%
# Distance follows from the cosine. Over the sea and beyond the borders it says nothing.

kilometres = (6371 * np.arccos(np.minimum(nearest.values, 1))).reshape(len(lat), len(lon))
figure, ax = plt.subplots(figsize=(9, 4.6), layout="constrained")
image = ax.pcolormesh(lon, lat, np.minimum(kilometres, 150), cmap="YlGnBu")
figure.colorbar(image, ax=ax, label="km to the nearest airport, 150 at most")
ax.plot(airports["longitude"], airports["latitude"], ".", color="black", markersize=1)
ax.set(
    xlim=(lon[0], lon[-1]), ylim=(lat[0], lat[-1]), xlabel="longitude (°)", ylabel="latitude (°)"
)

# %%
# The three nearest to Times Square, in order:

here = unit_vectors(np.array(40.758), np.array(-73.9855))
three = minloc.top_k(stations @ here, 3)
for index, cosine in zip(three.indices, three.values, strict=True):
    airport = airports.iloc[index]
    ax.plot(airport["longitude"], airport["latitude"], "o", color="tab:red", markersize=4)
    print(f"{6371 * np.arccos(cosine):5.1f} km  {airport['iata']}  {airport['name']}")
