package io.nextscale.evaluate;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** Reference data made by the official evaluators, and the formula of its weights. */
public final class Golden {
  private Golden() {}

  /** A file of the reference data. */
  public static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(Golden.class.getResource("/golden/evaluator/" + name), name)
              .toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The folder of shared reference data beside the repository; null where there is none. */
  public static Path shared(Class<?> test) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path shared = at.resolve("shared/golden/evaluator");
      if (Files.isDirectory(shared)) {
        System.out.println(test.getSimpleName() + ": runs on " + shared);
        return shared;
      }
    }
    System.out.println(
        test.getSimpleName()
            + ": NOT RUN, there is no ../shared/golden/evaluator beside this clone");
    return null;
  }

  /** Reads a JSON file of the reference data. */
  public static Object json(Path file) {
    try {
      return Json.parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Walks down objects of JSON. */
  public static Object at(Object json, String... keys) {
    Object value = json;
    for (String key : keys) {
      value = Objects.requireNonNull(((Map<?, ?>) value).get(key), key);
    }
    return value;
  }

  /** A number of JSON. */
  public static double number(Object json, String... keys) {
    return ((Number) at(json, keys)).doubleValue();
  }

  /** The elements of a tensor of float32. */
  public static float[] floats(Checkpoint file, String name) {
    return tensor(file, name)
        .data()
        .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
  }

  /** The elements of a tensor of float64. */
  public static double[] doubles(Checkpoint file, String name) {
    return tensor(file, name)
        .data()
        .toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
  }

  /** The elements of a tensor of int32 or int64. */
  public static int[] integers(Checkpoint file, String name) {
    StoredTensor tensor = tensor(file, name);
    int[] values = new int[(int) tensor.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          tensor.dtype().byteSize() == 8
              ? (int) tensor.data().getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i)
              : tensor.dtype().byteSize() == 4
                  ? tensor.data().getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i)
                  : tensor.data().get(ValueLayout.JAVA_BYTE, i);
    }
    return values;
  }

  /** A tensor, which must be there. */
  public static StoredTensor tensor(Checkpoint file, String name) {
    return Objects.requireNonNull(file.tensors().get(name), name);
  }
}
