package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reference data of the official code: tensors by name, and a record of those that were read. */
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

  /** The input images, {@code input_0.png} and so on. */
  List<PixelArray> inputs() {
    List<PixelArray> images = new ArrayList<>();
    for (int i = 0; Files.exists(folder.resolve("input_" + i + ".png")); i++) {
      images.add(PixelArray.fromImage(ImageFile.read(folder.resolve("input_" + i + ".png"))));
    }
    return images;
  }

  /** The names of all tensors. */
  Set<String> names() {
    return expected.tensors().keySet();
  }

  /** Arguments of the official call that made a tensor, from {@code expected.json}. */
  Map<?, ?> arguments(String name) {
    return (Map<?, ?>) entry(name).get("args");
  }

  /** The tolerance that {@code expected.json} states for a tensor. */
  double tolerance(String name) {
    return ((Number) entry(name).get("tolerance")).doubleValue();
  }

  /** Asserts that a tensor is the reference tensor of a name, within its stated tolerance. */
  void assertClose(String name, float[] actual) {
    assertClose(name, actual, floats(name), tolerance(name));
  }

  private Map<?, ?> entry(String name) {
    try {
      byte[] json = Files.readAllBytes(folder.resolve("expected.json"));
      for (Object entry : (List<?>) ((Map<?, ?>) Json.parse(json)).get("tensors")) {
        Map<?, ?> tensor = (Map<?, ?>) entry;
        if (name.equals(tensor.get("name"))) {
          return tensor;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("expected.json of %s lacks %s".formatted(folder, name));
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

  /** A float32 tensor, in the open scope. */
  Tensor tensorOf(String name) {
    return Tensor.of(floats(name), shape(name));
  }

  long[] longs(String name) {
    return tensor(name).data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
  }

  /** Row b of a (B, n) tensor. */
  long[] row(String name, int b) {
    long[] all = longs(name);
    int length = (int) shape(name)[1];
    return Arrays.copyOfRange(all, b * length, (b + 1) * length);
  }

  /** All rows of a (B, n) tensor. */
  long[][] rows(String name) {
    long[][] rows = new long[(int) shape(name)[0]][];
    Arrays.setAll(rows, b -> row(name, b));
    return rows;
  }

  Set<String> used() {
    return Set.copyOf(used);
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

  /** Whether the shared reference data of VAR is there; prints which. */
  static boolean sharedIsThere(Class<?> test) {
    return sharedIsThere(test, "var-256");
  }

  /** Whether the shared reference data is there; prints which. */
  static boolean sharedIsThere(Class<?> test, String fixture) {
    Path shared = shared();
    System.out.println(
        test.getSimpleName()
            + (shared == null
                ? ": NOT RUN, there is no ../shared/golden beside this clone"
                : ": runs on " + shared.resolve("golden/" + fixture)));
    return shared != null;
  }

  /** A file or folder among the resources of the tests. */
  static Path resource(String name) {
    URL url = Fixture.class.getResource("/" + name);
    assertThat(url).as("resource %s", name).isNotNull();
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Asserts that two arrays differ by no more than a tolerance anywhere. */
  static void assertClose(String name, float[] actual, float[] wanted, double tolerance) {
    assertThat(actual).as(name).hasSameSizeAs(wanted);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs((double) actual[i] - wanted[i]);
      worst = Math.max(worst, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    System.out.printf("  %-40s largest difference %.2e (allowed %.0e)%n", name, worst, tolerance);
    assertThat(worst).as(name).isLessThanOrEqualTo(tolerance);
  }
}
