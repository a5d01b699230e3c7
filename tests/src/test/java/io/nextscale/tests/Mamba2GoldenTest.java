package io.nextscale.tests;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.Mamba2Config;
import io.nextscale.var.mixer.Chunks;
import io.nextscale.var.mixer.Mamba2;
import io.nextscale.var.mixer.StateSpaceScan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The Mamba-2 layer against the official module on {@code golden/mamba2-mixer}. */
@EnabledIf("available")
class Mamba2GoldenTest extends MambaReference {
  private static final Mamba2Config CONFIG = new Mamba2Config(32, 64, 8, 16, 4);
  private static final int CHUNK = 8; // of the reference's chunks

  static boolean available() {
    return Fixture.sharedIsThere(Mamba2GoldenTest.class, "mamba2-mixer");
  }

  Mamba2GoldenTest() {
    super("mamba2-mixer", 8);
  }

  private Mamba2 mamba(String weightsOf) {
    return Mamba2.read(weights(weightsOf), CONFIG);
  }

  private static Mamba2.State start(Tensor x) {
    return zeros(x.size(0));
  }

  private static Mamba2.State zeros(long rows) {
    return Mamba2.State.zeros(CONFIG, rows, DType.FLOAT32, Device.CPU);
  }

  @Override
  Layer layer(WeightReader reader) {
    Mamba2 layer = Mamba2.read(reader, CONFIG);
    return new Layer() {
      @Override
      public Mamba2.Output forward(Tensor x, Mamba2.State before) {
        return layer.forward(x, before);
      }

      @Override
      public Mamba2.State start(long rows) {
        return zeros(rows);
      }
    };
  }

  @Test
  void hasTheOfficialInnerResults() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Mamba2 layer = mamba("base");
      Scanned scanned = scan(layer, tensor("base.input"), 64);
      golden().assertClose("base.in_proj", scanned.projected().toFloats());
      golden().assertClose("base.conv_out", scanned.mixed().toFloats());
      golden().assertClose("base.dt", scanned.delta().toFloats());
      golden().assertClose("base.y", scanned.y().toFloats());
      Mamba2 withoutOut =
          new Mamba2(
              layer.in(),
              layer.conv(),
              layer.deltaBias(),
              layer.decay(),
              layer.skip(),
              layer.norm(),
              new Replaced(Tensor::share));
      Tensor x = tensor("base.input");
      golden().assertClose("base.normed", withoutOut.forward(x, start(x)).hidden().toFloats());
    }
  }

  @Test
  void passesTheOfficialStatesFromChunkToChunk() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor x = tensor("chunk.input");
      Scanned base = scan(mamba("base"), x, CHUNK);
      Chunks chunks = base.chunks();
      Tensor sums = chunks.sums().to(DType.FLOAT32).permute(0, 3, 1, 2).contiguous();
      golden().assertClose("chunk.dA_cumsum", sums.toFloats());
      Tensor local = chunks.local();
      golden().assertClose("chunk.local_states", local.toFloats());
      List<Tensor> states = chunks.pass(local, start(x).state());
      List<Tensor> incoming =
          states.subList(0, states.size() - 1).stream().map(s -> s.unsqueeze(1)).toList();
      golden().assertClose("chunk.incoming_states", Functional.cat(incoming, 1).toFloats());
      golden().assertClose("chunk.final_state", states.getLast().toFloats());
      golden().assertClose("chunk.base.y", base.y().toFloats());
      golden().assertClose("chunk.strong.y", scan(mamba("strong"), x, CHUNK).y().toFloats());
    }
  }

  /** Inner results of a layer. */
  private record Scanned(Tensor projected, Tensor mixed, Tensor delta, Tensor y, Chunks chunks) {}

  private static Scanned scan(Mamba2 layer, Tensor x, int chunk) {
    long rows = x.size(0);
    long length = x.size(1);
    Tensor projected = layer.in().forward(x);
    Mamba2.State start = start(x);
    Tensor inputs = Functional.cat(List.of(start.inputs(), projected.narrow(2, 64, 96)), 1);
    Tensor mixed = Functional.silu(layer.conv().forward(inputs));
    Tensor delta = layer.delta(projected.narrow(2, 160, 8));
    Tensor values = mixed.narrow(2, 0, 64).reshape(rows, length, 8, 8);
    Tensor b = mixed.narrow(2, 64, 16);
    Tensor c = mixed.narrow(2, 80, 16);
    Tensor outputs =
        new StateSpaceScan(chunk).scan(values, delta, layer.decay(), b, c, start.state()).outputs();
    Tensor y = outputs.add(values.mul(layer.skip().unsqueeze(-1)));
    Chunks chunks =
        length % chunk == 0 ? Chunks.of(chunk, values, delta, layer.decay(), b, c) : null;
    return new Scanned(projected, mixed, delta, y, chunks);
  }
}
