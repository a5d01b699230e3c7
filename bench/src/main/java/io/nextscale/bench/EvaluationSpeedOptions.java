package io.nextscale.bench;

import io.nextscale.torch.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Options of {@code bench/run evaluate}.
 *
 * @param types element types
 * @param batch images that a thread computes together
 * @param threads of libtorch, or 0 for its default
 * @param images that are decoded and computed
 * @param quick whether small products are enough, to see that the command works
 */
record EvaluationSpeedOptions(
    List<DType> types, int batch, int threads, int images, boolean quick) {
  static final String USAGE =
      "usage: evaluate [f32|bf16] [--batch N] [--threads N] [--images N] [--quick]";

  private static final int DEFAULT_BATCH = 8;
  private static final int DEFAULT_IMAGES = 512;

  /**
   * Parses arguments.
   *
   * @throws IllegalArgumentException if an argument is unknown, or a value is missing or wrong
   */
  static EvaluationSpeedOptions parse(String... arguments) {
    Deque<String> rest = new ArrayDeque<>(List.of(arguments));
    List<DType> types = new ArrayList<>();
    int batch = DEFAULT_BATCH;
    int threads = 0;
    int images = DEFAULT_IMAGES;
    boolean quick = false;
    while (!rest.isEmpty()) {
      String argument = rest.pop();
      switch (argument) {
        case "--batch" -> batch = positive(argument, rest);
        case "--threads" -> threads = positive(argument, rest);
        case "--images" -> images = positive(argument, rest);
        case "--quick" -> quick = true;
        case "f32", "bf16" -> types.add(BenchModel.computeType(argument));
        default -> throw new IllegalArgumentException(USAGE);
      }
    }
    return new EvaluationSpeedOptions(
        types.isEmpty() ? List.of(DType.FLOAT32, DType.BFLOAT16) : List.copyOf(types),
        batch,
        threads,
        images,
        quick);
  }

  private static int positive(String option, Deque<String> rest) {
    String number = rest.isEmpty() ? "" : rest.pop();
    if (!number.matches("[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException(
          "%s \"%s\": expected 1 to 999999; %s".formatted(option, number, USAGE));
    }
    return Integer.parseInt(number);
  }
}
