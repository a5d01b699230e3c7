package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.var.Timings;
import io.nextscale.var.model.ModelSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Requests of one kind against their limits; seconds are medians, each of its own.
 *
 * @param images in a request
 * @param guided or not
 * @param runs how many requests
 * @param scales one phase each
 * @param loop all scales; its limit is the sum of theirs
 * @param decode of all images, one after the other
 * @param total from the call to the result; its limit is that of loop and decode
 */
record Measurement(
    int images,
    boolean guided,
    int runs,
    List<Phase> scales,
    Phase loop,
    Phase decode,
    Phase total) {

  /**
   * Of requests.
   *
   * @param fastest seconds of {@link MachinePace}'s product at best
   */
  static Measurement of(
      ModelSpec spec,
      DType type,
      Peaks peaks,
      double fastest,
      int images,
      boolean guided,
      List<PacedRun> runs) {
    TransformerWork transformer = TransformerWork.of(spec, images, guided, type.byteSize());
    PhaseTimer timer = new PhaseTimer(runs, fastest);
    List<Phase> scales = new ArrayList<>();
    for (int k = 0; k < spec.scales().count(); k++) {
      int scale = k;
      Work work = transformer.scale(k);
      String name = "scale " + (k + 1) + ": " + spec.scales().get(k);
      double limit = peaks.limit(work, type);
      scales.add(timer.phase(name, run -> run.transformer().get(scale), work, limit));
    }
    double least = scales.stream().mapToDouble(Phase::limit).sum();
    Work decoding = DecoderWork.of(spec, type.byteSize()).total().times(images);
    Work all = transformer.loop().plus(decoding);
    double last = peaks.limit(decoding, type);
    return new Measurement(
        images,
        guided,
        runs.size(),
        scales,
        timer.phase("loop", Measurement::loop, transformer.loop(), least),
        timer.phase("decode", Timings::decode, decoding, last),
        timer.phase("total", Timings::total, all, least + last));
  }

  /** Makes phases of runs. */
  private record PhaseTimer(List<PacedRun> runs, double fastest) {
    Phase phase(String name, ToDoubleFunction<Timings> seconds, Work work, double limit) {
      return new Phase(
          name,
          Median.of(runs, run -> seconds.applyAsDouble(run.timings())),
          work,
          limit,
          Median.of(
              runs, run -> limit * run.product() / fastest / seconds.applyAsDouble(run.timings())));
    }
  }

  private static double loop(Timings run) {
    return run.transformer().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Images per second. */
  double rate() {
    return images / total.seconds();
  }

  /** All phases in their order. */
  List<Phase> phases() {
    List<Phase> all = new ArrayList<>(scales);
    all.addAll(List.of(loop, decode, total));
    return all;
  }

  Map<String, Object> json() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("images", images);
    map.put("guided", guided);
    map.put("runs", runs);
    map.put("images_per_second", rate());
    map.put("phases", phases().stream().map(Phase::json).toList());
    return map;
  }
}
