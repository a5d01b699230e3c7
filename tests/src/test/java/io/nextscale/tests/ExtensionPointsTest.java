package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.models.DemoModel;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ScaleSnapshot;
import io.nextscale.var.edit.KeptTokens;
import io.nextscale.var.edit.TokenEdit;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.LogitsProcessor;
import io.nextscale.var.sampling.TokenNoise;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an application can put in the place of the built-in parts of a generation. */
class ExtensionPointsTest {
  private static ImageGenerator demo;

  @BeforeAll
  static void load() {
    demo = ImageGenerator.load(DemoModel.source());
  }

  @AfterAll
  static void close() {
    demo.close();
  }

  private static GenerationRequest.Builder bird() {
    return GenerationRequest.of("bird").seed(3);
  }

  private static float[] pixels(GenerationResult result, int image) {
    return result.images().get(image).pixels().values();
  }

  private static void assertSame(GenerationResult one, GenerationResult other) {
    assertThat(one.tokens()).isEqualTo(other.tokens());
    // arrays of thousands of floats are no message
    assertThat(Arrays.equals(pixels(one, 0), pixels(other, 0))).as("equal pixels").isTrue();
  }

  @Test
  void theBuiltInPartsAreFunctionsOfTheSameInterfaces() {
    GenerationResult plain = demo.generate(bird().build());
    ClassifierFreeGuidance own = demo.spec().defaults().guidance();
    Guidance function = own::weight;
    assertSame(demo.generate(bird().guidance(function).build()), plain);
    assertSame(demo.generate(bird().logitsProcessor(LogitsProcessor.none()).build()), plain);
    assertThat(plain.images().getFirst().parameters())
        .containsEntry("guidance", "ramp")
        .doesNotContainKeys("guidance_weights", "logits_processor", "noise", "edit");
    assertThat(
            demo.generate(bird().guidance(function).logitsProcessor(LogitsProcessor.none()).build())
                .images()
                .getFirst()
                .parameters())
        .containsEntry("logits_processor", "own")
        .containsKey("guidance_weights")
        .doesNotContainKeys("cfg", "guidance");
  }

