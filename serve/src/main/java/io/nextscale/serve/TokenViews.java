package io.nextscale.serve;

import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Tokenized;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Views of tokens for the page: an image scale by scale, and the pixels that a token moves. */
final class TokenViews {
  private static final int MOST_TOKENS = 1 << 14;

  private final ImageGenerator generator;

  TokenViews(ImageGenerator generator) {
    this.generator = generator;
  }

  /** Encodes an image and decodes it from each number of scales. */
  Map<String, Object> scales(BufferedImage image) {
    Tokenized tokenized =
        ImageRequest.checked(
            "image", () -> generator.tokenize(List.of(PixelArray.fromImage(image))));
    TokenMaps maps = tokenized.tokens();
    List<String> images = new ArrayList<>();
    for (int k = 1; k <= maps.scales().count(); k++) {
      images.add(ImageFormat.png(generator.decode(maps, k).getFirst().toImage()));
    }
    return Map.of(
        "scales", maps.scales().toString(),
        "tokens", Arrays.stream(maps.tokens()[0]).boxed().toList(),
        "images", images);
  }

  /**
   * Shows how much each pixel changes if one token is replaced by another code, as an image whose
   * opacity is the change.
   */
  Map<String, Object> influence(Fields fields) {
    Scales scales =
        ImageRequest.checked(
            "scales", () -> Scales.parse(fields.text("scales").orElseThrow(TokenViews::missing)));
    long[] tokens = fields.integers("tokens", MOST_TOKENS);
    int place = (int) fields.integer("place", 0, MOST_TOKENS).orElse(0);
    if (tokens.length != scales.tokens() || place >= tokens.length) {
      throw ApiException.invalid(
          "tokens",
          "%s tokens, place %s: the scales %s have %s"
              .formatted(tokens.length, place, scales, scales.tokens()));
    }
    int codes = generator.spec().tokenizer().vocabularySize();
    return ImageRequest.checked(
        "tokens",
        () -> {
          generator.spec().requireScales(scales);
          long[] changed = tokens.clone();
          changed[place] = (tokens[place] + codes / 2) % codes;
          PixelArray before = decoded(scales, tokens);
          PixelArray after = decoded(scales, changed);
          return Map.of("image", ImageFormat.png(difference(before, after)));
        });
  }

  private static IllegalArgumentException missing() {
    return new IllegalArgumentException("scales is missing");
  }

  private PixelArray decoded(Scales scales, long[] tokens) {
    return generator
        .decode(new TokenMaps(scales, new long[][] {tokens}), scales.count())
        .getFirst();
  }

  private static BufferedImage difference(PixelArray before, PixelArray after) {
    int height = before.height();
    int width = before.width();
    float[] a = before.values();
    float[] b = after.values();
    float[] change = new float[height * width];
    float most = 1e-6f;
    for (int i = 0; i < change.length; i++) {
      for (int c = 0; c < 3; c++) {
        change[i] += Math.abs(a[c * change.length + i] - b[c * change.length + i]);
      }
      most = Math.max(most, change[i]);
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < change.length; i++) {
      int alpha = Math.round(220 * (float) Math.sqrt(change[i] / most));
      image.setRGB(i % width, i / width, alpha << 24 | 0xFF3D71);
    }
    return image;
  }
}
