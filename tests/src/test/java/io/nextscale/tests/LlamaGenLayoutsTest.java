package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Torch;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.model.ConfigFile;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.Guidance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The four layouts of LlamaGen's checkpoints, of which each gives the same network. */
@EnabledIf("available")
class LlamaGenLayoutsTest {
  private static final List<Integer> LABELS = List.of(1, 4);
  private static final String TOKENIZER = // the fixture has none: any of its grid will do
      """
      "vq": {"codebook_size": 64, "codebook_embed_dim": 8, "z_channels": 32, "ch": 32,
             "ch_mult": [1, 1, 1, 1, 1], "num_res_blocks": 1}
      """;

  static boolean available() {
    return Fixture.sharedIsThere(LlamaGenLayoutsTest.class, "llamagen-layouts");
  }

  private static Path folder() {
    return Fixture.shared().resolve("golden/llamagen-layouts");
  }

  /** The network of a file, with a random tokenizer. */
  private static ModelSource source(String file) {
    return () -> {
      String config;
      try {
        config = Files.readString(folder().resolve("config.json"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      String whole = config.replace("\"vq\": null", TOKENIZER);
      Checkpoint checkpoint = Checkpoint.open(folder().resolve(file));
      return new OpenModel(
          ConfigFile.parse(file, whole.getBytes(StandardCharsets.UTF_8)),
          ModelSource.randomPreset("llamagen-c2i-b-256", 1).open().tokenizerWeights(),
          new CheckpointWeights(checkpoint),
          List.of(checkpoint));
    };
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"module.pt", "state_dict.pt", "flat.pt", "trainer.pt"})
  void readsEachLayout(String file) {
    ModelSource source = source(file);
    try (Fixture golden = new Fixture(folder());
        ImageGenerator generator = ImageGenerator.load(source)) {
      RasterReference.predictsUnderTeacherForcing(golden, generator);
      RasterReference.turnsByRowAndColumn(golden, source);
      ClassifierFreeGuidance guidance = Guidance.aboveOne(2);
      RasterReference.generatesGreedily(golden, generator, "greedy_cfg2", LABELS, guidance);
      RasterReference.computesBothHalves(golden, generator, "greedy_cfg2", LABELS, guidance);
      assertThat(golden.unused()).isEmpty();
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
