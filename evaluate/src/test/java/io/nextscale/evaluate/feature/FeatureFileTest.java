package io.nextscale.evaluate.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.inception.InceptionFeatures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of two rows, whose identities differ or are equal. */
class FeatureFileTest {
  private static final String IDENTITY = "openai f32 weights images";
  private static final int HEADER = 1024;

  @TempDir private Path folder;

  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("features");
  }

  private static ImageFeatures image(float value) {
    float[] pooled = new float[InceptionFeatures.POOLED];
    float[] spatial = new float[InceptionFeatures.SPATIAL];
    Arrays.fill(pooled, value);
    Arrays.fill(spatial, -value);
    return new ImageFeatures(pooled, spatial);
  }

  private FeatureFile twoRows(String identity) {
    FeatureFile file = FeatureFile.open(path, identity);
    file.append(List.of(image(1), image(2)));
    return file;
  }

  private int rowsOf(String identity) {
    try (FeatureFile file = FeatureFile.open(path, identity)) {
      return file.rows();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, HEADER - 1, HEADER, HEADER + 1, 5000})
  void rowsAreThoseOfTheWholeIdentity(int length) {
    String identity = "ä".repeat(length / 2) + "x".repeat(length % 2); // of two bytes each
    twoRows(identity).close();

    assertThat(rowsOf(identity)).isEqualTo(2);
    assertThat(rowsOf(identity.substring(0, identity.length() - 1) + "y")).isZero();
    twoRows(identity).close();
    assertThat(rowsOf(identity + "x")).isZero();
  }

  @Test
  void anIdentityIsTextThatZerosFollow() throws IOException {
    twoRows(IDENTITY).close();

    byte[] header = Arrays.copyOf(Files.readAllBytes(path), HEADER);
    assertThat(new String(header, StandardCharsets.UTF_8))
        .isEqualTo(IDENTITY + "\0".repeat(HEADER - IDENTITY.length()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureFile.open(path, IDENTITY + "\0"))
        .withMessageContaining("identity");
    assertThat(rowsOf(IDENTITY)).isEqualTo(2);
  }

  @Test
  void aClosedFileGivesAndTakesNothing() {
    FeatureFile file = twoRows(IDENTITY);
    assertThat(file.spatial().row(1)[0]).isEqualTo(-2);
    file.close();
    file.close();

    for (Runnable use :
        List.<Runnable>of(file::pooled, file::spatial, () -> file.append(List.of(image(3))))) {
      assertThatIllegalStateException()
          .isThrownBy(use::run)
          .withMessageContainingAll(path.toString(), "closed");
    }
    assertThat(rowsOf(IDENTITY)).isEqualTo(2);
  }

  @Test
  void aSecondUserOfThisProcessIsRefused() throws IOException, InterruptedException {
    twoRows(IDENTITY).close();
    byte[] before = Files.readAllBytes(path);
    try (FeatureFile file = FeatureFile.open(path, IDENTITY)) {
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> FeatureFile.open(path, "others"))
          .withMessageContainingAll(
              path.toString(), "another evaluation", "wait", "another folder");
      assertThat(otherProcess(IDENTITY)).as("the lock is still held").startsWith("refused: ");
      assertThat(file.rows()).isEqualTo(2);
    }
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
  }

  @Test
  void aSecondProcessIsRefusedAndLeavesTheRowsOfTheFirst()
      throws IOException, InterruptedException {
    twoRows(IDENTITY).close();
    byte[] before = Files.readAllBytes(path); // not later: closing any channel ends the lock
    try (FeatureFile file = FeatureFile.open(path, IDENTITY)) {
      for (String identity : List.of(IDENTITY, "others")) {
        assertThat(otherProcess(identity))
            .startsWith("refused: " + path)
            .contains("another evaluation", "wait", "another folder");
      }
      file.append(List.of(image(3)));
    }
    byte[] after = Files.readAllBytes(path);
    assertThat(after).hasSizeGreaterThan(before.length).startsWith(before);
    assertThat(otherProcess(IDENTITY)).isEqualTo("opened: 3 rows");
    assertThat(otherProcess("others")).isEqualTo("opened: 0 rows");
  }

  /** Opens the file in another JVM and returns the line that it printed. */
  private String otherProcess(String identity) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                path.toString(),
                identity)
            .redirectErrorStream(true)
            .start();
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  /** Opens a file and says whether it could. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] arguments) {
      try (FeatureFile file = FeatureFile.open(Path.of(arguments[0]), arguments[1])) {
        System.out.println("opened: %s rows".formatted(file.rows()));
      } catch (EvaluationException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }
}
