package io.nextscale.bench;

import io.nextscale.var.model.ModelSpec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the report as JSON. */
final class LimitJson {
  private LimitJson() {}

  /** Writes the file and prints its name. */
  static void write(LimitOptions options, ModelSpec spec, LimitReport.Results results)
      throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", options.model());
    map.put("compute_type", options.typeName());
    map.put("image_size", spec.imageSize().toString());
    map.put("scales", spec.scales().toString());
    map.put("quick", options.quick());
    map.put("peaks", peaks(results.peaks()));
    map.put("guided", results.single().json());
    map.put("unguided", results.unguided().json());
    map.put("java", results.javaShare().json());
    map.put("memory", results.memory().json());
    map.put("batches", results.batches().stream().map(Measurement::json).toList());
    ResultFile.write(options.jsonFile(), "limit", map);
  }

  private static Map<String, Object> peaks(Peaks peaks) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("float32_flops_per_second", peaks.float32());
    map.put("bfloat16_flops_per_second", peaks.bfloat16());
    map.put("memory_bytes_per_second", peaks.memory());
    return map;
  }
}
