package io.nextscale.serve;

import io.nextscale.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Figures of the server, in Prometheus' text format. */
final class Metrics {
  private static final long PAGE = 4096;

  private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();
  private final LongAdder images = new LongAdder();
  private final LongAdder calls = new LongAdder();
  private final LongAdder nanoseconds = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private final LongAdder stalled = new LongAdder();
  private final AtomicInteger active = new AtomicInteger();
  private final BodyBudget bodies;

  Metrics(BodyBudget bodies) {
    this.bodies = bodies;
  }

  /** Counts an answer of an endpoint. */
  void answered(String endpoint, int status) {
    String labels = "endpoint=\"%s\",status=\"%s\"".formatted(endpoint, status);
    answers.computeIfAbsent(labels, key -> new LongAdder()).increment();
  }

  /** Counts a generation that ended. */
  void generated(int count, long nanos) {
    images.add(count);
    calls.increment();
    nanoseconds.add(nanos);
  }

  /** Counts a generation, or a view of tokens, that was given up. */
  void cancelled() {
    cancelled.increment();
  }

  /** Counts a client that stopped reading or sending. */
  void stalled() {
    stalled.increment();
  }

  /** Counts a request that begins. */
  void begun() {
    active.incrementAndGet();
  }

  /** Counts a request that ended. */
  void ended() {
    active.decrementAndGet();
  }

  /** Whether a request is at work. */
  boolean isBusy() {
    return active.get() > 0;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    family(text, "requests_total", "counter", "Answers by endpoint and status.");
    answers.forEach(
        (labels, count) ->
            text.append("nextscale_requests_total{%s} %s\n".formatted(labels, count.sum())));
    single(text, "images_total", "counter", "Images that were generated.", images.sum());
    single(
        text,
        "cancelled_total",
        "counter",
        "Generations and views that were given up.",
        cancelled.sum());
    single(
        text,
        "stalled_total",
        "counter",
        "Clients that stopped reading or sending.",
        stalled.sum());
    single(text, "active_requests", "gauge", "Requests at work or waiting.", active.get());
    family(text, "generation_seconds", "summary", "Time of a generation, waiting included.");
    text.append(
        String.format(
            Locale.ROOT,
            "nextscale_generation_seconds_sum %.6f%nnextscale_generation_seconds_count %s%n",
            nanoseconds.sum() * 1e-9,
            calls.sum()));
    single(text, "body_bytes", "gauge", "Bytes of request bodies in memory.", bodies.held());
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory() - runtime.freeMemory();
    single(text, "heap_bytes", "gauge", "Java heap in use.", heap);
    single(text, "resident_bytes", "gauge", "Resident memory; 0 if unknown.", resident());
    single(text, "tensors", "gauge", "Tensors that are not freed.", Torch.liveTensors());
    return text.toString();
  }

  private static void single(
      StringBuilder text, String name, String type, String help, long value) {
    family(text, name, type, help);
    text.append("nextscale_%s %s\n".formatted(name, value));
  }

  private static void family(StringBuilder text, String name, String type, String help) {
    text.append(
        "# HELP nextscale_%s %s\n# TYPE nextscale_%s %s\n".formatted(name, help, name, type));
  }

  private static long resident() {
    try {
      String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
      return Long.parseLong(pages[1]) * PAGE;
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }
}
