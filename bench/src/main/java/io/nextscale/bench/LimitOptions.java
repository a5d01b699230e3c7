package io.nextscale.bench;

import io.nextscale.torch.DType;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench/run limit} was asked for.
 *
 * @param model a preset or {@code demo}
 * @param typeName f32 or bf16
 * @param batches numbers of images at once, beside one
 * @param count only to count, without running the model
 * @param quick one image each and small peaks, to see that it works
 * @param images how many the medians are of
 * @param against kept results to compare with, or none
 * @param json where the results go, or none: a name of its own
 */
record LimitOptions(
    String model,
    String typeName,
    List<Integer> batches,
    boolean count,
    boolean quick,
    int images,
    @Nullable Path against,
    @Nullable Path json) {
  static final String USAGE =
      "usage: limit [--count] [--quick] [--images N] [--against FILE] [--json FILE]"
          + " MODEL [f32|bf16] [BATCH...]";

  private static final int DEFAULT_IMAGES = 5;

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException if they are none of this
   */
  static LimitOptions parse(String... arguments) {
    Deque<String> rest = new ArrayDeque<>(List.of(arguments));
    List<String> plain = new ArrayList<>();
    boolean count = false;
    boolean quick = false;
    int images = DEFAULT_IMAGES;
    Path against = null;
    Path json = null;
    while (!rest.isEmpty()) {
      String argument = rest.pop();
      switch (argument) {
        case "--count" -> count = true;
        case "--quick" -> quick = true;
        case "--images" -> images = positive(value(argument, rest));
        case "--against" -> against = Path.of(value(argument, rest));
        case "--json" -> json = Path.of(value(argument, rest));
        default -> plain.add(argument);
      }
    }
    if (plain.isEmpty() || plain.stream().anyMatch(argument -> argument.startsWith("-"))) {
      throw new IllegalArgumentException(USAGE);
    }
    String typeName = plain.size() > 1 ? plain.get(1) : "f32";
    BenchModel.computeType(typeName);
    List<Integer> batches =
        plain.stream().skip(2).map(LimitOptions::positive).filter(n -> n > 1).distinct().toList();
    return new LimitOptions(
        plain.getFirst(), typeName, batches, count, quick, quick ? 1 : images, against, json);
  }

  private static String value(String option, Deque<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value. " + USAGE);
    }
    return rest.pop();
  }

  private static int positive(String number) {
    if (!number.matches("[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException("\"" + number + "\": a positive number is expected");
    }
    return Integer.parseInt(number);
  }

  /** What the model computes in. */
  DType computeType() {
    return BenchModel.computeType(typeName);
  }

  /** Where the results go. */
  Path jsonFile() {
    if (json != null) {
      return json;
    }
    String now =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(ZonedDateTime.now(ZoneOffset.UTC));
    return Path.of("bench", "results", "limit-" + model + "-" + typeName + "-" + now + ".json");
  }
}
