package io.nextscale.bench;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.sampling.Sampling;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tries a device in less than three minutes: tensors as memory segments, both families in both
 * element types against the CPU, then time and memory of larger models.
 *
 * <p>Greedy tokens of the demo models must equal the CPU's in float32. In bfloat16 kernels round
 * differently, and a token that differs changes all later ones of its image: there the
 * cross-entropy of the CPU's tokens must agree, and the share of equal tokens is shown.
 */
public final class DeviceTrial {
  private static final int[] CLASSES = {0, 1, 2, 3};
  private static final double ENTROPY_TOLERANCE = 0.02;
  private static final double PIXEL_TOLERANCE = 1e-3;
  private static final int RUNS = 5;
  private static final long MEBI = 1 << 20;

  private final Device device;
  private final PrintStream out;
  private int failures;

  private DeviceTrial(Device device, PrintStream out) {
    this.device = device;
    this.out = out;
  }

  /**
   * Tries a device; ends with exit code 1 if a check fails.
   *
   * @param arguments {@code cuda}, {@code cuda:INDEX} or {@code cpu}; then presets to time, by
   *     default {@code var-d16} and {@code flexvar-d16}
   */
  public static void main(String[] arguments) {
    Device device = Device.parse(arguments.length == 0 ? "cuda" : arguments[0]);
    List<String> presets =
        arguments.length < 2
            ? List.of("var-d16", "flexvar-d16")
            : List.of(arguments).subList(1, arguments.length);
    DeviceTrial trial = new DeviceTrial(device, System.out);
    trial.run(presets);
    System.exit(trial.failures == 0 ? 0 : 1);
  }

  private void run(List<String> presets) {
    out.printf(
        "libtorch %s from %s, %d CPU threads, Java %s%n",
        Torch.version(), Torch.library().origin(), CpuThreads.count(), Runtime.version());
    Torch.limitations().forEach(out::println);
    String problem = Torch.unavailability(device).orElse("");
    check("device " + device, problem.isEmpty(), problem);
    if (!problem.isEmpty()) {
      return;
    }
    out.println(DeviceMemory.describe(device));
    SegmentTrial.problems(device).forEach((what, error) -> check(what, error.isEmpty(), error));
    for (String model : List.of(DemoModel.VAR, DemoModel.FLEXVAR)) {
      for (DType type : List.of(DType.FLOAT32, DType.BFLOAT16)) {
        compare(model, type);
      }
    }
    MarkdownTable table =
        new MarkdownTable("model", "type", "images", "seconds per image", "device memory, MiB");
    for (String preset : presets) {
      for (DType type : List.of(DType.FLOAT32, DType.BFLOAT16)) {
        time(table, preset, type);
      }
    }
    out.println(table);
    check("no tensor is left", Torch.liveTensors() == 0, Torch.liveTensors() + " are alive");
  }

  private void check(String what, boolean holds, String otherwise) {
    out.printf("%-50s %s%n", what, holds ? "ok" : "FAILED: " + otherwise);
    failures += holds ? 0 : 1;
  }

  /** Draws the same images on the CPU and on the device. */
  private void compare(String model, DType type) {
    ModelSource source = DemoModel.source(model);
    List<String> classes = new ArrayList<>();
    for (int id : CLASSES) {
      classes.add(Integer.toString(id));
    }
    GenerationRequest request =
        GenerationRequest.of(CLASSES).seed(1).sampling(Sampling.greedy()).build();
    String name = model + " in " + type;
    try (ImageGenerator onCpu = ImageGenerator.load(source, new LoadOptions(Device.CPU, type));
        ImageGenerator onDevice = ImageGenerator.load(source, new LoadOptions(device, type))) {
      GenerationResult expected = onCpu.generate(request);
      GenerationResult actual = onDevice.generate(request);
      double share = equalTokens(expected.tokens().tokens(), actual.tokens().tokens());
      if (type == DType.FLOAT32) {
        check(name + ": tokens are the CPU's", share == 1, percent(share) + " are");
        double distance = distance(expected, actual);
        check(
            name + ": pixels are the CPU's",
            distance <= PIXEL_TOLERANCE,
            "largest difference %.2e, at most %.0e".formatted(distance, PIXEL_TOLERANCE));
      } else {
        out.printf("%-50s %s%n", name + ": tokens equal to the CPU's", percent(share));
      }
      double cpu = onCpu.score(expected.tokens(), classes, false).meanCrossEntropy();
      double here = onDevice.score(expected.tokens(), classes, false).meanCrossEntropy();
      check(
          name + ": cross-entropy is the CPU's",
          Math.abs(cpu - here) <= ENTROPY_TOLERANCE,
          "%.4f and %.4f nats".formatted(cpu, here));
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  private static double equalTokens(long[][] expected, long[][] actual) {
    long equal = 0;
    long all = 0;
    for (int image = 0; image < expected.length; image++) {
      for (int i = 0; i < expected[image].length; i++) {
        equal += expected[image][i] == actual[image][i] ? 1 : 0;
        all++;
      }
    }
    return (double) equal / all;
  }

  private static double distance(GenerationResult expected, GenerationResult actual) {
    double largest = 0;
    for (int image = 0; image < expected.images().size(); image++) {
      float[] one = expected.images().get(image).pixels().values();
      float[] other = actual.images().get(image).pixels().values();
      for (int i = 0; i < one.length; i++) {
        largest = Math.max(largest, Math.abs(one[i] - other[i]));
      }
    }
    return largest;
  }

  /** Measures guided images of a preset with random weights, one at a time and four together. */
  private void time(MarkdownTable table, String preset, DType type) {
    ModelSource source = BenchModel.source(preset);
    long before = DeviceMemory.used(device);
    try (ImageGenerator generator = ImageGenerator.load(source, new LoadOptions(device, type))) {
      Map<Integer, Double> seconds = new TreeMap<>();
      for (int images : List.of(1, 4)) {
        GenerationRequest request = GenerationRequest.of(new int[images]).seed(1).build();
        generator.generate(request); // the first chooses kernels
        List<Double> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
          runs.add(generator.generate(request).timings().total() / images);
        }
        seconds.put(images, Median.of(runs, run -> run));
      }
      long used = DeviceMemory.used(device) - before;
      seconds.forEach(
          (images, median) ->
              table.row(
                  preset,
                  type.toString(),
                  Integer.toString(images),
                  String.format(Locale.ROOT, "%.3f", median),
                  used == 0 ? "unknown" : Long.toString(used / MEBI)));
    }
  }
}
