package io.nextscale.evaluate.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nextscale.evaluate.error.EvaluationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelMapTest {
  private static final int OUTPUTS = 1008;

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("map.pbtxt"), text);
  }

  @Test
  void outputsAreFoundByTheIdsOfTheClasses() throws IOException {
    LabelMap map = LabelMap.read(file(LabelMapText.all()), OUTPUTS);

    assertThat(map.output(0)).isEqualTo(449);
    for (int i = 0; i < 1000; i++) {
      assertThat(map.output(i)).isEqualTo(LabelMapText.output(i));
    }
    String swapped = LabelMapText.all().replace("target_class: 449\n", "target_class: 1007\n");
    assertThat(LabelMap.read(file(swapped), OUTPUTS).fingerprint())
        .isNotEqualTo(map.fingerprint())
        .hasSize(8);
  }

  @ParameterizedTest
  @CsvSource({
    "target_class: 449, target_class: 1008, 'n01440764: output 1008: expected 0 to 1007'",
    "target_class: 449, target_class: 456, the class or its output 456 has two entries",
    "n01440764, n01443537, n01443537: the class or its output 456 has two entries",
    "n01440764, n99999999, 'no entry for n01440764 (tench), class 0 of ImageNet'",
    "entry, item, no label map: expected imagenet_2012_challenge_label_map_proto.pbtxt",
    "target_class: 449, target_class: many, no label map"
  })
  void otherFilesAreRefused(String part, String other, String reason) throws IOException {
    Path file = file(LabelMapText.all().replaceFirst(part, other));
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> LabelMap.read(file, OUTPUTS))
        .withMessageContaining("map.pbtxt")
        .withMessageContaining(reason);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> LabelMap.read(folder.resolve("none.pbtxt"), OUTPUTS))
        .withMessageContaining("none.pbtxt")
        .withMessageContaining("imagenet_2012_challenge_label_map_proto.pbtxt");
  }
}
