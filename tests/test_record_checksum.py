from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.tensorflow_stub import pywrap_tensorflow

from tb_layerweights.record.checksum import masked_crc32c


@given(st.binary(max_size=600))
def test_the_masked_checksum_is_tensorboards(data: bytes) -> None:
    assert masked_crc32c(data) == pywrap_tensorflow.masked_crc32c(data)


def test_a_long_record_has_the_same_checksum_too() -> None:
    data = bytes(range(256)) * 40
    assert masked_crc32c(data) == pywrap_tensorflow.masked_crc32c(data)