  @Test
  void aListOfGuidanceIsTheFunctionOfItsNumbers() {
    Guidance function = (scales, k) -> k < 3 ? 0 : k / 2.0;
    GenerationResult ofFunction = demo.generate(bird().guidance(function).build());
    GenerationResult ofList =
        demo.generate(bird().guidance(Guidance.ofScales(0, 0, 0, 1.5, 2, 2.5)).build());
    assertSame(ofList, ofFunction);
    assertThat(ofList.images().getFirst().parameters())
        .isEqualTo(ofFunction.images().getFirst().parameters())
        .containsEntry("guidance_weights", "0.0,0.0,0.0,1.5,2.0,2.5");
    Guidance interpolated =
        new Guidance() {
          @Override
          public double weight(Scales scales, int k) {
            return 1;
          }

          @Override
          public Formula formula() {
            return Formula.INTERPOLATION;
          }
        };
    assertThat(
            demo.generate(bird().guidance(interpolated).build()).images().getFirst().parameters())
        .as("another formula than that of a list")
        .containsEntry("guidance", "own");
    assertThatThrownBy(() -> demo.generate(bird().guidance(Guidance.ofScales(1, 2)).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("2 guidance weights for 6 scales \\(1,2,.*\\): expected one for each");
  }

  @Test
  void guidanceMayBeginLate() {
    Guidance late = (scales, k) -> k < 3 ? 0 : 4;
    GenerationResult unguided = demo.generate(bird().cfg(0).build());
    GenerationResult result = demo.generate(bird().guidance(late).build());
    for (int k = 0; k < 3; k++) {
      assertThat(result.tokens().ofScale(k)).containsExactly(unguided.tokens().ofScale(k));
    }
    assertThat(result.tokens()).isNotEqualTo(unguided.tokens());
    assertThatThrownBy(() -> demo.generate(bird().guidance((s, k) -> Double.NaN).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("guidance weight NaN at scale 0");
    assertThatThrownBy(() -> demo.generate(bird().guidance(late).cfg(2).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("function of its own");
  }

  @Test
  void aLogitsProcessorSeesEveryTokenOnceAndDecides() {
    List<String> places = Collections.synchronizedList(new ArrayList<>());
    LogitsProcessor columns =
        (logits, place) -> {
          places.add(place.image() + " " + place.position());
          int wanted = 10 * place.row() + place.column() + 100 * place.image();
          for (int code = 0; code < logits.length; code++) {
            logits[code] = code == wanted ? logits[code] : Float.NEGATIVE_INFINITY;
          }
        };
    GenerationRequest request =
        GenerationRequest.of("bird", "heart").logitsProcessor(columns).build();
    GenerationResult result = demo.generate(request);
    Scales scales = result.tokens().scales();
    assertThat(places).hasSize(2 * scales.tokens()).doesNotHaveDuplicates();
    for (int k = 0; k < scales.count(); k++) {
      long[] tokens = result.tokens().ofScale(k);
      int width = scales.get(k).width();
      int each = scales.get(k).tokens();
      for (int i = 0; i < tokens.length; i++) {
        int inGrid = i % each;
        assertThat(tokens[i])
            .isEqualTo(10L * (inGrid / width) + inGrid % width + 100L * (i / each));
      }
    }
  }

  @Test
  void aProcessorThatLeavesNoLogitsIsNamed() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThatThrownBy(
              () ->
                  demo.generate(
                      bird().logitsProcessor((logits, at) -> Arrays.fill(logits, value)).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the logits processor left")
          .hasMessageContaining("position 0 of image 0");
    }
    assertThatThrownBy(
            () ->
                demo.generate(
                    bird()
                        .logitsProcessor(
                            (logits, at) -> {
                              throw new UnsupportedOperationException("mine");
                            })
                        .build()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("mine");
  }

  @Test
  void noiseThatIsNoNumberIsRefused() {
    for (float value : new float[] {Float.NaN, -1, 0, Float.POSITIVE_INFINITY}) {
      TokenNoise noise = (use, image, position, row) -> Arrays.fill(row, value);
      assertThatThrownBy(() -> demo.generate(bird().noise(noise).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching("noise .* of code \\d+ at position 0 of image 0: expected .*");
    }
    assertThatThrownBy(() -> bird().cfg(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cfg");
  }

  @Test
  void givenTokensAreContinued() {
    GenerationResult first = demo.generate(bird().build());
    Scales all = first.tokens().scales();
    Scales begin = new Scales(all.list().subList(0, 3));
    long[][] part = {Arrays.copyOf(first.tokens().tokens()[0], begin.tokens())};
    TokenMaps coarse = new TokenMaps(begin, part);
    assertSame(demo.generate(bird().edit(TokenEdit.continuing(coarse)).build()), first);
    assertSame(demo.generate(bird().edit(TokenEdit.keeping(first.tokens(), 3)).build()), first);
    GenerationResult other =
        demo.generate(bird().seed(8).edit(TokenEdit.continuing(coarse)).build());
    for (int k = 0; k < 3; k++) {
      assertThat(other.tokens().ofScale(k)).containsExactly(first.tokens().ofScale(k));
    }
    assertThat(other.tokens()).isNotEqualTo(first.tokens());
    assertThat(other.kept()).hasSize(all.tokens()).contains(true, false);
    assertThat(other.images().getFirst().parameters()).containsEntry("edit", "tokenedit");
    GenerationResult kept =
        demo.generate(bird().seed(8).edit(TokenEdit.continuing(first.tokens())).build());
    assertSame(kept, first);
  }

  @Test
  void aMaskOfTheApplicationDecidesWhatIsKept() {
    GenerationResult first = demo.generate(bird().build());
    KeptTokens left =
        (scales, k) -> {
          boolean[] keep = new boolean[scales.get(k).tokens()];
          for (int i = 0; i < keep.length; i++) {
            keep[i] = i % scales.get(k).width() < scales.get(k).width() / 2;
          }
          return keep;
        };
    GenerationResult edited =
        demo.generate(bird().seed(9).edit(new TokenEdit(first.tokens(), left)).build());
    Scales scales = edited.tokens().scales();
    for (int i = 0; i < scales.tokens(); i++) {
      if (edited.kept()[i]) {
        assertThat(edited.tokens().tokens()[0][i]).isEqualTo(first.tokens().tokens()[0][i]);
      }
    }
    assertThat(edited.tokens()).isNotEqualTo(first.tokens());
    assertThatThrownBy(
            () ->
                demo.generate(
                    bird().edit(new TokenEdit(first.tokens(), (s, k) -> new boolean[2])).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 entries, expected one for each of its 1 tokens");
  }

  @Test
  void tokensThatDoNotFitAreRefused() {
    TokenMaps alien = new TokenMaps(Scales.squares(1, 5), new long[1][26]);
    assertThatThrownBy(() -> demo.generate(bird().edit(TokenEdit.continuing(alien)).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1,5");
    TokenMaps noCode = new TokenMaps(Scales.squares(1), new long[][] {{-1}});
    assertThatThrownBy(() -> demo.generate(bird().edit(TokenEdit.continuing(noCode)).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token -1");
    TokenMaps one = new TokenMaps(Scales.squares(1), new long[1][1]);
    KeptTokens everything =
        (scales, k) -> {
          boolean[] keep = new boolean[scales.get(k).tokens()];
          Arrays.fill(keep, true);
          return keep;
        };
    assertThatThrownBy(() -> demo.generate(bird().edit(new TokenEdit(one, everything)).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokens of scale 1 (2) are kept, given are the scales 1");
    assertThatThrownBy(() -> TokenEdit.keeping(one, 2)).hasMessageContaining("expected 1 to 1");
  }

  @Test
  void eachImageMayHaveItsOwnSeed() {
    GenerationResult both =
        demo.generate(GenerationRequest.of("bird", "heart").seeds(3, 77).build());
    assertThat(both.images().stream().map(GeneratedImage::seed)).containsExactly(3L, 77L);
    GenerationResult bird = demo.generate(bird().build());
    assertThat(bird.tokens().tokens()[0]).containsExactly(both.tokens().tokens()[0]);
    GenerationResult heart = demo.generate(GenerationRequest.of("heart").seed(77).build());
    assertThat(heart.tokens().tokens()[0]).containsExactly(both.tokens().tokens()[1]);
    assertThatThrownBy(() -> GenerationRequest.of("bird").seeds(1, 2).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 seeds for 1 images: expected one for each");
  }

  @Test
  void countMakesSeveralImagesOfEachClass() {
    GenerationRequest request =
        GenerationRequest.of(List.of("bird", "heart")).count(2).seed(5).build();
    assertThat(request.classes()).containsExactly("bird", "bird", "heart", "heart");
    assertThat(request.seed(3)).isEqualTo(8);
    assertThat(request)
        .hasToString("GenerationRequest[classes [bird, bird, heart, heart], seeds [5, 6, 7, 8]]");
    assertThat(GenerationRequest.of("bird").count(1 << 16).build().classes()).hasSize(1 << 16);
    assertThatThrownBy(() -> GenerationRequest.of("bird", "cat").count(Integer.MAX_VALUE).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("4294967294 images: expected at most 65536 in a request");
    assertThatThrownBy(() -> GenerationRequest.of("bird").count(0))
        .hasMessage("count 0: expected 1 and more");
    assertThatThrownBy(() -> GenerationRequest.of("bird", null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> GenerationRequest.of("bird").sampling(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("sampling");
  }

  @Test
  void aSnapshotIsDecodedLaterAndElsewhere() throws Exception {
    List<ScaleSnapshot> snapshots = new ArrayList<>();
    List<BufferedImage> previews = new ArrayList<>();
    demo.generate(
        bird()
            .onScale(
                event -> {
                  snapshots.add(event.snapshot());
                  previews.add(event.preview().getFirst());
                })
            .build());
    AtomicReference<BufferedImage> elsewhere = new AtomicReference<>();
    Thread thread =
        Thread.ofVirtual().start(() -> elsewhere.set(snapshots.get(2).images().getFirst()));
    thread.join();
    assertThat(Arrays.equals(rgb(elsewhere.get()), rgb(previews.get(2)))).isTrue();
    BufferedImage last = snapshots.getLast().images().getFirst();
    assertThat(Arrays.equals(rgb(last), rgb(previews.getLast()))).isTrue();
    assertThat(snapshots.get(2)).hasToString("ScaleSnapshot[scale 3 of 6 (3)]");
    ScaleSnapshot late;
    try (ImageGenerator closed = ImageGenerator.load(DemoModel.source())) {
      List<ScaleSnapshot> one = new ArrayList<>();
      closed.generate(bird().onScale(event -> one.add(event.snapshot())).build());
      late = one.getFirst();
    }
    assertThatThrownBy(late::images).isInstanceOf(IllegalStateException.class);
  }

  private static int[] rgb(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
