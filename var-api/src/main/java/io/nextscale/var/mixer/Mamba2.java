package io.nextscale.var.mixer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.Mamba2Config;
import io.nextscale.var.nn.DenseLinear;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import java.util.List;

/**
 * A Mamba-2 layer (Dao and Gu 2024; {@code Mamba2} in {@code mamba_ssm/modules/mamba2.py}) by plain
 * operators, differentiable. Its cost for each token does not depend on the tokens before it. The
 * projections compute in the element type of their weights, everything else in that of {@code
 * decay}: float32 as read.
 *
 * @param in {@code in_proj}, C to z, x, B, C and Δ: 2E + 2N + H, without bias
 * @param conv over x, B and C
 * @param deltaBias {@code dt_bias} (H)
 * @param decay a = −exp({@code A_log}) (H)
 * @param skip D, the share of x in the output (H)
 * @param norm weight of the gated RMS norm (E)
 * @param out {@code out_proj}, E to C, without bias
 */
public record Mamba2(
    Linear in,
    CausalConv conv,
    Tensor deltaBias,
    Tensor decay,
    Tensor skip,
    Tensor norm,
    Linear out) {
  private static final double EPSILON = 1e-5;
  // its products fit a core's cache, and few states are passed on
  private static final StateSpaceScan SCAN = new StateSpaceScan(64);

  /**
   * The past of a sequence, which is all that later tokens depend on.
   *
   * @param inputs the last inputs of the convolution, (B, kernel − 1, E + 2N), zeros before the
   *     first token
   * @param state S (B, H, P, N)
   */
  public record State(Tensor inputs, Tensor state) {
    /** Allocates the state before the first token. */
    public static State zeros(Mamba2Config config, long rows, DType dtype, Device device) {
      return new State(
          Tensor.zeros(dtype, device, rows, config.kernel() - 1L, config.convWidth()),
          Tensor.zeros(
              dtype, device, rows, config.heads(), config.headWidth(), config.stateWidth()));
    }
  }

  /**
   * Results of a pass.
   *
   * @param hidden (B, l, C)
   * @param after the state after the last token
   */
  public record Output(Tensor hidden, State after) {}

  /** Reads a layer; all but the projections in float32. */
  public static Mamba2 read(WeightReader reader, Mamba2Config config) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    long inner = config.innerWidth();
    Tensor in = reader.at("in_proj").read("weight", config.projectedWidth(), config.width());
    Tensor out = reader.at("out_proj").read("weight", config.width(), inner);
    return new Mamba2(
        new DenseLinear(in, null),
        CausalConv.read(float32.at("conv1d"), config.convWidth(), config.kernel()),
        float32.read("dt_bias", config.heads()),
        decay(float32.read("A_log", config.heads())),
        float32.read("D", config.heads()),
        float32.at("norm").read("weight", inner),
        new DenseLinear(out, null));
  }

  private static Tensor decay(Tensor logarithms) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(Functional.exp(logarithms).mul(-1));
    }
  }

  /** Returns the same layer with its projections in another form. */
  public Mamba2 map(LayerForm form) {
    return new Mamba2(form.ofBlock(in), conv, deltaBias, decay, skip, norm, form.ofBlock(out));
  }

  /**
   * Continues a sequence.
   *
   * @param x the next tokens' hidden states (B, l, C), at least one
   * @param before the state that the tokens before them left
   */
  public Output forward(Tensor x, State before) {
    try (TensorScope scope = TensorScope.open()) {
      long rows = x.size(0);
      long length = x.size(1);
      long heads = decay.size(0);
      long inner = norm.size(0);
      long states = before.state().size(3);
      Tensor projected = in.forward(x).to(decay.dtype());
      Tensor gate = projected.narrow(2, 0, inner);
      Tensor own = projected.narrow(2, inner, inner + 2 * states);
      Tensor inputs = Functional.cat(List.of(before.inputs(), own), 1);
      Tensor mixed = Functional.silu(conv.forward(inputs));
      Tensor values = mixed.narrow(2, 0, inner).reshape(rows, length, heads, -1);
      StateSpaceScan.Scanned scanned =
          SCAN.scan(
              values,
              delta(projected.narrow(2, projected.size(2) - heads, heads)),
              decay,
              mixed.narrow(2, inner, states),
              mixed.narrow(2, inner + states, states),
              before.state());
      Tensor y = Functional.addcmul(scanned.outputs(), values, skip.unsqueeze(-1));
      Tensor gated = y.reshape(rows, length, inner).mul(Functional.silu(gate));
      Tensor hidden = out.forward(Layers.rmsNorm(gated, norm, EPSILON));
      Tensor last = inputs.narrow(1, length, conv.earlier()).contiguous();
      return new Output(
          scope.keep(hidden), new State(scope.keep(last), scope.keep(scanned.state())));
    }
  }

  /** Computes Δ = softplus(raw + bias), (B, l, H). */
  public Tensor delta(Tensor raw) {
    return Functional.logaddexp(raw.add(deltaBias), Tensor.scalar(0));
  }
}
