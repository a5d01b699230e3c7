package io.nextscale.var;

import io.nextscale.var.check.Check;
import io.nextscale.var.edit.Edit;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.LogitsProcessor;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Request for images of classes, by default one of each. Everything but the classes has a default,
 * most of them the model's. A request is immutable and may be generated several times and by
 * several threads; it is checked against the model by {@link ImageGenerator#generate}.
 *
 * <pre>{@code
 * GenerationRequest request =
 *     GenerationRequest.of("bird", "heart")
 *         .seed(1) // image i has seed 1 + i
 *         .cfg(2)
 *         .sampling(Sampling.of(100, 0.9)) // top-k, top-p
 *         .build();
 * }</pre>
 */
public final class GenerationRequest {
  /** Largest number of images of a request. */
  public static final int MOST_IMAGES = 1 << 16;

  private final List<String> classes;
  private final long[] seeds;
  private final ScaleSelection scales;
  private final @Nullable Guidance guidance;
  private final @Nullable Double cfg;
  private final @Nullable Sampling sampling;
  private final @Nullable Edit edit;
  private final @Nullable LogitsProcessor logitsProcessor;
  private final @Nullable TokenNoise noise;
  private final Cancellation cancellation;
  private final ScaleListener listener;

  private GenerationRequest(Builder builder) {
    if (builder.classes.isEmpty()) {
      throw new IllegalArgumentException("a request needs at least one class");
    }
    classes = builder.eachClass();
    seeds = builder.seedOfEach(classes.size());
    scales = new ScaleSelection(builder.size, builder.steps, builder.scales);
    guidance = builder.guidance;
    cfg = builder.cfg;
    sampling = builder.sampling;
    edit = builder.edit;
    logitsProcessor = builder.logitsProcessor;
    noise = builder.noise;
    cancellation = builder.cancellation;
    listener = builder.listener;
  }

  /**
   * Begins a request for one image of each class.
   *
   * @param classes at least one; each an id from 0 to {@link ModelSpec#noClass}, a name, or a part
   *     of one name only
   */
  public static Builder of(String... classes) {
    Objects.requireNonNull(classes, "classes");
    return new Builder(List.of(classes));
  }

  /**
   * Begins a request for one image of each class.
   *
   * @param classes at least one; ids or names, as for {@link #of(String...)}
   */
  public static Builder of(List<String> classes) {
    Objects.requireNonNull(classes, "classes");
    return new Builder(classes);
  }

  /**
   * Begins a request for one image of each class.
   *
   * @param classes at least one; ids from 0 to {@link ModelSpec#noClass}
   */
  public static Builder of(int... classes) {
    Objects.requireNonNull(classes, "classes");
    return new Builder(Arrays.stream(classes).mapToObj(Integer::toString).toList());
  }

  /** Names or ids of the classes, one for each image. */
  public List<String> classes() {
    return classes;
  }

  /** Seed of the first image. */
  public long seed() {
    return seeds[0];
  }

  /**
   * Seed of an image.
   *
   * @param image its index in the request, from 0
   */
  public long seed(int image) {
    return seeds[image];
  }

  /** Choice of scales. */
  ScaleSelection scales() {
    return scales;
  }

  /**
   * Guidance, the model's unless the request gives its own.
   *
   * @throws IllegalArgumentException if {@code cfg} is to change a guidance that has no strength
   */
  Guidance guidance(ModelSpec spec) {
    Guidance base = guidance == null ? spec.defaults().guidance() : guidance;
    if (cfg == null) {
      return base;
    }
    if (base instanceof ClassifierFreeGuidance free) {
      return free.withStrength(cfg);
    }
    throw new IllegalArgumentException(
        "cfg %s: the request's guidance is a function of its own, which has no strength"
            .formatted(cfg));
  }

  /** Sampling, the model's unless the request gives its own. */
  Sampling sampling(ModelSpec spec) {
    return sampling == null ? spec.defaults().sampling() : sampling;
  }

  /** Edit of something given, if any. */
  @Nullable Edit edit() {
    return edit;
  }

  /** Processor of the request's own, if any. */
  @Nullable LogitsProcessor logitsProcessor() {
    return logitsProcessor;
  }

  /** Whether the noise is not that of the seeds. */
  boolean hasOwnNoise() {
    return noise != null;
  }

  /** Noise of the images' seeds, unless the request gives its own. */
  TokenNoise noise() {
    return noise != null ? noise : new CounterNoise(seeds);
  }

  Cancellation cancellation() {
    return cancellation;
  }

  ScaleListener listener() {
    return listener;
  }

  @Override
  public String toString() {
    return "GenerationRequest[classes %s, seeds %s%s]"
        .formatted(classes, Arrays.toString(seeds), edit == null ? "" : ", an edit");
  }

  /** Collects a request; for use by one thread. */
  public static final class Builder {
    private final List<String> classes;
    private int count = 1;
    private long[] seeds = {0};
    private boolean eachSeed;
    private @Nullable ImageSize size;
    private @Nullable Integer steps;
    private @Nullable Scales scales;
    private @Nullable Guidance guidance;
    private @Nullable Double cfg;
    private @Nullable Sampling sampling;
    private @Nullable Edit edit;
    private @Nullable LogitsProcessor logitsProcessor;
    private @Nullable TokenNoise noise;
    private Cancellation cancellation = new Cancellation();
    private ScaleListener listener = ScaleListener.NONE;

    private Builder(List<String> classes) {
      this.classes = new ArrayList<>(classes);
      this.classes.forEach(label -> Objects.requireNonNull(label, "class"));
    }

    private List<String> eachClass() {
      long images = (long) classes.size() * count;
      if (images > MOST_IMAGES) {
        throw new IllegalArgumentException(
            "%s images: expected at most %s in a request".formatted(images, MOST_IMAGES));
      }
      return classes.stream().flatMap(label -> Collections.nCopies(count, label).stream()).toList();
    }

    private long[] seedOfEach(int images) {
      if (eachSeed && seeds.length != images) {
        throw new IllegalArgumentException(
            "%s seeds for %s images: expected one for each".formatted(seeds.length, images));
      }
      long[] each = new long[images];
      Arrays.setAll(each, i -> eachSeed ? seeds[i] : seeds[0] + i);
      return each;
    }

    /**
     * Sets the number of images of each class, which follow each other. Default 1.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder count(int images) {
      Check.atLeast("count", images, 1);
      count = images;
      return this;
    }

    /**
     * Sets the seed of the first image; image i has {@code seed + i}, so that a request can
     * generate each of them again alone. Default 0.
     */
    public Builder seed(long value) {
      seeds = new long[] {value};
      eachSeed = false;
      return this;
    }

    /**
     * Sets the seed of each image.
     *
     * @param each as many as the request has images; copied
     */
    public Builder seeds(long... each) {
      seeds = Objects.requireNonNull(each, "seeds").clone();
      eachSeed = true;
      return this;
    }

    /**
     * Sets the size of the images. Default: the size of the model's training, or of the images that
     * are in-painted. A model with fixed scales (VAR) has one size only.
     *
     * @param height in pixels, a multiple of the patch size (16 in the published models)
     * @param width likewise
     * @throws IllegalArgumentException if a side is not within 1 and 65536
     */
    public Builder size(int height, int width) {
      size = new ImageSize(height, width);
      return this;
    }

    /**
     * Sets the number of scales: fewer are faster. Default: the one of {@link
     * io.nextscale.var.scale.ScaleSchedule}, 10 for 256×256 pixels. A model with fixed scales (VAR)
     * has one number only.
     *
     * @param count at least 2 for more than one token; at most the longer side in tokens, and 256
     */
    public Builder steps(int count) {
      steps = count;
      return this;
    }

    /**
     * Sets the scales themselves. A size or a number of steps that is given too must agree with
     * them.
     */
    public Builder scales(Scales value) {
      scales = Objects.requireNonNull(value, "scales");
      return this;
    }

    /**
     * Sets the guidance of every scale, one of {@link Guidance} or a function of the scale.
     * Default: the model's. Discards an earlier {@link #cfg}.
     */
    public Builder guidance(Guidance value) {
      guidance = Objects.requireNonNull(value, "guidance");
      cfg = null;
      return this;
    }

    /**
     * Sets the strength of the guidance, whose form stays. A strength without effect halves the
     * work: 0 for a ramp (VAR, FlexVAR), 1 for a constant.
     *
     * @param strength 0 to {@link Guidance#MOST}
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder cfg(double strength) {
      cfg = ClassifierFreeGuidance.requireStrength(strength);
      return this;
    }

    /**
     * Sets the sampling, all of it. Default: the model's. {@link Sampling#of} draws at every grid;
     * to keep a FlexVAR model's greedy grids, change a copy of {@code
     * spec().defaults().sampling()}.
     */
    public Builder sampling(Sampling value) {
      sampling = Objects.requireNonNull(value, "sampling");
      return this;
    }

    /**
     * In-paints, out-paints, refines or expands images, or continues from token maps, instead of
     * starting from nothing.
     */
    public Builder edit(Edit value) {
      edit = Objects.requireNonNull(value, "edit");
      return this;
    }

    /**
     * Sets a function that changes the logits of each token before it is drawn. Default: none.
     *
     * @param value called by several threads at once
     */
    public Builder logitsProcessor(LogitsProcessor value) {
      logitsProcessor = Objects.requireNonNull(value, "logits processor");
      return this;
    }

    /**
     * Sets the noise. Default: {@link CounterNoise} of the seeds. With another noise the seeds only
     * name the images.
     *
     * @param value called by several threads at once
     */
    public Builder noise(TokenNoise value) {
      noise = Objects.requireNonNull(value, "noise");
      return this;
    }

    /** Sets the object that ends the generation early. Default: none. */
    public Builder cancellation(Cancellation value) {
      cancellation = Objects.requireNonNull(value, "cancellation");
      return this;
    }

    /**
     * Sets the listener that is called after every scale, on the thread that {@link ScaleListener}
     * tells. It may block. Default: none.
     */
    public Builder onScale(ScaleListener value) {
      listener = Objects.requireNonNull(value, "listener");
      return this;
    }

    /**
     * Builds the request; the builder may be used further.
     *
     * @throws IllegalArgumentException if there is no class, more than {@link #MOST_IMAGES} images,
     *     or another number of seeds than images
     */
    public GenerationRequest build() {
      return new GenerationRequest(this);
    }
  }
}
