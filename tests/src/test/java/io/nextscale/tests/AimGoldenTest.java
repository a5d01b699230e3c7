package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.raster.AimNetwork;
import io.nextscale.var.raster.RasterForcing;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import io.nextscale.var.scale.TokenMaps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * AiM against the official code on {@code golden/aim}, in the tolerances that it states. Its one
 * file is both weight files; the shapes tell the configuration.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIf("available")
class AimGoldenTest {
  private Fixture golden;
  private ModelSource source;
  private ImageGenerator generator;

  static boolean available() {
    return Fixture.sharedIsThere(AimGoldenTest.class, "aim");
  }

  @BeforeAll
  void load() {
    golden = new Fixture(Fixture.shared().resolve("golden/aim"));
    Path file = golden.folder().resolve("model.safetensors");
    source = ModelSource.files(file, file);
    generator = ImageGenerator.load(source);
  }

  @AfterAll
  void close() {
    golden.close();
    generator.close();
  }

  private TokenMaps truth() {
    return new TokenMaps(generator.spec().scales(), golden.rows("tf.tokens"));
  }

  @Test
  void readsTheConfigurationOfAFolder() {
    try (OpenModel told = ModelSource.folder(golden.folder()).open()) {
      assertThat(told.spec().transformer()).isEqualTo(generator.spec().transformer());
      assertThat(told.spec().tokenizer()).isEqualTo(generator.spec().tokenizer());
      assertThat(told.spec().scales()).isEqualTo(generator.spec().scales());
    }
  }

  @Test
  void predictsUnderTeacherForcing() {
    List<String> labels =
        Arrays.stream(golden.longs("tf.labels")).mapToObj(Long::toString).toList();
    golden.assertClose("tf.logits", generator.score(truth(), labels, true).logits());
  }

  @Test
  void computesTheSameInsideOfBlocks() {
    try (OpenModel files = source.open();
        GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      ModelSpec spec = files.spec();
      WeightReader weights =
          new WeightReader(files.transformerWeights(), Device.CPU, DType.FLOAT32);
      NetworkConfig.Aim kind = (NetworkConfig.Aim) spec.transformer().network();
      AimNetwork network = AimNetwork.read(weights, spec.transformer(), kind, spec.scales().last());
      weights.done();
      Tensor classes = weights.at("backbone.cls_embed.embedding_table").read("weight", 11, 64);
      Tensor activated = Functional.silu(classes.narrow(0, golden.longs("tf.labels")[0], 1));
      Tensor groups =
          Linear.read(weights.at("backbone.adaln_group.1"), 64, 4 * 3 * 64)
              .forward(activated)
              .reshape(4, 3, 64);
      Tensor residual = start(network);
      for (int i = 0; i < network.depth(); i++) {
        Seen seen = new Seen();
        new RasterForcing(network.mapBlock(i, seen))
            .hidden(truth(), golden.longs("tf.labels"), () -> {});
        Tensor mixed = firstRow(seen.linears.get(1).output);
        if (i == 0) {
          golden.assertClose("tf.block0.mixer_in", firstRow(seen.linears.get(0).input).toFloats());
          golden.assertClose("tf.block0.mixer_out", mixed.toFloats());
        }
        if (i + 1 == network.depth()) {
          golden.assertClose("tf.last_residual", residual.toFloats());
        }
        Tensor offset =
            weights.at("backbone.layers." + i).read("scale_shift_table", 1, 3, 64).select(0, 0);
        Tensor gate = groups.select(0, i % 4).add(offset).select(0, 2);
        Tensor out = mixed.mul(gate);
        golden.assertClose("tf.block" + i + ".out", out.toFloats());
        residual = residual.add(out);
      }
    }
  }

  private Tensor start(AimNetwork network) {
    AimNetwork.Conditioned of = network.of(golden.longs("tf.labels"));
    long[][] tokens =
        Arrays.stream(golden.rows("tf.tokens"))
            .map(row -> Arrays.copyOf(row, row.length - 1))
            .toArray(long[][]::new);
    return firstRow(of.all(tokens).contiguous().toFloats());
  }

  /** The first of three rows, (n, C). */
  private static Tensor firstRow(float[] batch) {
    return Tensor.of(Arrays.copyOf(batch, batch.length / 3), 64, 64);
  }

  @ParameterizedTest
  @CsvSource({"greedy_cfg5, 5, 2, image.s2", "greedy_cfg1.5, 1.5, 4, image.s4"})
  void generatesGreedily(String name, double cfg, int stride, String image) {
    ObservedRun run =
        ObservedRun.of(
            generator, GenerationRequest.of(3, 7, 1).cfg(cfg).sampling(Sampling.greedy()));
    assertThat(run.result().drawn().tokens()).as(name).isDeepEqualTo(golden.rows(name + ".tokens"));
    golden.assertClose(name + ".logits_sel", run.at(golden.longs("sel_positions")));
    golden.assertClose(name + "." + image, SampledPixels.raw(run.result(), stride));
    if (golden.has(name + ".raw_0_2")) {
      float[] halves = golden.floats(name + ".raw_0_2");
      float[] expected = new float[halves.length / 2];
      for (int i = 0; i < expected.length; i++) {
        float unconditional = halves[i + expected.length];
        expected[i] = (float) (unconditional + cfg * (halves[i] - unconditional));
      }
      Fixture.assertClose(
          name + ".raw_0_2", run.first(3), expected, 2 * cfg * golden.tolerance(name + ".raw_0_2"));
    }
  }

  @Test
  void drawsTheOfficialTokensFromTheOfficialNoise() {
    float[] table = golden.floats("noise.table");
    int rows = (int) golden.shape("noise.table")[0];
    TokenNoise noise =
        (use, image, position, row) ->
            System.arraycopy(table, (position * 6 + image) % rows * row.length, row, 0, row.length);
    CandidateProbabilities seen = new CandidateProbabilities(noise, List.of(0, 1, 32, 63));
    GenerationResult result =
        generator.generate(
            GenerationRequest.of(3, 7, 1)
                .cfg(3)
                .sampling(Sampling.of(60, 0.9))
                .noise(seen)
                .build());
    assertThat(result.drawn().tokens()).isDeepEqualTo(golden.rows("sampled.tokens"));
    golden.assertClose("sampled.probs_sel", seen.of(3));
  }

  /** Runs last: a reference tensor that no test reads would be a gap. */
  @Test
  @Order(Integer.MAX_VALUE)
  void everyReferenceTensorWasUsed() {
    assertThat(golden.unused()).isEmpty();
  }

  /** Notes what the linear layers of a block see. */
  private static final class Seen implements LayerForm {
    private final List<Noting> linears = new ArrayList<>();

    @Override
    public Linear ofBlock(Linear linear) {
      linears.add(new Noting(linear));
      return linears.getLast();
    }

    @Override
    public Linear outsideBlocks(Linear linear) {
      return linear;
    }

    @Override
    public Attention attention(Attention attention, double largestScore) {
      return attention;
    }
  }

  private static final class Noting implements Linear {
    private final Linear linear;
    private float[] input = {};
    private float[] output = {};

    Noting(Linear linear) {
      this.linear = linear;
    }

    @Override
    public DType dtype() {
      return linear.dtype();
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor result = linear.forward(x);
      input = x.contiguous().toFloats();
      output = result.contiguous().toFloats();
      return result;
    }

    @Override
    public Tensor forwardGelu(Tensor x) {
      return linear.forwardGelu(x);
    }
  }
}
