package io.nextscale.tests;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import java.util.ArrayList;
import java.util.List;

/** Replaces linear layers by ones that note what they see, in the order in which they stand. */
final class NotingLinears implements LayerForm {
  private final List<Noting> blocks = new ArrayList<>();
  private final List<Noting> outside = new ArrayList<>();

  /** The layers of the blocks. */
  List<Noting> blocks() {
    return blocks;
  }

  /** The layers outside of the blocks. */
  List<Noting> outside() {
    return outside;
  }

  @Override
  public Linear ofBlock(Linear linear) {
    blocks.add(new Noting(linear));
    return blocks.getLast();
  }

  @Override
  public Linear outsideBlocks(Linear linear) {
    outside.add(new Noting(linear));
    return outside.getLast();
  }

  @Override
  public Attention attention(Attention attention, double largestScore) {
    return attention;
  }

  @Override
  public DType keyType(DType layers, Device device) {
    return layers;
  }

  /** A layer that notes its last input and output. */
  static final class Noting implements Linear {
    private final Linear linear;
    private float[] in = {};
    private float[] out = {};

    private Noting(Linear linear) {
      this.linear = linear;
    }

    float[] input() {
      return in;
    }

    float[] output() {
      return out;
    }

    @Override
    public DType dtype() {
      return linear.dtype();
    }

    @Override
    public Tensor forward(Tensor input) {
      Tensor result = linear.forward(input);
      in = input.contiguous().toFloats();
      out = result.contiguous().toFloats();
      return result;
    }

    @Override
    public Tensor forwardGelu(Tensor input) {
      return linear.forwardGelu(input);
    }
  }
}
