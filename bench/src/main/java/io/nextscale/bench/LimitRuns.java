package io.nextscale.bench;

import io.nextscale.torch.OperatorProfile;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Timings;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Generates the images that are measured.
 *
 * @param generator the model
 * @param requests number of requests that the medians of one image are taken of
 */
record LimitRuns(ImageGenerator generator, int requests) {
  /** Number of requests for batches and profiles, which take long or matter less. */
  private static final int MOST_OTHERS = 3;

  /** Batch size from which one request is enough: it takes long and averages by itself. */
  private static final int LARGE_BATCH = 8;

  private static final int WARM_UPS = 3;

  /** Generates once; returns the times of the request. */
  Timings once(int images, boolean guided) {
    int classes = generator.spec().transformer().classes();
    int[] labels = IntStream.range(0, images).map(i -> (i + 1) % classes).toArray();
    GenerationRequest.Builder request = GenerationRequest.of(labels).seed(1);
    if (!guided) {
      ClassifierFreeGuidance.Form form = generator.spec().defaults().guidance().form();
      request.cfg(form == ClassifierFreeGuidance.Form.RAMP ? 0 : 1);
    }
    return generator.generate(request.build()).timings();
  }

  /**
   * Repeats a request, each time between two products of {@link MachinePace}. A request of one
   * image is repeated before without being counted, while Java's compiler is at work.
   */
  List<PacedRun> several(int images, boolean guided, MachinePace pace) {
    for (int i = 0; images == 1 && i < Math.min(requests, WARM_UPS); i++) {
      once(images, guided);
    }
    List<PacedRun> runs = new ArrayList<>();
    double before = pace.now();
    for (int i = 0; i < (images == 1 ? requests : images < LARGE_BATCH ? others() : 1); i++) {
      Timings timings = once(images, guided);
      double after = pace.now();
      runs.add(new PacedRun(timings, Math.min(before, after)));
      before = after;
    }
    return runs;
  }

  /** Generates guided images with timed operators; the model is warm by then. */
  JavaShare javaShare() {
    List<JavaShare.Run> runs = new ArrayList<>();
    for (int i = 0; i < others(); i++) {
      try (OperatorProfile profile = OperatorProfile.start()) {
        runs.add(JavaShare.Run.of(once(1, true).total(), profile));
      }
    }
    return JavaShare.of(runs);
  }

  private int others() {
    return Math.min(requests, MOST_OTHERS);
  }
}
