package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Indexing;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.MixerConfig;
import io.nextscale.var.config.StatePart;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.mixer.Mamba2;
import io.nextscale.var.mixer.ScanPath;
import io.nextscale.var.nn.LayerForm;
import java.util.List;

/**
 * A Mamba-2 layer over all tokens so far, scale after scale. A token sees the tokens of its own
 * scale that come before it on the path, and those of earlier scales.
 *
 * @param parts of its state: inputs of the convolution, and S
 * @param path order of the tokens of a scale
 */
public record SequenceMixer(Mamba2 layer, List<StatePart> parts, ScanPath path) implements Mixer {
  private static final int INPUTS = 0;
  private static final int STATE = 1;

  /** Reads a layer; a path along a scale may depend on the block. */
  public static SequenceMixer read(
      WeightReader reader, int block, MixerConfig.Mamba2 mixer, TransformerConfig config) {
    return new SequenceMixer(
        Mamba2.read(reader, mixer.layer()), mixer.state(config), ScanPath.of(mixer.order(), block));
  }

  @Override
  public SequenceMixer map(LayerForm form) {
    return new SequenceMixer(layer.map(form), parts, path);
  }

  @Override
  public DType dtype() {
    return layer.in().dtype();
  }

  @Override
  public boolean needsMask() {
    return false;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass, MixerState state) {
    try (TensorScope scope = TensorScope.open()) {
      Mamba2.State before = new Mamba2.State(before(INPUTS, x, state), before(STATE, x, state));
      long[] order = path.order(pass.scales());
      Mamba2.Output output = layer.forward(ordered(x, order), before);
      state.after(INPUTS, output.after().inputs());
      state.after(STATE, output.after().state());
      return scope.keep(ordered(output.hidden(), ScanPath.inverse(order)));
    }
  }

  private Tensor before(int part, Tensor x, MixerState state) {
    long[] shape = parts.get(part).shape(x.size(0), 0);
    return state.before(part, () -> Tensor.zeros(DType.FLOAT32, x.device(), shape));
  }

  /** Returns the tokens in an order; as they are if it is empty. */
  private static Tensor ordered(Tensor tokens, long[] order) {
    return order.length == 0
        ? tokens
        : Indexing.indexSelect(tokens, 1, Tensor.of(order, order.length).to(tokens.device()));
  }
}
