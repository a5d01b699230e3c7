package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.config.MixerConfig;
import io.nextscale.var.config.StatePart;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.transformer.MixerState;
import io.nextscale.var.transformer.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the mixers of all blocks carry from scale to scale: the KV cache of an attention, the
 * state of a layer along the sequence. It is allocated once per run, in the open scope, and the
 * caller says which positions it reads and writes. Blocks share large tensors
 * (docs/experiments/0014-kv-cache-in-large-tensors.md); parts of a block that have the same shape
 * lie together (docs/experiments/0022-keys-and-values-together.md).
 */
public final class MixerStates {
  // smaller tensors would leave gaps in the heap that nothing later fits into; larger ones would go
  // back to the system after each image and be cleared for the next
  private static final long LARGEST_BYTES = 48 << 20;

  private final List<List<StatePart>> mixers; // parts of each mixer of a block
  private final Tensor[][] blocks; // parts of all mixers of each block, in order

  private MixerStates(List<List<StatePart>> mixers, Tensor[][] blocks) {
    this.mixers = mixers;
    this.blocks = blocks;
  }

  /**
   * Allocates the states of a run.
   *
   * @param rows rows B of the batch, two per image under guidance
   * @param tokens number of positions L of a run
   * @param dtype element type of the parts that have entries for each token
   */
  MixerStates(TransformerConfig config, long rows, long tokens, DType dtype, Device device) {
    this(parts(config), new Tensor[config.depth()][]);
    List<StatePart> all = mixers.stream().flatMap(List::stream).toList();
    Arrays.setAll(blocks, i -> new Tensor[all.size()]);
    for (StatePart part : new LinkedHashSet<>(all)) {
      List<Integer> equal = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).equals(part)) {
          equal.add(i);
        }
      }
      allocate(equal, part.perToken() ? dtype : DType.FLOAT32, device, part.shape(rows, tokens));
    }
  }

  private static List<List<StatePart>> parts(TransformerConfig config) {
    List<List<StatePart>> parts = new ArrayList<>();
    for (MixerConfig mixer : config.mixers()) {
      parts.add(mixer.state(config));
    }
    return parts;
  }

  /** Returns the bytes of all states of a run. */
  static long bytes(TransformerConfig config, long rows, long tokens, int bytesPerElement) {
    long block = 0;
    for (List<StatePart> parts : parts(config)) {
      for (StatePart part : parts) {
        long elements = product(part.shape(rows, tokens));
        block += elements * (part.perToken() ? bytesPerElement : Float.BYTES);
      }
    }
    return config.depth() * block;
  }

  private static long product(long[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** Allocates the parts of all blocks that have a shape. */
  private void allocate(List<Integer> parts, DType dtype, Device device, long[] shape) {
    long bytes = Math.max(1, parts.size() * product(shape) * dtype.byteSize());
    int together = Math.clamp(LARGEST_BYTES / bytes, 1, blocks.length);
    long[] shared = new long[shape.length + 2];
    shared[1] = parts.size();
    System.arraycopy(shape, 0, shared, 2, shape.length);
    for (int first = 0; first < blocks.length; first += together) {
      int count = Math.min(together, blocks.length - first);
      shared[0] = count;
      Tensor tensor = Tensor.empty(dtype, device, shared);
      for (int i = 0; i < count; i++) {
        Tensor block = tensor.select(0, i);
        for (int p = 0; p < parts.size(); p++) {
          blocks[first + i][parts.get(p)] = block.select(0, p);
        }
      }
    }
  }

  /** Returns the states of some rows, which share this one's memory. */
  MixerStates rows(long first, long count) {
    Tensor[][] rows = new Tensor[blocks.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          Arrays.stream(blocks[i]).map(part -> part.narrow(0, first, count)).toArray(Tensor[]::new);
    }
    return new MixerStates(mixers, rows);
  }

  /**
   * Takes over from another run with the same blocks and rows, of any element type: some positions
   * of the parts that have one for each token, and the others whole.
   */
  void copyFrom(MixerStates other, long start, long length) {
    for (int i = 0; i < blocks.length; i++) {
      for (int mixer = 0; mixer < mixers.size(); mixer++) {
        for (int part = 0; part < mixers.get(mixer).size(); part++) {
          try (TensorScope scope = TensorScope.open()) {
            if (mixers.get(mixer).get(part).perToken()) {
              at(i, mixer, part, start, length).copyFrom(other.at(i, mixer, part, start, length));
            } else {
              part(i, mixer, part).copyFrom(other.part(i, mixer, part));
            }
          }
        }
      }
    }
  }

  /** Returns a view of positions of a part that has one for each token. */
  Tensor at(int block, int mixer, int part, long start, long length) {
    return part(block, mixer, part).narrow(StatePart.TOKENS, start, length);
  }

  private Tensor part(int block, int mixer, int part) {
    int index = part;
    for (int i = 0; i < mixer; i++) {
      index += mixers.get(i).size();
    }
    return blocks[block][index];
  }

  /**
   * Returns the pass over positions that follow others; it updates these states.
   *
   * @param start number of positions before them, which these states have seen
   * @param scales their scales
   */
  Pass pass(long start, List<Scale> scales) {
    return new StatefulPass(this, start, scales);
  }

  private record StatefulPass(MixerStates states, long start, List<Scale> scales) implements Pass {
    @Override
    public @Nullable Tensor mask() {
      return null;
    }

    @Override
    public MixerState state(int block, int mixer) {
      return new Held(states, start, block, mixer);
    }
  }

  private record Held(MixerStates states, long start, int block, int mixer) implements MixerState {
    @Override
    public Tensor extend(int part, Tensor own) {
      long length = own.size(StatePart.TOKENS);
      states.at(block, mixer, part, start, length).copyFrom(own);
      return states.at(block, mixer, part, 0, start + length);
    }

    @Override
    public Tensor before(int part, Supplier<Tensor> first) {
      return start == 0 ? first.get() : states.part(block, mixer, part);
    }

    @Override
    public void after(int part, Tensor value) {
      states.part(block, mixer, part).copyFrom(value);
    }
  }
}
