package io.nextscale.train.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.train.data.ImageDataException;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.transformer.TransformerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingPlanTest {
  @TempDir Path folder;

  private static void refused(String message, int images, double rate, Integer... depths) {
    Recipe recipe = ScalingPlan.standard(64);
    List<Integer> sizes = Arrays.asList(depths);
    assertThatThrownBy(
            () ->
                new ScalingPlan(
                    recipe,
                    sizes,
                    images,
                    1,
                    rate,
                    1,
                    1,
                    DType.FLOAT32,
                    Path.of("data"),
                    Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void wrongNumbersAreRefused() {
    refused("depths [3]: expected at least two different ones", 100, 0.01, 3, 3);
    refused("depths [0, 1]: expected", 100, 0.01, 1, 0);
    refused("depths [1, 33]: expected", 100, 0.01, 1, 33);
    refused("images 7: expected 8 and more", 7, 0.01, 1, 2);
    refused("rate 0.0: expected above 0", 100, 0, 1, 2);
    refused("rate NaN: expected above 0", 100, Double.NaN, 1, 2);
  }

  @Test
  void thePlanIsReadAsItWasWritten() throws IOException {
    ScalingPlan plan = TinyLadder.plan(folder, 3, 1, 2);
    assertThat(plan.depths()).containsExactly(1, 2, 3);
    assertThat(ScalingPlan.exists(folder)).isFalse();
    plan.save(folder);
    assertThat(ScalingPlan.exists(folder)).isTrue();
    assertThat(ScalingPlan.load(folder)).isEqualTo(plan);
  }

  @Test
  void aDamagedPlanIsNamed() throws IOException {
    TinyLadder.plan(folder, 1, 2).save(folder);
    Path file = folder.resolve("scaling.json");
    String good = Files.readString(file);
    Files.writeString(file, good.replaceFirst("\"images\": ?\\d+", "\"images\": 1"));
    assertThatThrownBy(() -> ScalingPlan.load(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("scaling.json: images 1: expected 4 and more");
    Files.writeString(file, good.substring(9));
    assertThatThrownBy(() -> ScalingPlan.load(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("scaling.json");
  }

  @Test
  void theSmallestRungIsTheRecipesTransformer() {
    Recipe recipe = ScalingPlan.standard(64);
    ModelSpec model = recipe.model();
    ScalingPlan plan =
        new ScalingPlan(
            recipe,
            List.of(1, 5),
            20_000,
            1000,
            0.01,
            500,
            1,
            DType.BFLOAT16,
            Path.of("data"),
            Optional.empty());
    assertThat(plan.transformer(1, model.tokenizerSpec(), 10)).isEqualTo(model.transformer());
    TransformerConfig five = plan.transformer(5, model.tokenizerSpec(), 10);
    assertThat(five.width()).isEqualTo(320);
    assertThat(five.heads()).isEqualTo(5);
    assertThat(five.depth()).isEqualTo(5);
    assertThat(five.hiddenWidth()).isEqualTo(1280);
    assertThat(five.headWidth()).isEqualTo(64);
    assertThat(plan.transformer(5).rate()).isLessThan(plan.transformer(1).rate());
    assertThat(plan.steps()).isEqualTo(20_000 / recipe.transformer().batchSize());
  }

  @Test
  void missingImagesAreNamed() throws IOException {
    ScalingPlan plan = TinyLadder.plan(folder.resolve("none"), 1, 2);
    assertThatThrownBy(() -> ScalingData.open(plan, 16))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("none are not there: fetch them with the script");
    Path few = folder.resolve("few");
    TinyLadder.writeImages(few, 9);
    assertThatThrownBy(() -> ScalingData.open(TinyLadder.plan(few, 1, 2), 16))
        .isInstanceOf(ImageDataException.class)
        .hasMessageContaining("has 18 images: at least 20 are needed");
  }
}
