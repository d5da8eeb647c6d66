"""
Logits: the three most likely classes
=====================================

A classifier gives each class a score. ``top_k`` returns the best of each row in order. The order is
stable: classes with equal scores keep their order, so a report does not change from run to run.
"""

# %%
# A linear classifier of the handwritten digits that scikit-learn ships.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import RidgeClassifier

import minloc

images, digits = load_digits(return_X_y=True)
train, test = slice(0, 1200), slice(1200, None)
model = RidgeClassifier(alpha=10).fit(images[train], digits[train])
logits = model.decision_function(images[test])
best = minloc.top_k(logits, 3)
print(logits.shape, "->", best.indices.shape)

# %%
# How often is the right digit among the first one, two, three?

right = best.indices == digits[test][:, np.newaxis]
for k in (1, 2, 3):
    print(f"top {k}: {right[:, :k].any(axis=1).mean():.1%}")

# %%
# The closest decisions are those with the smallest margin between the first two scores.

margin = best.values[:, 0] - best.values[:, 1]
closest = minloc.top_k(margin, 6, mode="smallest").indices

figure, axes = plt.subplots(
    2, 6, figsize=(10, 3.6), layout="constrained", height_ratios=[1, 0.8], sharey="row"
)
for column, sample in enumerate(closest):
    top, bottom = axes[:, column]
    top.imshow(images[test][sample].reshape(8, 8), cmap="Greys")
    top.set_title(f"is a {digits[test][sample]}")
    top.set_axis_off()
    names = [str(name) for name in best.indices[sample]]
    bottom.bar(names, best.values[sample], color=["tab:blue", "tab:orange", "tab:gray"])
axes[1, 0].set_ylabel("score")
figure.suptitle("The closest decisions, with their three best classes")
