package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The format of torch.save before PyTorch 1.6. */
class TorchStreamReaderTest {
  private static final byte[] GOOD =
      file(
          p ->
              p.ops("}(")
                  .text("a")
                  .tensor("FloatStorage", "94", 3, 0, new long[] {3}, new long[] {1})
                  .text("b")
                  .tensor("LongStorage", "95", 2, 1, new long[0], new long[0])
                  .text("part")
                  .global("torch._utils", "_rebuild_tensor")
                  .ops("((")
                  .text("storage")
                  .global("torch", "FloatStorage")
                  .text("94")
                  .text("cpu")
                  .integer(3)
                  .ops("(")
                  .text("view")
                  .integer(1)
                  .integer(2)
                  .ops("ttQ")
                  .integer(1)
                  .integers(1)
                  .integers(1)
                  .ops("tRu"),
          keys("95", "94"),
          storage(ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(7).putLong(8), 2),
          storage(floats(1, 2, 3), 3));

  @Test
  void readsTensorsAndPartsOfStorages() {
    try (Checkpoint read = Checkpoint.of(Path.of("x"), GOOD, WeightChoice.FIRST)) {
      assertThat(read.layout()).isEqualTo("pth flat");
      assertThat(read.tensors()).containsOnlyKeys("a", "b", "part");
      assertThat(read.tensors().get("a").data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
          .containsExactly(1, 2, 3);
      assertThat(read.tensors().get("b").data().toArray(ValueLayout.JAVA_LONG_UNALIGNED))
          .containsExactly(8);
      assertThat(read.tensors().get("part").data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
          .containsExactly(3);
    }
  }

  @Test
  void refusesEveryTruncation() {
    for (int length = 0; length < GOOD.length; length++) {
      Attempt.refused(Arrays.copyOf(GOOD, length));
    }
  }

  @Test
  void readsOrRefusesEveryDamage() {
    Random random = new Random(5);
    for (int i = 0; i < 4_000; i++) {
      byte[] damaged = GOOD.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Attempt.read(damaged);
    }
  }

  @Test
  void refusesContradictions() {
    byte[] one = storage(floats(1), 1);
    Attempt.refused(
        file(TorchStreamReaderTest::one, keys("1"), one), "each key of the pickle once");
    Attempt.refused(
        file(TorchStreamReaderTest::one, keys("0", "0"), one, one), "each key of the pickle");
    Attempt.refused(file(TorchStreamReaderTest::one, keys()), "storages: expected 1 in the file");
    Attempt.refused(
        file(TorchStreamReaderTest::one, keys("0"), storage(floats(1, 2), 2)), "1 elements");
    Attempt.refused(file(TorchStreamReaderTest::one, p -> p.ops("}")), "a list of keys");
    byte[] wide =
        file(
            p ->
                p.ops("}")
                    .text("a")
                    .tensor("FloatStorage", "0", 1L << 40, 0, new long[] {1}, new long[] {1})
                    .ops("s"),
            keys("0"),
            one);
    Attempt.refused(wide, "storage 0: expected at most");
  }

  private static PickleBytes one(PickleBytes pickle) {
    return pickle.ops("}").text("a").one().ops("s");
  }

  private static UnaryOperator<PickleBytes> keys(String... keys) {
    return p -> {
      p.ops("](");
      for (String key : keys) {
        p.text(key);
      }
      return p.ops("e");
    };
  }

  private static ByteBuffer floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes;
  }

  private static byte[] storage(ByteBuffer content, long count) {
    return ByteBuffer.allocate(8 + content.capacity())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(count)
        .put(content.array())
        .array();
  }

  private static byte[] file(
      UnaryOperator<PickleBytes> value, UnaryOperator<PickleBytes> keys, byte[]... storages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        pickle(p -> p.raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)));
    out.writeBytes(pickle(p -> p.raw('M', 0xe9, 3)));
    out.writeBytes(
        pickle(
            p ->
                p.ops("}(")
                    .text("protocol_version")
                    .raw('M', 0xe9, 3)
                    .text("little_endian")
                    .raw(0x88)
                    .text("type_sizes")
                    .ops("}u")));
    out.writeBytes(pickle(value));
    out.writeBytes(pickle(keys));
    for (byte[] storage : storages) {
      out.writeBytes(storage);
    }
    return out.toByteArray();
  }

  private static byte[] pickle(UnaryOperator<PickleBytes> content) {
    return content.apply(PickleBytes.protocol(2)).stop();
  }
}
