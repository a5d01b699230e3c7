package io.nextscale.evaluate.inception;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Operator;
import io.nextscale.torch.Tensor;
import java.util.Arrays;
import java.util.List;

/** A part of the network: maps (B, C, h, w) to (B, C', h', w'). */
interface Part {
  Tensor apply(Tensor input);

  /** Parts one after the other. */
  static Part chain(Part... parts) {
    return input -> {
      Tensor x = input;
      for (Part part : parts) {
        x = part.apply(x);
      }
      return x;
    };
  }

  /** Parts of the same input; their results are concatenated along the channels. */
  static Part branches(Part... parts) {
    return input -> {
      List<Tensor> results = Arrays.stream(parts).map(part -> part.apply(input)).toList();
      return Functional.cat(results, 1);
    };
  }

  /** Maximum of 3×3 elements at every second place, without padding. */
  static Part halvingMaxPool() {
    return input -> Pool.max(input, 2, 0);
  }

  /** Maximum of 3×3 elements at every place. */
  static Part maxPool() {
    return input -> Pool.max(input, 1, 1);
  }

  /** Mean of 3×3 elements at every place; the padding is not counted. */
  static Part averagePool() {
    return Pool::average;
  }

  /** The two operators behind the pools. */
  final class Pool {
    private static final Operator MAX = Operator.named("max_pool2d");
    private static final Operator AVERAGE =
        Operator.named("avg_pool2d").with("count_include_pad", false);

    private Pool() {}

    private static Tensor max(Tensor input, int stride, int padding) {
      return MAX.apply(input, 3, stride, padding).tensor();
    }

    private static Tensor average(Tensor input) {
      return AVERAGE.apply(input, 3, 1, 1).tensor();
    }
  }
}
