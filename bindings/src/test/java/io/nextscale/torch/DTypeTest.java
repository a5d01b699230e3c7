package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.libtorch.LibTorch;
import io.nextscale.libtorch.LibTorchLoadException;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.OneDnn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {
  @ParameterizedTest
  @EnumSource
  void everyTypeIsReadBackFromATensor(DType dtype) {
    assertThat(DType.of(dtype.code())).isEqualTo(dtype);
    try (TensorScope scope = TensorScope.open()) {
      Tensor ones = Tensor.full(1, dtype, Device.CPU, 3);
      Tensor other = ones.share();
      assertThat(other.dtype()).isEqualTo(dtype);
      assertThat(other.segment().byteSize()).isEqualTo(3L * dtype.byteSize());
      assertThat(other.toFloats()).containsOnly(1);
    }
  }

  /** Runs in another process, since this one has loaded libtorch. */
  @Test
  void aFailedLoadIsTriedAgain(@TempDir Path empty) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(SecondTry.class.getName(), empty.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).endsWith("REFUSED, THEN float32 AND 1 THREAD");
  }

  /** Reads native values while libtorch cannot be loaded, and again when it can. */
  static final class SecondTry {
    private SecondTry() {}

    /**
     * Runs the program.
     *
     * @param arguments a folder without libtorch
     */
    public static void main(String[] arguments) {
      String before = System.getProperty(LibTorch.DIRECTORY_PROPERTY);
      System.setProperty(LibTorch.DIRECTORY_PROPERTY, arguments[0]);
      List<Runnable> first =
          List.of(
              DType.FLOAT32::code,
              CpuThreads::count,
              GradMode::isEnabled,
              () -> OneDnn.isAvailable(DType.FLOAT32),
              () -> TensorScope.open().close());
      for (Runnable attempt : first) {
        try {
          attempt.run();
          System.out.println("NOT REFUSED");
        } catch (LibTorchLoadException e) {
          // as it should be
        }
      }
      if (before == null) {
        System.clearProperty(LibTorch.DIRECTORY_PROPERTY);
      } else {
        System.setProperty(LibTorch.DIRECTORY_PROPERTY, before);
      }
      CpuThreads.setCount(1);
      GradMode.isEnabled();
      OneDnn.isAvailable(DType.FLOAT32);
      System.out.printf(
          "REFUSED, THEN %s AND %d THREAD%n", DType.of(DType.FLOAT32.code()), CpuThreads.count());
    }
  }
}
