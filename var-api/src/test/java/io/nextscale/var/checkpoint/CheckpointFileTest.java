package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
  @TempDir Path folder;

  @Test
  void leavesTheOldFileIfWritingFails() throws IOException {
    Path file = folder.resolve("f");
    Files.writeString(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
    requireOnly(file, "old");
  }

  @Test
  void saysWhichFileCannotBeWritten() {
    Path file = folder.resolve("none/f");
    for (Runnable write :
        List.<Runnable>of(
            () -> SafetensorsWriter.write(file, List.of(), Map.of()),
            () -> PthWriter.write(file, List.of()))) {
      assertThatThrownBy(write::run)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(file + ": expected a writable file, found ");
    }
  }

  @Test
  void leavesTheOldFileIfTheTensorsAreGone() throws IOException {
    Path file = folder.resolve("f");
    Files.writeString(file, "old");
    Arena arena = Arena.ofConfined();
    StoredTensor good = Tensors.random("a", DType.INT8, 100);
    StoredTensor gone = StoredTensor.contiguous("b", DType.INT8, new long[] {9}, arena.allocate(9));
    arena.close();
    assertThatThrownBy(() -> PthWriter.write(file, List.of(good, gone)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(good, gone), Map.of()))
        .isInstanceOf(IllegalStateException.class);
    requireOnly(file, "old");
  }

  @Test
  void saysThatAFolderIsMissing() {
    Path file = folder.resolve("none/f");
    assertThatThrownBy(() -> PthWriter.write(file, List.of()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void refusesBadNames() {
    Path file = folder.resolve("f");
    StoredTensor a = Tensors.random("a", DType.INT8, 1);
    List<StoredTensor> twice = List.of(a, a);
    List<StoredTensor> half = List.of(a.withName("\ud800"));
    for (List<StoredTensor> tensors : List.of(twice, half)) {
      assertThatThrownBy(() -> PthWriter.write(file, tensors))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> SafetensorsWriter.write(file, tensors, Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () -> SafetensorsWriter.write(file, List.of(a.withName("__metadata__")), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(file).doesNotExist();
  }

  @Test
  void aFileMayBeReplacedWhileItIsOpen() {
    Path file = folder.resolve("f");
    SafetensorsWriter.write(file, List.of(Tensors.random("a", DType.INT8, 5)), Map.of());
    try (Checkpoint old = Checkpoint.open(file)) {
      StoredTensor tensor = old.tensors().values().iterator().next();
      byte[] before = tensor.data().toArray(ValueLayout.JAVA_BYTE);
      PthWriter.write(file, List.of(tensor.withName("b"), Tensors.random("c", DType.INT8, 99)));
      assertThat(tensor.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before);
      try (Checkpoint next = Checkpoint.open(file)) {
        assertThat(next.tensors()).containsOnlyKeys("b", "c");
      }
    }
  }

  @Test
  void opensOnlyRegularFiles() {
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no regular file");
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("none")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("nothing at this path");
  }

  private void requireOnly(Path file, String content) throws IOException {
    assertThat(file).hasContent(content);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
