package io.nextscale.bench;

import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** A JSON file of measurements, with the machine, the versions and the commit. */
final class ResultFile {
  private ResultFile() {}

  /**
   * Writes a file and prints its name.
   *
   * @param benchmark name of the benchmark
   * @param results measurements by key
   * @throws IOException if the file cannot be written
   */
  static void write(Path file, String benchmark, Map<String, Object> results) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("benchmark", benchmark);
    map.put("time", Instant.now().toString());
    map.put("machine", MachineInfo.machine());
    map.put("versions", MachineInfo.versions());
    map.putAll(results);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    AtomicFile.write(file, Json.write(map) + "\n");
    System.out.println("\nwritten to " + file);
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws IOException if the file is not readable
   * @throws IllegalArgumentException if it is no result of {@code bench/run}
   */
  static ResultNode read(Path file) throws IOException {
    ResultNode result = ResultNode.of(Json.parse(Files.readAllBytes(file)), file.toString());
    if (!result.has("benchmark")) {
      throw new IllegalArgumentException(file + ": not a result of bench/run");
    }
    return result;
  }
}
