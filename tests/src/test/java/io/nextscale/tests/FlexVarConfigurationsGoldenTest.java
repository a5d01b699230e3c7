package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.config.QuantizerConfig;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSource;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Unpublished configurations of FlexVAR against the official code: up to 15 steps and 512 pixels
 * from a model of 256, an image that is not square, shared AdaLN, attention without normalization,
 * encoder and decoder of different widths, a trainer's checkpoint; and LlamaGen's tokenizer, which
 * has no transformer.
 */
class FlexVarConfigurationsGoldenTest {

  @ParameterizedTest
  @ValueSource(strings = {"flexvar-512-15step", "flexvar-shared-aln"})
  void agreesWithTheOfficialCode(String name) {
    System.out.println(name);
    ModelSource source = ModelSource.folder(Fixture.resource("golden/" + name));
    try (Fixture golden = new Fixture(Fixture.resource("golden/" + name));
        ImageGenerator generator = ImageGenerator.load(source);
        LoadedParts parts = LoadedParts.load(source)) {
      FlexVarReference reference = new FlexVarReference(golden);
      FlexVarReference.Codec codec = FlexVarReference.Codec.of(generator);
      reference.encodesAndDecodes(codec);
      reference.quantizesAtListsOfScales(codec, parts.tokenizer());
      reference.decodesScalesAlone(codec, generator.spec().scales());
      reference.resizesPositions(parts.transformer().positions());
      reference.predictsUnderTeacherForcing(generator);
      reference.generates(generator, "greedy_");
      if (golden.has("noise.multinomial")) {
        reference.generates(generator, "sampled_");
      }
      assertThat(golden.unused()).as("tensors that no test read").isEmpty();
    }
  }

  @Test
  void aTokenizerAloneAgreesWithTheOfficialCode() {
    System.out.println("llamagen-tokenizer");
    TokenizerSource source = TokenizerSource.folder(Fixture.resource("golden/llamagen-tokenizer"));
    try (Fixture golden = new Fixture(Fixture.resource("golden/llamagen-tokenizer"));
        ImageTokenizer tokenizer = ImageTokenizer.load(source);
        LoadedTokenizer inside = LoadedTokenizer.load(source)) {
      FlexVarReference reference = new FlexVarReference(golden);
      FlexVarReference.Codec codec = FlexVarReference.Codec.of(tokenizer);
      reference.encodesAndDecodes(codec);
      reference.quantizesAtListsOfScales(codec, inside.tokenizer());
      reference.decodesScalesAlone(codec, tokenizer.spec().scales());
      assertThat(golden.unused()).as("tensors that no test read").isEmpty();
    }
  }

  /** Shapes determine all but a few hyperparameters, which are as in the published models. */
  @ParameterizedTest
  @ValueSource(strings = {"flexvar-512-15step", "flexvar-shared-aln"})
  void infersTheConfigurationFromShapes(String name) {
    Path folder = Fixture.resource("golden/" + name);
    ModelSource files =
        ModelSource.files(folder.resolve("vae.pth"), folder.resolve("transformer.pth"));
    try (OpenModel told = ModelSource.folder(folder).open();
        OpenModel inferred = files.open()) {
      ShapeVisible.assertInferred(inferred.spec(), told.spec());
      assertThat(inferred.spec().hasFreeScales()).isTrue();
    }
  }

  @Test
  void infersATokenizersConfigurationFromShapes() {
    Path folder = Fixture.resource("golden/llamagen-tokenizer");
    try (OpenTokenizer told = TokenizerSource.folder(folder).open();
        OpenTokenizer inferred = TokenizerSource.file(folder.resolve("vae.pth")).open()) {
      assertThat(inferred.spec().config()).isEqualTo(ShapeVisible.of(told.spec().config()));
      assertThat(inferred.spec().config().quantizer()).isEqualTo(new QuantizerConfig.GroundTruth());
      assertThat(inferred.spec().patch()).isEqualTo(16);
    }
  }
}
