package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.raster.LlamaNetwork;
import io.nextscale.var.raster.RasterForcing;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The four layouts of LlamaGen's checkpoints, of which each gives the same network. */
@EnabledIf("available")
class LlamaGenLayoutsTest {
  private static final Scales GRID = Scales.squares(4);
  private static final TransformerConfig CONFIG =
      TransformerConfig.builder()
          .depth(1)
          .width(96)
          .heads(6)
          .hiddenWidth(256)
          .classes(5)
          .normEpsilon(1e-5)
          .normalizedAttention(false)
          .codeWidth(8)
          .vocabularySize(64)
          .network(new NetworkConfig.Llama(10000))
          .build();

  static boolean available() {
    return Fixture.sharedIsThere(LlamaGenLayoutsTest.class, "llamagen-layouts");
  }

  private static Path folder() {
    return Fixture.shared().resolve("golden/llamagen-layouts");
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"module.pt", "state_dict.pt", "flat.pt", "trainer.pt"})
  void readsEachLayout(String file) {
    try (Fixture golden = new Fixture(folder());
        Checkpoint checkpoint = Checkpoint.open(folder().resolve(file));
        GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      WeightReader reader =
          new WeightReader(new CheckpointWeights(checkpoint), Device.CPU, DType.FLOAT32);
      NetworkConfig.Llama kind = (NetworkConfig.Llama) CONFIG.network();
      LlamaNetwork network = LlamaNetwork.read(reader, CONFIG, kind, GRID.last());
      reader.done();
      TokenMaps truth = new TokenMaps(GRID, golden.rows("tf.tokens"));
      Tensor logits = new RasterForcing(network).logits(truth, golden.longs("tf.labels"), () -> {});
      golden.assertClose("tf.logits", logits.toFloats());
    }
  }

  /** The number of heads has no shape: a network of unknown sizes is refused, not guessed. */
  @Test
  void refusesSizesThatWereNotPublished() {
    Path tokenizer = Fixture.shared().resolve("golden/llamagen-c2i/vq.pt");
    assertThatThrownBy(() -> ModelSource.files(tokenizer, folder().resolve("flat.pt")).open())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("number of heads")
        .hasMessageContaining("width 96")
        .hasMessageContaining("config.json");
  }
}
