package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.cpu.OneDnn;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.BlockModel;
import io.nextscale.var.nn.ChunkedAttention;
import io.nextscale.var.nn.DenseLinear;
import io.nextscale.var.nn.FusedAttention;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.nn.StackedLinear;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a transformer into the form that computes fastest, without gradients
 * (docs/decisions/0008-algebra-before-arithmetic.md): oneDNN computes the linear layers, with
 * packed weights in the blocks, and {@link HeadwiseAttention} many queries in float32; in bfloat16
 * {@link BoundedSoftmax} serves bounded scores, and {@link TiledAttention} many queries. Keys and
 * values of single queries are float32, in which one query takes less time than in bfloat16.
 * Stacked layers are one product, where few rows wait for each call
 * (docs/experiments/0055-one-token.md). Weights that others replace are freed.
 */
public final class TransformerForm implements LayerForm {
  private static final ChunkedAttention BOUNDED = new ChunkedAttention(new BoundedSoftmax());

  private final List<DenseLinear> replaced = new ArrayList<>();

  TransformerForm() {}

  /** Returns the inference form of a transformer; its tensors belong to the open scope. */
  public static <T extends BlockModel<T>> T of(T transformer) {
    TransformerForm form = new TransformerForm();
    T result = transformer.mapOutside(form);
    for (int i = 0; i < transformer.depth(); i++) {
      result = result.mapBlock(i, form);
      form.freeReplaced();
    }
    return result;
  }

  @Override
  public Linear ofBlock(Linear linear) {
    if (linear instanceof StackedLinear stacked) {
      DenseLinear joined = stacked.joined();
      replaced.add(stacked.first());
      replaced.add(stacked.second());
      return ofBlock(joined);
    }
    if (linear instanceof DenseLinear dense && OneDnn.packs(dense.weight())) {
      replaced.add(dense);
      return new OneDnnLinear(OneDnn.pack(dense.weight()), dense.bias());
    }
    return outsideBlocks(linear);
  }

  @Override
  public Linear outsideBlocks(Linear linear) {
    return linear instanceof DenseLinear dense && OneDnn.serves(dense.weight())
        ? new OneDnnLinear(dense.weight(), dense.bias())
        : linear;
  }

  @Override
  public Attention attention(Attention attention, double largestScore) {
    if (attention instanceof FusedAttention) {
      return new HeadwiseAttention(attention);
    }
    if (attention instanceof ChunkedAttention) {
      boolean bounded = largestScore <= BoundedSoftmax.LARGEST_SCORE;
      return TiledAttention.before(bounded ? BOUNDED : attention);
    }
    return attention;
  }

  @Override
  public DType keyType(DType layers, Device device) {
    return device.type() == Device.Type.CPU ? DType.FLOAT32 : layers;
  }

  /**
   * Frees the weights that others have replaced.
   *
   * @return their size in bytes
   */
  long freeReplaced() {
    long bytes = 0;
    for (DenseLinear dense : replaced) {
      Tensor weight = dense.weight();
      bytes += weight.numel() * weight.dtype().byteSize();
      weight.unload();
      weight.close();
    }
    replaced.clear();
    return bytes;
  }
}
