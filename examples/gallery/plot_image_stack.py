"""
Image stack: depth from two cameras
===================================

Two cameras side by side see the same scene shifted, near things more than far ones. Shift one image
by every possible distance, compare, and keep the stack of differences: the shift with the smallest
difference is the depth at that pixel. That is ``argmin`` along the first axis of a stack of images.
"""

# %%
# The pair is "Motorcycle" of the Middlebury benchmark, which scikit-image ships. Differences are
# smoothed over a window, so that a pixel is compared with its surroundings.

import matplotlib.pyplot as plt
import numpy as np
from scipy.ndimage import uniform_filter
from skimage import data
from skimage.color import rgb2gray

import minloc

left, right, _ = data.stereo_motorcycle()
shifts = np.arange(5, 70)
first, second = (rgb2gray(image).astype(np.float32) for image in (left, right))
stack = np.stack(
    [uniform_filter(np.abs(first - np.roll(second, shift, axis=1)), 9) for shift in shifts]
)
print(stack.shape, f"{stack.nbytes / 1e6:.0f} MB")

# %%
# One pass gives the best shift and the difference that is left there. ``where`` keeps ``np.roll``
# from comparing one edge of the image with the other.

columns = np.arange(stack.shape[2])
seen_by_both = columns >= shifts[:, np.newaxis, np.newaxis]
match = minloc.findmin(stack, axis=0, where=seen_by_both, default=-1)

# %%
# Columns further left than the smallest shift have no candidate: their index is the default, and
# their value is NaN. Where the best difference is still large, the second camera does not see that
# point.

unknown = match.indices < 0
shift = np.where(unknown, np.nan, shifts[match.indices])
figure, axes = plt.subplots(1, 3, figsize=(11, 3), layout="constrained")
axes[0].imshow(left)
axes[0].set_title("left camera")
image = axes[1].imshow(shift, cmap="magma")
figure.colorbar(image, ax=axes[1], label="pixels")
axes[1].set_title("best shift: near is bright")
image = axes[2].imshow(match.values, cmap="Greys", vmax=0.1)
figure.colorbar(image, ax=axes[2])
axes[2].set_title("difference that is left")
for ax in axes:
    ax.set_axis_off()
