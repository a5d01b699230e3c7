package io.nextscale.bench;

import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Results for programs: what was measured, with the machine, the versions and the commit. */
final class ResultFile {
  private ResultFile() {}

  /**
   * Writes a file and says where.
   *
   * @param benchmark its name
   * @param results what it found
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
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static ResultNode read(Path file) throws IOException {
    ResultNode result = ResultNode.of(Json.parse(Files.readAllBytes(file)), file.toString());
    if (!result.has("benchmark")) {
      throw new IllegalArgumentException(file + ": not a result of bench/run");
    }
    return result;
  }
}
