package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CheckpointWeightsTest {
  @Test
  void refusesWeightsWhoseElementsShareMemory() {
    byte[] pickle =
        PickleBytes.protocol(2)
            .ops("}(")
            .text("wide")
            .tensor("FloatStorage", "0", 2, 0, new long[] {192, 8_000_000}, new long[2])
            .text("rows")
            .tensor("FloatStorage", "0", 2, 0, new long[] {2, 2}, new long[] {0, 1})
            .ops("u")
            .stop();
    byte[] file = PthBytes.of(pickle, new byte[8]);
    try (Checkpoint checkpoint = Checkpoint.of(Path.of("x"), file, WeightChoice.FIRST)) {
      CheckpointWeights weights = new CheckpointWeights(checkpoint);
      assertThatThrownBy(() -> weights.get("wide", 192, 8_000_000))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "x: wide: expected elements of its own, found 1536000000 elements that share memory;"
                  + " contiguous() gives a tensor its own");
      assertThatThrownBy(() -> weights.get("rows", 2, 2))
          .hasMessageContaining("found 4 elements that share memory");
      assertThat(weights.get("none", 2)).isEmpty();
    }
  }
}
