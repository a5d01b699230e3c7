package io.nextscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.PthWriter;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  @TempDir Path folder;

  private void convert(Object... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] all = new String[args.length + 1];
    all[0] = "convert";
    for (int i = 0; i < args.length; i++) {
      all[i + 1] = args[i].toString();
    }
    PrintStream printed = new PrintStream(err, true, StandardCharsets.UTF_8);
    assertThat(Main.run(all, printed, printed)).as(err.toString(StandardCharsets.UTF_8)).isZero();
  }

  @Test
  void bfloat16RoundsToNearestEven() {
    // 1 + 2^-8 lies between 1 and 1 + 2^-7: the even one is 1
    float[] values = {1 + 0x1p-8f, 1 + 0x3p-8f, -2, Float.POSITIVE_INFINITY, Float.NaN};
    Path in = folder.resolve("a.safetensors");
    Path out = folder.resolve("b.safetensors");
    SafetensorsWriter.write(
        in, List.of(StoredTensor.of("w", values, new long[] {5})), Map.of("kept", "yes"));
    convert(in, out, "--dtype", "bf16");
    try (Checkpoint converted = Checkpoint.open(out)) {
      assertThat(converted.metadata()).containsEntry("kept", "yes");
      StoredTensor tensor = converted.tensors().get("w");
      assertThat(tensor.dtype()).isEqualTo(DType.BFLOAT16);
      short[] bits = tensor.data().toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
      assertThat(bits).startsWith(0x3f80, 0x3f82, 0xc000, 0x7f80);
      assertThat(bits[4] & 0x7fff).isGreaterThan(0x7f80);
    }
  }

  @Test
  void integersAndTransposedTensorsStay() {
    MemorySegment values = MemorySegment.ofArray(new float[] {1, 2, 3, 4});
    StoredTensor transposed =
        new StoredTensor("w", DType.FLOAT32, new long[] {2, 2}, new long[] {1, 2}, values);
    StoredTensor integers = StoredTensor.of("i", new long[] {7, 8}, new long[] {2});
    Path in = folder.resolve("a.pth");
    Path out = folder.resolve("b.pth");
    PthWriter.write(in, List.of(transposed, integers), "");
    convert(in, out, "--dtype", "f16");
    try (Checkpoint converted = Checkpoint.open(out)) {
      StoredTensor half = converted.tensors().get("w");
      assertThat(half.dtype()).isEqualTo(DType.FLOAT16);
      short[] bits = half.data().toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
      float[] rows = {1, 3, 2, 4};
      for (int i = 0; i < rows.length; i++) {
        assertThat(Float.float16ToFloat(bits[i])).isEqualTo(rows[i]);
      }
      assertThat(converted.tensors().get("i").dtype()).isEqualTo(DType.INT64);
    }
  }
}
