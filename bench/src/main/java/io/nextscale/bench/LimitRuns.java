package io.nextscale.bench;

import io.nextscale.torch.OperatorProfile;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Timings;
import io.nextscale.var.sampling.Guidance;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes the images that are measured.
 *
 * @param generator the model
 * @param requests how many requests the medians of one image are of
 */
record LimitRuns(ImageGenerator generator, int requests) {
  /** Requests of several images and profiled ones: fewer, they take long or matter less. */
  private static final int MOST_OTHERS = 3;

  /** So many images at once take long, and average by themselves. */
  private static final int MANY = 8;

  private static final int WARM_UPS = 3;

  /** One request. */
  Timings once(int images, boolean guided) {
    int classes = generator.spec().transformer().classes();
    int[] labels = IntStream.range(0, images).map(i -> (i + 1) % classes).toArray();
    GenerationRequest.Builder request = GenerationRequest.of(labels).seed(1);
    if (!guided) {
      Guidance.Form form = generator.spec().defaults().guidance().form();
      request.cfg(form == Guidance.Form.RAMP ? 0 : 1);
    }
    return generator.generate(request.build()).timings();
  }

  /**
   * Several requests of the same, each between two products of {@link MachinePace}. Before those of
   * one image are some that do not count: Java's compiler is at work in them. Of many images there
   * is one request.
   */
  List<PacedRun> several(int images, boolean guided, MachinePace pace) {
    for (int i = 0; images == 1 && i < Math.min(requests, WARM_UPS); i++) {
      once(images, guided);
    }
    List<PacedRun> runs = new ArrayList<>();
    double before = pace.now();
    for (int i = 0; i < (images == 1 ? requests : images < MANY ? others() : 1); i++) {
      Timings timings = once(images, guided);
      double after = pace.now();
      runs.add(new PacedRun(timings, Math.min(before, after)));
      before = after;
    }
    return runs;
  }

  /** Guided images with the operators timed, after others. */
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
