package io.nextscale.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nextscale.torch.DType;
import io.nextscale.var.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunPlanTest {
  @TempDir private Path run;

  private static RunPlan plan(String recipe) {
    return new RunPlan(
        RecipeFile.find(recipe),
        Long.MIN_VALUE,
        DType.BFLOAT16,
        Path.of("my \"images\"/größer"),
        Optional.empty(),
        Optional.of(0.1),
        Optional.empty(),
        Optional.of(77L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"emoji-var", "emoji-flexvar", "emoji-flexvar-mamba"})
  void aPlanIsReadAsItWasWritten(String recipe) throws IOException {
    assertThat(RunPlan.exists(run)).isFalse();
    RunPlan plan = plan(recipe);
    plan.save(run);
    assertThat(RunPlan.exists(run)).isTrue();
    assertThat(RunPlan.load(run)).isEqualTo(plan);
    RunPlan measured = plan.withTokenizerSteps(1234).withTransformerSteps(1L << 40);
    measured.save(run);
    assertThat(RunPlan.load(run)).isEqualTo(measured).isNotEqualTo(plan);
    assertThat(RunPlan.load(run).tokenizerSteps()).contains(1234L);
    assertThat(RunPlan.load(run).transformerSteps()).contains(1L << 40);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theDistanceIsPartOfThePlan(boolean anyInception) throws IOException {
    RunPlan plan = plan("emoji-var").withFid(new FidPlan(500, Path.of("a b.pth"), anyInception));
    plan.withTokenizerSteps(3).withTransformerSteps(4).save(run);
    assertThat(RunPlan.load(run).fid()).isEqualTo(plan.fid()).isPresent();
    Path file = run.resolve("run.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("500", "1"));
    refused("fid_samples 1: expected 2 to 50000");
    Files.writeString(file, text.replace("\"inception\"", "\"exception\""));
    refused("inception is missing");
  }

  @Test
  void withoutAPlanTheFileIsNamed() {
    refused("cannot read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"seed\"                | \"sed\"             | seed is missing",
        "\"seed\": *-\\d+        | \"seed\": 0.5       | seed is 0.5",
        "BFLOAT16                | INT64               | element type int64",
        "BFLOAT16                | BF16                | compute is \"BF16\"",
        "\"minutes\": *0.1       | \"minutes\": -1     | minutes -1.0",
        "\"minutes\": *0.1       | \"minutes\": 0      | minutes 0.0",
        "\"minutes\": *0.1       | \"minutes\": \"x\"  | minutes is x",
        "_steps\": *77           | _steps\": -1        | -1",
        "\"recipe\"              | \"receipt\"         | \"recipe\" is missing",
        "\"folder\": *\"my       | \"folder\": 3, \"f\": \"my | folder is 3",
        "\"tokenizer_share\": *0.48 | \"tokenizer_share\": 7 | tokenizer_share 7.0",
        "\"copies\"              | \"copys\"           | \"copys\""
      })
  void aDamagedPlanIsRefusedByName(String from, String to, String named) throws IOException {
    plan("emoji-var").save(run);
    Path file = run.resolve("run.json");
    String text = Files.readString(file);
    String damaged = text.replaceFirst(from, to);
    assertThat(damaged).isNotEqualTo(text);
    Files.writeString(file, damaged);
    refused(named);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.5, 0.99})
  void aCutOffPlanIsRefused(double share) throws IOException {
    plan("emoji-var").save(run);
    Path file = run.resolve("run.json");
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, (int) (text.length() * share)));
    refused("");
  }

  @Test
  void otherJsonIsRefused() throws IOException {
    for (String json : new String[] {"[]", "7", "null", "{}", "{\"recipe\": []}"}) {
      Files.writeString(run.resolve("run.json"), json);
      refused("");
    }
  }

  private void refused(String named) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> RunPlan.load(run))
        .withMessageContaining(run.resolve("run.json").toString())
        .withMessageContaining(named);
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(DType.FLOAT16, 1.0, null, null))
        .withMessageContaining("element type float16");
    for (double minutes : new double[] {Double.NaN, 0, -1, 1e7}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> plan(DType.FLOAT32, minutes, null, null))
          .withMessageContaining("minutes " + minutes);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(DType.FLOAT32, null, 100L, null))
        .withMessageContaining("neither minutes nor the steps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(DType.FLOAT32, null, 100L, 0L))
        .withMessageContaining("steps of the transformer 0: expected 1 and more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(DType.FLOAT32, null, -1L, 1L))
        .withMessageContaining("steps of the tokenizer -1: expected 0 and more");
    assertThat(plan(DType.FLOAT32, null, 100L, 1L).minutes()).isEmpty();
    assertThat(plan(DType.FLOAT32, null, 100L, 1L).keepsTokenizer()).isFalse();
    assertThat(plan(DType.FLOAT32, null, 0L, 1L).keepsTokenizer()).isTrue();
    assertThat(plan(DType.FLOAT32, 1.0, null, null).keepsTokenizer()).isFalse();
  }

  private static RunPlan plan(
      DType compute, @Nullable Double minutes, @Nullable Long tokenizer, @Nullable Long steps) {
    return new RunPlan(
        RecipeFile.find("emoji-var"),
        1,
        compute,
        Path.of("a"),
        Optional.of(Path.of("b")),
        Optional.ofNullable(minutes),
        Optional.ofNullable(tokenizer),
        Optional.ofNullable(steps));
  }
}
