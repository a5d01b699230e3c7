package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Reference data made by the official code: tensors by name, and a record of which were used. */
final class Fixture implements AutoCloseable {
  private final Path folder;
  private final Checkpoint expected;
  private final Set<String> used = new TreeSet<>();

  Fixture(Path folder) {
    this.folder = folder;
    expected = Checkpoint.open(folder.resolve("expected.safetensors"));
  }

  Path folder() {
    return folder;
  }

  boolean has(String name) {
    return expected.tensors().containsKey(name);
  }

  private StoredTensor tensor(String name) {
    StoredTensor tensor = expected.tensors().get(name);
    assertThat(tensor).as("tensor %s of %s", name, folder).isNotNull();
    used.add(name);
    return tensor;
  }

  long[] shape(String name) {
    return tensor(name).shape();
  }

  float[] floats(String name) {
    return tensor(name).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  long[] longs(String name) {
    return tensor(name).data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
  }

  /** Row b of a (B, n) tensor. */
  long[] row(String name, int b) {
    long[] all = longs(name);
    int length = (int) shape(name)[1];
    return java.util.Arrays.copyOfRange(all, b * length, (b + 1) * length);
  }

  Set<String> unused() {
    Set<String> names = new TreeSet<>(expected.tensors().keySet());
    names.removeAll(used);
    return names;
  }

  @Override
  public void close() {
    expected.close();
  }

  /** The folder of shared reference data beside the repository; null where there is none. */
  static Path shared() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path shared = at.resolve("shared/golden");
      if (Files.isDirectory(shared) && Files.isDirectory(at.resolve("shared/models"))) {
        return at.resolve("shared");
      }
    }
    return null;
  }

  /** Asserts that two arrays differ by no more than a tolerance anywhere. */
  static void assertClose(String what, float[] actual, float[] wanted, double tolerance) {
    assertThat(actual).as(what).hasSameSizeAs(wanted);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs((double) actual[i] - wanted[i]);
      worst = Math.max(worst, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    System.out.printf("  %-40s largest difference %.2e (allowed %.0e)%n", what, worst, tolerance);
    assertThat(worst).as(what).isLessThanOrEqualTo(tolerance);
  }
}
