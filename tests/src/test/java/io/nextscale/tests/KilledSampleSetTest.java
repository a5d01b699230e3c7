package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.cli.Main;
import io.nextscale.evaluate.sample.SampleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A set of samples whose process is killed (SIGKILL) again and again has the bytes of an unbroken
 * one. The system properties {@code killed.images}, {@code killed.kills} and {@code killed.seed}
 * make the test as large as wanted.
 */
class KilledSampleSetTest {
  private static final int IMAGES = Integer.getInteger("killed.images", 40);
  private static final int KILLS = Integer.getInteger("killed.kills", 3);
  private static final long SEED = Long.getLong("killed.seed", 1);
  private static final String OPTIONS =
      "sample-set --count " + IMAGES + " --batch 4 --seed 3 --quiet";
  private static final int LONGEST_START_MILLIS = 1000;
  private static final int LONGEST_DELAY_MILLIS = 150;
  private static final int MADE_MEANWHILE = 20; // images, at most: it must not have ended

  @TempDir private Path folder;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void killedAtAnyMomentASetEndsAsAnUnbrokenOne() throws IOException, InterruptedException {
    Path whole = folder.resolve("whole");
    assertThat(start(whole).waitFor()).isZero(); // with as many threads as those that follow
    Map<String, byte[]> wanted = content(whole);
    assertThat(wanted).hasSize(IMAGES + 1); // and the manifest

    SplittableRandom random = new SplittableRandom(SEED);
    Path killed = folder.resolve("killed");
    kill(start(killed), random.nextInt(LONGEST_START_MILLIS));
    List<Integer> left = new ArrayList<>();
    left.add(requirePartOf(wanted, killed));
    for (int image : random.ints(KILLS - 1, 0, IMAGES - MADE_MEANWHILE).sorted().toArray()) {
      Process process = start(killed);
      while (!Files.exists(killed.resolve(SampleSet.name(image)))) {
        assertThat(process.waitFor(1, TimeUnit.MILLISECONDS)).as("it ended").isFalse();
      }
      kill(process, random.nextInt(LONGEST_DELAY_MILLIS));
      left.add(requirePartOf(wanted, killed));
    }
    assertThat(start(killed).waitFor()).isZero();

    assertSame(content(killed), wanted);
    assertThat(others(killed))
        .as("other files: none that an evaluation reads")
        .allMatch(file -> file.getFileName().toString().startsWith("."));
    System.out.printf("  %d images, %d kills; files after each: %s%n", IMAGES, KILLS, left);
  }

  private static void kill(Process process, int delayMillis) throws InterruptedException {
    assertThat(process.waitFor(delayMillis, TimeUnit.MILLISECONDS)).as("it ended").isFalse();
    process.destroyForcibly(); // SIGKILL
    assertThat(process.waitFor()).isEqualTo(128 + 9);
  }

  /** Asserts that each file is whole; returns their number. */
  private static int requirePartOf(Map<String, byte[]> wanted, Path set) throws IOException {
    Map<String, byte[]> found = content(set);
    found.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(wanted.get(name)));
    return found.size();
  }

  private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> wanted) {
    assertThat(actual.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".png") && !name.startsWith(".");
  }

  private static List<Path> files(Path set) throws IOException {
    if (Files.notExists(set)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(set)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /** The images and the manifest, by name. */
  private static Map<String, byte[]> content(Path set) throws IOException {
    Map<String, byte[]> content = new TreeMap<>();
    for (Path file : files(set)) {
      if (isImage(file) || file.endsWith("manifest.json")) {
        content.put(set.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return content;
  }

  private static List<Path> others(Path set) throws IOException {
    return files(set).stream()
        .filter(file -> !isImage(file) && !file.endsWith("manifest.json"))
        .toList();
  }

  private Process start(Path out) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", // starts sooner
            "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(OPTIONS.split(" ")));
    command.addAll(List.of("--out", out.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    started.add(process);
    return process;
  }
}
