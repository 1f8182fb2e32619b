"""Records how the weights of a model are distributed, for TensorBoard and its Layer Weights tab."""

from __future__ import annotations

from tb_layerweights.record.manners import RecordWarning, Report
from tb_layerweights.record.recorder import Recorder

__all__ = ["RecordWarning", "Recorder", "Report"]
