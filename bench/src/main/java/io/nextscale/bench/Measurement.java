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
 * Compares requests of one kind with their limits. The seconds of each phase are a median.
 *
 * @param images batch size of a request
 * @param guided whether each image takes two rows of the batch
 * @param runs number of requests
 * @param scales one phase for each scale
 * @param loop all scales; the limit is the sum of the scales' limits
 * @param decode decoding of all images, one after the other
 * @param total call to result; the limit is the sum of the limits of loop and decode
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
   * Compares the runs of a request with its limits.
   *
   * @param fastest seconds of the fastest product of {@link MachinePace}
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
    double loopLimit = scales.stream().mapToDouble(Phase::limit).sum();
    Work decoding = DecoderWork.of(spec, type.byteSize()).total().times(images);
    Work all = transformer.loop().plus(decoding);
    double decodeLimit = peaks.limit(decoding, type);
    return new Measurement(
        images,
        guided,
        runs.size(),
        scales,
        timer.phase("loop", Measurement::loop, transformer.loop(), loopLimit),
        timer.phase("decode", Timings::decode, decoding, decodeLimit),
        timer.phase("total", Timings::total, all, loopLimit + decodeLimit));
  }

  /** Measures phases by the medians of some runs. */
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

  /** All phases, in the order of execution; the total is last. */
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
