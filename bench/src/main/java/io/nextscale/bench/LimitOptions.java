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
 * Options of {@code bench/run limit}.
 *
 * @param model a preset or {@code demo}
 * @param typeName element type, f32 or bf16
 * @param batches batch sizes beside 1
 * @param count whether the work is only counted and the model does not run
 * @param quick whether one image and small products are enough, to see that the command works
 * @param images number of images that the medians are taken of
 * @param against file of kept results to compare with, or none
 * @param anyway whether kept results of another kind of machine are compared nonetheless
 * @param json file for the results, or none: then its name is made of model, type and time
 */
record LimitOptions(
    String model,
    String typeName,
    List<Integer> batches,
    boolean count,
    boolean quick,
    int images,
    @Nullable Path against,
    boolean anyway,
    @Nullable Path json) {
  static final String USAGE =
      "usage: limit [--count] [--quick] [--images N] [--against FILE [--anyway]] [--json FILE]"
          + " MODEL [f32|bf16] [BATCH...]";

  private static final int DEFAULT_IMAGES = 5;

  /**
   * Parses arguments.
   *
   * @throws IllegalArgumentException if an argument is unknown, or a value is missing or wrong
   */
  static LimitOptions parse(String... arguments) {
    Deque<String> rest = new ArrayDeque<>(List.of(arguments));
    List<String> plain = new ArrayList<>();
    boolean count = false;
    boolean quick = false;
    int images = DEFAULT_IMAGES;
    Path against = null;
    boolean anyway = false;
    Path json = null;
    while (!rest.isEmpty()) {
      String argument = rest.pop();
      switch (argument) {
        case "--count" -> count = true;
        case "--quick" -> quick = true;
        case "--images" -> images = positive(value(argument, rest));
        case "--against" -> against = Path.of(value(argument, rest));
        case "--anyway" -> anyway = true;
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
        plain.getFirst(),
        typeName,
        batches,
        count,
        quick,
        quick ? 1 : images,
        against,
        anyway,
        json);
  }

  private static String value(String option, Deque<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException("%s needs a value; %s".formatted(option, USAGE));
    }
    return rest.pop();
  }

  private static int positive(String number) {
    if (!number.matches("[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException("\"%s\": expected 1 to 999999".formatted(number));
    }
    return Integer.parseInt(number);
  }

  /** The element type that the model computes in. */
  DType computeType() {
    return BenchModel.computeType(typeName);
  }

  /** The file for the results. */
  Path jsonFile() {
    if (json != null) {
      return json;
    }
    String now =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(ZonedDateTime.now(ZoneOffset.UTC));
    return Path.of("bench", "results", "limit-" + model + "-" + typeName + "-" + now + ".json");
  }
}
