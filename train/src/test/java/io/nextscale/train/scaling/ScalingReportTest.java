package io.nextscale.train.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.train.metrics.PowerLaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingReportTest {
  @TempDir Path folder;

  /** Sizes on VAR's published laws (section 4.2), the error of all tokens everywhere the same. */
  private static List<SizeResult> published() {
    List<SizeResult> results = new ArrayList<>();
    for (int d = 6; d <= 30; d += 6) {
      long size = 73_728L * d * d * d;
      results.add(
          new SizeResult(
              d,
              size,
              size + 1000,
              Math.pow(2.0 * size, -0.23),
              Math.pow(2.5 * size, -0.20),
              Math.pow(4.9e2 * size, -0.016),
              0.5,
              100,
              d == 6 ? Double.NaN : 12.5));
    }
    return results;
  }

  @Test
  void theLawsAreFound() {
    ScalingReport report = new ScalingReport(published());
    PowerLaw last = report.law("L_last").orElseThrow();
    assertThat(last.alpha()).isCloseTo(-0.23, within(1e-9));
    assertThat(last.beta()).isCloseTo(2.0, within(1e-6));
    assertThat(last.correlation()).isCloseTo(-1, within(1e-9));
    assertThat(report.law("L_all").orElseThrow().beta()).isCloseTo(2.5, within(1e-6));
    assertThat(report.law("Err_last").orElseThrow().alpha()).isCloseTo(-0.016, within(1e-9));
    assertThat(report.law("Err_all")).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> report.law("loss"));
    assertThat(report.text())
        .contains("L_last   = (β·N)^α: α = -0.2300, β = 2.000e+00")
        .contains("Err_all follows no law")
        .contains("  6   15925248   15926248");
  }

  @Test
  void oneSizeMakesNoLaw() {
    ScalingReport report = new ScalingReport(published().subList(0, 1));
    assertThat(report.law("L_last")).isEmpty();
    report.draw(folder.resolve("none.png"));
    assertThat(folder.resolve("none.png")).doesNotExist();
  }

  @Test
  void theTableIsReadAsItWasWritten() throws IOException {
    Path file = folder.resolve("scaling.csv");
    assertThat(SizeTable.read(file)).isEmpty();
    SizeTable.write(file, published());
    assertThat(SizeTable.read(file)).isEqualTo(published());
    assertThat(Files.readString(file))
        .startsWith("d,N,N_all,L_last,L_all,Err_last,Err_all,steps,images_per_s\n6,15925248,");
  }

  @Test
  void brokenLinesAreNamed() throws IOException {
    Path file = folder.resolve("scaling.csv");
    SizeTable.write(file, published());
    String good = Files.readString(file);
    Files.writeString(file, good + "7,1,2\n");
    assertThatThrownBy(() -> SizeTable.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("scaling.csv: line 7: there are 3 cells for 9 columns");
    Files.writeString(file, good + "7,1,2,a,1,1,1,1,1\n");
    assertThatThrownBy(() -> SizeTable.read(file)).hasMessageContaining("line 7");
  }
}
