package io.nextscale.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the resident memory of this process; Linux only. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5";
  private static final long KIBI = 1 << 10;

  private ResidentMemory() {}

  /** Whether this system shows the resident memory. */
  static boolean isKnown() {
    return Files.isReadable(STATUS) && Files.isWritable(RESET);
  }

  /**
   * Reads the resident bytes at the moment.
   *
   * @throws IOException if {@link #isKnown} is false
   */
  static long now() throws IOException {
    return figure("VmRSS:");
  }

  /**
   * Reads the resident bytes that are not of mapped files, which the system gives up when memory is
   * short.
   *
   * @throws IOException if {@link #isKnown} is false
   */
  static long withoutFiles() throws IOException {
    return figure("RssAnon:");
  }

  /**
   * Reads the highest resident bytes since {@link #resetPeak}.
   *
   * @throws IOException if {@link #isKnown} is false
   */
  static long peak() throws IOException {
    return figure("VmHWM:");
  }

  /**
   * Makes the peak begin anew at the resident bytes of the moment.
   *
   * @throws IOException if {@link #isKnown} is false
   */
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
