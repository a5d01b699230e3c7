package io.nextscale.train.transformer;

import io.nextscale.train.data.ImageData;
import io.nextscale.train.run.TrainingListener;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.VqVae;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * The part of a training between tokenizer and transformer: encodes all images once and keeps the
 * tokens of the training images in a file.
 *
 * @param tokenizer encodes
 * @param scales of the tokens, see {@link io.nextscale.var.config.QuantizerConfig#every}
 * @param data the images
 * @param copies of each training image, the first plain, the others augmented; at least 1
 * @param seed of the augmentation
 */
public record TokenStage(VqVae tokenizer, Scales scales, ImageData data, int copies, long seed) {
  private static final String PART = "tokens";

  /** Checks that no component is null. */
  public TokenStage {
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(scales, "scales");
    Objects.requireNonNull(data, "data");
  }

  /**
   * Encodes the images, or reads the training images' tokens if the file is there.
   *
   * @param file safetensors
   * @param listener is told of the part {@code tokens}, if there are images to encode
   * @param stop asked after each batch of training images
   * @throws CancellationException if {@code stop} answers true
   * @throws io.nextscale.var.checkpoint.CheckpointException if the file cannot be written, is
   *     malformed or for other images
   */
  public TransformerData run(Path file, TrainingListener listener, BooleanSupplier stop) {
    TokenCache training = Files.exists(file) ? load(file) : encode(file, listener, stop);
    TokenCache heldOut =
        TokenCache.encode(
            tokenizer, scales, data.heldOut(), data.augmentation(), 1, seed, done -> {});
    return new TransformerData(
        training, data.training().labels(), heldOut, data.heldOut().labels());
  }

  private TokenCache load(Path file) {
    int vocabulary = tokenizer.config().vocabularySize();
    return TokenCache.load(file, scales, data.training().count(), copies, vocabulary);
  }

  private TokenCache encode(Path file, TrainingListener listener, BooleanSupplier stop) {
    listener.begun(PART, (long) data.training().count() * copies, 1);
    TokenCache tokens =
        TokenCache.encode(
            tokenizer,
            scales,
            data.training(),
            data.augmentation(),
            copies,
            seed,
            done -> {
              if (stop.getAsBoolean()) {
                throw new CancellationException("stopped while encoding images");
              }
              listener.progressed(done, Map.of());
            });
    tokens.save(file);
    return tokens;
  }
}
