package io.nextscale.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A phase of a generation: its measured time and its limit.
 *
 * @param name name in tables and results, such as {@code decode}
 * @param seconds measured seconds
 * @param work counted work
 * @param limit least seconds on this machine
 * @param paced fraction of the limit that was reached at the {@link MachinePace} of each run, the
 *     median; 1 at the limit
 */
record Phase(String name, double seconds, Work work, double limit, double paced) {
  /** The fraction of the limit that was reached, 1 at the limit. */
  double fraction() {
    return limit / seconds;
  }

  Map<String, Object> json() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", name);
    map.put("seconds", seconds);
    map.put("limit_seconds", limit);
    map.put("fraction", fraction());
    map.put("fraction_at_pace", paced);
    map.put("flops", work.flops());
    map.put("weight_bytes", work.bytes());
    return map;
  }
}
