package io.nextscale.evaluate.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nextscale.evaluate.Golden;
import io.nextscale.evaluate.error.EvaluationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NpzTest {
  @TempDir private Path folder;

  static Stream<String> goodFiles() {
    Object good = Golden.at(Golden.json(Golden.file("npz.json")), "good");
    return ((Map<?, ?>) good).keySet().stream().map(String.class::cast);
  }

  @ParameterizedTest
  @MethodSource("goodFiles")
  void everyGoodFileIsRead(String name) {
    Map<?, ?> arrays = (Map<?, ?>) Golden.at(Golden.json(Golden.file("npz.json")), "good", name);
    try (NpzFile file = NpzFile.open(Golden.file("npz/" + name))) {
      assertThat(file.names())
          .containsAll(arrays.keySet().stream().map(String.class::cast).toList());
      arrays.forEach((key, wanted) -> assertArray(file, (String) key, wanted));
    }
  }

  private static void assertArray(NpzFile file, String name, Object wanted) {
    try (NpyStream array = file.array(name)) {
      List<?> shape = (List<?>) Golden.at(wanted, "shape");
      assertThat(array.shape())
          .containsExactly(shape.stream().mapToLong(n -> ((Number) n).longValue()).toArray());
      assertThat(array.fortranOrder()).isEqualTo(Golden.at(wanted, "fortran_order"));
      double[] values = array.readAll(1 << 20);
      assertThat(sha256(values, array.type()))
          .isEqualTo(Golden.at(wanted, "sha256_c_order_little_endian"));
    }
  }

  private static String sha256(double[] values, NpyType type) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type.kind()) {
        case U1 -> bytes.put((byte) (int) value);
        case I4 -> bytes.putInt((int) value);
        case I8 -> bytes.putLong((long) value);
        case F4 -> bytes.putFloat((float) value);
        case F8 -> bytes.putDouble(value);
      }
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bad_object.npz | elements of type '|O'",
        "bad_short.npz | its shape",
        "bad_long.npz | its shape",
        "bad_huge_shape.npz | is no size of an array",
        "bad_huge_header.npz | its header has",
        "bad_magic.npz | NUMPY",
        "bad_truncated.npz | truncated"
      })
  void aBadFileIsRefusedWithAReason(String name, String reason) {
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(
            () -> {
              try (NpzFile file = NpzFile.open(Golden.file("npz/" + name));
                  NpyStream array = file.array("arr_0")) {
                array.readAll(1 << 20);
              }
            })
        .withMessageContaining(name)
        .withMessageContaining(reason.replace("'|O'", "'|O'"))
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(500));
  }

  @Test
  void moreElementsThanExpectedAreRefused() {
    try (NpzFile file = NpzFile.open(Golden.file("npz/sample_stored.npz"));
        NpyStream array = file.array("arr_0")) {
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> array.readAll(100))
          .withMessageContaining("at most 100");
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> file.array("mu"))
          .withMessageContaining("no array 'mu'")
          .withMessageContaining("arr_0");
    }
  }

  @Test
  void aWrittenFileIsReadAndEqualContentGivesEqualBytes() throws IOException {
    double[] mean = {0.5, -1.25, Math.PI};
    byte[] images = new byte[2 * 4 * 4 * 3];
    for (int i = 0; i < images.length; i++) {
      images[i] = (byte) (7 * i);
    }
    for (String name : List.of("a.npz", "b.npz")) {
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          NpzWriter writer = new NpzWriter(channel)) {
        writer.begin("arr_0", NpyType.U1, 2, 4, 4, 3);
        writer.write(images);
        writer.write("mu", mean, 3);
      }
    }
    assertThat(folder.resolve("a.npz")).hasSameBinaryContentAs(folder.resolve("b.npz"));
    try (NpzFile file = NpzFile.open(folder.resolve("a.npz"));
        NpyStream array = file.array("arr_0");
        NpyStream mu = file.array("mu")) {
      byte[] read = new byte[images.length];
      array.readFully(read);
      assertThat(array.shape()).containsExactly(2, 4, 4, 3);
      assertThat(read).isEqualTo(images);
      assertThat(mu.readAll(3)).containsExactly(mean);
    }
  }

  @Test
  void aFileThatIsNotThereOrNoArchiveIsNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("text.npz"), "no archive");
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> NpzFile.open(text))
        .withMessageContaining("text.npz");
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> NpzFile.open(folder.resolve("none.npz")))
        .withMessageContaining("no such file");
    try (FileSystem zip =
        FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
      Path inside = Files.writeString(zip.getPath("/inside.npz"), "no archive");
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> NpzFile.open(inside))
          .withMessageContaining("expected a file on disk, not in an archive");
    }
  }
}
