package io.nextscale.cli;

import io.nextscale.var.Timings;
import io.nextscale.var.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up where the time went, for {@code --timings}. */
final class PhaseTimes {
  private final List<Double> transformer = new ArrayList<>();
  private double libtorch;
  private double load;
  private double encode;
  private double decode;

  /** Loading: of libtorch alone, and of everything. */
  void loaded(double libtorchSeconds, double seconds) {
    libtorch = libtorchSeconds;
    load = seconds;
  }

  /** One batch. */
  void add(Timings timings) {
    encode += timings.encode();
    decode += timings.decode();
    for (int k = 0; k < timings.transformer().size(); k++) {
      if (k == transformer.size()) {
        transformer.add(0.0);
      }
      transformer.set(k, transformer.get(k) + timings.transformer().get(k));
    }
  }

  /** Writes them as JSON. */
  void write(Path file, int images, double total) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("load", load);
    values.put("libtorch", libtorch);
    values.put("encode", encode);
    values.put("transformer", transformer);
    values.put("decode", decode);
    values.put("total", total);
    values.put("images", images);
    OutputFiles.write(file, Json.write(values) + "\n");
  }
}
