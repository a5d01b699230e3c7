package io.nextscale.var.mixer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.DenseLinear;
import io.nextscale.var.nn.Linear;
import java.util.ArrayList;
import java.util.List;

/**
 * A Mamba layer of the first version (Gu and Dao 2023; {@code Mamba} in {@code
 * mamba_ssm/modules/mamba_simple.py}) by plain operators, differentiable: a decay for each channel
 * and state, {@code h = exp(Δa)·h + Δ·b·x} and {@code y = c·h + D·x}. No model here has it; ZigMa,
 * whose paths FlexVAR names, does.
 *
 * @param in {@code in_proj}, C to x and z: 2E, without bias
 * @param conv over x
 * @param select {@code x_proj}, E to the low-rank Δ, b and c, without bias
 * @param step {@code dt_proj}, the low-rank Δ to E
 * @param decay a = −exp({@code A_log}) (E, N)
 * @param skip D, the share of x in the output (E)
 * @param out {@code out_proj}, E to C, without bias
 */
public record Mamba1(
    Linear in, CausalConv conv, Linear select, Linear step, Tensor decay, Tensor skip, Linear out) {
  private static final int CHUNK = 64; // tokens whose states are held at a time

  /** Reads a layer of width C, inner width E, state width N and rank of Δ. */
  public static Mamba1 read(
      WeightReader reader, long width, long inner, long states, long rank, long kernel) {
    Tensor decay;
    try (TensorScope scope = TensorScope.open()) {
      decay = scope.keep(Functional.exp(reader.read("A_log", inner, states)).mul(-1));
    }
    return new Mamba1(
        new DenseLinear(reader.at("in_proj").read("weight", 2 * inner, width), null),
        CausalConv.read(reader.at("conv1d"), inner, kernel),
        new DenseLinear(reader.at("x_proj").read("weight", rank + 2 * states, inner), null),
        Linear.read(reader.at("dt_proj"), rank, inner),
        decay,
        reader.read("D", inner),
        new DenseLinear(reader.at("out_proj").read("weight", width, inner), null));
  }

  /** Allocates the state before the first token: inputs (B, kernel − 1, E) and h (B, E, N). */
  public Mamba2.State start(long rows) {
    Device device = decay.device();
    long inner = decay.size(0);
    return new Mamba2.State(
        Tensor.zeros(DType.FLOAT32, device, rows, conv.earlier(), inner),
        Tensor.zeros(DType.FLOAT32, device, rows, inner, decay.size(1)));
  }

  /**
   * Continues a sequence.
   *
   * @param x the next tokens' hidden states (B, l, C), at least one
   * @param before the state that the tokens before them left
   */
  public Mamba2.Output forward(Tensor x, Mamba2.State before) {
    try (TensorScope scope = TensorScope.open()) {
      long inner = decay.size(0);
      long states = decay.size(1);
      Tensor projected = in.forward(x);
      Tensor own = projected.narrow(2, 0, inner);
      Tensor inputs = Functional.cat(List.of(before.inputs(), own), 1);
      Tensor mixed = Functional.silu(conv.forward(inputs));
      Tensor selected = select.forward(mixed);
      long rank = selected.size(2) - 2 * states;
      Tensor delta =
          Functional.logaddexp(step.forward(selected.narrow(2, 0, rank)), Tensor.scalar(0));
      Tensor b = selected.narrow(2, rank, states);
      Tensor c = selected.narrow(2, rank + states, states);
      StateSpaceScan.Scanned scanned = scan(mixed, delta, b, c, before.state());
      Tensor y = Functional.addcmul(scanned.outputs(), mixed, skip);
      Tensor hidden = out.forward(y.mul(Functional.silu(projected.narrow(2, inner, inner))));
      Tensor last = inputs.narrow(1, x.size(1), conv.earlier()).contiguous();
      return new Mamba2.Output(
          scope.keep(hidden), new Mamba2.State(scope.keep(last), scope.keep(scanned.state())));
    }
  }

  /** Runs the recurrence: outputs c·h (B, l, E), and h after the last token (B, E, N). */
  private StateSpaceScan.Scanned scan(Tensor x, Tensor delta, Tensor b, Tensor c, Tensor first) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> outputs = new ArrayList<>();
      Tensor state = first;
      for (long at = 0; at < x.size(1); at += CHUNK) {
        long length = Math.min(CHUNK, x.size(1) - at);
        Tensor steps = delta.narrow(1, at, length);
        Tensor kept = Functional.exp(steps.unsqueeze(-1).mul(decay)); // (B, q, E, N)
        Tensor added =
            steps
                .mul(x.narrow(1, at, length))
                .unsqueeze(-1)
                .mul(b.narrow(1, at, length).unsqueeze(2));
        Tensor states = states(kept, added, state);
        Tensor weights = c.narrow(1, at, length).unsqueeze(-1); // (B, q, N, 1)
        outputs.add(Functional.matmul(states, weights).select(-1, 0));
        state = states.select(1, (int) length - 1);
      }
      return new StateSpaceScan.Scanned(
          scope.keep(Functional.cat(outputs, 1)), scope.keep(state.contiguous()));
    }
  }

  /**
   * Computes h of all tokens of a chunk by doubling: after each pass a pair (kept, added) stands
   * for twice as many tokens. Products of numbers up to 1 do not overflow.
   */
  private static Tensor states(Tensor kept, Tensor added, Tensor first) {
    long length = kept.size(1);
    Tensor decays = kept;
    Tensor sums = added;
    for (long reach = 1; reach < length; reach *= 2) {
      long rest = length - reach;
      Tensor later = decays.narrow(1, reach, rest);
      Tensor carried =
          Functional.addcmul(sums.narrow(1, reach, rest), later, sums.narrow(1, 0, rest));
      Tensor product = later.mul(decays.narrow(1, 0, rest));
      sums = Functional.cat(List.of(sums.narrow(1, 0, reach), carried), 1);
      decays = Functional.cat(List.of(decays.narrow(1, 0, reach), product), 1);
    }
    return Functional.addcmul(sums, decays, first.unsqueeze(1));
  }
}
