package io.nextscale.train.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.transformer.TransformerConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;

/**
 * The weights that a transformer's training starts from ({@code VAR.init_weights} in {@code
 * models/var.py}): normal with a deviation of {@code sqrt(1 / 3C)}, what adds to the residual
 * stream and what leaves the model smaller.
 *
 * @param config of the transformer
 * @param seed same seed, same weights; every weight has a stream of its own
 * @param gain what blocks begin with: 0 as in the official code, whose blocks add nothing at first
 *     and learn to over a long training. A short one has no time for that: then the bias of the
 *     gains, and classes are told apart more ({@value #CLASSES})
 */
public record TransformerStart(TransformerConfig config, long seed, double gain)
    implements WeightSource {
  private static final double CLASSES = 0.3;

  private static final double HEAD = 0.02;
  private static final double MODULATION = 0.5;
  private static final double GAIN = 1e-5;
  // two of the six parts of a modulation are gains
  private static final int GAINS = 2;
  private static final int PARTS = 6;

  @Override
  public Path origin() {
    return Path.of("initial weights of seed " + seed);
  }

  @Override
  public Set<String> keys() {
    return Set.of();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    boolean modulatesBlock = key.contains("blocks.") && key.contains("ada_lin.1.");
    if (key.endsWith("bias")) {
      Tensor bias = Tensor.zeros(DType.FLOAT32, Device.CPU, shape);
      if (modulatesBlock) {
        setGains(bias.segment(), i -> gain);
      }
      return Optional.of(bias);
    }
    if (key.endsWith("scale_mul_1H11")) {
      return Optional.of(Tensor.full(Math.log(4), DType.FLOAT32, Device.CPU, shape));
    }
    Tensor weight = Tensor.empty(DType.FLOAT32, Device.CPU, shape);
    draw(weight.segment(), key, deviation(key));
    MemorySegment values = weight.segment();
    if (gain != 0
        && key.endsWith("ada_gss")) { // what a bias is where blocks have maps of their own
      setGains(values, i -> gain);
    } else if (gain == 0 && (key.endsWith("ada_gss") || modulatesBlock)) {
      double factor = GAIN / MODULATION;
      setGains(values, i -> values.getAtIndex(ValueLayout.JAVA_FLOAT, i) * factor);
    }
    return Optional.of(weight);
  }

  private double deviation(String key) {
    if (gain != 0 && key.equals("class_emb.weight")) {
      return CLASSES;
    }
    double deviation = key.endsWith("ada_gss") ? 1 : Math.sqrt(1.0 / 3);
    return deviation / Math.sqrt(config.width()) * factor(key);
  }

  private double factor(String key) {
    if (key.equals("head.weight")) {
      return HEAD;
    }
    if (key.endsWith("attn.proj.weight") || key.endsWith("ffn.fc2.weight")) {
      return 1 / Math.sqrt(2.0 * config.depth());
    }
    boolean modulates = key.endsWith("ada_lin.1.weight") && !key.startsWith("shared_");
    return modulates || key.endsWith("ada_gss") ? MODULATION : 1;
  }

  private void draw(MemorySegment values, String key, double deviation) {
    SplittableRandom random = new SplittableRandom(seed * 31 + key.hashCode());
    long count = values.byteSize() / Float.BYTES;
    for (long i = 0; i < count; i++) {
      float value = (float) (random.nextGaussian() * deviation);
      values.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
  }

  /** The gains are the first part of a modulation, and of its map's rows. */
  private static void setGains(MemorySegment values, LongToDoubleFunction value) {
    long gains = values.byteSize() / Float.BYTES * GAINS / PARTS;
    for (long i = 0; i < gains; i++) {
      values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value.applyAsDouble(i));
    }
  }
}
