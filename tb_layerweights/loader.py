"""The entry point TensorBoard imports: it must never stop TensorBoard from starting."""

from __future__ import annotations

import logging

from tensorboard.plugins import base_plugin


class Loader(base_plugin.TBLoader):
    """Loads the plugin, or leaves TensorBoard as it is when that fails."""

    def load(self, context: base_plugin.TBContext) -> base_plugin.TBPlugin | None:
        """Returns the plugin, or None when this installation can't run it."""
        # TensorBoard only survives a plugin that can't be loaded if nothing is raised here.
        try:
            from tb_layerweights.plugin import LayerWeightsPlugin

            return LayerWeightsPlugin(context)
        except Exception as error:
            logging.getLogger("tensorboard").warning("Layer Weights is not available: %s", error)
            return None
