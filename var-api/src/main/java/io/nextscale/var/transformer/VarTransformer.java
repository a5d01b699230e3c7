package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Parallel;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the tokens of a scale from the class and all earlier scales (VAR, section 3.1; {@code
 * models/var.py}).
 *
 * @param classEmbedding (classes + 1, C); the last row is "no class"
 * @param startPosition (1, l_1, C), added to the class embedding to make the first scale's input;
 *     with l_1 = 1 it serves a first scale of any size
 * @param positions what is added to every input
 * @param wordEmbedding from code width to C
 * @param sharedAdaLn from C to 6·C where all blocks share one modulation
 */
public record VarTransformer(
    TransformerConfig config,
    Tensor classEmbedding,
    Tensor startPosition,
    Positions positions,
    Linear wordEmbedding,
    @Nullable Linear sharedAdaLn,
    List<AdaLnBlock> blocks,
    ClassifierHead head) {

  // products of so few positions, of all rows, wait for their weights: as one they read them once
  private static final int FEW_POSITIONS = 64;
  // from so many positions on, the products of several rows gain nothing from being one
  private static final int ENOUGH_POSITIONS = 100;

  /**
   * Reads all weights; the blocks compute in the reader's element type, everything else in float32.
   *
   * @param scales those that the model was trained on
   */
  public static VarTransformer read(WeightReader reader, TransformerConfig config, Scales scales) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    int width = config.width();
    reader.ignore("lvl_1L"); // buffers that follow from the scales; FlexVAR's has any shape
    reader.ignore("attn_bias_for_masking");
    List<AdaLnBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(AdaLnBlock.read(reader.at("blocks." + i), config));
    }
    return new VarTransformer(
        config,
        float32.read("class_emb.weight", config.classes() + 1L, width),
        float32.read("pos_start", 1, scales.get(0).tokens(), width),
        Positions.read(reader, config, scales),
        Linear.read(float32.at("word_embed"), config.codeWidth(), width),
        config.sharedAdaLn()
            ? Linear.read(float32.at("shared_ada_lin.1"), width, 6L * width)
            : null,
        List.copyOf(blocks),
        ClassifierHead.read(reader, config));
  }

  /** Element type that the blocks compute in, and so that of the cache and of masks. */
  public DType computeType() {
    return blocks.getFirst().attention().qkv().weight().dtype();
  }

  /** Where the weights are. */
  public Device device() {
    return classEmbedding.device();
  }

  /**
   * Everything that depends on the classes alone.
   *
   * @param classes one a row of the batch, 0 to {@code config.classes()} (no class)
   */
  public Modulations modulate(long[] classes) {
    for (long label : classes) {
      if (label < 0 || label > config.classes()) {
        throw new IllegalArgumentException(
            "class " + label + ": expected 0 to " + config.classes() + " (no class)");
      }
    }
    Tensor index = Tensor.of(classes, classes.length).to(device());
    Tensor embedding = Functional.embedding(classEmbedding, index);
    Tensor activated = Functional.silu(embedding);
    Tensor shared =
        sharedAdaLn == null
            ? null
            : sharedAdaLn.forward(activated).reshape(classes.length, 1, 6, -1);
    Condition condition = new Condition(embedding, activated, shared);
    List<Modulation> modulations = new ArrayList<>();
    for (AdaLnBlock block : blocks) {
      modulations.add(block.adaLn().modulate(condition));
    }
    return new Modulations(embedding, modulations, head.modulate(condition));
  }

  /** Input of the first scale: (B, l_1, C). */
  public Tensor startInput(Modulations modulations, Positions.ScalePositions at) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor start = modulations.embedding().unsqueeze(1).add(startPosition);
      return scope.keep(start.add(at.at(0)));
    }
  }

  /**
   * Input of a later scale.
   *
   * @param codes (B, Cvae, h_k, w_k) from the {@link io.nextscale.var.tokenizer.ScaleStep}
   * @return (B, l_k, C)
   */
  public Tensor scaleInput(int k, Tensor codes, Positions.ScalePositions at) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor rows = codes.reshape(codes.size(0), codes.size(1), -1).transpose(1, 2);
      return scope.keep(wordEmbedding.forward(rows).add(at.at(k)));
    }
  }

  /** The same transformer with all blocks packed, see {@link #withPackedBlock}. */
  public VarTransformer packed() {
    VarTransformer transformer = this;
    for (int i = 0; i < blocks.size(); i++) {
      transformer = transformer.withPackedBlock(i);
    }
    return transformer;
  }

  /**
   * The same transformer with the linear maps of one more block in oneDNN's own layout; the plain
   * weights are freed. It computes without gradients only.
   */
  public VarTransformer withPackedBlock(int index) {
    List<AdaLnBlock> changed = new ArrayList<>(blocks);
    AdaLnBlock plain = blocks.get(index);
    AdaLnBlock packed = plain.packed();
    changed.set(index, packed);
    for (int i = 0; i < plain.linears().size(); i++) {
      if (plain.linears().get(i) != packed.linears().get(i)) {
        plain.linears().get(i).release();
      }
    }
    return withBlocks(changed);
  }

  /**
   * The same transformer with blocks that compute in float32, its maps read once more; everything
   * else is shared.
   *
   * @param reader of the same weights
   */
  public VarTransformer withExactBlocks(WeightReader reader) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    List<AdaLnBlock> twins = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      twins.add(blocks.get(i).twin(float32.at("blocks." + i), config));
    }
    return withBlocks(twins);
  }

  private VarTransformer withBlocks(List<AdaLnBlock> others) {
    return new VarTransformer(
        config,
        classEmbedding,
        startPosition,
        positions,
        wordEmbedding,
        sharedAdaLn,
        List.copyOf(others),
        head);
  }

  /**
   * Memory of the weights of a block that {@link #withPackedBlock} puts others in place of, bytes.
   */
  public long packableBytes(int index) {
    return blocks.get(index).linears().stream()
        .map(Linear::weight)
        .mapToLong(weight -> weight.numel() * weight.dtype().byteSize())
        .sum();
  }

  /**
   * Begins a run over several scales, one after the other.
   *
   * @param classes one a row of the batch, 0 to {@code config.classes()} (no class)
   * @param tokens L, all positions of the run
   */
  public CachedRows begin(long[] classes, long tokens) {
    return begin(() -> modulate(classes), classes.length, tokens);
  }

  /** Begins a run of rows whose modulations are there; these must stay open as long. */
  CachedRows begin(Modulations modulations, int count, long tokens) {
    return begin(() -> modulations, count, tokens);
  }

  private CachedRows begin(Supplier<Modulations> modulations, int count, long tokens) {
    TensorScope owner = TensorScope.create();
    boolean begun = false;
    try (TensorScope.Entry entry = owner.enter()) {
      KvCache cache = new KvCache(config, count, tokens, computeType(), device());
      CachedRows rows = new CachedRows(owner, count, modulations.get(), cache);
      begun = true;
      return rows;
    } finally {
      if (!begun) {
        owner.close();
      }
    }
  }

  /**
   * Runs all blocks over all positions at once.
   *
   * @param input (B, l, C)
   * @param mask added to the scores of attention, see {@link AttentionContext#masked}
   * @param betweenBlocks called before each block; may throw to end
   * @return logits, float32 (B, l, V)
   */
  public Tensor forward(
      Tensor input, Modulations modulations, AttentionContext mask, Runnable betweenBlocks) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(logits(throughBlocks(input, modulations, mask, betweenBlocks)));
    }
  }

  /**
   * Runs all blocks over the positions of one scale.
   *
   * @param input (B, l, C)
   * @param start how many positions came before, which {@code rows} has; these are added
   * @param betweenBlocks called before each block, by every thread that computes; may throw to end
   * @return what {@link #logits} is a linear map of, float32 (B, l, C)
   */
  public Tensor features(Tensor input, CachedRows rows, long start, Runnable betweenBlocks) {
    boolean parallel =
        rows.count() > 1
            && rows.count() * input.size(1) > FEW_POSITIONS
            && device().type() == Device.Type.CPU;
    return parallel
        ? inParallel(input, rows, start, betweenBlocks)
        : throughBlocks(input, rows, start, betweenBlocks);
  }

  /** The logits (B, l, V) of {@link #features} (B, l, C), or of weighted means of them. */
  public Tensor logits(Tensor features) {
    return head.linear().forward(features);
  }

  /** Some rows of the batch at a time, each lot by a thread of its own. */
  private Tensor inParallel(Tensor input, CachedRows rows, long start, Runnable betweenBlocks) {
    int number =
        input.size(1) >= ENOUGH_POSITIONS ? rows.count() : Math.min(rows.count(), Torch.threads());
    List<CachedRows> lots = rows.inLots(number);
    List<Tensor> inputs = split(input, lots);
    Tensor all = Tensor.empty(DType.FLOAT32, input.device(), input.shape());
    List<Tensor> outputs = split(all, lots);
    Runnable check = endingAll(betweenBlocks);
    Parallel.forEach(
        number,
        lot -> {
          Tensor features = throughBlocks(inputs.get(lot), lots.get(lot), start, check);
          outputs.get(lot).copyFrom(features);
        });
    return all;
  }

  private static List<Tensor> split(Tensor batch, List<CachedRows> lots) {
    List<Tensor> parts = new ArrayList<>();
    long first = 0;
    for (CachedRows lot : lots) {
      parts.add(batch.narrow(0, first, lot.count()));
      first += lot.count();
    }
    return parts;
  }

  private Tensor throughBlocks(Tensor input, CachedRows rows, long start, Runnable betweenBlocks) {
    AttentionContext context = AttentionContext.cached(rows.cache(), start);
    return throughBlocks(input, rows.modulations(), context, betweenBlocks);
  }

  /** Where one thread is told to end, the others do so too, at their next block. */
  private static Runnable endingAll(Runnable check) {
    AtomicReference<@Nullable RuntimeException> end = new AtomicReference<>();
    return () -> {
      RuntimeException first = end.get();
      if (first != null) {
        throw first;
      }
      try {
        check.run();
      } catch (RuntimeException e) {
        end.compareAndSet(null, e);
        throw e;
      }
    };
  }

  private Tensor throughBlocks(
      Tensor input, Modulations modulations, AttentionContext context, Runnable betweenBlocks) {
    Tensor x = input;
    for (int i = 0; i < blocks.size(); i++) {
      betweenBlocks.run();
      Tensor before = x;
      x = blocks.get(i).forward(x, modulations.blocks().get(i), i, context);
      if (before != input) {
        before.close();
      }
    }
    return head.normalize(x, modulations.head());
  }
}
