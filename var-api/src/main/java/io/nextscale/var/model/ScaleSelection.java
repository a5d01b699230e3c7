package io.nextscale.var.model;

import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.ScaleSchedule;
import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;

/**
 * Choice of scales in a request: nothing, a size, a number of steps, both, or the scales
 * themselves.
 *
 * @param size of the images in pixels; null: the model's
 * @param steps number of scales; null: the default number for the size
 * @param scales all scales; size and steps must then be null or agree with them
 */
public record ScaleSelection(
    @Nullable ImageSize size, @Nullable Integer steps, @Nullable Scales scales) {

  /** Leaves the choice to the model. */
  public static ScaleSelection none() {
    return new ScaleSelection(null, null, null);
  }

  /** Copies this with the size of given images, unless it has a size or scales. */
  public ScaleSelection orSize(ImageSize other) {
    return size == null && scales == null ? new ScaleSelection(other, steps, null) : this;
  }

  /**
   * Chooses the scales: the given ones; else those of the model's training, if their image has the
   * given size; else those of {@link ScaleSchedule}.
   *
   * @throws IllegalArgumentException if the model does not take them, or size, steps and scales
   *     contradict each other
   */
  public Scales of(ModelSpec spec) {
    return spec.requireScales(of(spec.tokenizerSpec()));
  }

  /**
   * Chooses the scales for a tokenizer alone, by the same rule.
   *
   * @throws IllegalArgumentException if the tokenizer does not take them, or size, steps and scales
   *     contradict each other
   */
  public Scales of(TokenizerSpec spec) {
    int patch = spec.patch();
    Scale grid = size == null ? null : size.grid(patch);
    Scales chosen = scales;
    if (chosen == null) {
      Scale last = grid == null ? spec.scales().last() : grid;
      boolean own = last.equals(spec.scales().last());
      if (own && (steps == null || steps == spec.scales().count())) {
        return spec.scales();
      }
      spec.requireFreeScales(size == null ? steps + " steps" : "images of " + size);
      chosen =
          steps == null
              ? ScaleSchedule.of(last.height(), last.width())
              : ScaleSchedule.of(last.height(), last.width(), steps);
    }
    if (grid != null && !grid.equals(chosen.last())) {
      throw new IllegalArgumentException(
          "scales %s end in an image of %s, the size asked for is %s"
              .formatted(chosen, ImageSize.of(chosen.last(), patch), size));
    }
    if (steps != null && steps != chosen.count()) {
      throw new IllegalArgumentException(
          "scales %s are %s steps, asked for are %s".formatted(chosen, chosen.count(), steps));
    }
    return spec.requireScales(chosen);
  }
}
