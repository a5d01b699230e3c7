package io.nextscale.var.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.var.generate.CandidateRow;
import io.nextscale.var.generate.TokenFilter;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CounterNoiseTest {
  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(32);

  /** Philox4x32-10 as the paper writes it, on integers that cannot overflow. */
  private static int[] reference(long key, int... counter) {
    BigInteger[] c = new BigInteger[4];
    for (int i = 0; i < 4; i++) {
      c[i] = BigInteger.valueOf(counter[i] & 0xffffffffL);
    }
    BigInteger k0 = BigInteger.valueOf(key & 0xffffffffL);
    BigInteger k1 = BigInteger.valueOf(key >>> 32);
    for (int round = 0; round < 10; round++) {
      if (round > 0) {
        k0 = k0.add(new BigInteger("9E3779B9", 16)).mod(WORD);
        k1 = k1.add(new BigInteger("BB67AE85", 16)).mod(WORD);
      }
      BigInteger[] first = new BigInteger("D2511F53", 16).multiply(c[0]).divideAndRemainder(WORD);
      BigInteger[] second = new BigInteger("CD9E8D57", 16).multiply(c[2]).divideAndRemainder(WORD);
      c =
          new BigInteger[] {
            second[0].xor(c[1]).xor(k0), second[1], first[0].xor(c[3]).xor(k1), first[1]
          };
    }
    return new int[] {c[0].intValue(), c[1].intValue(), c[2].intValue(), c[3].intValue()};
  }

  /** The reference gives the answers that Random123 publishes (kat_vectors). */
  @Test
  void theReferenceKnowsThePublishedAnswers() {
    assertThat(reference(0, 0, 0, 0, 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(reference(-1, -1, -1, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(reference(0x299f31d0_a4093822L, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void agreesWithTheReference() {
    int[] words = new int[4];
    CounterNoise.philox(0, 0, 0, 0, words);
    assertThat(words).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1000; i++) {
      long key = random.nextLong();
      int c0 = random.nextInt();
      int c1 = random.nextInt();
      int c2 = random.nextInt();
      CounterNoise.philox(key, c0, c1, c2, words);
      assertThat(words).containsExactly(reference(key, c0, c1, c2, 0));
    }
    CounterNoise.philox(-1, -1, -1, -1, words);
    assertThat(words).containsExactly(reference(-1, -1, -1, -1, 0));
  }

  /** Counter: four entries of a row, position, use. Noise: −ln((x + ½)·2⁻³²). */
  @Test
  void rowsAreMadeOfTheWordsInTheirOrder() {
    float[] row = new float[10];
    long seed = 0x0123456789abcdefL;
    new CounterNoise(5, seed).exponentials(TokenNoise.Use.MIXTURE, 1, 77, row);
    for (int i = 0; i < row.length; i++) {
      int word = reference(seed, i / 4, 77, 1, 0)[i % 4];
      double unit = ((word & 0xffffffffL) + 0.5) / 4294967296.0;
      assertThat(row[i]).isCloseTo((float) -Math.log(unit), within(1e-6f));
    }
  }

  @Test
  void noiseIsExponentiallyDistributed() {
    int n = 1 << 20;
    float[] row = new float[n];
    new CounterNoise(42).exponentials(TokenNoise.Use.TOKEN, 0, 3, row);
    double sum = 0;
    double squares = 0;
    int aboveTwo = 0;
    for (float value : row) {
      assertThat(value > 0 && value < 23).isTrue();
      sum += value;
      squares += (double) value * value;
      aboveTwo += value > 2 ? 1 : 0;
    }
    double mean = sum / n;
    // five standard deviations: 1/√n of the mean, √8/√n of the variance
    assertThat(mean).isCloseTo(1, within(5 / Math.sqrt(n)));
    assertThat(squares / n - mean * mean).isCloseTo(1, within(5 * Math.sqrt(8.0 / n)));
    double tail = Math.exp(-2);
    assertThat((double) aboveTwo / n).isCloseTo(tail, within(5 * Math.sqrt(tail * (1 - tail) / n)));
  }

  @Test
  void theNoiseOfAnImageDependsOnSeedPositionAndUseOnly() {
    float[] alone = row(new CounterNoise(8), TokenNoise.Use.TOKEN, 0, 5);
    assertThat(row(new CounterNoise(6, 7, 8, 9), TokenNoise.Use.TOKEN, 2, 5))
        .containsExactly(alone);
    assertThat(row(new CounterNoise(9), TokenNoise.Use.TOKEN, 0, 5)).isNotEqualTo(alone);
    assertThat(row(new CounterNoise(8), TokenNoise.Use.TOKEN, 0, 6)).isNotEqualTo(alone);
    assertThat(row(new CounterNoise(8), TokenNoise.Use.MIXTURE, 0, 5)).isNotEqualTo(alone);
    assertThat(row(new CounterNoise(8L + (1L << 32)), TokenNoise.Use.TOKEN, 0, 5))
        .isNotEqualTo(alone);
  }

  /** Most logarithms are not computed; the sample is as if all were. */
  @Test
  void samplesTheLargestRate() {
    CounterNoise noise = new CounterNoise(3, 4);
    TokenNoise plain = (use, image, position, row) -> noise.exponentials(use, image, position, row);
    SplittableRandom random = new SplittableRandom(5);
    TokenFilter filter = new TokenFilter(Sampling.all(), 64);
    CandidateRow candidates = new CandidateRow(64);
    for (int position = 0; position < 20_000; position++) {
      float[] logits = new float[64];
      for (int i = 0; i < logits.length; i++) {
        boolean out = random.nextInt(3) == 0;
        logits[i] = out ? Float.NEGATIVE_INFINITY : (float) random.nextDouble(0, position % 30 + 1);
      }
      logits[position % 64] = 1;
      filter.keep(logits, candidates);
      assertThat(noise.sample(TokenNoise.Use.TOKEN, 1, position, candidates.view()))
          .isEqualTo(plain.sample(TokenNoise.Use.TOKEN, 1, position, candidates.view()));
    }
  }

  private static float[] row(TokenNoise noise, TokenNoise.Use use, int image, int position) {
    float[] row = new float[64];
    noise.exponentials(use, image, position, row);
    return row;
  }

  /** Neighbouring seeds, positions and entries are not correlated. */
  @Test
  void neighboursAreIndependent() {
    int n = 1 << 16;
    float[] here = new float[n];
    float[] next = new float[n];
    new CounterNoise(1).exponentials(TokenNoise.Use.TOKEN, 0, 0, here);
    new CounterNoise(2).exponentials(TokenNoise.Use.TOKEN, 0, 0, next);
    assertThat(correlation(here, next, 0)).isCloseTo(0, within(5 / Math.sqrt(n)));
    new CounterNoise(1).exponentials(TokenNoise.Use.TOKEN, 0, 1, next);
    assertThat(correlation(here, next, 0)).isCloseTo(0, within(5 / Math.sqrt(n)));
    assertThat(correlation(here, here, 1)).isCloseTo(0, within(5 / Math.sqrt(n)));
  }

  private static double correlation(float[] one, float[] other, int shift) {
    double sum = 0;
    for (int i = 0; i + shift < one.length; i++) {
      sum += (one[i] - 1.0) * (other[i + shift] - 1.0);
    }
    return sum / (one.length - shift);
  }
}
