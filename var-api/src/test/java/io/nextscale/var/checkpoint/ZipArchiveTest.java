package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** Refuses wrong and malicious archives. The good one has two entries and no zip64 record. */
class ZipArchiveTest {
  private static final byte[] PICKLE =
      PickleBytes.protocol(2).ops("}(").text("a").one().ops("u").stop();
  private static final byte[] GOOD = PthBytes.of(PICKLE, new byte[4]);
  private static final int END = GOOD.length - 22;
  private static final int DIRECTORY =
      ByteBuffer.wrap(GOOD).order(ByteOrder.LITTLE_ENDIAN).getInt(END + 16);
  private static final int SECOND = DIRECTORY + 46 + "a/data.pkl".length();

  @Test
  void readsTheGoodOne() {
    assertThat(Attempt.accepted(GOOD).tensors()).containsOnlyKeys("a");
  }

  @Test
  void refusesEveryTruncation() {
    for (int length = 0; length < GOOD.length; length++) {
      Attempt.refused(Arrays.copyOf(GOOD, length));
    }
  }

  @Test
  void readsDeflatedEntries() {
    byte[] weights = new byte[200_000];
    new Random(1).nextBytes(weights);
    byte[] pickle =
        PickleBytes.protocol(2)
            .ops("}(")
            .text("all")
            .tensor("FloatStorage", "0", 50_000, 0, new long[] {50_000}, new long[] {1})
            .text("part")
            .tensor("FloatStorage", "0", 50_000, 20_000, new long[] {2, 3}, new long[] {10_000, 1})
            .ops("u")
            .stop();
    byte[] archive = deflated(pickle, weights);
    try (Checkpoint read = Checkpoint.of(Path.of("x"), archive, WeightChoice.FIRST)) {
      assertThat(bytes(read, "all")).isEqualTo(weights);
      assertThat(bytes(read, "part")).isEqualTo(Arrays.copyOfRange(weights, 80_000, 120_012));
    }
  }

  @Test
  void unpacksOnlyWhatATensorNeeds() {
    byte[] bomb = deflated(PICKLE, new byte[50_000_000]);
    assertThat(bomb.length).isLessThan(100_000);
    try (Checkpoint read = Checkpoint.of(Path.of("x"), bomb, WeightChoice.FIRST)) {
      assertThat(bytes(read, "a")).isEqualTo(new byte[4]);
    }
  }

