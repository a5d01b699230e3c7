package io.nextscale.var;

import io.nextscale.var.generate.Drawing;
import io.nextscale.var.generate.GenerationRun;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.scale.TokenMaps;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Computes requests of equal shape that wait at the same time as one batch, which takes a small
 * model less time (docs/experiments/0040-callers-at-once.md). The first whose turn it is takes
 * others along; their own turn then finds the result.
 */
final class JointGenerations {
  private static final int MOST_IMAGES = 8;
  private static final int MOST_TOKENS = 4096; // of all images: larger ones fill the cores alone

  private final InferenceModel model;
  private final Set<Generation> waiting = new LinkedHashSet<>();

  JointGenerations(InferenceModel model) {
    this.model = model;
  }

  /** Computes a generation, alone or with others. */
  GenerationResult run(Call call, Generation generation) {
    synchronized (waiting) {
      waiting.add(generation);
    }
    try {
      return call.compute(
          () -> {
            if (generation.result() == null) {
              compute(call, group(generation));
            }
            return Objects.requireNonNull(generation.result());
          });
    } finally {
      synchronized (waiting) {
        waiting.remove(generation);
      }
    }
  }

  /** Returns a generation and others of equal shape that have no result yet. */
  private List<Generation> group(Generation first) {
    List<Generation> group = new ArrayList<>(List.of(first));
    int images = first.images();
    int most = Math.min(MOST_IMAGES, MOST_TOKENS / first.shape().scales().tokens());
    synchronized (waiting) {
      for (Generation other : waiting) {
        if (other != first
            && other.result() == null
            && other.shape().equals(first.shape())
            && images + other.images() <= most) {
          group.add(other);
          images += other.images();
        }
      }
    }
    return group;
  }

  private void compute(Call call, List<Generation> group) {
    List<Double> seconds = new ArrayList<>();
    try (GenerationRun run = model.begin(plan(group), call::check)) {
      while (run.hasNext()) {
        call.letOlderGo();
        long lap = System.nanoTime();
        GenerationRun.Done done = run.next();
        Generation.add(seconds, done.k(), (System.nanoTime() - lap) * 1e-9);
      }
      ScaleLoop.Outcome outcome = run.outcome();
      if (group.size() == 1) {
        group.getFirst().finish(outcome, seconds);
        return;
      }
      int from = 0;
      for (Generation generation : group) {
        TokenMaps own = outcome.drawn().slice(from, from + generation.images());
        from += generation.images();
        // from its tokens alone: rounding does not depend on the others
        generation.finish(
            new ScaleLoop.Outcome(own, model.tokenizer().decoderInput(own, own.scales().count())),
            seconds);
      }
    }
  }

  private static ScaleLoop.Plan plan(List<Generation> group) {
    Generation.Shape shape = group.getFirst().shape();
    return new ScaleLoop.Plan(
        shape.scales(),
        group.stream().flatMapToLong(Generation::classes).toArray(),
        shape.guidance(),
        new Drawing(
            shape.sampling(), new JointNoise(group.stream().map(Generation::request).toList())),
        null);
  }
}
