package io.nextscale.var;

import io.nextscale.var.generate.CounterNoise;
import io.nextscale.var.generate.Guidance;
import io.nextscale.var.generate.Sampling;
import io.nextscale.var.generate.TokenNoise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to generate; everything but the classes has the model's defaults. */
public final class GenerationRequest {
  private final List<String> classes;
  private final long seed;
  private final @Nullable Guidance guidance;
  private final @Nullable Sampling sampling;
  private final @Nullable PictureEdit edit;
  private final @Nullable TokenNoise noise;
  private final Cancellation cancellation;
  private final ScaleListener listener;

  private GenerationRequest(Builder builder) {
    if (builder.classes.isEmpty()) {
      throw new IllegalArgumentException("a request needs at least one class");
    }
    classes = List.copyOf(builder.classes);
    seed = builder.seed;
    guidance = builder.guidance;
    sampling = builder.sampling;
    edit = builder.edit;
    noise = builder.noise;
    cancellation = builder.cancellation;
    listener = builder.listener;
  }

  /** A request for one picture of each class, by name or number. */
  public static Builder of(String... classes) {
    return new Builder(List.of(classes));
  }

  /** A request for one picture of each class, by number. */
  public static Builder of(int... classes) {
    return new Builder(Arrays.stream(classes).mapToObj(Integer::toString).toList());
  }

  /** Names or numbers, one for each picture. */
  public List<String> classes() {
    return classes;
  }

  /** Seed of the first picture; picture i has {@code seed + i}. */
  public long seed() {
    return seed;
  }

  /** How strongly the class guides, if not as the model's default. */
  @Nullable Guidance guidance() {
    return guidance;
  }

  /** How tokens are drawn, if not as the model's default. */
  @Nullable Sampling sampling() {
    return sampling;
  }

  /** The picture to be edited, if any. */
  @Nullable PictureEdit edit() {
    return edit;
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
    private @Nullable Guidance guidance;
    private @Nullable Sampling sampling;
    private @Nullable PictureEdit edit;
    private @Nullable TokenNoise noise;
    private Cancellation cancellation = new Cancellation();
    private ScaleListener listener = event -> {};

    private Builder(List<String> classes) {
      this.classes = new ArrayList<>(classes);
    }

    /**
     * Seed of the first picture; picture i of a request has {@code seed + i}, so each can be made
     * again alone.
     */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** How strongly the class guides; 0 halves the work. */
    public Builder guidance(Guidance value) {
      guidance = value;
      return this;
    }

    /** VAR's guidance ramp of this strength ("cfg"). */
    public Builder cfg(double strength) {
      return guidance(Guidance.ramp(strength));
    }

    /** How tokens are drawn. */
    public Builder sampling(Sampling value) {
      sampling = value;
      return this;
    }

    /** Edits a picture instead of starting from nothing. */
    public Builder edit(PictureEdit value) {
      edit = value;
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
