package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.Scales;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;

/** FlexVAR against the official code on {@code golden/flexvar-256}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIf("available")
class FlexVarGoldenTest {
  private Fixture golden;
  private FlexVarReference reference;
  private ImageGenerator generator;

  static boolean available() {
    return Fixture.sharedIsThere(FlexVarGoldenTest.class, "flexvar-256");
  }

  @BeforeAll
  void load() {
    golden = new Fixture(Fixture.shared().resolve("golden/flexvar-256"));
    reference = new FlexVarReference(golden);
    generator = ImageGenerator.load(ModelSource.folder(golden.folder()));
  }

  @AfterAll
  void close() {
    golden.close();
    generator.close();
  }

  @Test
  void encodesAndDecodes() {
    reference.encodesAndDecodes(FlexVarReference.Codec.of(generator));
  }

  @Test
  void quantizesEveryScaleOnItsOwn() {
    try (LoadedParts parts = LoadedParts.load(ModelSource.folder(golden.folder()))) {
      reference.quantizesAtListsOfScales(FlexVarReference.Codec.of(generator), parts.tokenizer());
      reference.resizesPositions(parts.transformer().positions());
    }
  }

  @Test
  void everyScaleIsAnImage() {
    reference.decodesScalesAlone(FlexVarReference.Codec.of(generator), generator.spec().scales());
  }

  @Test
  void predictsUnderTeacherForcing() {
    reference.predictsUnderTeacherForcing(generator);
  }

  @Test
  void generatesGreedily() {
    reference.generates(generator, "greedy_");
  }

  @Test
  void drawsTheOfficialTokensFromTheOfficialNoise() {
    reference.generates(generator, "sampled_");
  }

  /** Published checkpoints have one of two layouts, and no configuration. */
  @Test
  void aTrainersCheckpointIsTheSameModel() {
    Path vae = golden.folder().resolve("vae.pth");
    ModelSource plain = ModelSource.files(vae, golden.folder().resolve("transformer.pth"));
    ModelSource trainer =
        ModelSource.files(vae, golden.folder().resolve("transformer_trainer.pth"));
    for (ModelSource source : java.util.List.of(plain, trainer)) {
      try (OpenModel model = source.open()) {
        ModelSpec told = generator.spec();
        ShapeVisible.assertInferred(model.spec(), told);
        assertThat(model.spec().hasFreeScales()).isTrue();
      }
    }
    GenerationRequest request =
        GenerationRequest.of(4).seed(7).scales(Scales.squares(1, 2, 4, 8)).build();
    GenerationResult expected = generator.generate(request);
    try (ImageGenerator other = ImageGenerator.load(trainer)) {
      GenerationResult actual = other.generate(request);
      assertThat(actual.tokens()).isEqualTo(expected.tokens());
      assertThat(actual.latent()).containsExactly(expected.latent());
      assertThat(actual.images().getFirst().pixels().values())
          .containsExactly(expected.images().getFirst().pixels().values());
    }
  }

  /** Runs last: a reference tensor that no test reads would be a gap. */
  @Test
  @Order(Integer.MAX_VALUE)
  void everyReferenceTensorWasUsed() {
    assertThat(golden.unused()).isEmpty();
  }
}
