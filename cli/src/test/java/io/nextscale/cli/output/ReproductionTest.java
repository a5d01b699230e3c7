package io.nextscale.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReproductionTest {
  private static final String COMMAND =
      "nextscale sample --class 3 --model demo:emoji-flexvar --seed=5 ";

  @Test
  void commandsAreQuotedForTheShell() {
    assertThat(new Reproduction(List.of("a", "b c", "it's")).shellLine())
        .isEqualTo("a 'b c' 'it'\\''s'");
    assertThat(Reproduction.find(Map.of("command", "nextscale x"))).isEqualTo("nextscale x");
  }

  @Test
  void parametersOfTheLibraryAreACommand() {
    assertThat(found("top_k", "7")).isEqualTo(COMMAND + "--top-k 7 --scales 1,2x3");
    assertThat(found("dtype", "bfloat16", "float32_scales", "4"))
        .isEqualTo(COMMAND + "--float32-scales 4 --scales 1,2x3 --dtype bf16");
    assertThat(found("dtype", "float32")).isEqualTo(COMMAND + "--scales 1,2x3");
    assertThat(found("guidance_weights", "-0.5,2.0"))
        .isEqualTo(COMMAND + "--guidance-weights=-0.5,2.0 --scales 1,2x3");
    assertThat(found("model", "var-d16"))
        .isEqualTo("nextscale sample --class 3 --model FOLDER --seed=5 --scales 1,2x3");
  }

  @Test
  void missingParametersAndCodeOfAnApplicationAreNoCommand() {
    assertThat(Reproduction.find(Map.of("Software", "x"))).isNull();
    assertThat(found("guidance", "own")).isNull();
    assertThat(found("edit", "tokenedit")).isNull();
    assertThat(found("greedy_grids", "above 3, off 1")).isNull();
    // an image of a set of samples
    assertThat(Reproduction.find(Map.of("model", "emoji-var", "class", "3", "seed", "5"))).isNull();
  }

  private static @Nullable String found(String... more) {
    Map<String, String> metadata = new HashMap<>();
    metadata.put("model", "emoji-flexvar");
    metadata.put("class", "3");
    metadata.put("seed", "5");
    metadata.put("scales", "1,2x3");
    for (int i = 0; i < more.length; i += 2) {
      metadata.put(more[i], more[i + 1]);
    }
    return Reproduction.find(metadata);
  }
}
