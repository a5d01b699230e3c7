package io.nextscale.evaluate.inception.layer;

import io.nextscale.torch.Tensor;
import java.util.List;
import java.util.Objects;

/** Parts one after the other, at least one. */
public record Chain(List<Part> parts) implements Part {
  /** Checks that no component is null. */
  public Chain {
    Objects.requireNonNull(parts, "parts");
  }

  static Chain of(Part... parts) {
    return new Chain(List.of(parts));
  }

  @Override
  public Tensor apply(Tensor input) {
    Tensor x = input;
    for (Part part : parts) {
      Tensor result = part.apply(x);
      if (x != input) {
        x.close(); // its memory serves the next part
      }
      x = result;
    }
    return x;
  }

  @Override
  public MapSize size(MapSize input) {
    MapSize size = input;
    for (Part part : parts) {
      size = part.size(size);
    }
    return size;
  }

  @Override
  public long multiplyAdds(MapSize input) {
    long sum = 0;
    MapSize size = input;
    for (Part part : parts) {
      sum += part.multiplyAdds(size);
      size = part.size(size);
    }
    return sum;
  }
}
