package io.nextscale.train.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The initial weights of a transformer that goes on from another one with other classes. Each class
 * begins with the embedding of one of the other's classes.
 */
public final class StartingWeights implements WeightSource {
  private static final String CLASSES = "class_emb.weight";

  private final WeightSource other;
  private final long otherClasses;
  private final int[] rows;

  /**
   * Prepares the weights.
   *
   * @param other weights of a transformer of the same architecture
   * @param otherClasses number of its classes
   * @param otherNames their names, if it has any
   * @param names the classes to train
   * @param kin class of the other model that a class begins as if there is none of its name;
   *     without either it begins as "no class"
   * @throws IllegalArgumentException if the other model lacks a class and its kin
   */
  public StartingWeights(
      WeightSource other,
      int otherClasses,
      List<String> otherNames,
      List<String> names,
      Map<String, String> kin) {
    this.other = other;
    this.otherClasses = otherClasses;
    this.rows = new int[names.size() + 1];
    for (int i = 0; i < names.size(); i++) {
      int row = otherNames.indexOf(names.get(i));
      String akin = kin.get(names.get(i));
      if (row < 0 && akin != null) {
        row = otherNames.indexOf(akin);
        if (row < 0) {
          throw new IllegalArgumentException(
              "class '%s' begins as '%s': expected one of %s"
                  .formatted(names.get(i), akin, otherNames));
        }
      }
      rows[i] = row < 0 ? otherClasses : row;
    }
    rows[names.size()] = otherClasses;
  }

  @Override
  public Path origin() {
    return other.origin();
  }

  @Override
  public Set<String> keys() {
    return other.keys();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    if (!key.equals(CLASSES) || shape.length != 2) {
      return other.get(key, shape);
    }
    return other.get(key, otherClasses + 1, shape[1]).map(all -> embeddings(all, shape));
  }

  private Tensor embeddings(Tensor all, long... shape) {
    if (all.shape().length != 2 || all.shape()[0] != otherClasses + 1) {
      return all; // the reader reports its shape
    }
    float[] from = all.to(DType.FLOAT32).toFloats();
    int width = Math.toIntExact(all.shape()[1]);
    float[] into = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(from, rows[i] * width, into, i * width, width);
    }
    return Tensor.of(into, rows.length, width);
  }
}
