package io.nextscale.var.raster;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.generate.GenerationRun;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.generate.TokenSampler;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.ScaleStep;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.Pass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Generates images token by token, row by row ({@code generate} in LlamaGen's {@code generate.py});
 * each row of the grid is a step.
 */
public final class RasterRun implements GenerationRun {
  private final TensorScope owner = TensorScope.create();
  private final RasterNetwork network;
  private final VqVae tokenizer;
  private final ScaleLoop.Plan plan;
  private final Runnable interruption;
  private final RasterNetwork.Conditioned conditioned;
  private final IntFunction<Pass> passes;
  private final TokenSampler sampler;
  private final ScaleStep step;
  private final Scale grid;
  private final int images;
  private final int rowsPerImage;
  private final long[][] drawn; // by image
  private final List<Tensor> codes = new ArrayList<>(); // (B, Cvae, 1, w) of each row
  private int row;
  private List<Tensor> logits = List.of();

  /** Allocates what a network carries from token to token. */
  public interface States {
    /**
     * Returns the pass of each position; its tensors belong to the open scope.
     *
     * @param rows of the batch
     * @param positions of the run
     */
    IntFunction<Pass> begin(int rows, int positions);
  }

  /**
   * Begins a run.
   *
   * @param plan of one scale, without forced tokens
   * @param interruption called before each block; may throw to end the run
   * @throws IllegalArgumentException if a class does not exist
   */
  public RasterRun(
      RasterNetwork network,
      VqVae tokenizer,
      ScaleLoop.Plan plan,
      States states,
      Runnable interruption) {
    this.network = network;
    this.tokenizer = tokenizer;
    this.plan = plan;
    this.interruption = interruption;
    grid = plan.scales().last();
    images = plan.classes().length;
    drawn = new long[images][grid.tokens()];
    sampler = new TokenSampler(plan.drawing(), network.config().vocabularySize());
    long[] rows = plan.rows(network.config().classes());
    rowsPerImage = rows.length / images;
    boolean begun = false;
    try (TensorScope.Entry entry = owner.enter()) {
      conditioned = network.of(rows);
      passes = states.begin(rows.length, grid.tokens());
      step = tokenizer.quantizer().begin(plan.scales());
      begun = true;
    } finally {
      if (!begun) {
        owner.close();
      }
    }
  }

  @Override
  public List<Scale> steps() {
    return Collections.nCopies(grid.height(), new Scale(1, grid.width()));
  }

  @Override
  public boolean hasNext() {
    return row < grid.height();
  }

  @Override
  public Done next() {
    logits.forEach(Tensor::close);
    try (TensorScope.Entry entry = owner.enter();
        TensorScope scope = TensorScope.open()) {
      int width = grid.width();
      long[] tokens = new long[images * width];
      List<Tensor> ofTokens = new ArrayList<>();
      for (int column = 0; column < width; column++) {
        int position = row * width + column;
        Tensor guided = predict(position);
        ofTokens.add(guided);
        long[] next = sampler.draw(guided, plan.scales(), 0, position).tokens();
        for (int b = 0; b < images; b++) {
          tokens[b * width + column] = next[b];
          drawn[b][position] = next[b];
        }
      }
      Tensor rowLogits = scope.keep(Functional.cat(ofTokens, 1));
      logits = List.of(rowLogits);
      codes.add(scope.keep(tokenizer.codes(tokens, images, new Scale(1, width))));
      row++;
      step.accept(0, soFar());
      return new Done(row - 1, 0, rowLogits, tokens, scope.keep(step.decoderInput()));
    }
  }

  /** Computes the guided logits (B, 1, V) of a token. */
  private Tensor predict(int position) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor input =
          position == 0 ? conditioned.start() : conditioned.next(last(position), position);
      Tensor hidden = conditioned.hidden(input, position, passes.apply(position), interruption);
      Tensor guided = plan.guidance().combine(hidden, 0, position);
      return scope.keep(sampler.exclude(network.logits(guided)));
    }
  }

  /** Returns the token before a position for each row: both rows of an image have the same. */
  private long[] last(int position) {
    long[] tokens = new long[images * rowsPerImage];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = drawn[i % images][position - 1];
    }
    return tokens;
  }

  /** Joins the codes of the rows so far, and zeros for those to come. */
  private Tensor soFar() {
    List<Tensor> all = new ArrayList<>(codes);
    Tensor one = codes.getFirst();
    if (row < grid.height()) {
      all.add(
          Tensor.zeros(
              DType.FLOAT32, one.device(), images, one.size(1), grid.height() - row, grid.width()));
    }
    return Functional.cat(all, 2);
  }

  @Override
  public ScaleLoop.Outcome outcome() {
    if (hasNext()) {
      throw new IllegalStateException("row %s was not computed yet".formatted(row));
    }
    return new ScaleLoop.Outcome(new TokenMaps(plan.scales(), drawn), step.decoderInput());
  }

  @Override
  public void close() {
    owner.close();
  }
}
