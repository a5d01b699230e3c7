package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.PositionsConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.Distribution;
import io.nextscale.var.nn.InitialWeights;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.transformer.VarTransformer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModulationCacheTest {
  private static final int CLASSES = 5_000;
  private static final TransformerConfig CONFIG =
      TransformerConfig.builder()
          .depth(2)
          .width(96)
          .heads(2)
          .hiddenWidth(96)
          .classes(CLASSES)
          .positions(new PositionsConfig.Table())
          .codeWidth(4)
          .vocabularySize(8)
          .build();
  private static final int VECTORS = (1 + 2 * 6 + 2) * 96;
  private static final int CAPACITY = (16 << 20) / (VECTORS * Float.BYTES); // 2912

  private TensorScope weights;
  private VarTransformer transformer;
  private ModulationCache cache;

  @BeforeEach
  void read() {
    weights = TensorScope.create();
    try (TensorScope.Entry entry = weights.enter()) {
      InitialWeights random =
          new InitialWeights(
              "random",
              key -> new SplittableRandom(key.hashCode()),
              List.of(InitialWeights.Rule.others(Distribution.normal(0.5))));
      WeightReader reader = new WeightReader(random, Device.CPU, DType.FLOAT32);
      transformer = VarTransformer.read(reader, CONFIG, Scales.squares(1, 2));
    }
    cache = new ModulationCache(CONFIG, Device.CPU, weights);
  }

  @AfterEach
  void free() {
    weights.close();
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void boundsItsMemory() {
    assertThat(ModulationCache.bytes(CONFIG)).isEqualTo((long) CAPACITY * VECTORS * Float.BYTES);
    TransformerConfig few = CONFIG.toBuilder().classes(9).build();
    assertThat(ModulationCache.bytes(few)).as("10 with no class").isEqualTo(10L * VECTORS * 4);
    TransformerConfig wide = CONFIG.toBuilder().depth(256).width(1 << 14).build();
    assertThat(ModulationCache.bytes(wide)).as("two classes").isEqualTo(2L * 1539 * (1 << 14) * 4);
  }

  /** Each class has the same bits, alone or beside others, kept or computed. */
  @Test
  void rowsDoNotDependOnWhatIsKept() {
    float[] seven = cached(7);
    assertThat(seven).isEqualTo(computed(7, 7)).hasSize(VECTORS);
    assertThat(cached(7)).as("kept").isEqualTo(seven);
    float[] many = cached(3, 7, CLASSES, 7, 0, 3, 12);
    assertThat(row(many, 1)).isEqualTo(seven);
    assertThat(row(many, 3)).isEqualTo(seven);
    assertThat(row(many, 0)).isEqualTo(computed(3, 3)).isEqualTo(row(many, 5));
    assertThat(row(many, 2)).isEqualTo(computed(CLASSES, 1));
    assertThat(row(many, 4)).isEqualTo(computed(0, 9));
    assertThat(row(many, 6)).isEqualTo(computed(12, 12)).isNotEqualTo(seven);
  }

  @Test
  void theClassUnusedForLongestMakesRoom() {
    float[] first = cached(0);
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      long[] more = LongStream.rangeClosed(0, CAPACITY + 10L).toArray();
      float[] all = cache.of(transformer, more).joined().toFloats();
      assertThat(row(all, 0)).isEqualTo(first);
      assertThat(row(all, CAPACITY + 5)).isEqualTo(computed(CAPACITY + 5L, 1));
    }
    assertThat(cached(0)).isEqualTo(first);
    assertThat(cached(CAPACITY + 5L)).isEqualTo(computed(CAPACITY + 5L, 1));
  }

  @Test
  void anUnknownClassChangesNothing() {
    float[] one = cached(1);
    assertThatThrownBy(() -> cached(1, 2, CLASSES + 1L))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class 5001: expected 0 to 5000 (no class)");
    assertThat(cached(1)).isEqualTo(one);
    assertThat(cached(2)).isEqualTo(computed(2, 2));
  }

  @Test
  void servesThreadsAtOnce() throws Exception {
    List<float[]> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      expected.add(computed(i, i));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int a = i % 20;
        int b = i * 7 % 20;
        results.add(
            threads.submit(
                () -> {
                  float[] rows = cached(a, b);
                  assertThat(row(rows, 0)).isEqualTo(expected.get(a));
                  assertThat(row(rows, 1)).isEqualTo(expected.get(b));
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  private float[] cached(long... classes) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      return cache.of(transformer, classes).joined().toFloats();
    }
  }

  /** Computes classes together and returns the row of the first. */
  private float[] computed(long... classes) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      return row(transformer.modulate(classes).joined().toFloats(), 0);
    }
  }

  private static float[] row(float[] rows, int index) {
    return Arrays.copyOfRange(rows, index * VECTORS, (index + 1) * VECTORS);
  }
}
