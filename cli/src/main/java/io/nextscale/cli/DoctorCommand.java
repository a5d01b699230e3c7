package io.nextscale.cli;

import io.nextscale.libtorch.LibTorch;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.OneDnn;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;

/** {@code nextscale doctor}: whether this machine can run it. */
@Command(description = "Shows what Nextscale runs on and whether it works.")
final class DoctorCommand implements Runnable {
  private static final Pattern BLAS = Pattern.compile("BLAS_INFO=(\\w+)");
  private static final List<String> BUILD_LINES =
      List.of("cpu capability", "mkl-dnn", "onednn", "openmp", "cuda");

  private final Io io;

  DoctorCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    Runtime runtime = Runtime.getRuntime();
    line("nextscale", RootCommand.Version.number());
    line(
        "java",
        System.getProperty("java.vm.name")
            + " "
            + Runtime.version()
            + ", "
            + System.getProperty("java.home"));
    line(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + System.getProperty("os.arch"));
    line(
        "machine",
        runtime.availableProcessors()
            + " cores, Java heap up to "
            + (runtime.maxMemory() >> 20)
            + " MB");
    LibTorch library = Torch.library();
    line("libtorch", library.version() + ", from " + library.origin());
    line("folder", library.directory().toString());
    line("threads", Integer.toString(Torch.threads()));
    line(
        "oneDNN",
        "linear maps in float32: "
            + yesOrNo(OneDnn.isAvailable(DType.FLOAT32))
            + ", bfloat16: "
            + yesOrNo(OneDnn.isAvailable(DType.BFLOAT16)));
    line("device cpu", device(Device.CPU));
    line("device cuda", device(Device.CUDA));
    String build = Torch.buildConfiguration().orElse("");
    Matcher blas = BLAS.matcher(build);
    line("BLAS", blas.find() ? blas.group(1) : "not told by this libtorch");
    build
        .lines()
        .map(text -> text.strip().replaceFirst("^- ", ""))
        .filter(DoctorCommand::isOfInterest)
        .forEach(text -> line("build", text));
    selfTest();
    line("self-test", "passed");
  }

  private static String device(Device device) {
    Optional<String> problem = Torch.unavailability(device);
    return problem.map(reason -> "not available: " + reason).orElse("available");
  }

  private static boolean isOfInterest(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    return !lower.startsWith("build settings") && BUILD_LINES.stream().anyMatch(lower::contains);
  }

  private static void selfTest() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor a = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
      Tensor b = Tensor.of(new float[] {5, 6, 7, 8}, 2, 2);
      float[] product = Functional.matmul(a, b).toFloats();
      float[] expected = {19, 22, 43, 50};
      if (!Arrays.equals(product, expected)) {
        throw new CommandException(
            "self-test: a matrix product is "
                + Arrays.toString(product)
                + ", expected "
                + Arrays.toString(expected));
      }
    }
  }

  private static String yesOrNo(boolean available) {
    return available ? "yes" : "no, ATen's are used";
  }

  private void line(String key, String value) {
    io.out().printf("%-13s%s%n", key, Errors.oneLine(value));
  }
}
