package io.nextscale.evaluate.inception.layer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import java.util.List;
import java.util.Objects;

/** Parts of the same input; their results are concatenated along the channels. */
public record Branches(List<Part> parts) implements Part {
  /** Checks that no component is null. */
  public Branches {
    Objects.requireNonNull(parts, "parts");
  }

  static Branches of(Part... parts) {
    return new Branches(List.of(parts));
  }

  @Override
  public Tensor apply(Tensor input) {
    List<Tensor> results = parts.stream().map(part -> part.apply(input)).toList();
    Tensor joined = Functional.cat(results, 1);
    results.forEach(Tensor::close);
    return joined;
  }

  @Override
  public MapSize size(MapSize input) {
    MapSize first = parts.getFirst().size(input);
    int channels = parts.stream().mapToInt(part -> part.size(input).channels()).sum();
    return new MapSize(channels, first.height(), first.width());
  }

  @Override
  public long multiplyAdds(MapSize input) {
    return parts.stream().mapToLong(part -> part.multiplyAdds(input)).sum();
  }
}
