"""
Price table: when to buy, and when to sell
==========================================

A table of prices has a row for each month and a column for each share. ``argminmax`` finds the
lowest and the highest price of every column in one pass.
"""

# %%
# Five shares from 2000 to 2010, from the package vega_datasets. Google was not listed before August
# 2004: its first prices are NaN, which ``nan_policy="omit"`` leaves out.

import matplotlib.pyplot as plt
import numpy as np
from vega_datasets import data

import minloc

prices = data.stocks().pivot(index="date", columns="symbol", values="price")
table = prices.to_numpy()
low, high = minloc.argminmax(table, axis=0, nan_policy="omit")
for name, first, last in zip(prices.columns, prices.index[low], prices.index[high], strict=True):
    print(f"{name:5} lowest {first:%b %Y}, highest {last:%b %Y}")

# %%
# The lowest price may come after the highest one. The largest loss of a holder is where the price
# is lowest compared with its highest value so far.

peak_so_far = np.fmax.accumulate(table, axis=0)
loss = minloc.findmin(table / peak_so_far - 1, axis=0, nan_policy="omit")

figure, ax = plt.subplots(figsize=(9, 4.5), layout="constrained")
for column, name in enumerate(prices.columns):
    [line] = ax.plot(prices.index, table[:, column], label=name, linewidth=1.2)
    for index, marker in ((low[column], "v"), (high[column], "^")):
        ax.plot(
            prices.index[index], table[index, column], marker, color=line.get_color(), markersize=9
        )
    worst = loss.indices[column]
    ax.plot(prices.index[worst], table[worst, column], "x", color="black", zorder=3)
    print(f"{name:5} {loss.values[column]:.0%} in {prices.index[worst]:%b %Y}")
ax.set(yscale="log", ylabel="price in US$", title="▼ lowest   ▲ highest   × deepest below a peak")
ax.legend(ncols=5, loc="upper left")
