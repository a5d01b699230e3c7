package io.nextscale.cli.output;

import io.nextscale.var.Timings;
import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up the seconds of each phase of a generation, for {@code --timings}. */
public final class PhaseTimes {
  private final List<Double> transformer = new ArrayList<>();
  private double libtorch;
  private double load;
  private double encode;
  private double decode;

  /** Sets the seconds that loading took: of libtorch alone, and of everything. */
  public void loaded(double libtorchSeconds, double allSeconds) {
    libtorch = libtorchSeconds;
    load = allSeconds;
  }

  /** Adds the seconds of a batch. */
  public void add(Timings timings) {
    encode += timings.encode();
    decode += timings.decode();
    for (int k = 0; k < timings.transformer().size(); k++) {
      if (k == transformer.size()) {
        transformer.add(0.0);
      }
      transformer.set(k, transformer.get(k) + timings.transformer().get(k));
    }
  }

  /**
   * Writes them as JSON.
   *
   * @param images number of images
   * @param total seconds of the whole command
   */
  public void write(Path file, int images, double total) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("load", load);
    values.put("libtorch", libtorch);
    values.put("encode", encode);
    values.put("transformer", transformer);
    values.put("decode", decode);
    values.put("total", total);
    values.put("images", images);
    try {
      AtomicFile.write(file, Json.write(values) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
