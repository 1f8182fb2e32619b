from __future__ import annotations

import json

from tests.golden import DIRECTORY, body, numbers

(DIRECTORY / "densities.safetensors").write_bytes(body())
(DIRECTORY / "densities.json").write_text(json.dumps(numbers(body()), indent=1) + "\n")
