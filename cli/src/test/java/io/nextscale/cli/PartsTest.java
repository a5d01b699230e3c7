package io.nextscale.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.ImageSize;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {
  @TempDir Path folder;

  @Test
  void imagesAreNumberedByPatternOrFolder() {
    OutputNames pattern = OutputNames.of("--out", folder.resolve("a_%d.png"), ".png", 2);
    assertThat(pattern.file(1)).isEqualTo(folder.resolve("a_1.png"));
    OutputNames padded = OutputNames.of("--out", folder.resolve("%04d.png"), ".png", 2);
    assertThat(padded.file(12)).isEqualTo(folder.resolve("0012.png"));
    OutputNames inFolder = OutputNames.of("--out", folder.resolve("new"), ".png", 2);
    assertThat(folder.resolve("new")).doesNotExist();
    assertThat(inFolder.file(0)).isEqualTo(folder.resolve("new/image_000.png"));
    assertThat(folder.resolve("new")).isDirectory();
    OutputNames single = OutputNames.of("--out", folder.resolve("a.png"), ".png", 1);
    assertThat(single.file(0)).isEqualTo(folder.resolve("a.png"));
  }

  @Test
  void foldersLieBesideTheImages() {
    assertThat(OutputNames.of("--out", folder.resolve("a.png"), ".png", 1).beside("scales"))
        .isEqualTo(folder.resolve("a_scales"));
    assertThat(OutputNames.of("--out", folder.resolve("a_%d.png"), ".png", 2).beside("scales"))
        .isEqualTo(folder.resolve("a_scales"));
    assertThat(OutputNames.of("--out", folder.resolve("%d.png"), ".png", 2).beside("scales"))
        .isEqualTo(folder.resolve("scales"));
    assertThat(OutputNames.of("--out", folder.resolve("b"), ".png", 2).beside("scales"))
        .isEqualTo(folder.resolve("b_scales"));
  }

  @Test
  void areasAreMeans() {
    float[] values = new float[3 * 2 * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 18f;
    }
    PixelArray resized = AreaResize.of(PixelArray.of(2, 3, values), new ImageSize(1, 2));
    // windows of two columns overlap in the middle one
    float[] expected = {2 / 18f, 3 / 18f, 8 / 18f, 9 / 18f, 14 / 18f, 15 / 18f};
    assertThat(resized.values()).containsExactly(expected, within(1e-6f));
  }

  @Test
  void arraysHaveALimit() {
    ArrayLimit.require("few", 2, 3);
    assertThatThrownBy(() -> ArrayLimit.require("many", 1 << 20, 1 << 20))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("many: 1099511627776 values");
  }

  @Test
  void messagesAreOneLine() {
    assertThat(Errors.line(new IllegalStateException("a:\n  b\r\n  c\u001b[31m")))
        .isEqualTo("a: b c\ufffd[31m");
    assertThat(Errors.line(new UncheckedIOException(new NoSuchFileException("x"))))
        .isEqualTo("x: no such file or folder");
    assertThat(Errors.line(new NullPointerException("y"))).contains("NullPointerException");
  }

  @Test
  void commandsAreQuotedForTheShell() {
    assertThat(Reproduction.shell(List.of("a", "b c", "it's"))).isEqualTo("a 'b c' 'it'\\''s'");
    assertThat(Reproduction.of(Map.of("command", "nextscale x"))).isEqualTo("nextscale x");
    assertThat(Reproduction.of(Map.of("class", "3", "seed", "5", "top_k", "7")))
        .isEqualTo("nextscale sample --class 3 --seed=5 --top-k 7");
    assertThat(Reproduction.of(Map.of("class", "3", "seed", "5", "scales", "1,2x3")))
        .isEqualTo("nextscale sample --class 3 --seed=5 --scales 1,2x3");
    assertThat(
            Reproduction.of(
                Map.of("class", "3", "seed", "5", "dtype", "bfloat16", "float32_scales", "4")))
        .isEqualTo("nextscale sample --class 3 --seed=5 --float32-scales 4 --dtype bf16");
    assertThat(Reproduction.of(Map.of("class", "3", "seed", "5", "dtype", "float32")))
        .isEqualTo("nextscale sample --class 3 --seed=5");
    assertThat(Reproduction.of(Map.of("Software", "x"))).isNull();
  }

  @Test
  void psnrOfAConstantError() {
    float[] zero = new float[12];
    float[] tenth = new float[12];
    Arrays.fill(tenth, 0.2f);
    assertThat(PixelErrors.psnr(PixelArray.of(2, 2, zero), PixelArray.of(2, 2, tenth)))
        .isCloseTo(20, within(1e-5));
  }

  @Test
  void bfloat16RoundsToNearestEven() {
    // 1 + 2^-8 lies between 1 and 1 + 2^-7: the even one is 1
    assertThat(FloatConversion.toBfloat16(1 + 0x1p-8f)).isEqualTo((short) 0x3f80);
    assertThat(FloatConversion.toBfloat16(1 + 0x3p-8f)).isEqualTo((short) 0x3f82);
    assertThat(FloatConversion.toBfloat16(-2f)).isEqualTo((short) 0xc000);
    assertThat(FloatConversion.toBfloat16(Float.POSITIVE_INFINITY)).isEqualTo((short) 0x7f80);
    assertThat(FloatConversion.toBfloat16(Float.NaN) & 0x7fff).isGreaterThan(0x7f80);
  }

  @Test
  void conversionKeepsIntegersAndStrides() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4);
      StoredTensor transposed =
          new StoredTensor("w", DType.FLOAT32, new long[] {2, 2}, new long[] {1, 2}, values);
      StoredTensor half = FloatConversion.convert(transposed, DType.FLOAT16, arena);
      assertThat(half.strides()).containsExactly(1, 2);
      assertThat(half.data().get(ValueLayout.JAVA_SHORT_UNALIGNED, 2))
          .isEqualTo(Float.floatToFloat16(2));
      StoredTensor integers = StoredTensor.contiguous("i", DType.INT64, new long[] {2}, values);
      assertThat(FloatConversion.convert(integers, DType.FLOAT16, arena)).isSameAs(integers);
    }
  }
}
