package io.nextscale.var;

import io.nextscale.var.sampling.Candidates;
import io.nextscale.var.sampling.TokenNoise;
import java.util.List;

/**
 * The noise of requests that are computed as one batch: each image has the noise that it would have
 * alone.
 */
final class JointNoise implements TokenNoise {
  private final TokenNoise[] noises; // of each image of the batch
  private final int[] images; // its index in its own request

  JointNoise(List<GenerationRequest> requests) {
    int count = requests.stream().mapToInt(request -> request.classes().size()).sum();
    noises = new TokenNoise[count];
    images = new int[count];
    int next = 0;
    for (GenerationRequest request : requests) {
      TokenNoise noise = request.noise();
      for (int i = 0; i < request.classes().size(); i++) {
        noises[next] = noise;
        images[next++] = i;
      }
    }
  }

  @Override
  public void exponentials(Use use, int image, int position, float[] row) {
    noises[image].exponentials(use, images[image], position, row);
  }

  @Override
  public int sample(Use use, int image, int position, Candidates candidates) {
    return noises[image].sample(use, images[image], position, candidates);
  }
}
