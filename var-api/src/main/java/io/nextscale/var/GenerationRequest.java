package io.nextscale.var;

import io.nextscale.var.edit.ImageEdit;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Request for one image of each of its classes. Everything but the classes has a default, most of
 * them the model's. A request is immutable and may be generated several times and by several
 * threads; it is checked against the model by {@link ImageGenerator#generate}.
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
  private final List<String> classes;
  private final long seed;
  private final ScaleSelection scales;
  private final @Nullable Guidance guidance;
  private final @Nullable Double cfg;
  private final @Nullable Sampling sampling;
  private final @Nullable ImageEdit edit;
  private final @Nullable TokenNoise noise;
  private final Cancellation cancellation;
  private final ScaleListener listener;

  private GenerationRequest(Builder builder) {
    if (builder.classes.isEmpty()) {
      throw new IllegalArgumentException("a request needs at least one class");
    }
    classes = List.copyOf(builder.classes);
    seed = builder.seed;
    scales = new ScaleSelection(builder.size, builder.steps, builder.scales);
    guidance = builder.guidance;
    cfg = builder.cfg;
    sampling = builder.sampling;
    edit = builder.edit;
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
    return new Builder(List.of(classes));
  }

  /**
   * Begins a request for one image of each class.
   *
   * @param classes at least one; ids from 0 to {@link ModelSpec#noClass}
   */
  public static Builder of(int... classes) {
    return new Builder(Arrays.stream(classes).mapToObj(Integer::toString).toList());
  }

  /** Names or ids of the classes, one for each image. */
  public List<String> classes() {
    return classes;
  }

  /** Seed of the first image; image i has {@code seed + i}. */
  public long seed() {
    return seed;
  }

  /** Choice of scales. */
  ScaleSelection scales() {
    return scales;
  }

  /** Guidance, the model's unless the request gives its own. */
  Guidance guidance(ModelSpec spec) {
    Guidance base = guidance == null ? spec.defaults().guidance() : guidance;
    return cfg == null ? base : base.withStrength(cfg);
  }

  /** Sampling, the model's unless the request gives its own. */
  Sampling sampling(ModelSpec spec) {
    return sampling == null ? spec.defaults().sampling() : sampling;
  }

  /** Edit of given images, if any. */
  @Nullable ImageEdit edit() {
    return edit;
  }

  /** Noise of the images' seeds, unless the request gives its own. */
  TokenNoise noise() {
    if (noise != null) {
      return noise;
    }
    long[] seeds = new long[classes.size()];
    Arrays.setAll(seeds, i -> seed + i);
    return new CounterNoise(seeds);
  }

  Cancellation cancellation() {
    return cancellation;
  }

  ScaleListener listener() {
    return listener;
  }

  /** Collects a request; for use by one thread. */
  public static final class Builder {
    private final List<String> classes;
    private long seed;
    private @Nullable ImageSize size;
    private @Nullable Integer steps;
    private @Nullable Scales scales;
    private @Nullable Guidance guidance;
    private @Nullable Double cfg;
    private @Nullable Sampling sampling;
    private @Nullable ImageEdit edit;
    private @Nullable TokenNoise noise;
    private Cancellation cancellation = new Cancellation();
    private ScaleListener listener = ScaleListener.NONE;

    private Builder(List<String> classes) {
      this.classes = new ArrayList<>(classes);
    }

    /**
     * Sets the seed of the first image; image i has {@code seed + i}, so that a request can
     * generate each of them again alone. Default 0.
     */
    public Builder seed(long value) {
      seed = value;
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
      scales = value;
      return this;
    }

    /** Sets the guidance of every scale. Default: the model's. Discards an earlier {@link #cfg}. */
    public Builder guidance(Guidance value) {
      guidance = value;
      cfg = null;
      return this;
    }

    /**
     * Sets the strength of the guidance, whose form stays. A strength without effect halves the
     * work: 0 for a ramp (VAR, FlexVAR), 1 for a constant.
     *
     * @param strength finite and at least 0; else {@link ImageGenerator#generate} refuses it
     */
    public Builder cfg(double strength) {
      cfg = strength;
      return this;
    }

    /**
     * Sets the sampling, all of it. Default: the model's. {@link Sampling#of} draws at every grid;
     * to keep a FlexVAR model's greedy grids, change a copy of {@code
     * spec().defaults().sampling()}.
     */
    public Builder sampling(Sampling value) {
      sampling = value;
      return this;
    }

    /** In-paints, out-paints, refines or expands images instead of starting from nothing. */
    public Builder edit(ImageEdit value) {
      edit = value;
      return this;
    }

    /**
     * Sets the noise. Default: {@link CounterNoise} of the seeds. With another noise the seeds only
     * name the images.
     *
     * @param value called by several threads at once
     */
    public Builder noise(TokenNoise value) {
      noise = value;
      return this;
    }

    /** Sets the object that ends the generation early. Default: none. */
    public Builder cancellation(Cancellation value) {
      cancellation = value;
      return this;
    }

    /** Sets the listener that is called after every scale, on the calling thread. It may block. */
    public Builder onScale(ScaleListener value) {
      listener = value;
      return this;
    }

    /**
     * Builds the request; the builder may be used further.
     *
     * @throws IllegalArgumentException if there is no class
     */
    public GenerationRequest build() {
      return new GenerationRequest(this);
    }
  }
}
