"""
Cost matrix: a picture in sixteen colours
=========================================

A matrix of costs has a row for each item and a column for each choice. The cheapest choices are an
``argmin`` along a short axis. This is the inner loop of k-means: pixels choose colours, colours
move to the mean of the pixels that chose them.
"""

# %%
# The photograph is one of the two that scikit-learn ships.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image

import minloc

photo = load_sample_image("china.jpg")
pixels = photo.reshape(-1, 3).astype(np.float32) / 255
rng = np.random.default_rng(0)
palette = pixels[rng.choice(len(pixels), 16, replace=False)]

# %%
# The squared distance of every pixel to every colour, up to a term that does not depend on the
# colour: (273280, 16) costs, and one answer for each row.

errors = []
for _ in range(10):
    costs = (palette**2).sum(axis=1) - 2 * pixels @ palette.T
    cheapest = minloc.findmin(costs, axis=1)
    errors.append(float((cheapest.values + (pixels**2).sum(axis=1)).mean()))
    counts = np.bincount(cheapest.indices, minlength=16)
    for channel in range(3):
        sums = np.bincount(cheapest.indices, weights=pixels[:, channel], minlength=16)
        palette[:, channel] = sums / np.maximum(counts, 1)
print(costs.shape, f"mean squared error {errors[0]:.4f} -> {errors[-1]:.4f}")

# %%
# The picture in its palette, most frequent colour first.

order = minloc.top_k(counts, 16).indices
figure, axes = plt.subplots(2, 2, figsize=(10, 4.2), layout="constrained", height_ratios=[1, 0.12])
axes[0, 0].imshow(photo)
axes[0, 0].set_title("photograph")
axes[0, 1].imshow(palette[cheapest.indices].reshape(photo.shape))
axes[0, 1].set_title("16 colours")
axes[1, 1].imshow(palette[order][np.newaxis], aspect="auto")
axes[1, 0].bar(range(len(errors)), errors, color="tab:blue")
axes[1, 0].set_title("mean squared error by step", fontsize=8)
for ax in axes.flat:
    ax.set_axis_off()
