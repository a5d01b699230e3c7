package io.nextscale.var.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.ScaleSchedule;
import io.nextscale.var.scale.Scales;
import org.junit.jupiter.api.Test;

class ScaleSelectionTest {
  private static final ModelSpec FLEX = OfficialModels.preset("flexvar-d16");
  private static final ModelSpec VAR = OfficialModels.preset("var-d16");
  private static final ImageSize OWN = new ImageSize(256, 256);
  private static final ImageSize WIDE = new ImageSize(256, 512);

  private static Scales of(ModelSpec spec, ImageSize size, Integer steps, Scales scales) {
    return new ScaleSelection(size, steps, scales).of(spec);
  }

  private static void assertRefused(
      ModelSpec spec, ImageSize size, Integer steps, Scales scales, String message) {
    assertThatThrownBy(() -> of(spec, size, steps, scales))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void takesTheModelsScalesByDefault() {
    for (ModelSpec spec : new ModelSpec[] {FLEX, VAR}) {
      assertThat(ScaleSelection.none().of(spec)).isSameAs(spec.scales());
      assertThat(of(spec, OWN, null, null)).isSameAs(spec.scales());
      assertThat(of(spec, null, 10, null)).isSameAs(spec.scales());
      assertThat(of(spec, OWN, 10, null)).isSameAs(spec.scales());
      assertThat(of(spec, OWN, 10, spec.scales())).isSameAs(spec.scales());
    }
  }

  @Test
  void aFreeModelTakesAnySizeStepsOrScales() {
    assertThat(of(FLEX, WIDE, null, null)).isEqualTo(ScaleSchedule.of(16, 32));
    assertThat(of(FLEX, WIDE, 7, null)).isEqualTo(ScaleSchedule.of(16, 32, 7));
    assertThat(of(FLEX, null, 6, null)).isEqualTo(Scales.squares(1, 2, 4, 6, 10, 16));
    Scales any = Scales.parse("2x1,3x7");
    assertThat(of(FLEX, null, null, any)).isSameAs(any);
    assertThat(of(FLEX, new ImageSize(48, 112), 2, any)).isSameAs(any);
  }

  @Test
  void refusesContradictions() {
    assertRefused(FLEX, OWN, null, Scales.squares(1, 8), "end in an image of 128x128");
    assertRefused(FLEX, null, 3, Scales.squares(1, 8), "are 2 steps, asked for are 3");
    assertRefused(FLEX, new ImageSize(250, 256), null, null, "the nearest is 256x256");
    assertRefused(FLEX, null, 17, null, "17 steps to 16x16: expected 2 to 16");
    assertRefused(FLEX, null, 0, null, "0 steps");
  }

  @Test
  void aResidualModelRefusesAnythingElse() {
    assertRefused(VAR, WIDE, null, null, "images of 256x512: var-d16 is a residual model");
    assertRefused(VAR, null, 9, null, "9 steps: var-d16 is a residual model");
    assertRefused(VAR, null, null, Scales.squares(1, 16), "scales 1,16: var-d16");
  }

  @Test
  void takesTheSizeOfImagesByDefault() {
    assertThat(ScaleSelection.none().orSize(WIDE)).isEqualTo(new ScaleSelection(WIDE, null, null));
    assertThat(new ScaleSelection(null, 7, null).orSize(WIDE))
        .isEqualTo(new ScaleSelection(WIDE, 7, null));
    ScaleSelection size = new ScaleSelection(OWN, null, null);
    assertThat(size.orSize(WIDE)).isSameAs(size);
    ScaleSelection scales = new ScaleSelection(null, null, Scales.squares(1));
    assertThat(scales.orSize(WIDE)).isSameAs(scales);
  }
}
