package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Indexing;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.ScanOrder;
import io.nextscale.var.mixer.Mamba1;
import io.nextscale.var.mixer.Mamba2;
import io.nextscale.var.mixer.ScanPath;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.scale.Scale;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The Mamba layer of the first version against the official module on {@code golden/mamba1-mixer},
 * and along zigzag paths against ZigMa's on {@code golden/zigzag}.
 */
@EnabledIf("available")
class Mamba1GoldenTest extends MambaReference {
  private static final double OPEN_GATE = 1.278464542761074; // SiLU of it is 1

  static boolean available() {
    return Fixture.sharedIsThere(Mamba1GoldenTest.class, "mamba1-mixer");
  }

  Mamba1GoldenTest() {
    super("mamba1-mixer", 9);
  }

  private static Mamba1 mamba(WeightReader reader) {
    return Mamba1.read(reader, 32, 64, 16, 2, 4);
  }

  @Override
  Layer layer(WeightReader reader) {
    Mamba1 layer = mamba(reader);
    return new Layer() {
      @Override
      public Mamba2.Output forward(Tensor x, Mamba2.State before) {
        return layer.forward(x, before);
      }

      @Override
      public Mamba2.State start(long rows) {
        return layer.start(rows);
      }
    };
  }

  @Test
  void hasTheOfficialInnerResults() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Mamba1 layer = mamba(weights("base"));
      Tensor x = tensor("base.input");
      Tensor projected = layer.in().forward(x);
      golden().assertClose("base.in_proj", projected.toFloats());
      Tensor values = projected.narrow(2, 0, 64);
      Tensor inputs = Functional.cat(List.of(layer.start(2).inputs(), values), 1);
      Tensor mixed = Functional.silu(layer.conv().forward(inputs));
      golden().assertClose("base.conv_out", mixed.toFloats());
      Tensor selected = layer.select().forward(mixed);
      Tensor steps = layer.step().forward(selected.narrow(2, 0, 2));
      golden().assertClose("base.dt", Functional.logaddexp(steps, Tensor.scalar(0)).toFloats());
      golden().assertClose("base.B", selected.narrow(2, 2, 16).contiguous().toFloats());
      golden().assertClose("base.C", selected.narrow(2, 18, 16).contiguous().toFloats());
      golden().assertClose("base.gated", withoutOut(layer, layer.in()).toFloats());
      Tensor open = Tensor.full(OPEN_GATE, DType.FLOAT32, Device.CPU, 2, 37, 64);
      Tensor ungated = Functional.cat(List.of(values, open), 2);
      golden()
          .assertClose(
              "base.y", withoutOut(layer, new Replaced(input -> ungated.share())).toFloats());
    }
  }

  private Tensor withoutOut(Mamba1 layer, Linear in) {
    Mamba1 changed =
        new Mamba1(
            in,
            layer.conv(),
            layer.select(),
            layer.step(),
            layer.decay(),
            layer.skip(),
            new Replaced(Tensor::share));
    Tensor x = tensor("base.input");
    return changed.forward(x, layer.start(x.size(0))).hidden();
  }

  @Test
  void followsZigzagPathsAsZigMaDoes() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open();
        Fixture zigzag = new Fixture(Fixture.shared().resolve("golden/zigzag"))) {
      Mamba1 layer = mamba(weights("base"));
      Tensor x = zigzag.tensorOf("mixer.input");
      List<Tensor> outputs = new ArrayList<>();
      for (int block = 0; block < ScanPath.PATHS; block++) {
        long[] order = ScanPath.of(ScanOrder.ZIGZAG, block).order(List.of(new Scale(4, 4)));
        long[] back = ScanPath.inverse(order);
        Tensor visited = Indexing.indexSelect(x, 1, Tensor.of(order, order.length));
        Tensor mixed = layer.forward(visited, layer.start(x.size(0))).hidden();
        outputs.add(Indexing.indexSelect(mixed, 1, Tensor.of(back, back.length)).unsqueeze(0));
      }
      zigzag.assertClose("mixer.output", Functional.cat(outputs, 0).toFloats());
      assertThat(zigzag.unused()).allMatch(ZigzagGoldenTest::reads);
    }
  }
}
