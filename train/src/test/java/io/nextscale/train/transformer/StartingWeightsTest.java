package io.nextscale.train.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StartingWeightsTest {
  private static final List<String> OTHER = List.of("bird", "sun");

  /** A model of two classes: rows of embeddings begin with 0, 10, and 20 for "no class". */
  private static final WeightSource MODEL =
      new WeightSource() {
        @Override
        public Path origin() {
          return Path.of("model");
        }

        @Override
        public Set<String> keys() {
          return Set.of("class_emb.weight", "head.bias");
        }

        @Override
        public Optional<Tensor> get(String key, long... shape) {
          return switch (key) {
            case "class_emb.weight" ->
                Optional.of(Tensor.of(new float[] {0, 1, 10, 11, 20, 21}, 3, 2));
            case "head.bias" -> Optional.of(Tensor.of(new float[] {7}, 1));
            default -> Optional.empty();
          };
        }
      };

  @Test
  void aClassBeginsAsItsKinItsNamesakeOrNoClass() {
    StartingWeights weights =
        new StartingWeights(
            MODEL,
            2,
            OTHER,
            List.of("star", "bird", "moon"),
            Map.of("moon", "sun", "bird", "comet"));
    assertThat(weights.keys()).isEqualTo(MODEL.keys());
    assertThat(weights.origin()).isEqualTo(MODEL.origin());
    try (TensorScope scope = TensorScope.open()) {
      Tensor classes = weights.get("class_emb.weight", 4, 2).orElseThrow();
      assertThat(classes.shape()).containsExactly(4, 2);
      assertThat(classes.toFloats()).containsExactly(20, 21, 0, 1, 10, 11, 20, 21);
      assertThat(weights.get("head.bias", 1).orElseThrow().toFloats()).containsExactly(7);
      assertThat(weights.get("other", 1)).isEmpty();
    }
  }

  @Test
  void classesWithoutNamesBeginAsNoClass() {
    StartingWeights weights = new StartingWeights(MODEL, 2, List.of(), List.of("star"), Map.of());
    try (TensorScope scope = TensorScope.open()) {
      Tensor classes = weights.get("class_emb.weight", 2, 2).orElseThrow();
      assertThat(classes.toFloats()).containsExactly(20, 21, 20, 21);
    }
  }

  /** The reader of the model reports the shape. */
  @Test
  void embeddingsOfOtherClassesThanNamedAreNotTouched() {
    StartingWeights weights =
        new StartingWeights(MODEL, 1, List.of("bird"), List.of("bird", "sun", "moon"), Map.of());
    try (TensorScope scope = TensorScope.open()) {
      assertThat(weights.get("class_emb.weight", 4, 2).orElseThrow().shape()).containsExactly(3, 2);
    }
  }

  @Test
  void unknownKinIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new StartingWeights(MODEL, 2, OTHER, List.of("moon"), Map.of("moon", "comet")))
        .withMessageContaining("class 'moon' begins as 'comet': expected one of [bird, sun]");
  }
}
