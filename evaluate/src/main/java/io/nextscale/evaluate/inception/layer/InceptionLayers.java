package io.nextscale.evaluate.inception.layer;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.WeightReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the stages of the network (Szegedy et al. 2015, "Rethinking the Inception architecture", as
 * OpenAI's and the other evaluators have it). It differs from torchvision's: average pools leave
 * the padding out of the count, and {@code Mixed_7c} pools by maximum.
 */
public final class InceptionLayers {
  private final WeightReader weights;
  private final DType type;

  /**
   * Makes a reader.
   *
   * @param weights which convert to float64
   * @param type element type in which the layers compute
   */
  public InceptionLayers(WeightReader weights, DType type) {
    this.weights = weights;
    this.type = type;
  }

  /** Returns the stages by name, in their order: image (B, 3, 299, 299) to (B, 2048, 8, 8). */
  public Map<String, Part> read() {
    Map<String, Part> stages = new LinkedHashMap<>();
    stages.put("Conv2d_1a_3x3", halving("Conv2d_1a_3x3", 32, 3));
    stages.put("Conv2d_2a_3x3", unit("Conv2d_2a_3x3", 32, 32, 3, 3, 1, false));
    stages.put("Conv2d_2b_3x3", unit("Conv2d_2b_3x3", 64, 32, 3, 3));
    stages.put("MaxPool_1", Pool.HALVING_MAXIMUM);
    stages.put("Conv2d_3b_1x1", unit("Conv2d_3b_1x1", 80, 64, 1, 1));
    stages.put("Conv2d_4a_3x3", unit("Conv2d_4a_3x3", 192, 80, 3, 3, 1, false));
    stages.put("MaxPool_2", Pool.HALVING_MAXIMUM);
    stages.put("Mixed_5b", blockOf35("Mixed_5b", 192, 32));
    stages.put("Mixed_5c", blockOf35("Mixed_5c", 256, 64));
    stages.put("Mixed_5d", blockOf35("Mixed_5d", 288, 64));
    stages.put("Mixed_6a", reductionTo17("Mixed_6a", 288));
    stages.put("Mixed_6b", blockOf17("Mixed_6b", 128));
    stages.put("Mixed_6c", blockOf17("Mixed_6c", 160));
    stages.put("Mixed_6d", blockOf17("Mixed_6d", 160));
    stages.put("Mixed_6e", blockOf17("Mixed_6e", 192));
    stages.put("Mixed_7a", reductionTo8("Mixed_7a", 768));
    stages.put("Mixed_7b", blockOf8("Mixed_7b", 1280, Pool.AVERAGE));
    stages.put("Mixed_7c", blockOf8("Mixed_7c", 2048, Pool.MAXIMUM));
    return stages;
  }

  private Part unit(String name, int out, int in, int height, int width) {
    return unit(name, out, in, height, width, 1, true);
  }

  private Part halving(String name, int out, int in) {
    return unit(name, out, in, 3, 3, 2, false);
  }

  private Part unit(
      String name, int out, int in, int height, int width, int stride, boolean padded) {
    return ConvUnit.read(weights.at(name), type, out, in, height, width, stride, padded);
  }

  /** Three 3×3 convolutions, the path of the two first kinds of block. */
  private Part doubled(String name, int in, int stride) {
    return Chain.of(
        unit(name + "_1", 64, in, 1, 1),
        unit(name + "_2", 96, 64, 3, 3),
        unit(name + "_3", 96, 96, 3, 3, stride, stride == 1));
  }

  private Part blockOf35(String name, int in, int pooled) {
    return Branches.of(
        unit(name + ".branch1x1", 64, in, 1, 1),
        Chain.of(
            unit(name + ".branch5x5_1", 48, in, 1, 1), unit(name + ".branch5x5_2", 64, 48, 5, 5)),
        doubled(name + ".branch3x3dbl", in, 1),
        Chain.of(Pool.AVERAGE, unit(name + ".branch_pool", pooled, in, 1, 1)));
  }

  private Part reductionTo17(String name, int in) {
    return Branches.of(
        halving(name + ".branch3x3", 384, in),
        doubled(name + ".branch3x3dbl", in, 2),
        Pool.HALVING_MAXIMUM);
  }

  private Part blockOf17(String name, int inner) {
    int in = 768;
    String once = name + ".branch7x7";
    String twice = name + ".branch7x7dbl";
    return Branches.of(
        unit(name + ".branch1x1", 192, in, 1, 1),
        Chain.of(
            unit(once + "_1", inner, in, 1, 1),
            unit(once + "_2", inner, inner, 1, 7),
            unit(once + "_3", 192, inner, 7, 1)),
        Chain.of(
            unit(twice + "_1", inner, in, 1, 1),
            unit(twice + "_2", inner, inner, 7, 1),
            unit(twice + "_3", inner, inner, 1, 7),
            unit(twice + "_4", inner, inner, 7, 1),
            unit(twice + "_5", 192, inner, 1, 7)),
        Chain.of(Pool.AVERAGE, unit(name + ".branch_pool", 192, in, 1, 1)));
  }

  private Part reductionTo8(String name, int in) {
    String long7 = name + ".branch7x7x3";
    return Branches.of(
        Chain.of(
            unit(name + ".branch3x3_1", 192, in, 1, 1), halving(name + ".branch3x3_2", 320, 192)),
        Chain.of(
            unit(long7 + "_1", 192, in, 1, 1),
            unit(long7 + "_2", 192, 192, 1, 7),
            unit(long7 + "_3", 192, 192, 7, 1),
            halving(long7 + "_4", 192, 192)),
        Pool.HALVING_MAXIMUM);
  }

  private Part blockOf8(String name, int in, Part pool) {
    String once = name + ".branch3x3";
    String twice = name + ".branch3x3dbl";
    return Branches.of(
        unit(name + ".branch1x1", 320, in, 1, 1),
        Chain.of(unit(once + "_1", 384, in, 1, 1), crossed(once + "_2", 384)),
        Chain.of(
            unit(twice + "_1", 448, in, 1, 1),
            unit(twice + "_2", 384, 448, 3, 3),
            crossed(twice + "_3", 384)),
        Chain.of(pool, unit(name + ".branch_pool", 192, in, 1, 1)));
  }

  /** A 1×3 and a 3×1 convolution of the same input. */
  private Part crossed(String name, int channels) {
    return Branches.of(
        unit(name + "a", channels, channels, 1, 3), unit(name + "b", channels, channels, 3, 1));
  }
}
