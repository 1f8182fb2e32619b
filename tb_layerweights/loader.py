"""The entry point TensorBoard imports: it must never stop TensorBoard from starting."""

from __future__ import annotations

import logging
from argparse import Namespace

from tensorboard.plugins import base_plugin

# As many steps as TensorBoard's Python loader keeps of histograms.
KEPT_STEPS = 500


class Loader(base_plugin.TBLoader):
    """Loads the plugin, or leaves TensorBoard as it is when that fails."""

    def fix_flags(self, flags: Namespace) -> None:
        """Keeps as many steps of the recorder's exact numbers as of the histograms they belong to.

        Of a plugin that it doesn't know, the Python loader keeps ten steps only.
        """
        samples = getattr(flags, "samples_per_plugin", None)
        if isinstance(samples, dict):
            samples.setdefault("layer_weights", samples.get("histograms", KEPT_STEPS))

    def load(self, context: base_plugin.TBContext) -> base_plugin.TBPlugin | None:
        """Returns the plugin, or None when this installation can't run it."""
        # TensorBoard only survives a plugin that can't be loaded if nothing is raised here.
        try:
            from tb_layerweights.plugin import LayerWeightsPlugin

            return LayerWeightsPlugin(context)
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            logging.getLogger("tensorboard").warning("Layer Weights is not available: %s", reason)
            return None
