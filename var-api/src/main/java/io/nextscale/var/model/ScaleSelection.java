package io.nextscale.var.model;

import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.ScaleSchedule;
import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about its scales: nothing, a size, a number of steps, both, or the scales.
 *
 * @param size of the images, if not the model's
 * @param steps number of scales, if not as many as usual for the size
 * @param scales themselves; then neither size nor steps, unless they agree
 */
public record ScaleSelection(
    @Nullable ImageSize size, @Nullable Integer steps, @Nullable Scales scales) {

  /** Whatever the model has. */
  public static ScaleSelection none() {
    return new ScaleSelection(null, null, null);
  }

  /** The same for images of a size, unless it says a size or scales itself. */
  public ScaleSelection orSize(ImageSize other) {
    return size == null && scales == null ? new ScaleSelection(other, steps, null) : this;
  }

  /**
   * The scales: those given; or those that the model was trained on, if their image has this size;
   * or a {@link ScaleSchedule}.
   *
   * @throws IllegalArgumentException if the model cannot have them, or they contradict each other
   */
  public Scales of(ModelSpec spec) {
    return spec.requireScales(of(spec.tokenizerSpec()));
  }

  /** The same for a tokenizer alone. */
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
          "scales "
              + chosen
              + " end in an image of "
              + ImageSize.of(chosen.last(), patch)
              + ", the size asked for is "
              + size);
    }
    if (steps != null && steps != chosen.count()) {
      throw new IllegalArgumentException(
          "scales " + chosen + " are " + chosen.count() + " steps, asked for are " + steps);
    }
    return spec.requireScales(chosen);
  }
}
