package io.nextscale.libtorch;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The number of threads that an operator may use unless the program sets another one. {@code
 * OMP_NUM_THREADS} decides, then {@code MKL_NUM_THREADS}. Without them it is the number of
 * processors that the Java virtual machine has, which knows affinity and the CPU limits of
 * containers, and at most the number of physical cores. libtorch's own default knows no such limit
 * and takes one core where it does not recognize the processor.
 *
 * @param count at least 1
 * @param origin what decided, for a person to read
 * @param chosenByUser whether an environment variable decided
 */
public record ThreadDefault(int count, String origin, boolean chosenByUser) {
  private static final List<String> VARIABLES = List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS");
  private static final Pattern FIRST_OF_LIST = Pattern.compile("\\s*(\\d{1,9})\\s*(,.*)?");
  private static final int MOST = 1024;
  private static final int LEAST_MOST = 64;
  private static final int MOST_FOR_EACH_PROCESSOR = 8;

  /** The largest number of threads that is accepted: with more, OpenMP may end the process. */
  public static int most() {
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.min(MOST, Math.max(LEAST_MOST, MOST_FOR_EACH_PROCESSOR * processors));
  }

  static ThreadDefault ofProcess() {
    return of(
        System.getenv(),
        Runtime.getRuntime().availableProcessors(),
        Processors.ofMachine()::physicalCores);
  }

  static ThreadDefault of(
      Map<String, String> environment, int available, Supplier<OptionalInt> physicalCores) {
    String ignored = "";
    for (String name : VARIABLES) {
      String value = environment.get(name);
      if (value != null) {
        var number = FIRST_OF_LIST.matcher(value);
        int count = number.matches() ? Integer.parseInt(number.group(1)) : 0;
        if (count >= 1 && count <= most()) {
          return new ThreadDefault(count, name, true);
        }
        ignored = "; %s=%s is ignored, expected 1 to %s".formatted(name, value, most());
      }
    }
    int cores = physicalCores.get().orElse(available);
    return cores < available
        ? new ThreadDefault(
            cores,
            "physical cores, of %s processors that Java may use%s".formatted(available, ignored),
            false)
        : new ThreadDefault(available, "processors that Java may use" + ignored, false);
  }
}
