package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.var.edit.EditMask;
import io.nextscale.var.edit.EditRegion;
import io.nextscale.var.image.MaskImage;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OfficialModels;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

/** Regions of images of 256 pixels on a grid of 16 tokens a side. */
class EditRegionTest {
  private static final ModelSpec SPEC = OfficialModels.preset("var-d16");

  private static final Scale GRID = SPEC.scales().last();

  private static boolean[] kept(EditRegion region, boolean keepInside) {
    EditMask mask = region.mask(GRID, 16, keepInside);
    boolean[] all = mask.atAll(SPEC.scales());
    boolean[] last = new boolean[256];
    System.arraycopy(all, 424, last, 0, 256);
    return last;
  }

  private static MaskImage white(int x, int y, int width, int height) {
    BufferedImage image = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(x, y, width, height);
    graphics.dispose();
    return MaskImage.of("mask", image);
  }

  @Test
  void aWhiteRectangleIsABox() {
    EditRegion white = EditRegion.whiteOf(white(64, 32, 128, 48));
    EditRegion box = EditRegion.box(32 / 256.0, .25, 80 / 256.0, .75);
    assertThat(kept(white, true)).containsExactly(kept(box, true));
    assertThat(kept(white, false)).containsExactly(kept(box, false));
  }

  @Test
  void aTokenBelongsToARegionIfMoreThanHalfOfItsPixelsDo() {
    boolean[] half = kept(EditRegion.whiteOf(white(0, 0, 8, 16)), true);
    assertThat(half).containsOnly(false);
    boolean[] more = kept(EditRegion.whiteOf(white(0, 0, 9, 16)), true);
    assertThat(more[0]).isTrue();
    assertThat(more[1]).isFalse();
    assertThat(more[16]).isFalse();
  }

  @Test
  void aBoxIsRoundedAndChecked() {
    // 0.5/16 → 0 and 2.5/16 → 2: halves are rounded to even
    boolean[] box = kept(EditRegion.box(0.5 / 16, 2.5 / 16, 1.5 / 16, 3.5 / 16), true);
    for (int i = 0; i < 256; i++) {
      int y = i / 16;
      int x = i % 16;
      assertThat(box[i]).as("%d,%d", y, x).isEqualTo(y < 2 && x >= 2 && x < 4);
    }
    assertThatThrownBy(() -> EditRegion.box(0, 0, 0, 1).mask(GRID, 16, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 <= y0 < y1 <= 1");
  }

  @Test
  void refusesAMaskOfAnotherSize() {
    BufferedImage small = new BufferedImage(255, 256, BufferedImage.TYPE_INT_RGB);
    EditRegion region = EditRegion.whiteOf(MaskImage.of("mask.png", small));
    assertThatThrownBy(() -> region.mask(GRID, 16, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mask.png is 256x255, the image is 256x256");
  }

  @Test
  void theFirstScaleIsAlwaysKept() {
    Scales scales = SPEC.scales();
    boolean[] all = EditRegion.box(0, 0, 1, 1).mask(GRID, 16, false).atAll(scales);
    assertThat(all[0]).isTrue();
    for (int i = 1; i < all.length; i++) {
      assertThat(all[i]).isFalse();
    }
  }
}
