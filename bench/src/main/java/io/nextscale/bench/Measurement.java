package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.var.Timings;
import io.nextscale.var.model.ModelSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests of one kind against their limits; seconds are medians, each of its own.
 *
 * @param pictures in a request
 * @param guided or not
 * @param runs how many requests
 * @param scales one phase each
 * @param loop all scales; its limit is the sum of theirs
 * @param decode of all pictures, one after the other
 * @param total from the call to the result; its limit is that of loop and decode
 */
record Measurement(
    int pictures,
    boolean guided,
    int runs,
    List<Phase> scales,
    Phase loop,
    Phase decode,
    Phase total) {

  static Measurement of(
      ModelSpec spec, DType type, Peaks peaks, int pictures, boolean guided, List<Timings> runs) {
    TransformerWork transformer = TransformerWork.of(spec, pictures, guided, type.byteSize());
    List<Phase> scales = new ArrayList<>();
    for (int k = 0; k < spec.scales().count(); k++) {
      int scale = k;
      Work work = transformer.scale(k);
      scales.add(
          new Phase(
              "scale " + (k + 1) + ": " + spec.scales().get(k),
              Median.of(runs, run -> run.transformer().get(scale)),
              work,
              peaks.limit(work, type)));
    }
    double least = scales.stream().mapToDouble(Phase::limit).sum();
    Phase loop = new Phase("loop", Median.of(runs, Measurement::loop), transformer.loop(), least);
    Work decoding = DecoderWork.of(spec, type.byteSize()).total().times(pictures);
    double decodeSeconds = Median.of(runs, Timings::decode);
    Phase decode = new Phase("decode", decodeSeconds, decoding, peaks.limit(decoding, type));
    Phase total =
        new Phase(
            "total",
            Median.of(runs, Timings::total),
            loop.work().plus(decoding),
            least + decode.limit());
    return new Measurement(pictures, guided, runs.size(), scales, loop, decode, total);
  }

  private static double loop(Timings run) {
    return run.transformer().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Pictures per second. */
  double rate() {
    return pictures / total.seconds();
  }

  /** All phases in their order. */
  List<Phase> phases() {
    List<Phase> all = new ArrayList<>(scales);
    all.addAll(List.of(loop, decode, total));
    return all;
  }

  Map<String, Object> json() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("pictures", pictures);
    map.put("guided", guided);
    map.put("runs", runs);
    map.put("pictures_per_second", rate());
    map.put("phases", phases().stream().map(Phase::json).toList());
    return map;
  }
}
