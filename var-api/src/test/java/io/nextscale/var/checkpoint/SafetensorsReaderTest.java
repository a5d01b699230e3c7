package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsReaderTest {
  private static final String GOOD =
      "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
          + "'b':{'dtype':'I8','shape':[],'data_offsets':[8,9]},"
          + "'e':{'dtype':'I8','shape':[0,7],'data_offsets':[8,8]}}";

  @Test
  void readsAWellFormedFile() {
    CheckpointContents contents = Attempt.accepted(file(GOOD, 9));
    assertThat(contents.tensors().keySet()).containsExactly("a", "b", "e");
    assertThat(contents.metadata()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[0,8]     | [0,7]                 | 7 bytes for ",
        "[0,8]     | [1,9]                 | no gaps",
        "[0,8]     | [8,0]                 | data_offsets [begin, end]",
        "[0,8]     | [-8,0]                | data_offsets [begin, end]",
        "[0,8]     | [0,8,9]               | data_offsets [begin, end]",
        "[0,8]     | [0,8.0]               | integers in data_offsets",
        "[0,8]     | [0,'8']               | integers in data_offsets",
        "[0,8]     | [0,9223372036854775807] | within 9 bytes",
        "[0,8]     | [0,9223372036854775808] | valid JSON",
        "[0,8]     | 8                     | a list data_offsets",
        "[8,9]     | [7,8]                 | no gaps",
        "[8,9]     | [9,10]                | within 9 bytes",
        "[2]       | [3]                   | 8 bytes for ",
        "[2]       | [-2]                  | negative size",
        "[2]       | [4294967296,4294967296] | more elements than 64 bits",
        "[2]       | [4611686018427387906] | more bytes than 64 bits",
        "[2]       | [null]                | integers in shape",
        "[2]       | {}                    | a list shape",
        "F32       | F8_E4M3               | a dtype of [F64, F32",
        "'F32'     | 32                    | a dtype",
        "'shape':[2], | ''                 | valid JSON",
        "'shape':[2], | 'shap':[2],        | a list shape",
        "'shape':[2], | 'shape':[2],'x':1, | only, found 4 fields",
        "'b'       | 'a'                   | duplicate key",
        "'b'       | '__metadata__'        | __metadata__: expected a string",
        "{'a':{    | {'c':1,'a':{          | c: expected an object",
        "{'a':{    | {'__metadata__':1,'a':{ | __metadata__: expected an object",
        "{'a':{    | {'__metadata__':{'x':1},'a':{ | __metadata__: expected a string",
      })
  void refuses(String part, String replacement, String words) {
    Attempt.refused(file(GOOD.replaceFirst(Pattern.quote(part), replacement), 9), words);
  }

  @Test
  void refusesDataThatIsTooLongOrTooShort() {
    Attempt.refused(file(GOOD, 10), "9 bytes, the sum of the tensors");
    Attempt.refused(file(GOOD, 8), "within 8 bytes");
    Attempt.refused(file("{}", 1), "the sum of the tensors");
    Attempt.accepted(file("{}", 0));
  }

  @Test
  void refusesEveryTruncation() {
    byte[] good = file(GOOD, 9);
    for (int length = 0; length < good.length; length++) {
      Attempt.refused(Arrays.copyOf(good, length));
    }
  }

  @Test
  void refusesBadHeaderLengths() {
    for (long length : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1000, 1L << 32}) {
      byte[] bytes = file(GOOD, 9);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
      Attempt.refused(bytes, "a .pth or safetensors file");
    }
    Attempt.refused(file("{" + " ".repeat(8 << 20) + "}", 0), "at most 8388608 bytes");
  }

  @Test
  void refusesHeadersThatWouldFillTheHeap() {
    int most = (int) SafetensorsReader.MAX_HEADER - 100;
    for (String item :
        new String[] {"[],", "{},", "0,", "'é',", "1.5,", "'',", "{'a':{}},", "[[[]]],"}) {
      Attempt.refused(file("{'a':[" + item.repeat(most / (item.length() + 1)) + "0]}", 0));
    }
    Attempt.refused(file("{'a':'" + "é".repeat(most / 2) + "'}", 0));
    Attempt.refused(file("{'" + "x".repeat(most) + "':0}", 0), "expected an object");
    StringBuilder names = new StringBuilder("{");
    for (int i = 0; names.length() < most - 100; i++) {
      names.append("'").append(i).append("':{'dtype':'I8','shape':[0],'data_offsets':[0,0]},");
    }
    Attempt.refused(file(names + "'x':0}", 0), "MiB of heap");
    Attempt.refused(file("{'a':" + "[".repeat(100_000), 0), "nested");
  }

  /** A file with this header, single quotes for double ones, and so many bytes of data. */
  static byte[] file(String header, int dataSize) {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataSize)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }
}
