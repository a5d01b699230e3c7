package io.nextscale.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReproductionTest {
  @Test
  void commandsAreQuotedForTheShell() {
    assertThat(new Reproduction(List.of("a", "b c", "it's")).shellLine())
        .isEqualTo("a 'b c' 'it'\\''s'");
    assertThat(Reproduction.find(Map.of("command", "nextscale x"))).isEqualTo("nextscale x");
    assertThat(Reproduction.find(Map.of("class", "3", "seed", "5", "top_k", "7")))
        .isEqualTo("nextscale sample --class 3 --seed=5 --top-k 7");
    assertThat(Reproduction.find(Map.of("class", "3", "seed", "5", "scales", "1,2x3")))
        .isEqualTo("nextscale sample --class 3 --seed=5 --scales 1,2x3");
    assertThat(
            Reproduction.find(
                Map.of("class", "3", "seed", "5", "dtype", "bfloat16", "float32_scales", "4")))
        .isEqualTo("nextscale sample --class 3 --seed=5 --float32-scales 4 --dtype bf16");
    assertThat(Reproduction.find(Map.of("class", "3", "seed", "5", "dtype", "float32")))
        .isEqualTo("nextscale sample --class 3 --seed=5");
    assertThat(Reproduction.find(Map.of("class", "3", "seed", "5", "guidance_weights", "-0.5,2.0")))
        .isEqualTo("nextscale sample --class 3 --seed=5 --guidance-weights=-0.5,2.0");
    assertThat(Reproduction.find(Map.of("Software", "x"))).isNull();
    assertThat(Reproduction.find(Map.of("class", "3", "seed", "5", "guidance", "own"))).isNull();
    assertThat(Reproduction.find(Map.of("class", "3", "seed", "5", "edit", "tokenedit"))).isNull();
    assertThat(
            Reproduction.find(Map.of("class", "3", "seed", "5", "greedy_grids", "above 3, off 1")))
        .isNull();
  }
}
