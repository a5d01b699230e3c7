package io.nextscale.bench;

import io.nextscale.evaluate.feature.FeatureFile;
import io.nextscale.evaluate.feature.FeaturePass;
import io.nextscale.evaluate.feature.ImageFeatures;
import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.Inception;
import io.nextscale.evaluate.inception.InputScaling;
import io.nextscale.torch.OperatorProfile;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.Parallel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times of an evaluation's features. All threads compute at once, each its own batches.
 *
 * @param multiplyAdds by stage, of one image
 * @param stages seconds that one thread spends on a stage of one image
 * @param operators seconds that one thread spends in an operator of the network for one image
 * @param networkRate images per second of the network alone
 * @param passRate images per second, decoding and resizing included
 * @param resident bytes in memory by the number of images that are done
 */
record EvaluationTimes(
    Map<String, Long> multiplyAdds,
    Map<String, Double> stages,
    Map<String, Double> operators,
    double networkRate,
    double passRate,
    Map<Integer, Long> resident) {
  private static final String DECODING = "decoding PNG";
  private static final String RESIZING = "resizing";
  private static final int ROUNDS = 5;
  private static final int POINTS = 10;

  /** Measures a network after a warm-up. */
  static EvaluationTimes measure(Inception network, PngImages images, int batch)
      throws IOException {
    int threads = CpuThreads.count();
    int count = batch * threads;
    round(network, images, batch, new LinkedHashMap<>());
    Map<String, Double> stages = new LinkedHashMap<>();
    Map<String, Double> operators = new LinkedHashMap<>();
    double fastest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < ROUNDS; i++) {
      Map<String, Long> nanos = new LinkedHashMap<>();
      double seconds;
      try (OperatorProfile profile = OperatorProfile.start()) {
        seconds = round(network, images, batch, nanos);
        profile
            .entries()
            .forEach(e -> operators.merge(e.operator(), e.seconds() / count, Math::min));
      }
      nanos.forEach((stage, sum) -> stages.merge(stage, sum * 1e-9 / count, Math::min));
      fastest = Math.min(fastest, seconds);
    }
    Map<Integer, Long> resident = new LinkedHashMap<>();
    double pass = pass(network, images, batch, resident);
    return new EvaluationTimes(
        network.multiplyAdds(), stages, operators, count / fastest, images.size() / pass, resident);
  }

  /** Decodes, resizes and computes a batch on each thread; returns the seconds of computing. */
  private static double round(
      Inception network, PngImages images, int batch, Map<String, Long> nanos) {
    int threads = CpuThreads.count();
    Tensor[] inputs = new Tensor[threads];
    try (TensorScope scope = TensorScope.open()) {
      for (int thread = 0; thread < threads; thread++) {
        long start = System.nanoTime();
        List<RgbSamples> decoded = decode(images, batch);
        long read = System.nanoTime();
        inputs[thread] = InputScaling.TENSORFLOW.tensor(decoded);
        nanos.merge(DECODING, read - start, Long::sum);
        nanos.merge(RESIZING, System.nanoTime() - read, Long::sum);
      }
      long start = System.nanoTime();
      Parallel.forEach(
          threads,
          thread -> {
            long[] last = {System.nanoTime()};
            network.features(
                inputs[thread],
                (stage, result) -> {
                  long now = System.nanoTime();
                  synchronized (nanos) {
                    nanos.merge(stage, now - last[0], Long::sum);
                  }
                  last[0] = now;
                });
          });
      return (System.nanoTime() - start) * 1e-9;
    }
  }

  private static List<RgbSamples> decode(PngImages images, int count) {
    List<RgbSamples> decoded = new ArrayList<>();
    try (ImageSet.Images source = images.open(0)) {
      for (int i = 0; i < count; i++) {
        decoded.add(source.next().get());
      }
    }
    return decoded;
  }

  /** Computes the features of all images as an evaluation does; returns the seconds. */
  private static double pass(
      Inception network, PngImages images, int batch, Map<Integer, Long> resident)
      throws IOException {
    Path file = Files.createTempFile("nextscale-bench-", ".features");
    int part = Math.max(1, images.size() / POINTS);
    try (FeatureFile features = FeatureFile.open(file, images.fingerprint())) {
      long start = System.nanoTime();
      new FeaturePass(decoded -> ImageFeatures.of(network, InputScaling.TENSORFLOW, decoded), batch)
          .run(
              images,
              features,
              done -> {
                if (ResidentMemory.isKnown() && done / part > resident.size()) {
                  resident.put(done, residentBytes());
                }
              },
              () -> false);
      return (System.nanoTime() - start) * 1e-9;
    } finally {
      Files.delete(file);
    }
  }

  private static long residentBytes() {
    try {
      return ResidentMemory.now();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** FLOPs of a stage for one image; 0 for work that is no convolution. */
  double flops(String stage) {
    return 2.0 * multiplyAdds.getOrDefault(stage, 0L);
  }

  /** FLOPs of one image. */
  double flops() {
    return multiplyAdds.keySet().stream().mapToDouble(this::flops).sum();
  }
}
