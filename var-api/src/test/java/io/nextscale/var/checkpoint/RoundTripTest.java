package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTripTest {
  private static final List<StoredTensor> TENSORS = Tensors.various();

  @TempDir Path folder;

  @Test
  void safetensors() {
    Path file = folder.resolve("t.bin");
    SafetensorsWriter.write(file, TENSORS, Map.of("format", "pt"));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.layout()).isEqualTo("safetensors");
      assertThat(checkpoint.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(checkpoint.path()).isEqualTo(file);
      List<StoredTensor> sorted =
          TENSORS.stream().sorted(Comparator.comparingInt(t -> -t.dtype().byteSize())).toList();
      requireSame(checkpoint, sorted);
    }
  }

  /** The order of a map's entries may differ from process to process; the file's may not. */
  @Test
  void metadataIsWrittenInTheOrderOfItsKeys() {
    Path file = folder.resolve("t.bin");
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("scales", "1,2");
    metadata.put("model", "m");
    SafetensorsWriter.write(file, TENSORS, metadata);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.metadata().keySet()).containsExactly("model", "scales");
    }
  }

  @Test
  void pth() {
    Path file = folder.resolve("t.bin");
    PthWriter.write(file, TENSORS);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.layout()).isEqualTo("pth flat");
      assertThat(checkpoint.metadata()).isEmpty();
      requireSame(checkpoint, TENSORS);
      checkpoint.tensors().values().stream()
          .filter(tensor -> tensor.elementCount() > 0)
          .forEach(tensor -> assertThat(tensor.data().address() % 64).isZero());
    }
  }

  @Test
  void pthUnderAKey() {
    Path file = folder.resolve("t.bin");
    PthWriter.write(file, TENSORS, "model");
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.layout()).isEqualTo("pth model");
      requireSame(checkpoint, TENSORS);
    }
  }

  @Test
  void nothingAtAll() {
    Path file = folder.resolve("t.bin");
    PthWriter.write(file, List.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.tensors()).isEmpty();
    }
    SafetensorsWriter.write(file, List.of(), Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.tensors()).isEmpty();
    }
  }

  @Test
  void moreTensorsThanOneBatchOfThePickle() {
    Path file = folder.resolve("t.bin");
    List<StoredTensor> many =
        Stream.iterate(0, i -> i < 2001, i -> i + 1)
            .map(i -> Tensors.random("t" + i, DType.INT16, 1))
            .toList();
    PthWriter.write(file, many);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      requireSame(checkpoint, many);
    }
  }

  @Test
  void otherReadersAgreeOnTheArchive() throws IOException {
    Path file = folder.resolve("t.bin");
    PthWriter.write(file, TENSORS);
    int entries = 0;
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        zip.readAllBytes(); // checks the CRC
        assertThat(entry.getName()).startsWith("archive/");
        entries++;
      }
    }
    assertThat(entries).isEqualTo(TENSORS.size() + 3);
  }

  @Test
  void equalContentGivesEqualFiles() throws IOException {
    PthWriter.write(folder.resolve("a"), TENSORS);
    PthWriter.write(folder.resolve("b"), TENSORS);
    assertThat(Files.mismatch(folder.resolve("a"), folder.resolve("b"))).isEqualTo(-1);
  }

  @Test
  void stridesAreFollowedElementByElement() throws IOException {
    for (StoredTensor tensor : TENSORS) {
      assertThat(Tensors.written(tensor)).as(tensor.name()).isEqualTo(Tensors.elements(tensor));
    }
  }

  @Test
  void writesMoreThanItsBuffer() throws IOException {
    StoredTensor large = Tensors.random("large", DType.INT64, 700, 701);
    StoredTensor transposed =
        new StoredTensor(
            "t", DType.INT64, new long[] {701, 700}, new long[] {1, 701}, large.data());
    assertThat(Tensors.written(large)).isEqualTo(large.data().toArray(ValueLayout.JAVA_BYTE));
    assertThat(Tensors.written(transposed)).isEqualTo(Tensors.elements(transposed));
  }

  @Test
  void tensorsOfAClosedCheckpointFailCleanly() {
    Path file = folder.resolve("t.bin");
    SafetensorsWriter.write(file, List.of(Tensors.random("a", DType.FLOAT32, 2)), Map.of());
    Checkpoint checkpoint = Checkpoint.open(file);
    StoredTensor tensor = checkpoint.tensors().values().iterator().next();
    checkpoint.close();
    checkpoint.close();
    assertThatThrownBy(() -> tensor.data().get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void handsOutNothingThatCanBeChanged() {
    Path file = folder.resolve("t.bin");
    SafetensorsWriter.write(file, List.of(Tensors.random("a", DType.FLOAT32, 2)), Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StoredTensor tensor = checkpoint.tensors().values().iterator().next();
      assertThat(tensor.data().isReadOnly()).isTrue();
      assertThatThrownBy(() -> checkpoint.tensors().clear())
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> checkpoint.metadata().put("a", "b"))
          .isInstanceOf(UnsupportedOperationException.class);
      tensor.shape()[0] = 99;
      tensor.strides()[0] = 99;
      assertThat(tensor.shape()).containsExactly(2);
      assertThat(tensor.strides()).containsExactly(1);
    }
  }

  private static void requireSame(Checkpoint checkpoint, List<StoredTensor> expected) {
    assertThat(checkpoint.tensors().keySet())
        .containsExactlyElementsOf(expected.stream().map(StoredTensor::name).toList());
    for (StoredTensor tensor : expected) {
      StoredTensor read = checkpoint.tensors().get(tensor.name());
      assertThat(read.name()).isEqualTo(tensor.name());
      assertThat(read.dtype()).isEqualTo(tensor.dtype());
      assertThat(read.shape()).isEqualTo(tensor.shape());
      assertThat(read.isContiguous()).isTrue();
      assertThat(read.isAligned()).isTrue();
      assertThat(read.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(Tensors.elements(tensor));
    }
  }
}
