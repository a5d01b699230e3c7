package io.nextscale.tests;

import io.nextscale.var.sampling.Candidates;
import io.nextscale.var.sampling.TokenNoise;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A noise that notes the probabilities of the candidates at some positions. */
final class CandidateProbabilities implements TokenNoise {
  private final TokenNoise noise;
  private final List<Integer> positions;
  private final Map<List<Integer>, float[]> rows = new ConcurrentHashMap<>();

  CandidateProbabilities(TokenNoise noise, List<Integer> positions) {
    this.noise = noise;
    this.positions = positions;
  }

  @Override
  public void exponentials(Use use, int image, int position, float[] row) {
    noise.exponentials(use, image, position, row);
  }

  @Override
  public int sample(Use use, int image, int position, Candidates candidates) {
    if (positions.contains(position)) {
      float[] row = new float[candidates.vocabulary()];
      double sum = 0;
      for (int i = 0; i < candidates.count(); i++) {
        sum += candidates.weight(i);
      }
      for (int i = 0; i < candidates.count(); i++) {
        row[candidates.code(i)] = (float) (candidates.weight(i) / sum);
      }
      rows.put(List.of(image, position), row);
    }
    return TokenNoise.super.sample(use, image, position, candidates);
  }

  /** The probabilities of the first images, (images, positions, V). */
  float[] of(int images) {
    int vocabulary = rows.values().iterator().next().length;
    float[] all = new float[images * positions.size() * vocabulary];
    int at = 0;
    for (int image = 0; image < images; image++) {
      for (int position : positions) {
        System.arraycopy(rows.get(List.of(image, position)), 0, all, at, vocabulary);
        at += vocabulary;
      }
    }
    return all;
  }
}
