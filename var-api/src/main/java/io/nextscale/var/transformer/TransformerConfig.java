package io.nextscale.var.transformer;

/**
 * The numbers that define a transformer (VAR's {@code models/var.py}, FlexVAR's {@code
 * models/flexvar.py}).
 *
 * @param depth number of blocks
 * @param width C
 * @param heads of attention; divides the width
 * @param hiddenWidth of the MLP
 * @param classes number of classes; one more row of the embedding means "no class"
 * @param normEpsilon added to the variance in every LayerNorm
 * @param sharedAdaLn one modulation for all blocks plus an offset for each, instead of one linear
 *     map each
 * @param normalizedAttention query and key of unit length and a learned scale for each head
 * @param positionGrid side of the learned grid of positions; 0: a table for fixed scales
 * @param codeWidth Cvae of the tokenizer
 * @param vocabularySize V of the tokenizer
 */
public record TransformerConfig(
    int depth,
    int width,
    int heads,
    int hiddenWidth,
    int classes,
    double normEpsilon,
    boolean sharedAdaLn,
    boolean normalizedAttention,
    int positionGrid,
    int codeWidth,
    int vocabularySize) {

  /** Checks every range. */
  public TransformerConfig {
    require("depth", depth, 1, 256);
    require("embed_dim", width, 1, 1 << 16);
    require("num_heads", heads, 1, 1 << 10);
    require("hidden width of the MLP", hiddenWidth, 1, 1 << 20);
    require("num_classes", classes, 1, 1 << 24);
    require("position grid", positionGrid, 0, 1024);
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "embed_dim " + width + ": not a multiple of num_heads " + heads);
    }
    if (!(normEpsilon > 0)) {
      throw new IllegalArgumentException("norm_eps " + normEpsilon + ": must be positive");
    }
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " " + value + ": expected " + least + " to " + most);
    }
  }

  /** Numbers in the linear maps of all blocks, those of modulations apart. */
  public long mapNumbers() {
    return (long) depth * width * (4L * width + 2L * hiddenWidth);
  }

  /** Width of one head. */
  public int headWidth() {
    return width / heads;
  }
}
