package io.nextscale.cli.command;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.Version;
import io.nextscale.libtorch.LibTorch;
import io.nextscale.libtorch.ProcessSettings;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.OneDnn;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;

/** {@code nextscale doctor}: shows what this machine offers and whether it works. */
@Command(
    description = {
      "Shows Java, system, libtorch and devices of this machine, and runs a self-test.",
      "Warns of settings that make it slow, and says what to do."
    })
public final class DoctorCommand implements Runnable {
  private static final Pattern BLAS = Pattern.compile("BLAS_INFO=(\\w+)");
  private static final Pattern CAPABILITY = Pattern.compile("CPU capability usage: *(.*)");
  private static final List<String> BUILD_LINES =
      List.of("cpu capability", "mkl-dnn", "onednn", "openmp", "cuda");

  private final Console console;

  /** A command that prints to a console. */
  public DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Runtime runtime = Runtime.getRuntime();
    console.printRow("nextscale", new Version().number());
    console.printRow(
        "java",
        "%s %s, %s"
            .formatted(
                System.getProperty("java.vm.name"),
                Runtime.version(),
                System.getProperty("java.home")));
    console.printRow(
        "system",
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")));
    console.printRow(
        "machine",
        "%s processors, Java heap up to %s MB"
            .formatted(runtime.availableProcessors(), runtime.maxMemory() >> 20));
    ProcessorFacts processor = ProcessorFacts.ofMachine();
    if (!processor.name().isEmpty()) {
      console.printRow("processor", processor.name());
    }
    // read before this command itself computes
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    LibTorch library = Torch.library();
    console.printRow("libtorch", library.version() + ", from " + library.origin());
    Torch.limitations().forEach(loss -> console.printRow("limitation", loss));
    console.printRow("folder", library.directory().toString());
    console.print("threads " + CpuThreads.count()); // a line that scripts read
    console.printRow("threads from", CpuThreads.origin());
    List<String> settings = ProcessSettings.made();
    console.printRow("settings", settings.isEmpty() ? "none made" : String.join(" ", settings));
    console.printRow(
        "oneDNN",
        "linear layers in float32: %s, in bfloat16: %s"
            .formatted(oneDnn(DType.FLOAT32), oneDnn(DType.BFLOAT16)));
    console.printRow("bfloat16", processor.bfloat16(OneDnn.isAvailable(DType.BFLOAT16)));
    console.printRow("device cpu", availability(Device.CPU));
    console.printRow("device cuda", availability(Device.CUDA));
    printBuild();
    testProduct();
    console.printRow("self-test", "passed");
    printWarnings(processor, load);
  }

  private void printWarnings(ProcessorFacts processor, double load) {
    Matcher capability = CAPABILITY.matcher(Torch.buildConfiguration().orElse(""));
    SpeedAdvice advice =
        new SpeedAdvice(
            System.getenv(),
            CpuThreads.count(),
            Runtime.getRuntime().availableProcessors(),
            capability.find() ? capability.group(1).strip() : "",
            processor.instructions(),
            OneDnn.isAvailable(DType.FLOAT32),
            OneDnn.isAvailable(DType.BFLOAT16),
            processor.cacheKilobytes(),
            load);
    List<String> warnings = advice.warnings();
    warnings.forEach(warning -> console.printRow("warning", warning));
    if (warnings.isEmpty()) {
      console.printRow("speed", "nothing was found that slows this machine");
    }
  }

  private void printBuild() {
    String build = Torch.buildConfiguration().orElse("");
    Matcher blas = BLAS.matcher(build);
    console.printRow("BLAS", blas.find() ? blas.group(1) : "unknown, this libtorch does not say");
    build
        .lines()
        .map(text -> text.strip().replaceFirst("^- ", ""))
        .filter(DoctorCommand::isOfInterest)
        .forEach(text -> console.printRow("build", text));
  }

  private static String availability(Device device) {
    return Torch.unavailability(device)
        .map(reason -> "not available: " + reason)
        .orElse("available");
  }

  private static String oneDnn(DType type) {
    return OneDnn.isAvailable(type) ? "yes" : "no, ATen computes them";
  }

  private static boolean isOfInterest(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    return !lower.startsWith("build settings") && BUILD_LINES.stream().anyMatch(lower::contains);
  }

  private static void testProduct() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor a = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
      Tensor b = Tensor.of(new float[] {5, 6, 7, 8}, 2, 2);
      float[] product = Functional.matmul(a, b).toFloats();
      float[] expected = {19, 22, 43, 50};
      if (!Arrays.equals(product, expected)) {
        throw new CommandException(
            "self-test: a matrix product is %s, expected %s"
                .formatted(Arrays.toString(product), Arrays.toString(expected)));
      }
    }
  }
}
