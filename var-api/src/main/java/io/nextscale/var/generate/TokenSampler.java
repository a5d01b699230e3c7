package io.nextscale.var.generate;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.Parallel;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenPlace;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws the tokens of a scale, on as many threads as libtorch computes with: their cores are idle
 * meanwhile. Each row has noise of its own, so the result does not depend on the threads. For use
 * by one thread at a time.
 */
public final class TokenSampler {
  private static final int LOGITS_AT_ONCE = 1 << 20; // bounds the copy on the heap
  private static final double EXCLUDED_LOGIT = -100; // for listeners; sampling takes −∞

  private final Sampling sampling;
  private final List<RowSampler> workers = new ArrayList<>();
  private final int vocabulary;
  private float[] logits = {};

  /**
   * Makes the sampler of one generation.
   *
   * @param vocabulary V, number of codes
   * @throws IllegalArgumentException if the sampling does not fit the vocabulary
   */
  public TokenSampler(Drawing drawing, int vocabulary) {
    sampling = drawing.sampling();
    this.vocabulary = vocabulary;
    for (int i = 0; i < CpuThreads.count(); i++) {
      workers.add(new RowSampler(drawing, vocabulary));
    }
  }

  /**
   * Tokens of a scale.
   *
   * @param tokens (B, l), row-major
   * @param mixture float32 (B, l, V) on the CPU: weights of the codes in the smooth mode, else null
   */
  public record Drawn(long[] tokens, @Nullable Tensor mixture) {}

  /**
   * The part of a grid that is drawn.
   *
   * @param k index of its scale
   * @param start position of its first token among all of an image
   * @param greedy whether the most probable token is taken
   */
  private record Grid(Scales scales, int k, int start, boolean greedy) {
    /** Ratio of the scales that are done, 0 to 1. */
    double ratio() {
      return scales.count() == 1 ? 0 : (double) k / (scales.count() - 1);
    }
  }

  /** Some rows of a grid, copied to the heap. */
  private record Block(int first, int count, float[] logits, float[] mixture) {}

  /** Copies logits (B, l, V) with those of the excluded codes at −100. */
  public Tensor exclude(Tensor guided) {
    if (sampling.excludedCodes().isEmpty()) {
      return guided;
    }
    boolean[] excluded = new boolean[vocabulary];
    sampling.excludedCodes().forEach(code -> excluded[code] = true);
    Tensor mask = Tensor.of(excluded, vocabulary).to(guided.device());
    return Functional.where(mask, Tensor.scalar(EXCLUDED_LOGIT), guided);
  }

  /**
   * Draws the tokens of scale k.
   *
   * @param guided logits after guidance, (B, l, V), float32
   * @param scales of the generation
   * @throws IllegalStateException if a logit is NaN or +∞, or all of a row are −∞
   * @throws IllegalArgumentException if the request's processor or noise made them so
   */
  public Drawn draw(Tensor guided, Scales scales, int k) {
    reserve(guided.size(0) * largest(scales)); // once a run
    return draw(guided, scales, k, 0);
  }

  /**
   * Draws some tokens of scale k.
   *
   * @param guided logits after guidance, (B, n, V), float32
   * @param first index of the first of these n tokens in the scale's grid
   * @throws IllegalStateException if a logit is NaN or +∞, or all of a row are −∞
   * @throws IllegalArgumentException if the request's processor or noise made them so
   */
  public Drawn draw(Tensor guided, Scales scales, int k, int first) {
    reserve(guided.size(0) * guided.size(1));
    boolean greedy = sampling.greedyGrids().contains(scales.get(k));
    return draw(guided, new Grid(scales, k, scales.start(k) + first, greedy));
  }

  /** Makes room for the logits of some rows, or for as many as are held at once. */
  private void reserve(long rows) {
    int most = Math.clamp(rows, 1, Math.max(1, LOGITS_AT_ONCE / vocabulary));
    if (logits.length < most * vocabulary) {
      logits = new float[most * vocabulary];
    }
  }

  private Drawn draw(Tensor guided, Grid grid) {
    int batch = (int) guided.size(0);
    int length = (int) guided.size(1);
    long[] tokens = new long[batch * length];
    int most = logits.length / vocabulary;
    float[] weights = new float[sampling.smooth() ? most * vocabulary : 0];
    Tensor mixture =
        sampling.smooth()
            ? Tensor.empty(DType.FLOAT32, Device.CPU, batch, length, vocabulary)
            : null;
    try (TensorScope scope = TensorScope.open()) {
      MemorySegment memory = guided.to(Device.CPU).contiguous().segment();
      for (int first = 0; first < tokens.length; first += most) {
        int count = Math.min(most, tokens.length - first);
        long offset = (long) first * vocabulary * Float.BYTES;
        MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, offset, logits, 0, count * vocabulary);
        drawBlock(new Block(first, count, logits, weights), grid, tokens, length);
        if (mixture != null) {
          MemorySegment.copy(
              weights, 0, mixture.segment(), ValueLayout.JAVA_FLOAT, offset, count * vocabulary);
        }
      }
    }
    requireDrawn(tokens, length, grid.start());
    return new Drawn(tokens, mixture);
  }

  private static int largest(Scales scales) {
    return scales.list().stream().mapToInt(Scale::tokens).max().orElseThrow();
  }

  /** Draws a block; each worker draws every n-th row. */
  private void drawBlock(Block block, Grid grid, long[] tokens, int length) {
    int count = Math.min(workers.size(), block.count());
    Parallel.forEach(
        count,
        first -> {
          RowSampler worker = workers.get(first);
          for (int i = first; i < block.count(); i += count) {
            int row = block.first() + i;
            int image = row / length;
            int position = grid.start() + row % length;
            int offset = i * vocabulary;
            TokenPlace place = new TokenPlace(image, grid.scales(), grid.k(), position);
            tokens[row] = worker.draw(block.logits(), offset, grid.greedy(), place);
            if (sampling.smooth()) {
              worker.mix(grid.ratio(), place, block.mixture(), offset);
            }
          }
        });
  }

  private static void requireDrawn(long[] tokens, int length, int start) {
    for (int i = 0; i < tokens.length; i++) {
      int position = start + i % length;
      if (tokens[i] == RowSampler.NOT_FINITE) {
        throw new IllegalStateException(
            ("the model computed NaN or infinity at position %s of image %s: its weights are damaged"
                    + " or overflow in this element type")
                .formatted(position, i / length));
      }
      if (tokens[i] == RowSampler.MADE_NOT_FINITE) {
        throw new IllegalArgumentException(
            ("the logits processor left NaN, +∞ or no code at position %s of image %s:"
                    + " expected a logit above −∞ for one code at least")
                .formatted(position, i / length));
      }
    }
  }
}
