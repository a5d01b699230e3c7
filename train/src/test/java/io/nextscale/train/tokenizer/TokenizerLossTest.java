package io.nextscale.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.InPlace;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.train.optim.AdamW;
import io.nextscale.train.optim.Parameters;
import io.nextscale.var.model.ConfigFile;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.tokenizer.VqVae;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A small tokenizer of each family, trained as a large one is. */
class TokenizerLossTest {
  private static final String VAR =
      """
      {"family": "var", "name": "small", "patch_nums": [1, 2, 4],
       "vae": {"vocab_size": 64, "z_channels": 8, "ch": 16, "ch_mult": [1, 1],
               "num_res_blocks": 1, "norm_groups": 4},
       "transformer": {"num_classes": 2, "depth": 1, "embed_dim": 16, "num_heads": 2}}
      """;
  private static final String FLEXVAR =
      """
      {"family": "flexvar", "name": "small", "patch_nums": [1, 2, 4],
       "vae": {"codebook_size": 64, "codebook_embed_dim": 8, "z_channels": 8, "ch": 16,
               "encoder_ch_mult": [1, 1], "decoder_ch_mult": [1, 1], "num_res_blocks": 1,
               "norm_groups": 4},
       "transformer": {"num_classes": 2, "depth": 1, "embed_dim": 16, "num_heads": 2,
                       "pos_grid": 4}}
      """;
  private static final int SIDE = 8;

  private long before;

  @BeforeEach
  void count() {
    CpuThreads.setCount(1); // operators this small only wait for other threads
    before = Torch.liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  private static TokenizerLoss loss(String family, DType compute) {
    String json = family.equals("var") ? VAR : FLEXVAR;
    ModelSpec spec = ConfigFile.parse(family, json.getBytes(StandardCharsets.UTF_8));
    return new TokenizerLoss(spec.tokenizer(), spec.scales(), compute);
  }

  /** Soft blobs of colour: (batch, 3, 8, 8) in [-1, 1]. */
  private static Tensor images(int batch) {
    SplittableRandom random = new SplittableRandom(4);
    float[] pixels = new float[batch * 3 * SIDE * SIDE];
    for (int plane = 0; plane < batch * 3; plane++) {
      double middle = random.nextDouble(SIDE);
      double level = random.nextDouble(-1, 1);
      for (int i = 0; i < SIDE * SIDE; i++) {
        double distance = Math.abs(i % SIDE - middle) + Math.abs(i / SIDE - middle);
        pixels[plane * SIDE * SIDE + i] = (float) (level * Math.exp(-distance / 4));
      }
    }
    return Tensor.of(pixels, batch, 3, SIDE, SIDE);
  }

  /** The loss of one batch falls to near zero, through the quantizer: all of the model learns. */
  @ParameterizedTest
  @CsvSource({"var, FLOAT32", "var, BFLOAT16", "flexvar, FLOAT32", "flexvar, BFLOAT16"})
  void oneBatchIsLearntByHeart(String family, DType compute) {
    TokenizerLoss loss = loss(family, compute);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(TokenizerInitialization.weights(1));
        GradMode mode = GradMode.enabled()) {
      loss.read(parameters);
      Tensor truth = images(1);
      setFirstCodes(loss, parameters, truth);
      double first = 0;
      double last = 0;
      try (AdamW optimiser = new AdamW(parameters.all(), 0, name -> true, 2)) {
        for (int step = 0; step < 120; step++) {
          try (TensorScope pass = TensorScope.open()) {
            VqVae tokenizer = loss.read(parameters);
            TokenizerLoss.Pass done = loss.quantized(tokenizer, truth, loss.scales(), 0);
            Autograd.backward(done.sum());
            last = done.sum().toFloats()[0];
            first = step == 0 ? last : first;
            optimiser.step(step < 70 ? 0.005 : 0.0005, 1);
          }
        }
      }
      assertThat(first).isGreaterThan(0.5);
      assertThat(last).isLessThan(0.03);
    }
  }

