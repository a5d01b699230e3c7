package io.nextscale.serve;

import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Tokenized;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Views of tokens for the page: an image scale by scale, the same as an animation, and the pixels
 * that a token moves. They are computed on threads of their own, and end when their future is
 * cancelled.
 */
final class TokenViews {
  private static final int FRAME_MILLIS = 500;

  private final ImageGenerator generator;
  private final ExecutorService threads;

  TokenViews(ImageGenerator generator, ExecutorService threads) {
    this.generator = generator;
    this.threads = threads;
  }

  /** Encodes an image and decodes it from each number of scales. */
  Future<Map<String, Object>> scales(BufferedImage image) {
    return threads.submit(
        () -> {
          Tokenized tokenized =
              ImageRequest.checked(
                  "image", () -> generator.tokenize(List.of(PixelArray.fromImage(image))));
          TokenMaps maps = tokenized.tokens();
          return Map.of(
              "scales", maps.scales().toString(),
              "tokens", Arrays.stream(maps.tokens()[0]).boxed().toList(),
              "images", growing(maps).stream().map(ImageFormat::png).toList());
        });
  }

  /** The image of {@code tokens} at {@code scales} from each number of scales, as a GIF. */
  Future<Map<String, Object>> animation(Fields fields) {
    TokenMaps maps = tokens(fields);
    return threads.submit(
        () -> {
          List<BufferedImage> frames = ImageRequest.checked("tokens", () -> growing(maps));
          return Map.of("image", ImageFormat.gif(frames, FRAME_MILLIS));
        });
  }

  private List<BufferedImage> growing(TokenMaps maps) {
    return IntStream.rangeClosed(1, maps.scales().count())
        .mapToObj(k -> generator.decode(maps, k).getFirst().toImage())
        .toList();
  }

  /**
   * Shows how much each pixel changes if the token at {@code place} is replaced by another code, as
   * an image whose opacity is the change.
   */
  Future<Map<String, Object>> influence(Fields fields) {
    TokenMaps maps = tokens(fields);
    long[] tokens = maps.tokens()[0];
    int place = (int) fields.integer("place", 0, tokens.length - 1).orElse(0);
    int codes = generator.spec().tokenizer().vocabularySize();
    long[] changed = tokens.clone();
    changed[place] = (tokens[place] + codes / 2) % codes;
    return threads.submit(
        () ->
            ImageRequest.checked(
                "tokens",
                () -> {
                  PixelArray before = decoded(maps);
                  PixelArray after = decoded(new TokenMaps(maps.scales(), new long[][] {changed}));
                  return Map.of("image", ImageFormat.png(difference(before, after)));
                }));
  }

  /** The token maps in a request: {@code scales} and {@code tokens}. */
  private TokenMaps tokens(Fields fields) {
    String text =
        fields
            .text("scales")
            .orElseThrow(() -> ApiException.invalid("scales", "scales is missing"));
    Scales scales =
        ImageRequest.checked(
            "scales",
            () -> {
              Scales parsed = ImageRequest.ofFewPixels(text, generator.spec());
              generator.spec().requireScales(parsed);
              return parsed;
            });
    long[] tokens = fields.integers("tokens", ImageRequest.MOST_TOKENS);
    if (tokens.length != scales.tokens()) {
      throw ApiException.invalid(
          "tokens",
          "%s tokens: the scales %s have %s".formatted(tokens.length, scales, scales.tokens()));
    }
    return ImageRequest.checked("tokens", () -> new TokenMaps(scales, new long[][] {tokens}));
  }

  private PixelArray decoded(TokenMaps maps) {
    return generator.decode(maps, maps.scales().count()).getFirst();
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
