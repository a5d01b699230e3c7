package io.nextscale.bench;

import io.nextscale.torch.OperatorProfile;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Timings;
import java.util.ArrayList;
import java.util.List;

/**
 * Times of the operators of one image, by scale.
 *
 * @param scales of each scale
 * @param decode of all that follows the last scale
 * @param whole of all
 */
record ImageProfile(List<OperatorTimes> scales, OperatorTimes decode, OperatorTimes whole) {
  /** Generates an image and profiles it. */
  static ImageProfile of(ImageGenerator generator, GenerationRequest.Builder request) {
    try (Recording recording = new Recording()) {
      GenerationRequest recorded = request.onScale(event -> recording.next()).build();
      Timings timings = generator.generate(recorded).timings();
      recording.next();
      List<OperatorTimes> scales = new ArrayList<>();
      for (int k = 0; k < timings.transformer().size(); k++) {
        scales.add(recording.times(k, timings.transformer().get(k)));
      }
      OperatorTimes decode = recording.times(scales.size(), timings.decode());
      List<OperatorTimes> all = new ArrayList<>(scales);
      all.add(decode);
      return new ImageProfile(scales, decode, OperatorTimes.sum(timings.total(), all));
    }
  }

  /** Profiles one part after the other. */
  private static final class Recording implements AutoCloseable {
    private final List<OperatorProfile> ended = new ArrayList<>();
    private OperatorProfile current = OperatorProfile.start();

    void next() {
      current.close();
      ended.add(current);
      current = OperatorProfile.start();
    }

    OperatorTimes times(int part, double seconds) {
      OperatorProfile profile = ended.get(part);
      double help = profile.helpSeconds() - profile.waitSeconds();
      return new OperatorTimes(seconds, help, profile.entries());
    }

    @Override
    public void close() {
      current.close();
    }
  }
}
