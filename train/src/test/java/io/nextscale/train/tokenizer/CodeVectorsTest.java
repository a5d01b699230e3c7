package io.nextscale.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CodeVectorsTest {
  private static final int WIDTH = 2;

  /** Vectors (1, -1), (2, -2), …: each tells which one it is. */
  private static CodeVectors numbered(int count) {
    float[] values = new float[count * WIDTH];
    for (int i = 0; i < count; i++) {
      values[i * WIDTH] = i + 1;
      values[i * WIDTH + 1] = -i - 1;
    }
    return new CodeVectors(values, WIDTH);
  }

  /** Returns the vector that each row of a codebook of 20 was set to, 0 for none. */
  private static List<Integer> written(CodeVectors vectors, List<Integer> codes, long seed) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor codebook = Tensor.zeros(DType.FLOAT32, Device.CPU, 20, WIDTH);
      vectors.writeTo(codebook, codes, new SplittableRandom(seed));
      float[] rows = codebook.toFloats();
      List<Integer> numbers = new ArrayList<>();
      for (int v = 0; v < 20; v++) {
        assertThat(rows[v * WIDTH + 1]).isEqualTo(-rows[v * WIDTH]);
        numbers.add((int) rows[v * WIDTH]);
      }
      return numbers;
    }
  }

  private static List<Integer> all() {
    return IntStream.range(0, 20).boxed().toList();
  }

  @Test
  void mapsOfAnySizesAreTakenApart() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor wide = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 1, 2);
      Tensor single = Tensor.of(new float[] {9, 10}, 1, 2, 1, 1);
      CodeVectors vectors = CodeVectors.of(List.of(wide, single));
      assertThat(vectors.width()).isEqualTo(2);
      assertThat(vectors.count()).isEqualTo(5);
      assertThat(vectors.values()).containsExactly(1, 3, 2, 4, 5, 7, 6, 8, 9, 10);
    }
  }

  @Test
  void onlyTheNamedCodesAreSet() {
    List<Integer> rows = written(numbered(50), List.of(3, 19, 0), 1);
    for (int v = 0; v < 20; v++) {
      boolean named = v == 3 || v == 19 || v == 0;
      assertThat(rows.get(v)).as("code " + v).isBetween(named ? 1 : 0, named ? 50 : 0);
    }
  }

  @Test
  void noVectorTwiceAsLongAsThereAreEnough() {
    for (int count : new int[] {20, 21, 300}) {
      for (long seed = 0; seed < 50; seed++) {
        List<Integer> rows = written(numbered(count), all(), seed);
        assertThat(rows).doesNotHaveDuplicates().allMatch(row -> row >= 1 && row <= count);
      }
    }
  }

  @Test
  void fewVectorsAreTakenInTurn() {
    List<Integer> rows = written(numbered(6), all(), 3);
    for (int number = 1; number <= 6; number++) {
      assertThat(Collections.frequency(rows, number)).isBetween(3, 4);
    }
    assertThat(new HashSet<>(written(numbered(1), all(), 3))).containsExactly(1);
  }

  @Test
  void everyVectorIsDrawnNowAndThen() {
    int[] drawn = new int[41];
    for (long seed = 0; seed < 500; seed++) {
      written(numbered(40), all(), seed).forEach(number -> drawn[number]++);
    }
    // 20 of 40 each time: 250 of 500, deviation 11
    assertThat(Arrays.stream(drawn, 1, 41).boxed()).allMatch(times -> times > 195 && times < 305);
  }

  @Test
  void theRandomNumbersFixTheVectors() {
    assertThat(written(numbered(90), all(), 5)).isEqualTo(written(numbered(90), all(), 5));
    assertThat(written(numbered(90), all(), 5)).isNotEqualTo(written(numbered(90), all(), 6));
  }
}
