package io.nextscale.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A part of an image, measured and at best.
 *
 * @param name for people
 * @param seconds measured
 * @param work counted
 * @param limit seconds below which it cannot get
 * @param paced what was reached of what was possible at the {@link MachinePace} of each run: the
 *     median
 */
record Phase(String name, double seconds, Work work, double limit, double paced) {
  /** What was reached of what is possible, 1 at the limit. */
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
