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

/** What to generate; everything but the classes has the model's defaults. */
public final class GenerationRequest {
  private final List<String> classes;
  private final long seed;
  private final ScaleSelection scales;
  private final @Nullable Guidance guidance;
  private final @Nullable Double cfg;
  private final @Nullable Sampling sampling;
  private final @Nullable ImageEdit task;
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
    task = builder.task;
    noise = builder.noise;
    cancellation = builder.cancellation;
    listener = builder.listener;
  }

  /** A request for one image of each class, by name or number. */
  public static Builder of(String... classes) {
    return new Builder(List.of(classes));
  }

  /** A request for one image of each class, by number. */
  public static Builder of(int... classes) {
    return new Builder(Arrays.stream(classes).mapToObj(Integer::toString).toList());
  }

  /** Names or numbers, one for each image. */
  public List<String> classes() {
    return classes;
  }

  /** Seed of the first image; image i has {@code seed + i}. */
  public long seed() {
    return seed;
  }

  /** What it says about its scales. */
  ScaleSelection scales() {
    return scales;
  }

  /** How strongly the class guides. */
  Guidance guidance(ModelSpec spec) {
    Guidance base = guidance == null ? spec.defaults().guidance() : guidance;
    return cfg == null ? base : base.withStrength(cfg);
  }

  /** How tokens are drawn. */
  Sampling sampling(ModelSpec spec) {
    return sampling == null ? spec.defaults().sampling() : sampling;
  }

  /** What it does with images of its own, if any. */
  @Nullable ImageEdit task() {
    return task;
  }

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

  /** Collects a request. */
  public static final class Builder {
    private final List<String> classes;
    private long seed;
    private @Nullable ImageSize size;
    private @Nullable Integer steps;
    private @Nullable Scales scales;
    private @Nullable Guidance guidance;
    private @Nullable Double cfg;
    private @Nullable Sampling sampling;
    private @Nullable ImageEdit task;
    private @Nullable TokenNoise noise;
    private Cancellation cancellation = new Cancellation();
    private ScaleListener listener = event -> {};

    private Builder(List<String> classes) {
      this.classes = new ArrayList<>(classes);
    }

    /**
     * Seed of the first image; image i of a request has {@code seed + i}, so each can be made again
     * alone.
     */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * Size of the images in pixels, multiples of the patch size (16 in the published models). A
     * model with fixed scales has one size only.
     */
    public Builder size(int height, int width) {
      size = new ImageSize(height, width);
      return this;
    }

    /** Number of scales: fewer are faster. A model with fixed scales has one number only. */
    public Builder steps(int count) {
      steps = count;
      return this;
    }

    /** The scales themselves, instead of a size and a number of steps. */
    public Builder scales(Scales value) {
      scales = value;
      return this;
    }

    /** How strongly the class guides at which scale. */
    public Builder guidance(Guidance value) {
      guidance = value;
      cfg = null;
      return this;
    }

    /**
     * Strength of the guidance in the model's own form; 0 in the form of a ramp, 1 in the constant
     * one halves the work.
     */
    public Builder cfg(double strength) {
      cfg = strength;
      return this;
    }

    /**
     * How tokens are drawn, instead of the model's defaults as a whole. {@link Sampling#of} draws
     * at every grid; to keep a FlexVAR model's greedy grids, change a copy of {@code
     * spec().defaults().sampling()}.
     */
    public Builder sampling(Sampling value) {
      sampling = value;
      return this;
    }

    /** Edits, refines or expands an image instead of starting from nothing. */
    public Builder edit(ImageEdit value) {
      task = value;
      return this;
    }

    /** Other random numbers than those of the seed. */
    public Builder noise(TokenNoise value) {
      noise = value;
      return this;
    }

    /** Ends the generation when asked to. */
    public Builder cancellation(Cancellation value) {
      cancellation = value;
      return this;
    }

    /** Called after every scale, on the generating thread. */
    public Builder onScale(ScaleListener value) {
      listener = value;
      return this;
    }

    /** The request. */
    public GenerationRequest build() {
      return new GenerationRequest(this);
    }
  }
}
