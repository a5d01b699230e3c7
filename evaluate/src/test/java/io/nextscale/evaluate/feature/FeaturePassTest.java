package io.nextscale.evaluate.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.evaluate.metric.FeatureRows;
import io.nextscale.torch.cpu.CpuThreads;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passes over sets whose images tell their place, with features that repeat it. */
class FeaturePassTest {
  private static final int IMAGES = 500;
  private static final int BATCH = 4;

  private final AtomicInteger inMemory = new AtomicInteger();
  private final AtomicInteger mostInMemory = new AtomicInteger();

  @TempDir private Path folder;

  @Test
  void fewImagesAreInMemoryAtOnce() {
    try (FeatureFile file = pass()) {
      assertThat(file.rows()).isEqualTo(IMAGES);
    }
    int threads = CpuThreads.count();
    assertThat(mostInMemory).hasValueBetween(1, (threads + 1 + threads) * BATCH);
  }

  @Test
  void rowsAreInTheOrderOfTheSetInOneMapping() {
    try (FeatureFile file = pass()) {
      FeatureRows pooled = file.pooled();
      FeatureRows spatial = file.spatial();
      for (int i = 0; i < IMAGES; i++) {
        assertThat(pooled.row(i)[InceptionFeatures.POOLED - 1]).isEqualTo(i);
        assertThat(spatial.row(i)[0]).isEqualTo(i + 0.5f);
      }
      assertThat(spatial.memory().address() - pooled.memory().address())
          .isEqualTo((long) InceptionFeatures.POOLED * Float.BYTES);
    }
  }

  private FeatureFile pass() {
    FeatureFile file = FeatureFile.open(folder.resolve("features"), "numbers");
    new FeaturePass(this::features, BATCH).run(new Numbers(), file, done -> {}, () -> false);
    return file;
  }

  private List<ImageFeatures> features(List<RgbSamples> images) {
    inMemory.addAndGet(-images.size());
    return images.stream().map(FeaturePassTest::features).toList();
  }

  private static ImageFeatures features(RgbSamples image) {
    float place = image.width();
    float[] pooled = new float[InceptionFeatures.POOLED];
    float[] spatial = new float[InceptionFeatures.SPATIAL];
    pooled[InceptionFeatures.POOLED - 1] = place - 1;
    spatial[0] = place - 0.5f;
    return new ImageFeatures(pooled, spatial);
  }

  /** Images of one row: the first has one column, the next two, and so on. */
  private final class Numbers implements ImageSet {
    @Override
    public Path path() {
      return folder;
    }

    @Override
    public int size() {
      return IMAGES;
    }

    @Override
    public String fingerprint() {
      return "numbers";
    }

    @Override
    public Images open(int first) {
      AtomicInteger place = new AtomicInteger(first);
      return new Images() {
        @Override
        public Supplier<RgbSamples> next() {
          int width = place.incrementAndGet();
          return () -> {
            mostInMemory.accumulateAndGet(inMemory.incrementAndGet(), Math::max);
            return new RgbSamples(1, width, new byte[3 * width]);
          };
        }

        @Override
        public void close() {} // holds nothing
      };
    }
  }
}
