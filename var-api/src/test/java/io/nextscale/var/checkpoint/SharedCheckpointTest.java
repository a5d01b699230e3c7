package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that PyTorch wrote, where the folder {@code shared} lies beside the repository. */
class SharedCheckpointTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "golden/var-256/vae.pth, pth flat, 324",
    "golden/var-256/transformer.pth, pth flat, 38",
    "golden/var-256/expected.safetensors, safetensors, 0",
    "golden/flexvar-256/vae.pth, pth model, 344",
    "golden/flexvar-256/transformer.pth, pth flat, 36",
    "golden/flexvar-256/transformer_trainer.pth, pth trainer.var_wo_ddp, 36",
    "golden/flexvar-256/expected.safetensors, safetensors, 0",
    "models/emoji-var/vae.pth, pth flat, 204",
    "models/emoji-var/transformer.pth, pth flat, 90",
    "models/emoji-var/eval_tokens.safetensors, safetensors, 0",
  })
  void reads(String name, String layout, int count) throws IOException {
    Path file = shared().resolve(name);
    Path copy = folder.resolve("copy");
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.layout()).isEqualTo(layout);
      assertThat(checkpoint.tensors()).isNotEmpty();
      if (count > 0) {
        assertThat(checkpoint.tensors()).hasSize(count);
      }
      PthWriter.write(copy, checkpoint.tensors().values());
      requireSame(checkpoint, copy);
      SafetensorsWriter.write(copy, checkpoint.tensors().values(), Map.of());
      requireSame(checkpoint, copy);
    }
  }

  @Test
  void trainingAndInferenceFilesHoldTheSameWeights() {
    Path golden = shared().resolve("golden/flexvar-256");
    try (Checkpoint trained = Checkpoint.open(golden.resolve("transformer_trainer.pth"))) {
      requireSame(trained, golden.resolve("transformer.pth"));
    }
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    byte[] good = Files.readAllBytes(shared().resolve("golden/var-256/transformer.pth"));
    for (int length : new int[] {0, 1, 3, 4, 30, 64, 5000, good.length / 2, good.length - 22}) {
      Attempt.refused(Arrays.copyOf(good, length));
    }
    Attempt.accepted(good);
  }

  private static void requireSame(Checkpoint expected, Path file) {
    try (Checkpoint found = Checkpoint.open(file)) {
      assertThat(found.tensors().keySet())
          .containsExactlyInAnyOrderElementsOf(expected.tensors().keySet());
      for (StoredTensor tensor : expected.tensors().values()) {
        StoredTensor same = found.tensors().get(tensor.name());
        assertThat(same.dtype()).isEqualTo(tensor.dtype());
        assertThat(same.shape()).isEqualTo(tensor.shape());
        assertThat(elements(same)).isEqualTo(elements(tensor));
      }
    }
  }

  private static byte[] elements(StoredTensor tensor) {
    return tensor.isContiguous()
        ? tensor.data().toArray(ValueLayout.JAVA_BYTE)
        : Tensors.elements(tensor);
  }

  private static Path shared() {
    List<Path> places =
        Stream.iterate(
                Path.of(System.getProperty("user.dir")).toAbsolutePath(),
                place -> place != null,
                Path::getParent)
            .map(place -> place.resolveSibling("shared"))
            .filter(place -> Files.isDirectory(place.resolve("golden")))
            .toList();
    System.out.println(
        places.isEmpty()
            ? "shared files: not there, tests on them are not run"
            : "shared files: used from " + places.getFirst());
    assumeTrue(!places.isEmpty(), "no folder shared beside the repository");
    return places.getFirst();
  }
}
