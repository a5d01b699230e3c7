package io.nextscale.bench;

import io.nextscale.var.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the scores of a JMH run to a file, with the machine, the versions and the commit. */
public final class JmhResults {
  private static final String BYTES = "gc.alloc.rate.norm";

  private JmhResults() {}

  /**
   * Reads JMH's JSON and writes a result of {@code bench/run}.
   *
   * @param arguments JMH's file, then the file of the result
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: keep JMH.json RESULT.json");
      System.exit(2);
    }
    Path source = Path.of(arguments[0]);
    List<ResultNode> runs =
        ResultNode.listOf(Json.parse(Files.readAllBytes(source)), source.toString());
    List<Map<String, Object>> scores = runs.stream().map(JmhResults::scores).toList();
    ResultFile.write(Path.of(arguments[1]), "jmh", Map.of("scores", scores));
  }

  private static Map<String, Object> scores(ResultNode run) {
    ResultNode primary = run.node("primaryMetric");
    ResultNode others = run.node("secondaryMetrics");
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("benchmark", run.text("benchmark"));
    map.put("forks", run.number("forks"));
    map.put("iterations", run.number("measurementIterations"));
    map.put("score", primary.number("score"));
    if (primary.map().get("scoreError") instanceof Number error) { // "NaN" of a single iteration
      map.put("error", error);
    }
    map.put("unit", primary.text("scoreUnit"));
    if (others.has(BYTES)) {
      map.put("heap_bytes_per_call", others.node(BYTES).number("score"));
    }
    return map;
  }
}
