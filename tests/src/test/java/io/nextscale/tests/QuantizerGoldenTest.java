package io.nextscale.tests;

import static io.nextscale.tests.Fixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.ScaleStep;
import io.nextscale.var.tokenizer.VqVae;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;

/** Inner results of VAR's quantizer against the official code on {@code golden/var-256}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIf("available")
class QuantizerGoldenTest {
  /** The reference tensors that {@link VarGoldenTest} leaves to this class. */
  static final Set<String> TENSORS =
      new TreeSet<>(Set.of("vae.f_hat", "vae.f_hat_scales", "vae.var_input"));

  private Fixture golden;
  private LoadedParts parts;
  private long[][] tokens;

  static boolean available() {
    return Fixture.sharedIsThere(QuantizerGoldenTest.class);
  }

  @BeforeAll
  void load() {
    golden = new Fixture(Fixture.shared().resolve("golden/var-256"));
    parts = LoadedParts.load(ModelSource.folder(golden.folder()));
    try (Fixture other = new Fixture(golden.folder())) { // read twice, counted once
      tokens = other.rows("vae.tokens");
    }
  }

  @AfterAll
  void close() {
    golden.close();
    parts.close();
  }

  @Test
  void accumulatesTheSameFHatScaleByScale() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor latent = parts.tokenizer().encode(LoadedParts.batch(golden.inputs()));
      long[] wanted = golden.longs("vae.f_hat_scales");
      assertClose(
          "f̂ of scales",
          fHats(parts.tokenizer(), latent, parts.spec().scales(), wanted),
          golden.floats("vae.f_hat"),
          VarGoldenTest.LATENTS);
    }
  }

  @Test
  void computesTheSameInputsFromTrueTokens() {
    assertClose(
        "inputs",
        inputs(parts.tokenizer(), new TokenMaps(parts.spec().scales(), tokens)),
        golden.floats("vae.var_input"),
        VarGoldenTest.LATENTS);
  }

  /** Runs last: a reference tensor that no test reads would be a gap. */
  @Test
  @Order(Integer.MAX_VALUE)
  void everyTensorLeftToThisClassWasUsed() {
    assertThat(golden.used()).isEqualTo(TENSORS);
  }

  /** Quantizes a latent; returns f̂ after some scales, (n, B, C, H, W). */
  static float[] fHats(VqVae tokenizer, Tensor latent, Scales scales, long[] wanted) {
    List<float[]> pieces = new ArrayList<>();
    tokenizer
        .quantizer()
        .quantize(
            latent,
            scales,
            (k, drawn, fHat) -> {
              if (LongStream.of(wanted).anyMatch(one -> one == k)) {
                pieces.add(fHat.toFloats());
              }
            });
    float[] all = new float[pieces.size() * pieces.getFirst().length];
    for (int i = 0; i < pieces.size(); i++) {
      System.arraycopy(pieces.get(i), 0, all, i * pieces.get(i).length, pieces.get(i).length);
    }
    return all;
  }

  /** Computes the inputs of scales 1 to K-1 before their embedding: (B, L - 1, Cvae). */
  static float[] inputs(VqVae tokenizer, TokenMaps truth) {
    int length = truth.scales().tokens() - 1;
    int width = tokenizer.config().codeWidth();
    float[] all = new float[truth.batch() * length * width];
    try (TensorScope scope = TensorScope.open()) {
      ScaleStep step = tokenizer.quantizer().begin(truth.scales());
      for (int k = 0; k + 1 < truth.scales().count(); k++) {
        step.accept(k, tokenizer.codes(truth, k));
        int here = truth.scales().get(k + 1).tokens();
        float[] input = step.input(k + 1).permute(0, 2, 3, 1).toFloats();
        for (int b = 0; b < truth.batch(); b++) {
          int to = (b * length + truth.scales().start(k + 1) - 1) * width;
          System.arraycopy(input, b * here * width, all, to, here * width);
        }
      }
    }
    return all;
  }
}
