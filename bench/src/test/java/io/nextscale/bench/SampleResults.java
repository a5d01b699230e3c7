package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.var.Timings;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OfficialModels;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Results of {@link LimitReport}, of a machine with round figures. */
final class SampleResults {
  static final ModelSpec SPEC = OfficialModels.preset("var-d16");
  static final Peaks PEAKS =
      new Peaks(Map.of("one", 1e11, "other", 2e11), Map.of("one", 4e11), Map.of("sum", 4e10));

  private SampleResults() {}

  /** Each of ten scales takes a tenth of {@code loop}. */
  static Timings timings(double loop, double decode) {
    return new Timings(0, Collections.nCopies(10, loop / 10), decode, loop + decode + 0.01);
  }

  static Measurement measurement(int images, boolean guided, List<PacedRun> runs) {
    return Measurement.of(SPEC, DType.FLOAT32, PEAKS, 0.1, images, guided, runs);
  }

  /** One run of each kind at the machine's best pace. */
  static LimitReport.Results of(double loop, double decode, double outsideShare) {
    PacedRun run = new PacedRun(timings(loop, decode), 0.1);
    return new LimitReport.Results(
        new MemoryReport(1, 2000, 2500, 100, 20, 30, 60),
        PEAKS,
        measurement(1, true, List.of(run)),
        measurement(1, false, List.of(run)),
        new JavaShare(0.1, outsideShare, 0.01),
        List.of(measurement(2, true, List.of(run))));
  }
}
