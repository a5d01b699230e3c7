package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages good files at random: all are read or refused, and none takes much heap. */
class ByteFlipTest {
  private static final int ATTEMPTS = 4000;
  private static final List<StoredTensor> TENSORS = Tensors.various();

  @TempDir Path folder;

  @Test
  void pth() throws IOException {
    Path file = folder.resolve("a.pth");
    PthWriter.write(file, TENSORS);
    damage("pth", Files.readAllBytes(file));
  }

  @Test
  void safetensors() throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, TENSORS, Map.of("format", "pt"));
    damage("safetensors", Files.readAllBytes(file));
  }

  @Test
  void pickle() {
    byte[] pickle = PickleWriter.stateDict(TENSORS, "");
    byte[][] storages = TENSORS.stream().map(Tensors::elements).toArray(byte[][]::new);
    Attempt.accepted(PthBytes.of(pickle, storages));
    Random random = new Random(3);
    for (int i = 0; i < ATTEMPTS; i++) {
      Attempt.read(PthBytes.of(damaged(pickle, random), storages));
    }
  }

  private static void damage(String kind, byte[] good) {
    Attempt.accepted(good);
    Random random = new Random(2);
    int read = 0;
    long most = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
      Attempt attempt = Attempt.read(damaged(good, random));
      read += attempt.contents == null ? 0 : 1;
      most = Math.max(most, attempt.allocated);
    }
    System.out.printf(
        "%d damaged %s files of %d bytes: %d read, %d refused, at most %d kB allocated%n",
        ATTEMPTS, kind, good.length, read, ATTEMPTS - read, most >> 10);
    assertThat(read).isBetween(1, ATTEMPTS - 1);
  }

  private static byte[] damaged(byte[] good, Random random) {
    byte[] bytes = good.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(bytes.length);
      bytes[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
            case 1 -> (byte) random.nextInt(256);
            case 2 -> (byte) 0xff;
            default -> bytes[random.nextInt(bytes.length)];
          };
    }
    return bytes;
  }
}
