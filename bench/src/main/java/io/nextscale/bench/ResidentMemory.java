package io.nextscale.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process that lies in RAM; Linux only. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5";
  private static final long KIBI = 1 << 10;

  private ResidentMemory() {}

  /** Whether this system tells. */
  static boolean isKnown() {
    return Files.isReadable(STATUS) && Files.isWritable(RESET);
  }

  /** Bytes at the moment. */
  static long now() throws IOException {
    return figure("VmRSS:");
  }

  /** The most bytes since {@link #resetPeak}. */
  static long peak() throws IOException {
    return figure("VmHWM:");
  }

  static void resetPeak() throws IOException {
    Files.writeString(RESET, RESET_PEAK);
  }

  private static long figure(String key) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(key)) {
        return KIBI * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException(STATUS + " has no " + key);
  }
}