  private static void setFirstCodes(TokenizerLoss loss, Parameters parameters, Tensor truth) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = loss.read(parameters);
      LearntQuantizer quantizer = new LearntQuantizer(tokenizer.quantizer(), loss.scales());
      CodeVectors vectors = CodeVectors.of(quantizer.idealQueries(tokenizer.encode(truth)));
      List<Integer> all = IntStream.range(0, loss.config().vocabularySize()).boxed().toList();
      vectors.writeTo(codebook(parameters), all, new SplittableRandom(1));
    }
  }

  /** Larger latents, so that no other code is nearly as near as the nearest. */
  private static void spread(Parameters parameters, double factor) {
    Tensor kernel = Objects.requireNonNull(parameters.all().get("quant_conv.weight"));
    float[] at = kernel.toFloats();
    Compared.write(kernel, at, at, factor - 1);
  }

  private static Tensor codebook(Parameters parameters) {
    Tensor codes = parameters.all().get("quantize.embedding.weight");
    assertThat(codes).isNotNull();
    return codes;
  }

  /** Every block of encoder and decoder, by a weighted sum of the pixels, which is smooth. */
  @ParameterizedTest
  @ValueSource(strings = {"var", "flexvar"})
  void gradientsOfTheNetworkAgreeWithFiniteDifferences(String family) {
    TokenizerLoss loss = loss(family, DType.FLOAT32);
    Compared compared = new Compared();
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(TokenizerInitialization.weights(1))) {
      Tensor truth = images(2);
      float[] weights = new float[(int) truth.numel()];
      SplittableRandom random = new SplittableRandom(8);
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) (random.nextGaussian() / 10);
      }
      Tensor weighted = Tensor.of(weights, weights.length);
      ToDoubleFunction<Boolean> value =
          backward -> {
            try (TensorScope own = TensorScope.open();
                GradMode mode = backward ? GradMode.enabled() : GradMode.disabled()) {
              TokenizerLoss.Pass pass =
                  loss.plain(loss.read(parameters), truth, loss.scales(), () -> 0);
              return valueOf(Functional.dot(pass.image().reshape(-1), weighted), backward);
            }
          };
      compared.compare(parameters, name -> !name.startsWith("quantize."), 1, value);
    }
    compared.saysSomething(40);
  }

  /**
   * The codes' loss has the value of {@code 1 + β} squared distances, of which codes feel 1 and the
   * encoder β = 0.25: its gradients are those shares of the value's slope. (VAR's φ is in the
   * codes' way.)
   */
  @ParameterizedTest
  @ValueSource(strings = {"var", "flexvar"})
  void codesAndEncoderShareTheSlopeOfTheCodeLoss(String family) {
    TokenizerLoss loss = loss(family, DType.FLOAT32);
    Compared compared = new Compared();
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(TokenizerInitialization.weights(1))) {
      Tensor truth = images(2);
      try (GradMode mode = GradMode.disabled()) {
        loss.read(parameters);
      }
      spread(parameters, 20);
      List<long[]> tokens = new ArrayList<>();
      ToDoubleFunction<Boolean> value =
          backward -> {
            try (TensorScope own = TensorScope.open();
                GradMode mode = backward ? GradMode.enabled() : GradMode.disabled()) {
              TokenizerLoss.Pass pass =
                  loss.quantized(loss.read(parameters), truth, loss.scales(), 0);
              tokens.addAll(pass.tokens());
              assertThat(pass.tokens())
                  .as("no other code became the nearest")
                  .usingRecursiveComparison()
                  .isEqualTo(tokens.subList(0, loss.scales().count()));
              return valueOf(pass.codes(), backward);
            }
          };
      compared.compare(parameters, name -> name.startsWith("quantize."), 1.25, value);
      compared.compare(parameters, name -> name.startsWith("quant_conv."), 5, value);
    }
    // vectors of unit length hardly turn when a long one is moved: of those the codes tell
    compared.saysSomething(family.equals("var") ? 3 : 1);
  }

  private static double valueOf(Tensor loss, boolean backward) {
    if (backward) {
      Autograd.backward(loss);
    }
    return loss.toFloats()[0];
  }

  /** Gradients beside differences of the loss along random directions. */
  private static final class Compared {
    private int told;
    private int all;

    void compare(
        Parameters parameters,
        Predicate<String> chosen,
        double factor,
        ToDoubleFunction<Boolean> loss) {
      clear(parameters);
      loss.applyAsDouble(true);
      List<String> names = new ArrayList<>(parameters.all().keySet());
      names.removeIf(chosen.negate());
      for (String name : names) {
        compare(name, parameters.all(), factor, loss);
      }
    }

    private static void clear(Parameters parameters) {
      try (TensorScope scope = TensorScope.open()) {
        for (Tensor leaf : parameters.all().values()) {
          Autograd.gradient(leaf).ifPresent(InPlace::zero);
        }
      }
    }

    private void compare(
        String name, Map<String, Tensor> leaves, double factor, ToDoubleFunction<Boolean> loss) {
      Tensor leaf = Objects.requireNonNull(leaves.get(name));
      float[] gradient;
      try (TensorScope scope = TensorScope.open()) {
        // a φ that no scale of so few uses has none
        gradient =
            Autograd.gradient(leaf).map(Tensor::toFloats).orElse(new float[(int) leaf.numel()]);
      }
      float[] at = leaf.toFloats();
      SplittableRandom random = new SplittableRandom(name.hashCode());
      double expected = 0;
      double length = 0;
      float[] direction = new float[at.length];
      for (int i = 0; i < at.length; i++) {
        direction[i] = (float) random.nextGaussian();
        length += direction[i] * direction[i];
        expected += factor * gradient[i] * direction[i];
      }
      double step = 0.004 / Math.sqrt(length);
      write(leaf, at, direction, step);
      double above = loss.applyAsDouble(false);
      write(leaf, at, direction, -step);
      double below = loss.applyAsDouble(false);
      write(leaf, at, direction, 0);
      // float32 losses of about 1 to 5 differ by rounding of some 1e-6, divided by the step
      double tolerance = 2e-6 / (2 * step) + 0.03 * Math.abs(expected);
      assertThat((above - below) / (2 * step)).as(name).isCloseTo(expected, within(tolerance));
      told += Math.abs(expected) > 3 * tolerance ? 1 : 0;
      all++;
    }

    private static void write(Tensor leaf, float[] at, float[] direction, double step) {
      float[] moved = new float[at.length];
      for (int i = 0; i < at.length; i++) {
        moved[i] = (float) (at[i] + step * direction[i]);
      }
      try (TensorScope scope = TensorScope.open();
          GradMode mode = GradMode.disabled()) {
        leaf.copyFrom(Tensor.of(moved, leaf.shape()));
      }
    }

    /** Requires that at least so many gradients stand out from the rounding. */
    void saysSomething(int least) {
      assertThat(told).as("of " + all).isGreaterThanOrEqualTo(least);
    }
  }
}
