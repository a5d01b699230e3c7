package io.nextscale.bench;

import io.nextscale.torch.DType;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prints the report as tables.
 *
 * @param out destination
 * @param type element type that the model computes in
 */
record LimitTable(PrintStream out, DType type) {
  private static final double MEBI = 1 << 20;
  private static final double ROUNDING = 1e-9;

  /** Prints all tables. */
  void print(LimitReport.Results results) {
    printPeaks(results.peaks());
    printPhases(results.single(), results.peaks());
    JavaShare share = results.javaShare();
    out.printf(
        "%noutside operators (Java and more)  %.4f s, %.2f %% of all threads' time; waiting %.2f %%%n",
        share.outside(), 100 * share.share(), 100 * share.waiting());
    printUnguided(results.single(), results.unguided());
    printMemory(results.memory());
    if (!results.batches().isEmpty()) {
      printBatches(results);
    }
  }

  private void printPeaks(Peaks peaks) {
    out.printf("%npeaks, the best of:%n");
    ways("float32, GFLOP/s", peaks.float32());
    ways("bfloat16, GFLOP/s", peaks.bfloat16());
    ways("memory, GB/s", peaks.memory());
  }

  private void ways(String name, Map<String, Double> ways) {
    out.printf("  %-18s", name);
    ways.forEach((way, figure) -> out.printf("  %s: %.1f", way, figure * 1e-9));
    out.println();
  }

  private void printPhases(Measurement single, Peaks peaks) {
    out.printf(
        "%none guided image, medians of %d after a warm-up%n%n%-16s %9s %9s %9s %9s %9s  %s%n",
        single.runs(), "", "seconds", "limit, s", "of limit", "at pace", "TFLOP", "bound by");
    for (Phase phase : single.phases()) {
      out.printf(
          "%-16s %9.4f %9.4f %8.1f%% %8.1f%% %9.5f  %s%n",
          phase.name(),
          phase.seconds(),
          phase.limit(),
          100 * phase.fraction(),
          100 * phase.paced(),
          phase.work().flops() * 1e-12,
          bound(phase, peaks));
    }
  }

  private String bound(Phase phase, Peaks peaks) {
    Work work = phase.work();
    if (phase.limit() > peaks.limit(work, type) * (1 + ROUNDING)) {
      return "either, phase by phase";
    }
    return peaks.arithmetic(work, type) < peaks.reading(work) ? "memory" : "arithmetic";
  }

  private void printUnguided(Measurement guided, Measurement unguided) {
    out.printf(
        "without guidance                   %.4f s, %.2f of guided (loop %.2f, its limits %.2f)%n",
        unguided.total().seconds(),
        unguided.total().seconds() / guided.total().seconds(),
        unguided.loop().seconds() / guided.loop().seconds(),
        unguided.loop().limit() / guided.loop().limit());
  }

  private void printMemory(MemoryReport memory) {
    out.printf(
        "memory of the first request, MiB   %.0f loaded, peak %.0f above that, %.0f counted;"
            + " images %d%n",
        memory.loaded() / MEBI, memory.above() / MEBI, memory.counted() / MEBI, memory.images());
  }

  private void printBatches(LimitReport.Results results) {
    List<Measurement> all = new ArrayList<>();
    all.add(results.single());
    all.addAll(results.batches());
    out.printf(
        "%n%-9s %11s %9s %9s %9s %9s  %s%n",
        "images",
        "images/s",
        "total, s",
        "of limit",
        "loop",
        "decode",
        "at pace: all, loop, decode");
    for (Measurement batch : all) {
      out.printf(
          "%-9d %11.4f %9.3f %8.1f%% %8.1f%% %8.1f%%  %.1f%% %.1f%% %.1f%%%n",
          batch.images(),
          batch.rate(),
          batch.total().seconds(),
          100 * batch.total().fraction(),
          100 * batch.loop().fraction(),
          100 * batch.decode().fraction(),
          100 * batch.total().paced(),
          100 * batch.loop().paced(),
          100 * batch.decode().paced());
    }
  }
}
