package io.nextscale.evaluate.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleSetTest {
  @TempDir private Path folder;

  private SampleSet set(int count, int classes, int batch, KeepBest keep) {
    return new SampleSet(folder, count, classes, 0, batch, keep);
  }

  private static List<SampleGroup> groups(SampleSet set, int parts) {
    List<SampleGroup> groups = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      set.missing(part, parts).forEach(block -> groups.addAll(block.groups()));
    }
    return groups;
  }

  @ParameterizedTest
  @CsvSource({
    "23, 5, 4, 1, 1, 1",
    "23, 5, 4, 2, 3, 1",
    "23, 5, 4, 2, 3, 3",
    "4, 5, 8, 2, 3, 2",
    "60, 3, 1, 5, 20, 4",
    "50000, 1000, 64, 25, 50, 7",
    "7, 1, 3, 3, 4, 2"
  })
  void partsHoldEachImageOnceAndEachCandidateOnce(
      int count, int classes, int batch, int kept, int of, int parts) {
    SampleSet set = set(count, classes, batch, new KeepBest(kept, of));
    List<SampleGroup> groups = groups(set, parts);

    assertThat(groups.stream().flatMap(group -> group.images().stream()).sorted().toList())
        .isEqualTo(IntStream.range(0, count).boxed().toList());
    Set<Long> candidates = new HashSet<>();
    for (SampleGroup group : groups) {
      assertThat(group.images()).hasSizeBetween(1, kept).isSorted();
      assertThat(group.candidates()).hasSize(of).isSorted();
      assertThat(group.images()).allMatch(image -> image % classes == group.classId());
      assertThat(group.candidates()).allMatch(number -> number % classes == group.classId());
      group.candidates().forEach(number -> assertThat(candidates.add(number)).isTrue());
    }
    if (count % (classes * kept) == 0) {
      assertThat(candidates).allMatch(number -> number < (long) count / kept * of);
    }
    int size = 0;
    for (int part = 0; part < parts; part++) {
      size += set.size(part, parts);
    }
    assertThat(size).isEqualTo(count);
  }

  @Test
  void groupsDoNotDependOnTheBatch() {
    assertThat(new HashSet<>(groups(set(60, 3, 1, new KeepBest(2, 5)), 1)))
        .isEqualTo(new HashSet<>(groups(set(60, 3, 32, new KeepBest(2, 5)), 4)));
    SampleGroup second = groups(set(60, 3, 1, new KeepBest(2, 5)), 1).get(4);
    assertThat(second)
        .isEqualTo(new SampleGroup(1, List.of(7, 10), List.of(16L, 19L, 22L, 25L, 28L)));
  }

  @Test
  void aBlockIsAsManyGroupsAsABatchHolds() {
    assertThat(set(60, 3, 11, new KeepBest(2, 5)).missing(0, 1).getFirst().groups()).hasSize(2);
    assertThat(set(60, 3, 2, new KeepBest(2, 5)).missing(0, 1).getFirst().groups()).hasSize(1);
    assertThat(set(60, 3, 8, KeepBest.ALL).missing(0, 1).getFirst().size()).isEqualTo(8);
  }

  @Test
  void aBlockThatLacksAnImageIsMissing() throws IOException {
    SampleSet set = set(12, 3, 1, new KeepBest(2, 5));
    Files.createDirectory(folder.resolve("000"));
    for (int image = 0; image < 12; image++) {
      Files.createFile(set.file(image));
    }
    assertThat(set.missing(0, 1)).isEmpty();
    Files.delete(set.file(10));
    assertThat(set.missing(0, 1))
        .singleElement()
        .satisfies(block -> assertThat(block.groups().getFirst().images()).containsExactly(7, 10));
  }

  @Test
  void theManifestOfASetThatKeepsAllSaysNothingOfAChoice() {
    assertThat(set(12, 3, 1, KeepBest.ALL).parameters().keySet())
        .containsExactly("count", "classes", "seed", "batch");
    assertThat(set(12, 3, 1, new KeepBest(2, 5)).parameters()).containsEntry("keep_best", "2/5");
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "5, 5", "6, 5", "-1, 2"})
  void numbersThatKeepNothingOrEverythingAreRefused(int kept, int of) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeepBest(kept, of))
        .withMessageContaining(kept + " of " + of + " images are kept");
  }
}
