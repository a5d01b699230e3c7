package io.nextscale.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ImageBatchesTest {
  private static final Augmentation ALL = new Augmentation(0.5, Set.of(), 0.1, 2, 0.15, 0.06);
  private static final int SIZE = 8;

  @TempDir static Path folder;
  private ImageCache cache;

  @BeforeEach
  void decode() throws IOException {
    cache = TestImages.cache(folder, SIZE);
  }

  @Test
  void batchesHoldTheirImages() {
    try (ImageBatches batches = batches(Augmentation.NONE, 0)) {
      for (int n = 0; n < 8; n++) {
        Batch batch = batches.next();
        assertThat(batch.index()).isEqualTo(n);
        assertThat(batch.size()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
          Batch alone = cache.batch(batch.images()[i], 1);
          assertThat(batch.labels()[i]).isEqualTo(alone.labels()[0]);
          assertThat(copy(batch.pixels(), i)).isEqualTo(alone.pixels());
        }
      }
    }
  }

  @Test
  void preparingAheadChangesNothing() {
    try (ImageBatches batches = batches(ALL, 0)) {
      for (int n = 0; n < 12; n++) {
        same(batches.next(), batches.batch(n));
      }
    }
  }

  @Test
  void resumedStreamsGoOnTheSame() {
    List<Batch> whole = new ArrayList<>();
    try (ImageBatches batches = batches(ALL, 0)) {
      for (int n = 0; n < 12; n++) {
        whole.add(batches.next());
      }
    }
    for (int first : new int[] {1, 5, 11}) {
      try (ImageBatches batches = batches(ALL, first)) {
        for (int n = first; n < 12; n++) {
          same(batches.next(), whole.get(n));
        }
      }
    }
  }

  @Test
  void samplesDoNotDependOnTheBatchSize() {
    SampleOrder order = SampleOrder.balanced(cache.labels(), 0.5, 1);
    try (ImageBatches ones = new ImageBatches(cache, ALL, order, 1, 1, 0);
        ImageBatches fives = new ImageBatches(cache, ALL, order, 1, 5, 0)) {
      Batch five = fives.next();
      for (int i = 0; i < 5; i++) {
        assertThat(copy(five.pixels(), i)).isEqualTo(ones.next().pixels());
      }
    }
  }

  @Test
  void closingStopsTheThread() {
    ImageBatches batches = batches(ALL, 0);
    batches.next();
    batches.close();
    batches.close();

    assertThatIllegalStateException().isThrownBy(batches::next).withMessageContaining("closed");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("nextscale-batches"));
  }

  @Test
  void failuresReachTheConsumer() {
    long last = Long.MAX_VALUE / 3; // the next one's positions overflow
    try (ImageBatches batches = batches(ALL, last - 1)) {
      assertThat(batches.next().index()).isEqualTo(last - 1);
      for (int i = 0; i < 2; i++) {
        assertThatIllegalStateException()
            .isThrownBy(
                () -> {
                  batches.next();
                  batches.next();
                })
            .withCauseInstanceOf(ArithmeticException.class);
      }
    }
  }

  @Test
  void argumentsAreChecked() {
    SampleOrder order = SampleOrder.shuffled(10, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBatches(cache, ALL, SampleOrder.shuffled(9, 1), 1, 3, 0))
        .withMessageContaining("9")
        .withMessageContaining("10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBatches(cache, ALL, order, 1, 0, 0))
        .withMessageContaining("batchSize");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBatches(cache, ALL, order, 1, 3, -1))
        .withMessageContaining("firstBatch");
  }

  private ImageBatches batches(Augmentation augmentation, long first) {
    return new ImageBatches(cache, augmentation, SampleOrder.shuffled(10, 2), 1, 3, first);
  }

  private static float[] copy(float[] pixels, int index) {
    int plane = 3 * SIZE * SIZE;
    return java.util.Arrays.copyOfRange(pixels, index * plane, (index + 1) * plane);
  }

  private static void same(Batch one, Batch other) {
    assertThat(one).usingRecursiveComparison().isEqualTo(other);
  }
}