  @Test
  void refusesDamagedDeflatedEntries() {
    byte[] good = deflated(PICKLE, new byte[] {1, 2, 3, 4});
    Attempt.accepted(good);
    int second = new String(good, StandardCharsets.ISO_8859_1).indexOf("a/data/0") + 8;
    byte[] damaged = good.clone();
    damaged[second] = 7; // a block type that is not allowed
    Attempt.refused(damaged, "a/data/0: expected deflated data");
    int size = new String(good, StandardCharsets.ISO_8859_1).lastIndexOf("a/data/0") - 46 + 24;
    byte[] large = good.clone();
    ByteBuffer.wrap(large).order(ByteOrder.LITTLE_ENDIAN).putInt(size, Integer.MAX_VALUE);
    Attempt.refused(large, "a/data/0: expected at most 1032 bytes unpacked");
    byte[] longer = good.clone();
    ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).putInt(size, 8);
    Attempt.accepted(longer); // its tensor has four bytes
  }

  private static byte[] deflated(byte[] pickle, byte[] storage) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/data.pkl", pickle);
    entries.put("a/data/0", storage);
    return PthBytes.zip(entries, ZipEntry.DEFLATED);
  }

  private static byte[] bytes(Checkpoint checkpoint, String name) {
    return checkpoint.tensors().get(name).data().toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void refusesEncryptedEntries() {
    refused(b -> b.putShort(DIRECTORY + 8, (short) 1), "encryption");
  }

  @Test
  void refusesEntriesThatReachOutOrOverlap() {
    refused(b -> b.putInt(DIRECTORY + 42, -2), "bytes within the file");
    refused(b -> b.putInt(DIRECTORY + 42, GOOD.length - 10), "bytes within the file");
    refused(b -> b.putInt(DIRECTORY + 42, 1), "that the zip directory describes");
    refused(b -> b.putInt(SECOND + 42, 0), "that the zip directory describes");
    refused(b -> size(b, DIRECTORY, 0, PICKLE.length + 1), "data up to");
    refused(b -> size(b, DIRECTORY, 0, GOOD.length), "bytes within the file");
    refused(b -> size(b, DIRECTORY, 0, 0x7fffffff), "bytes within the file");
    refused(b -> size(b, SECOND, secondStart(), 5), "data up to");
    refused(b -> b.putInt(DIRECTORY + 20, 1), "as many bytes stored as unpacked");
    refused(b -> b.putInt(DIRECTORY + 24, 1), "as many bytes stored as unpacked");
    refused(b -> b.putShort(28, (short) 0xffff), "bytes within the file");
    refused(b -> b.putShort(28, (short) 3), "data up to");
  }

  @Test
  void refusesHeadersThatContradictTheDirectory() {
    refused(b -> b.putInt(0, 0x04034b51), "expected a .pth or safetensors file");
    refused(b -> b.put(30, (byte) 'b'), "that the zip directory describes");
    refused(b -> b.putShort(26, (short) 9), "that the zip directory describes");
    refused(b -> b.putShort(6, (short) 8), "that the zip directory describes");
    refused(b -> b.putShort(8, (short) 8), "that the zip directory describes");
    refused(b -> b.putInt(22, 1), "that the zip directory describes");
  }

  @Test
  void refusesBadDirectories() {
    refused(b -> b.putInt(DIRECTORY, 0), "an entry at " + DIRECTORY);
    refused(b -> b.putInt(END + 16, DIRECTORY + 1), "right before it");
    refused(b -> b.putInt(END + 16, -2), "bytes within the file");
    refused(b -> b.putInt(END + 12, 1), "right before it");
    refused(b -> count(b, 1), "bytes more");
    refused(b -> count(b, 3), "an entry at");
    refused(b -> count(b, 0xfffe), "at most");
    refused(b -> b.putShort(END + 8, (short) 1), "in one part");
    refused(b -> b.putShort(END + 4, (short) 1), "in one part");
    refused(b -> b.putShort(END + 20, (short) 1), "an end record");
    refused(b -> b.putShort(DIRECTORY + 28, (short) 0xffff), "reaches beyond");
    refused(b -> b.putShort(DIRECTORY + 32, (short) 0xffff), "reaches beyond");
    refused(b -> b.put(DIRECTORY + 46, (byte) 0xff), "UTF-8");
  }

  @Test
  void refusesTwoEntriesOfOneName() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/data.pkl", PICKLE);
    entries.put("a/data/0", new byte[4]);
    entries.put("a/data/1", new byte[4]);
    byte[] archive = PthBytes.zip(entries, ZipEntry.STORED);
    String text = new String(archive, StandardCharsets.ISO_8859_1);
    for (int at = text.indexOf("a/data/1"); at >= 0; at = text.indexOf("a/data/1", at + 1)) {
      archive[at + 7] = '0';
    }
    Attempt.refused(archive, "a/data/0: expected one entry of this name");
  }

  @Test
  void refusesSizesThatShouldBeInAnExtraField() {
    refused(b -> b.putInt(DIRECTORY + 24, -1), "64-bit values");
    refused(b -> b.putInt(DIRECTORY + 42, -1), "64-bit values");
  }

  @Test
  void readsZip64Records() {
    Attempt.accepted(zip64(b -> {}));
    for (int at = 0; at < 56; at++) {
      int position = END + at;
      for (int bit = 0; bit < 8; bit++) {
        int mask = 1 << bit;
        byte[] changed = zip64(b -> b.put(position, (byte) (b.get(position) ^ mask)));
        if (at < 12 || at >= 16) { // the rest are versions
          Attempt.refused(changed);
        } else {
          Attempt.accepted(changed);
        }
      }
    }
    refusedZip64(b -> b.putLong(END + 64, Long.MAX_VALUE));
    refusedZip64(b -> b.putLong(END + 64, -1));
    refusedZip64(b -> b.putLong(END + 40, Long.MAX_VALUE));
    refusedZip64(b -> b.putLong(END + 48, Long.MIN_VALUE));
    refusedZip64(b -> b.putLong(END + 24, 1L << 40).putLong(END + 32, 1L << 40));
    refusedZip64(b -> b.putLong(END + 24, -1).putLong(END + 32, -1));
  }

  @Test
  void limitsTheDirectory() {
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i < 40_000; i++) {
      many.put("a/" + i, new byte[0]);
    }
    Attempt.refused(PthBytes.zip(many, ZipEntry.STORED), "at most", "entries");
    Map<String, byte[]> wide = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      wide.put("a/" + i + "x".repeat(60_000), new byte[0]);
    }
    Attempt.refused(PthBytes.zip(wide, ZipEntry.STORED), "at most", "entries");
  }

  private static int secondStart() {
    return ByteBuffer.wrap(GOOD).order(ByteOrder.LITTLE_ENDIAN).getInt(SECOND + 42);
  }

  private static void size(ByteBuffer bytes, int central, int local, int size) {
    bytes.putInt(central + 20, size).putInt(central + 24, size);
    bytes.putInt(local + 18, size).putInt(local + 22, size);
  }

  private static void count(ByteBuffer bytes, int count) {
    bytes.putShort(END + 8, (short) count).putShort(END + 10, (short) count);
  }

  private static void refused(Consumer<ByteBuffer> change, String words) {
    byte[] bytes = GOOD.clone();
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    Attempt.refused(bytes, words);
  }

  private static void refusedZip64(Consumer<ByteBuffer> change) {
    Attempt.refused(zip64(change));
  }

  /** The good archive with its end record in 64 bits; that starts at END, its locator 56 later. */
  private static byte[] zip64(Consumer<ByteBuffer> change) {
    ByteBuffer record = ByteBuffer.allocate(76).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
    record.putInt(0).putInt(0).putLong(2).putLong(2).putLong(END - DIRECTORY).putLong(DIRECTORY);
    record.putInt(0x07064b50).putInt(0).putLong(END).putInt(1);
    ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
    end.putInt(0x06054b50).putInt(0).putInt(-1).putInt(-1).putInt(-1).putShort((short) 0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(GOOD, 0, END);
    out.writeBytes(record.array());
    out.writeBytes(end.array());
    byte[] bytes = out.toByteArray();
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return bytes;
  }
}
