package io.nextscale.var.checkpoint;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Reduction;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.check.Shown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Reads weights of a {@link WeightSource} under a prefix, each with the shape that the model
 * expects.
 *
 * <p>Problems are collected, so that {@link #done} reports all of them at once; until then an
 * uninitialized tensor of the right shape stands in for a missing weight.
 */
public final class WeightReader {
  private static final int LISTED = 12;
  private static final long LARGEST_STAND_IN = 1 << 22;

  /** The keys read so far and the problems found, shared by all readers of one source. */
  private record Ledger(
      Set<String> read, Map<String, long[]> found, List<String> missing, List<String> mismatched) {}

  private final WeightSource source;
  private final String prefix;
  private final Device device;
  private final DType dtype;
  private final boolean channelsLast;
  private final Ledger ledger;

  /**
   * Makes a reader at the root of a source; it converts weights to a device and an element type.
   */
  public WeightReader(WeightSource source, Device device, DType dtype) {
    this(
        Objects.requireNonNull(source, "source"),
        "",
        Objects.requireNonNull(device, "device"),
        Objects.requireNonNull(dtype, "dtype"),
        false,
        new Ledger(
            new LinkedHashSet<>(), new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>()));
  }

  private WeightReader(
      WeightSource source,
      String prefix,
      Device device,
      DType dtype,
      boolean channelsLast,
      Ledger ledger) {
    this.source = source;
    this.prefix = prefix;
    this.device = device;
    this.dtype = dtype;
    this.channelsLast = channelsLast;
    this.ledger = ledger;
  }

  /** Returns a reader under a longer prefix: {@code at("blocks.3")} reads {@code blocks.3.…}. */
  public WeightReader at(String name) {
    return new WeightReader(source, prefix + name + ".", device, dtype, channelsLast, ledger);
  }

  /** Returns the same reader, converting to another element type. */
  public WeightReader as(DType type) {
    return new WeightReader(source, prefix, device, type, channelsLast, ledger);
  }

  /**
   * Returns the same reader, with kernels of convolutions in the channels-last layout: oneDNN
   * computes in it and would reorder another layout at every call.
   */
  public WeightReader channelsLast() {
    return new WeightReader(source, prefix, device, dtype, true, ledger);
  }

  /** Reads a weight of the expected shape; problems are reported by {@link #done}. */
  public Tensor read(String name, long... shape) {
    String key = prefix + name;
    ledger.read.add(key);
    try (TensorScope scope = TensorScope.open()) {
      Optional<Tensor> found = source.get(key, shape);
      if (found.isPresent() && Arrays.equals(found.get().shape(), shape)) {
        ledger.found.put(key, shape.clone());
        return scope.keep(laidOut(found.get().to(dtype).to(device)));
      }
      if (found.isPresent()) {
        ledger.mismatched.add(
            "%s is %s, expected %s"
                .formatted(key, Arrays.toString(found.get().shape()), Arrays.toString(shape)));
      } else {
        ledger.missing.add(key + " " + Arrays.toString(shape));
      }
      return scope.keep(standIn(shape));
    }
  }

  private Tensor laidOut(Tensor weight) {
    return channelsLast && weight.shape().length == 4
        ? weight.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
        : weight.contiguous();
  }

  /** Makes a stand-in, without memory if it is large: the configuration may claim any shape. */
  private Tensor standIn(long[] shape) {
    long elements = Arrays.stream(shape).reduce(1, (a, b) -> a > LARGEST_STAND_IN ? a : a * b);
    return Tensor.empty(dtype, elements > LARGEST_STAND_IN ? Device.META : device, shape);
  }

  /** Ignores a key that may be present and is not needed, such as a buffer. */
  public void ignore(String name) {
    ledger.read.add(prefix + name);
  }

  /** Whether a weight was missing or of another shape so far. */
  public boolean hasProblems() {
    return !ledger.missing.isEmpty() || !ledger.mismatched.isEmpty();
  }

  /**
   * Ends the reading and reports its problems.
   *
   * @throws CheckpointException if keys are missing or unexpected, or shapes differ
   */
  public void done() {
    List<String> unexpected = new ArrayList<>(source.keys());
    unexpected.removeAll(ledger.read);
    if (ledger.missing.isEmpty() && ledger.mismatched.isEmpty() && unexpected.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    append(text, "missing", ledger.missing);
    append(text, "of another shape", ledger.mismatched);
    append(text, "unexpected", unexpected);
    throw new CheckpointException(source.origin(), null, "the model's weights", text.toString());
  }

  /**
   * Checks the weights of a file, as it holds them, for NaN and infinity.
   *
   * @param keys accepts the keys of the weights to check, of those that were read
   * @throws CheckpointException naming the first weight that is not finite
   */
  public void requireFinite(Predicate<String> keys) {
    Set<String> inFile = source.keys();
    ledger.found.forEach(
        (key, shape) -> {
          if (keys.test(key) && inFile.contains(key)) {
            requireFinite(key, shape);
          }
        });
  }

  private void requireFinite(String key, long[] shape) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = source.get(key, shape).orElseThrow();
      boolean empty = Arrays.stream(shape).anyMatch(size -> size == 0);
      if (empty || !weight.dtype().isFloatingPoint()) {
        return;
      }
      for (Tensor extreme : Reduction.aminmax(weight)) {
        float value = extreme.to(DType.FLOAT32).toFloats()[0];
        if (!Float.isFinite(value)) {
          throw new CheckpointException(
              source.origin(), key, "finite numbers within float32", Float.toString(value));
        }
      }
    }
  }

  private static void append(StringBuilder text, String problem, List<String> keys) {
    if (!keys.isEmpty()) {
      text.append(text.isEmpty() ? "" : "; ")
          .append(keys.size())
          .append(' ')
          .append(problem)
          .append(": ");
      text.append(keys.stream().limit(LISTED).map(Shown::name).collect(Collectors.joining(", ")));
      if (keys.size() > LISTED) {
        text.append(", …");
      }
    }
  }
}
