package io.nextscale.evaluate.inception;

import io.nextscale.evaluate.inception.layer.Branches;
import io.nextscale.evaluate.inception.layer.Chain;
import io.nextscale.evaluate.inception.layer.ConvUnit;
import io.nextscale.evaluate.inception.layer.MapSize;
import io.nextscale.evaluate.inception.layer.Part;
import io.nextscale.evaluate.inception.layer.Pool;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.cpu.OneDnn;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the network into the form that computes fastest, where oneDNN computes
 * (docs/experiments/0052-inception.md).
 */
final class InceptionForm {
  private static final int BATCH = 8; // weights are packed for it; other batches do as well

  private InceptionForm() {}

  /**
   * Replaces convolutions, and means before them, by faster ones that compute the same, up to
   * rounding. The given part must not be used afterwards: replaced weights are freed.
   *
   * @param input size of the part's input
   */
  static Part of(Part plain, MapSize input) {
    return switch (plain) {
      case ConvUnit unit when OneDnn.convolves(unit.weight().dtype()) ->
          new FusedUnit(packed(unit, input));
      case Chain chain when isMeanThenProduct(chain) ->
          new MeanOfProducts(packed((ConvUnit) chain.parts().getLast(), input));
      case Chain chain -> new Chain(each(chain, input));
      case Branches branches ->
          new Branches(branches.parts().stream().map(part -> of(part, input)).toList());
      default -> plain;
    };
  }

  private static List<Part> each(Chain chain, MapSize input) {
    List<Part> parts = new ArrayList<>();
    MapSize size = input;
    for (Part part : chain.parts()) {
      MapSize result = part.size(size); // before its weights are freed
      parts.add(of(part, size));
      size = result;
    }
    return List.copyOf(parts);
  }

  private static boolean isMeanThenProduct(Chain chain) {
    return chain.parts().size() == 2
        && chain.parts().getFirst() == Pool.AVERAGE
        && chain.parts().getLast() instanceof ConvUnit unit
        && unit.weight().size(2) == 1
        && unit.weight().size(3) == 1
        && unit.stride() == 1
        && OneDnn.convolves(unit.weight().dtype());
  }

  private static ConvUnit packed(ConvUnit unit, MapSize input) {
    Tensor weight =
        OneDnn.packConvolution(
            unit.weight(),
            FusedUnit.window(unit),
            BATCH,
            input.channels(),
            input.height(),
            input.width());
    unit.weight().close();
    return new ConvUnit(
        weight, unit.bias(), unit.stride(), unit.paddingHeight(), unit.paddingWidth());
  }
}
