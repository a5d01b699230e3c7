package io.nextscale.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JmhResultsTest {
  @TempDir Path folder;

  private List<ResultNode> kept(String json) throws IOException {
    Path source = Files.writeString(folder.resolve("jmh.json"), json);
    Path target = folder.resolve("kept.json");
    JmhResults.main(new String[] {source.toString(), target.toString()});
    ResultNode result = ResultFile.read(target);
    assertThat(result.text("benchmark")).isEqualTo("jmh");
    assertThat(result.node("machine").number("cores")).isPositive();
    assertThat(result.node("versions").text("java")).isNotEmpty();
    return result.nodes("scores");
  }

  @Test
  void keepsScoresAndAllocatedBytes() throws IOException {
    List<ResultNode> scores =
        kept(
            """
            [{"benchmark": "a.b", "forks": 2, "measurementIterations": 4,
              "primaryMetric": {"score": 12.5, "scoreError": 0.5, "scoreUnit": "ns/op"},
              "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 56}}},
             {"benchmark": "a.c", "forks": 1, "measurementIterations": 1,
              "primaryMetric": {"score": 3, "scoreError": "NaN", "scoreUnit": "ns/op"},
              "secondaryMetrics": {}}]
            """);
    assertThat(scores).hasSize(2);
    assertThat(scores.get(0).text("benchmark")).isEqualTo("a.b");
    assertThat(scores.get(0).number("score")).isEqualTo(12.5);
    assertThat(scores.get(0).number("error")).isEqualTo(0.5);
    assertThat(scores.get(0).number("heap_bytes_per_call")).isEqualTo(56);
    assertThat(scores.get(1).has("error")).isFalse();
    assertThat(scores.get(1).has("heap_bytes_per_call")).isFalse();
  }

  @Test
  void namesAMissingKey() {
    assertThatThrownBy(() -> kept("[{\"benchmark\": \"a\"}]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"primaryMetric\": expected an object");
  }
}
